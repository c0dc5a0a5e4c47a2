"""How the forms of accounts answer: again with what was typed and the reason at its place."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core.errors import DomainError
from marketplace.web.errors import status_of
from marketplace.web.forms import BaseForm


def form_page(template: str, form: BaseForm, **values: object) -> ResponseReturnValue:
    return render_template(template, form=form, **values), 422 if form.faults else 200


def refused(template: str, form: BaseForm, error: DomainError, **values: object) -> ResponseReturnValue:
    """The form again, what was typed kept, the reason at its place or at the head."""
    form.refuse(error)
    return render_template(template, form=form, **values), status_of(error)


def client_address() -> str:
    return request.remote_addr or ""
