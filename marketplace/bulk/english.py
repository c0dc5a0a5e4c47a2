"""The English of our own texts below the web (adapter to gettext): a sheet is good in both languages."""

import gettext
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "translations"


def worded(text: str, tongue: str) -> str:
    """A text marked with ``_`` in one of the site's languages, ``zh`` or ``en``."""
    return _catalogue().gettext(text) if tongue == "en" and text else text


@cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("messages", FOLDER, ["en"], fallback=True)
