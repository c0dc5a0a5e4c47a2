"""What holds when two people do it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from marketplace.core.actor import Role
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.transaction import reading, writing
from marketplace.organisations import services
from marketplace.organisations.models import Membership, Organisation, OrganisationKind
from marketplace.organisations.services import OrganisationDraft, members
from tests.conftest import NOON
from tests.factories.accounts import a_user, acting
from tests.factories.organisations import a_code, a_membership, an_organisation
from tests.organisations.actors import a_member


def both(act, *arguments):
    """Run an act twice at once; what each came to."""
    start = Barrier(2)

    def run(argument):
        start.wait()
        try:
            return act(argument)
        except (Invalid, Conflict) as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, arguments))


def test_of_two_who_register_one_code_the_second_is_told(engine):
    with writing(engine) as session:
        people = [acting(a_user(session)) for _ in range(2)]
    draft = OrganisationDraft(code=a_code(), name="嘉定膜材料有限公司", kind=OrganisationKind.ENTERPRISE)

    def register(person):
        with writing(engine) as session:
            services.found(session, person, draft, now=NOON)

    results = both(register, *people)

    told = [result for result in results if result is not None]
    assert [str(error.fields["code"]) for error in told] == [services.CODE_TAKEN]
    with reading(engine) as session:
        assert len(session.scalars(select(Organisation)).all()) == 1
        assert len(session.scalars(select(Membership)).all()) == 1


def test_two_owners_cannot_each_make_way_for_the_other(engine):
    with writing(engine) as session:
        organisation = an_organisation(session)
        memberships = [a_membership(session, a_user(session), organisation) for _ in range(2)]

    def leave(membership_id):
        with writing(engine) as session:
            here = session.get(Organisation, organisation.id)
            membership = session.get(Membership, membership_id)
            members.remove_member(session, a_member(organisation.id), here, membership, now=NOON)

    results = both(leave, *(one.id for one in memberships))

    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    with reading(engine) as session:
        assert session.scalars(select(Membership.role)).all() == [Role.OWNER]
