"""JSON bodies by the forms of the pages: what a form asks and refuses, the API asks and refuses.

A :class:`Shape` derives a schema (types, for the document) from a form's fields, and fills the form with a body. The
form then judges it, so that no rule is written twice.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, FormField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import NumberRange

from marketplace.core.calendar import beijing
from marketplace.core.errors import Invalid
from marketplace.core.money import wan_text
from marketplace.web import json_fields
from marketplace.web.forms import AtMost, BeijingDateTimeField, ChecksField, WanField
from marketplace.web.rows import AtMostParts, RowsField

MINUTE = "%Y-%m-%dT%H:%M:%S"
LAST_NUMBER = 10**9
IN_WAN = "（万元）"


class Shape:
    """The JSON of one form.

    ``choices`` are words of fields whose lists are filled at run time, ``numbers`` bounds of choices that are numbers,
    ``extra`` fields that stand in no form.
    """

    def __init__(
        self,
        form: type[Any],
        name: str,
        *,
        choices: Mapping[str, Any] | None = None,
        numbers: Mapping[str, tuple[int, int]] | None = None,
        extra: Mapping[str, ma.fields.Field[Any]] | None = None,
    ) -> None:
        self.form = form
        self.choices, self.numbers = dict(choices or {}), dict(numbers or {})
        fields = {json_name(field): self._field(field, unbound, name) for field, unbound in self._fields(form)}
        self.names = tuple(fields)
        self.schema: type[json_fields.Body] = type(name, (json_fields.Body,), dict(extra or {}) | fields)

    def filled(self, body: Mapping[str, Any], form: type[Any] | None = None) -> Any:
        """The form with the body in it, still to be judged; ``form`` is a kind's own variety."""
        chosen = form or self.form
        posted = MultiDict(self._posted(chosen, body, ""))
        return chosen(formdata=posted, meta={"csrf": False}) if issubclass(chosen, FlaskForm) else chosen(posted)

    def _fields(self, form: type[Any]) -> Iterator[tuple[str, "UnboundField[Any]"]]:
        for name, unbound in fields_of(form):
            if not issubclass(unbound.field_class, HiddenField | PasswordField):
                yield name, unbound

    def _field(self, name: str, unbound: "UnboundField[Any]", owner: str) -> ma.fields.Field[Any]:
        label = _label(unbound)
        facts = {"metadata": {"description": label}} if label else {}
        found = self._list(name, unbound, owner, facts) or self._number(name, unbound, facts)
        return found or self._single(name, unbound, facts)

    def _list(
        self, name: str, unbound: "UnboundField[Any]", owner: str, facts: dict[str, Any]
    ) -> ma.fields.Field[Any] | None:
        """Rows, parts of a text and ticked boxes; an inner form."""
        kind, parts = unbound.field_class, _validator(unbound, AtMostParts)
        if issubclass(kind, RowsField):
            row = ma.fields.Nested(Shape(unbound.args[0].args[0], f"{owner}{name.title()}").schema)
            return ma.fields.List(row, metadata={"maxItems": unbound.args[1]})
        if issubclass(kind, FormField):
            return ma.fields.Nested(Shape(unbound.args[0], f"{owner}{name.title()}").schema)
        if issubclass(kind, ChecksField):
            return ma.fields.List(self._choice(name, unbound, {}), **facts)
        if parts:
            return ma.fields.List(json_fields.TextString(), **json_fields.with_metadata(facts, maxItems=parts.most))
        return None

    def _number(self, name: str, unbound: "UnboundField[Any]", facts: dict[str, Any]) -> ma.fields.Field[Any] | None:
        bounds = self.numbers.get(name)
        if bounds is None and issubclass(unbound.field_class, IntegerField):
            asked = _validator(unbound, NumberRange)
            bounds = (asked.min, asked.max) if asked else (0, LAST_NUMBER)
        return json_fields.Whole(*bounds, allow_none=True, **facts) if bounds else None

    def _single(self, name: str, unbound: "UnboundField[Any]", facts: dict[str, Any]) -> ma.fields.Field[Any]:
        kind = unbound.field_class
        simple = next((of_json for of_form, of_json in _SIMPLE if issubclass(kind, of_form)), None)
        if simple is not None:
            return simple(allow_none=True, **facts)
        if issubclass(kind, BooleanField):
            return json_fields.Flag(**facts)
        if issubclass(kind, StringField):
            longest = _validator(unbound, AtMost)
            most = {"maxLength": longest.max} if longest else {}
            return json_fields.TextString(allow_none=True, **json_fields.with_metadata(facts, **most))
        return self._choice(name, unbound, {"allow_none": True} | facts)

    def _choice(self, name: str, unbound: "UnboundField[Any]", kwargs: dict[str, Any]) -> ma.fields.Field[Any]:
        """A word of a list; where the list comes from the taxonomy, the form knows it."""
        listed = self.choices.get(name) or unbound.kwargs.get("choices")
        words = [str(word) for word in listed or () if str(word)]
        return json_fields.Choice(words, **kwargs) if words else json_fields.TextString(**kwargs)

    def _posted(self, form: type[Any], body: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        for name, unbound in fields_of(form):
            value = body.get(json_name(name))
            if value is not None:
                yield from self._values(f"{prefix}{name}", unbound, value)

    def _values(self, name: str, unbound: "UnboundField[Any]", value: Any) -> Iterator[tuple[str, str]]:
        kind = unbound.field_class
        if issubclass(kind, RowsField):
            for number, row in enumerate(value):
                yield from self._row(unbound.args[0].args[0], row, f"{name}-{number}-")
        elif issubclass(kind, FormField):
            yield from self._posted(unbound.args[0], value, f"{name}-")
        elif issubclass(kind, ChecksField):
            yield from ((name, str(one)) for one in value)
        elif isinstance(value, list | tuple):
            yield name, "\n".join(value)
        elif isinstance(value, bool):
            if value:
                yield name, "y"
        else:
            yield name, _typed(kind, value)

    def _row(self, form: type[Any], row: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        """A row with nothing in it is a row all the same: its place must not go to the next one."""
        posted = list(self._posted(form, row, prefix))
        yield from posted or [(f"{prefix}{fields_of(form)[0][0]}", "")]


def judged(form: Any) -> Any:
    """The form, if it has nothing against what is in it; else Invalid with a fault for each field."""
    if not form.validate():
        faults: dict[str, str] = {}
        for name, message in form.faults:
            faults[name] = f"{faults[name]} {message}" if name in faults else message
        raise Invalid(faults)
    return form


def fields_of(form: type[Any]) -> list[tuple[str, "UnboundField[Any]"]]:
    """The fields of a form class in their order."""
    found = [(name, getattr(form, name)) for name in dir(form) if not name.startswith("_")]
    fields = [(name, one) for name, one in found if isinstance(one, UnboundField)]
    return sorted(fields, key=lambda pair: pair[1].creation_counter)


def json_name(field: str) -> str:
    """Amounts are yuan outside, so their names lose the fen."""
    return field.removesuffix("_fen")


def _label(unbound: "UnboundField[Any]") -> str:
    """The page's word for it; amounts are in yuan here."""
    label = unbound.kwargs.get("label") or (unbound.args[0] if unbound.args else "")
    return label.replace(IN_WAN, "") if isinstance(label, str) else ""


def _validator(unbound: "UnboundField[Any]", kind: type[Any]) -> Any:
    given = unbound.kwargs.get("validators") or (unbound.args[1] if len(unbound.args) > 1 else ())
    listed = given if isinstance(given, list | tuple) else ()
    return next((one for one in listed if isinstance(one, kind)), None)


def _typed(kind: type[Any], value: Any) -> str:
    """A value as somebody would have typed it on the page."""
    if issubclass(kind, WanField):
        return wan_text(value)
    if issubclass(kind, BeijingDateTimeField):
        return beijing(value).strftime(MINUTE)
    return value.isoformat() if issubclass(kind, DateField) and hasattr(value, "isoformat") else str(value)


_SIMPLE: tuple[tuple[type[Any], type[ma.fields.Field[Any]]], ...] = (
    (WanField, json_fields.Yuan),
    (BeijingDateTimeField, json_fields.Instant),
    (DateField, json_fields.Day),
)
