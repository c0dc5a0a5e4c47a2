"""Documents, concepts and profiles with everything filled in that a test does not care about."""

from datetime import UTC, datetime, timedelta

from search.analysis.analyser import Analyser
from search.analysis.concepts import Concept
from search.documents import SearchDocument
from search.matching.profile import NeedProfile, OfferProfile

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)

CONCEPTS = (
    Concept("bci", "脑机接口", ("BCI", "脑-机接口", "brain-computer interface")),
    Concept("solid", "全固态电池", ("固态电池", "solid-state battery"), broader=("lithium",)),
    Concept("lithium", "锂电池", ("锂离子电池", "lithium battery"), broader=("storage",)),
    Concept("storage", "新型储能", (), broader=("lithium",)),
    Concept("vehicle", "车路协同", ("车联网",), mode="related"),
    Concept("adc", "抗体偶联药物", ("ADC",), mode="oneway"),
)


def an_analyser() -> Analyser:
    return Analyser(CONCEPTS)


def a_document(key: str, title: str = "质子交换膜", **facts) -> SearchDocument:
    facts = {"kind": "achievement", "version": 1, "body": "", "published_at": NOON, **facts}
    return SearchDocument(key=key, title=title, **facts)


def documents_by_day(*keys: str) -> list[SearchDocument]:
    """One a day, the first the oldest."""
    return [a_document(key, published_at=NOON + timedelta(days=day)) for day, key in enumerate(keys)]


def a_need(key: str = "need", title: str = "高性能质子交换膜的研发", **facts) -> NeedProfile:
    return NeedProfile(key=key, title=title, **facts)


def an_offer(key: str = "offer", title: str = "质子交换膜及其制备方法", **facts) -> OfferProfile:
    return OfferProfile(key=key, title=title, **facts)
