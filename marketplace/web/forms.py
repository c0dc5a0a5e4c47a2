"""Fields that speak 万元 and Beijing time outside, fen and UTC inside; the base of every form."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, SelectField, SelectMultipleField, StringField
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from marketplace.core import money
from marketplace.core.calendar import from_beijing
from marketplace.core.completeness import NO_SECRETS
from marketplace.core.errors import DomainError, Invalid
from marketplace.core.text import _
from marketplace.web.language import gettext, language, translate

MAX_FEN = 10**15
"""Ten trillion yuan: larger amounts are typing mistakes."""

MAX_DIGITS = 9
FIRST_YEAR, LAST_YEAR = 2000, 2999
"""Other years are typing mistakes, and some are beyond what can be reckoned with."""

NOT_CHOSEN = _("未选择")
REQUIRED = _("请填写这一项。")
TOO_LONG = _("最多 %(max)d 个字。")
NOT_A_NUMBER = _("请填写数字，例如 120 或 350.5。")
NEGATIVE = _("金额不能小于 0。")
TOO_LARGE = _("金额太大，请检查单位（万元）。")
TOO_FINE = _("最多精确到分（万元后六位小数）。")
YEAR_WRONG = _("请检查年份：要在 %(first)d 到 %(last)d 之间。")


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose labels and messages follow the page's language."""

    class Meta:
        def get_translations(self, _form: Any) -> Any:
            return get_translations(["zh" if language() == "zh" else "en"])

    def show(self, error: Invalid) -> None:
        """Put the domain's messages at their fields; those of unknown fields go to the form's head."""
        for name, message in error.fields.items():
            field, words = _field_named(self, name), translate(message)
            if field is None:
                self.form_errors.append(words)
            elif words not in field.errors:
                field.errors = [*field.errors, words]

    def refuse(self, error: DomainError) -> None:
        """Why something was refused: at its place where the reason names one, else at the form's head."""
        if isinstance(error, Invalid):
            self.show(error)
        else:
            self.form_errors.append(translate(error.message))

    def show_new(self, error: Invalid) -> None:
        """Only the messages of fields that say nothing yet: what was left empty needs one sentence, not two."""
        silent = {
            name: text for name, text in error.fields.items() if not getattr(_field_named(self, name), "errors", ())
        }
        self.show(Invalid(silent))

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(id of the field, message) for the error summary, in the order of the form."""
        found = [("", str(message)) for message in self.form_errors]
        for field in self:
            found += _faults_of(field)
        return found


def _field_named(fields: Iterable[Field], name: str) -> Field | None:
    """The field of that name, however deep: ``indicators-1-target`` is the target of the second row."""
    for field in fields:
        if field.name == name:
            return field
        inner = field.entries if hasattr(field, "entries") else field.form if hasattr(field, "form") else ()
        found = _field_named(inner, name)
        if found is not None:
            return found
    return None


def _faults_of(field: Field) -> list[tuple[str, str]]:
    if hasattr(field, "entries"):
        return [fault for entry in field.entries for fault in _faults_of(entry)] + [
            (field.id, str(message)) for message in field.errors if isinstance(message, str)
        ]
    if hasattr(field, "form"):
        return [fault for inner in field.form for fault in _faults_of(inner)]
    return [(field.id, str(message)) for message in field.errors]


def whole_number(typed: str | None) -> int | None:
    """What a hidden field or a button says; None for anything that no page of ours sends."""
    is_number = typed is not None and typed.isascii() and typed.isdigit() and len(typed) <= MAX_DIGITS
    return int(typed or "") if is_number else None


class Required(InputRequired):
    def __init__(self) -> None:
        super().__init__(message=None)

    def __call__(self, form: Any, field: Any) -> None:
        self.message = gettext(REQUIRED)
        super().__call__(form, field)


class AtMost(Length):
    """At most so many characters, said in the page's language."""

    def __init__(self, maximum: int) -> None:
        super().__init__(max=maximum)

    def __call__(self, form: Any, field: Any) -> None:
        self.message = gettext(TOO_LONG, max=self.max)
        super().__call__(form, field)


class NoSecrets:
    """The tick that what is sent holds no state secret."""

    def __call__(self, _form: Any, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext(NO_SECRETS))


class TextField(StringField):
    """One line or many, without the blanks around it; empty text is None."""

    @property
    def text(self) -> str | None:
        return (self.data or "").replace("\0", "").strip() or None


class LongField(TextField):
    """Many lines."""

    widget = TextArea()


class ChecksField(SelectMultipleField):
    """Several of a few, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ChoiceField(SelectField):
    """One of several; its labels are message ids, said in the page's language."""

    def iter_choices(self) -> Iterator[Any]:
        choices: Iterable[Any] = super().iter_choices()
        return (choice._replace(label=gettext(choice.label)) for choice in choices)


class WanField(StringField):
    """An amount in 万元; ``amount_fen`` is whole fen or None where nothing was typed."""

    widget = TextInput()
    amount_fen: int | None = None

    def pre_validate(self, _form: Any) -> None:
        typed = (self.data or "").replace(",", "").replace("，", "").strip()
        if not typed:
            self.amount_fen = None
            return
        self.amount_fen = _fen_of(typed)

    def set_fen(self, amount_fen: int | None) -> None:
        self.data = "" if amount_fen is None else money.wan_text(amount_fen).replace(",", "")


def _fen_of(typed: str) -> int:
    try:
        amount = Decimal(typed)
        if not amount.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise ValidationError(gettext(NOT_A_NUMBER)) from None
    if amount < 0:
        raise ValidationError(gettext(NEGATIVE))
    if amount > Decimal(MAX_FEN) / money.FEN_PER_WAN:
        raise ValidationError(gettext(TOO_LARGE))
    try:
        return money.fen_from_wan(amount)
    except ValueError:
        raise ValidationError(gettext(TOO_FINE)) from None


class BeijingDateTimeField(DateTimeLocalField):
    """A clock time of Beijing; ``moment`` is the instant in UTC or None."""

    def __init__(self, label: str = "", validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(
            label, list(validators), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs
        )

    def pre_validate(self, _form: Any) -> None:
        if self.data and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValidationError(gettext(YEAR_WRONG, first=FIRST_YEAR, last=LAST_YEAR))

    @property
    def moment(self) -> datetime | None:
        return from_beijing(self.data) if self.data else None
