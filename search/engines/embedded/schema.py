"""The tantivy index as data: its fields, and a document as the index keeps it."""

import json
from datetime import UTC, datetime, timedelta

import tantivy

from search.analysis.analyser import Analyser, identifier
from search.analysis.phrases import spelling
from search.documents import FILTERS, SearchDocument
from search.facets import facet_values

FORMAT = 1
"""Raise it when fields or tokens change: an index of another format must be rebuilt."""

KEY, VERSION, SHOWN, RECENCY = "key", "version", "shown", "recency"
TITLE, BODY, CONCEPTS, IDENTIFIERS, SUGGESTED = "title", "body", "concepts", "identifiers", "suggested"

EXCERPT_LENGTH = 2_000
SUMMARY_LENGTH = 200
SUGGESTION_MARK = "\x1f"

_WORDS = "words"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_MICROSECONDS = 10**18
_UNDATED = "9" * 19


def build_schema() -> tantivy.Schema:
    """All fields. Texts are indexed as tokens made by us, parted by spaces, with positions for phrases."""
    builder = tantivy.SchemaBuilder()
    for field in (TITLE, BODY):
        builder.add_text_field(field, tokenizer_name=_WORDS, index_option="position")
    for field in (KEY, RECENCY, *sorted(FILTERS)):
        builder.add_text_field(field, fast=True, stored=field == KEY, tokenizer_name="raw", index_option="basic")
    for field in (CONCEPTS, IDENTIFIERS, SUGGESTED):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(VERSION, fast=True)
    builder.add_bytes_field(SHOWN, stored=True)
    return builder.build()


def register_words(index: tantivy.Index) -> None:
    """Teach an opened index to part tokens at spaces."""
    splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_WORDS, splitter)


def indexed(document: SearchDocument, analyser: Analyser) -> tantivy.Document:
    """The document as the index keeps it. The body field holds the title too, so that it alone decides on a match."""
    text = f"{document.title}\n{document.body}"
    entry = tantivy.Document()
    entry.add_text(KEY, document.key)
    entry.add_unsigned(VERSION, document.version)
    entry.add_text(RECENCY, recency(document))
    entry.add_text(TITLE, " ".join(analyser.terms(document.title)))
    entry.add_text(BODY, " ".join(analyser.terms(text)))
    entry.add_text(SUGGESTED, f"{spelling(document.title)}{SUGGESTION_MARK}{document.title}")
    entry.add_bytes(SHOWN, _shown(document))
    for id_ in {*analyser.concepts(text), *document.concepts}:
        entry.add_text(CONCEPTS, id_)
    for code in {identifier(code) for code in (document.number, *document.codes)} - {""}:
        entry.add_text(IDENTIFIERS, code)
    for name, values in facet_values(document).items():
        for value in dict.fromkeys(values):
            entry.add_text(name, value)
    return entry


def recency(document: SearchDocument) -> str:
    """A text that sorts newest first, then by key; what has no date comes last."""
    published = document.published_at
    if published is None:
        return f"{_UNDATED}{document.key}"
    microseconds = (published - _EPOCH) // timedelta(microseconds=1)
    return f"{_FAR_MICROSECONDS - microseconds:019d}{document.key}"


def _shown(document: SearchDocument) -> bytes:
    """What a hit is made of."""
    summary = document.summary or " ".join(document.body.split())[:SUMMARY_LENGTH]
    parts = (document.kind, document.title, summary, document.body[:EXCERPT_LENGTH])
    return json.dumps(parts, ensure_ascii=False).encode()
