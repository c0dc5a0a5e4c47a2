"""The search engine that the settings ask for (adapter to Flask's application)."""

from typing import cast

from flask import Flask, current_app

from config import Config
from marketplace.taxonomy.catalogue import Catalogue
from search.analysis.analyser import Analyser
from search.analysis.concepts import Concept
from search.engine import SearchEngine
from search.engines.embedded.engine import EmbeddedEngine

KEY = "jiebang.search"


def engine() -> SearchEngine:
    return cast(SearchEngine, current_app.extensions[KEY])


def engine_for(config: Config, catalogue: Catalogue) -> SearchEngine:
    """Nothing is opened until the first use."""
    return EmbeddedEngine(config.search_folder, analyser_for(catalogue))


def analyser_for(catalogue: Catalogue) -> Analyser:
    """Texts to terms and concepts, the same for index, query and matches."""
    return Analyser(concepts_of(catalogue))


def concepts_of(catalogue: Catalogue) -> tuple[Concept, ...]:
    """The taxonomy's concepts in the words of the search package."""
    return tuple(
        Concept(
            id=concept.id,
            canonical=concept.canonical,
            aliases=tuple(alias.text for alias in concept.aliases),
            broader=concept.broader,
            mode=concept.mode.value,
        )
        for concept in catalogue.concepts
    )


def init_app(app: Flask, config: Config, catalogue: Catalogue) -> None:
    app.extensions[KEY] = engine_for(config, catalogue)
