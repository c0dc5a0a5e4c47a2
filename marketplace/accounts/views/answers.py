"""How the forms of accounts answer: again with what was typed and the reason at its place."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core.errors import DomainError, Invalid
from marketplace.web.errors import status_of
from marketplace.web.forms import BaseForm
from marketplace.web.language import translate


def form_page(template: str, form: BaseForm, **values: object) -> ResponseReturnValue:
    return render_template(template, form=form, **values), 422 if form.faults else 200


def refused(template: str, form: BaseForm, error: DomainError, **values: object) -> ResponseReturnValue:
    """The form again, what was typed kept, the reason at its place or at the head."""
    if isinstance(error, Invalid):
        form.show(error)
    else:
        form.form_errors.append(translate(error.message))
    return render_template(template, form=form, **values), status_of(error)


def client_address() -> str:
    return request.remote_addr or ""
