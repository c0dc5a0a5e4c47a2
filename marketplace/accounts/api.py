"""The API of one's own account: whom a token speaks for."""

import marshmallow as ma
from flask import Response

from marketplace.accounts import queries
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import token
from marketplace.web.current import actor, viewer
from marketplace.web.json_fields import instant
from marketplace.web.transaction import reading

blueprint = rest.ApiBlueprint("account", __name__, description="Whom the token speaks for.")


class ActingForSchema(ma.Schema):
    """The organisation that the token acts for."""

    id = json_fields.public_id(required=True)
    name = ma.fields.String(required=True)


class MeSchema(ma.Schema):
    """The person, and what the token lets programs do."""

    id = json_fields.public_id(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    created_at = json_fields.Instant()
    organisation = ma.fields.Nested(ActingForSchema, allow_none=True)
    roles = ma.fields.List(ma.fields.String())
    scopes = ma.fields.List(ma.fields.String())


@blueprint.offers("GET /me", token("account:read"), shows=MeSchema)
def me() -> Response:
    """Whom the token speaks for."""
    with reading() as session:
        user = queries.own_account(session, actor())
    current = viewer().current_organisation
    return answers.answer(
        {
            "id": user.public_id,
            "name": user.name,
            "email": user.email,
            "language": user.language,
            "created_at": instant(user.created_at),
            "organisation": {"id": current.public_id, "name": current.name} if current else None,
            "roles": sorted({str(grant.role) for grant in actor().grants}),
            "scopes": sorted(viewer().scopes or ()),
        }
    )
