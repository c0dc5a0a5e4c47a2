"""The catalogue of this application (adapter to Flask): read and checked once, when the application is made."""

from typing import cast

from flask import Flask, current_app

from marketplace.taxonomy.catalogue import Catalogue

KEY = "jiebang.taxonomy"


def catalogue() -> Catalogue:
    return cast(Catalogue, current_app.extensions[KEY])


def init_app(app: Flask, loaded: Catalogue) -> None:
    app.extensions[KEY] = loaded
