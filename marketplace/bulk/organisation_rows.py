"""A row of a file as an organisation: its columns, its draft, what is wrong with it, and how it is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.bulk.cells import CellError, as_text, one_of, text, words_of
from marketplace.bulk.fields import Field
from marketplace.bulk.showing import labelled
from marketplace.bulk.vocabulary import LONG_TEXT, area_words, named, names_of, room
from marketplace.core.actor import Actor, Role
from marketplace.core.text import Message, _, say
from marketplace.organisations import credit_code
from marketplace.organisations.models import Organisation, OrganisationKind
from marketplace.organisations.policies import POLICY
from marketplace.organisations.presenters import KIND_LABELS, SIZE_LABELS
from marketplace.organisations.queries import load_visible
from marketplace.organisations.services import SIZE_ASKED, WEBSITE_WRONG, OrganisationDraft, advance, found
from marketplace.organisations.services import revise as revise_organisation
from marketplace.taxonomy.catalogue import Catalogue

supersedes: Mapping[str, str] = {}
CODE_LABEL = _("统一社会信用代码")


def code(cell: object) -> str:
    """A credit code in any spelling, as registers write it."""
    normalised = credit_code.normalise(as_text(cell))
    if fault := credit_code.check(normalised):
        raise CellError(fault)
    return normalised


def website(cell: object) -> str:
    address = text(room(Organisation.website))(cell)
    if not address.startswith(("http://", "https://")):
        raise CellError(WEBSITE_WRONG)
    return address


def fields_of(catalogue: Catalogue) -> tuple[Field, ...]:
    kinds, sizes = tuple(KIND_LABELS.values()), tuple(SIZE_LABELS.values())
    return (
        Field("code", CODE_LABEL, code, is_required=True, help=_("18 位，两个校验码都要对。")),
        Field("name", _("单位全称"), text(room(Organisation.name)), is_required=True),
        Field("name_en", _("英文名称"), text(room(Organisation.name_en))),
        Field(
            "kind", _("单位类型"), one_of(words_of(KIND_LABELS)), is_required=True, show=labelled(KIND_LABELS),
            choices=kinds,
        ),
        Field(
            "area", _("街镇/园区"), one_of(area_words(catalogue)), show=named(catalogue.areas),
            choices=names_of(catalogue.areas),
        ),
        Field("size", _("规模"), one_of(words_of(SIZE_LABELS)), show=labelled(SIZE_LABELS), choices=sizes),
        Field("address", _("地址"), text(room(Organisation.address))),
        Field("website", _("网址"), website, help=_("以 http:// 或 https:// 开头。")),
        Field("introduction", _("简介"), text(LONG_TEXT)),
        Field("introduction_en", _("英文简介"), text(LONG_TEXT)),
    )  # fmt: skip


def values_of(organisation: Organisation) -> dict[str, Any]:
    """What is stored, by what a draft calls it."""
    return {name: getattr(organisation, name) for name in OrganisationDraft.__dataclass_fields__}


def to_draft(values: Mapping[str, Any], _now: datetime) -> OrganisationDraft:
    return OrganisationDraft(**values)


def faults_of(values: Mapping[str, Any], _now: datetime, *, publishes: bool) -> dict[str, Message]:
    """What is wrong between the columns of a row, by the field's name."""
    lacks_size = values["kind"] is OrganisationKind.ENTERPRISE and not values.get("size")
    return {"size": say(SIZE_ASKED)} if publishes and lacks_size else {}


def write(
    session: Session,
    actor: Actor,
    _owner_id: int | None,
    drafts: Sequence[OrganisationDraft],
    *,
    publishes: bool,
    now: datetime,
) -> Sequence[Organisation]:
    """Register them, and take them as verified where that was asked for. An operator does so for others."""
    return [_register(session, actor, draft, publishes=publishes, now=now) for draft in drafts]


def _register(
    session: Session, actor: Actor, draft: OrganisationDraft, *, publishes: bool, now: datetime
) -> Organisation:
    organisation = found(session, actor, draft, now=now, with_owner=not actor.is_a(Role.OPERATOR))
    if publishes:
        for action in ("submit", "verify"):
            advance(session, actor, organisation, action, now=now)
    return organisation


def find(session: Session, actor: Actor, references: Sequence[str]) -> Mapping[str, Organisation]:
    return load_visible(session, actor, references)


def owner_of(_organisation: Organisation) -> int | None:
    return None


def code_of_owner(_organisation: Organisation) -> str:
    return ""


def title_of(organisation: Organisation) -> str:
    return organisation.name


def may_edit(actor: Actor, organisation: Organisation) -> bool:
    return POLICY["edit"](actor, organisation)


def revise(
    session: Session, actor: Actor, organisation: Organisation, draft: OrganisationDraft, *, version: int, now: datetime
) -> None:
    revise_organisation(session, actor, organisation, draft, version=version, now=now)


def take_back(_session: Session, _actor: Actor, _organisation: Organisation, *, now: datetime) -> bool:  # noqa: ARG001
    """An organisation that was registered stays: others may already refer to it."""
    return False
