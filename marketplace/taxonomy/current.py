"""The catalogue of this application (adapter to Flask): read and checked once, when the application is made."""

from typing import cast

from flask import Flask, current_app

from marketplace.taxonomy.catalogue import Catalogue
from marketplace.taxonomy.library import Library

KEY = "jiebang.taxonomy"
LIBRARY_KEY = "jiebang.taxonomy.library"


def catalogue() -> Catalogue:
    return cast(Catalogue, current_app.extensions[KEY])


def library() -> Library:
    """The indicators of its directions, perhaps none."""
    return cast(Library, current_app.extensions[LIBRARY_KEY])


def init_app(app: Flask, loaded: Catalogue, indicators: Library) -> None:
    app.extensions[KEY], app.extensions[LIBRARY_KEY] = loaded, indicators
