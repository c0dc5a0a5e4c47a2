"""Files in and out of the browser."""

import tempfile

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from marketplace.bulk.sheets import MEDIA_TYPES, SUFFIXES, write_file
from marketplace.core.calendar import day_of
from marketplace.core.errors import NotFound
from marketplace.web.access import signed_in
from marketplace.web.current import actor, config, now, registry
from marketplace.web.language import gettext, language
from marketplace.web.transaction import reading

blueprint = Blueprint("bulk", __name__)
MOST_IN_MEMORY = 2 * 1024 * 1024
"""A longer file waits on disk until it has been sent."""
SUFFIX = f"any({','.join(SUFFIXES)})"


@blueprint.get(f"/exports/<string(maxlength=40):listing>.<{SUFFIX}:suffix>")
@signed_in
def export(listing: str, suffix: str) -> ResponseReturnValue:
    """The list behind the same filters as a file, with what this person may see of it."""
    found = registry().exports.get(listing)
    if found is None:
        raise NotFound
    moment, title = now(), gettext(found.label)
    file = tempfile.SpooledTemporaryFile(MOST_IN_MEMORY, dir=str(config().instance))  # noqa: SIM115  (sent, then closed)
    with reading() as session:
        rows = found.each(session, actor(), found.ask(), moment)
        write_file(suffix, file, found.columns, rows, title=title, tongue=language())
    file.seek(0)
    name = f"{title}-{day_of(moment):%Y%m%d}.{suffix}"
    return send_file(file, MEDIA_TYPES[suffix], as_attachment=True, download_name=name)
