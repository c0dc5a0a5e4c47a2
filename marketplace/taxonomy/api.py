"""The API of the catalogue; the codes by which other resources are filtered."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response

from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue, LocalName
from marketplace.taxonomy.current import catalogue
from marketplace.web import answers, json_fields, rest
from marketplace.web.access import open_api

blueprint = rest.ApiBlueprint("taxonomy", __name__, description="The catalogue: industries, directions, areas.")
NO_SUCH_CODE = _("没有这个代码，请查 /api/v1/taxonomy。")


class Code(json_fields.TextString):
    """A code that the catalogue knows: each kind of code says which."""

    def codes(self, known: Catalogue) -> set[str]:
        raise NotImplementedError

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.codes(catalogue()):
            raise json_fields.refused(NO_SUCH_CODE)
        return text


class IndustryCode(Code):
    """``future-energy``."""

    def codes(self, known: Catalogue) -> set[str]:
        return {one.code for one in known.industries}


class DirectionCode(Code):
    """``energy-storage``."""

    def codes(self, known: Catalogue) -> set[str]:
        return {one.code for one in known.directions}


class AreaCode(Code):
    """``anting``."""

    def codes(self, known: Catalogue) -> set[str]:
        return {one.code for one in known.areas}


class NameSchema(ma.Schema):
    """A name in both languages."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class CodedSchema(ma.Schema):
    """A code and its name."""

    code = ma.fields.String(required=True)
    name = ma.fields.Nested(NameSchema, required=True)


class AreaSchema(CodedSchema):
    kind = ma.fields.String()


class IndustrySchema(CodedSchema):
    kind = ma.fields.String()
    areas = ma.fields.List(ma.fields.String())


class DirectionSchema(CodedSchema):
    industry = ma.fields.String()
    short = ma.fields.String()
    label = ma.fields.String()
    topics = ma.fields.List(ma.fields.Nested(CodedSchema))


class TaxonomySchema(ma.Schema):
    """The catalogue in use."""

    id = ma.fields.String(required=True)
    version = ma.fields.String(required=True)
    title = ma.fields.Nested(NameSchema)
    areas = ma.fields.List(ma.fields.Nested(AreaSchema))
    industries = ma.fields.List(ma.fields.Nested(IndustrySchema))
    directions = ma.fields.List(ma.fields.Nested(DirectionSchema))


@blueprint.offers("GET", open_api(), shows=TaxonomySchema)
def index() -> Response:
    """Every code with its names."""
    known = catalogue()
    return answers.answer(
        {
            "id": known.id,
            "version": known.version,
            "title": _name(known.title),
            "areas": [_coded(one) | {"kind": one.kind} for one in known.areas],
            "industries": [_coded(one) | {"kind": one.kind, "areas": one.areas} for one in known.industries],
            "directions": [
                _coded(one)
                | {"industry": one.industry, "short": one.short, "label": one.label}
                | {"topics": [_coded(topic) for topic in one.topics]}
                for one in known.directions
            ],
        }
    )


def _coded(one: Any) -> dict[str, Any]:
    return {"code": one.code, "name": _name(one.name)}


def _name(name: LocalName) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
