"""What every engine must do. A test module of an engine inherits from `EngineContract` and has a fixture `engine`.

The engine of the fixture is empty, and analyses with `an_analyser()`.
"""

from datetime import UTC, datetime, timedelta, timezone
from threading import Event, Thread

import pytest

from search.analysis.analyser import concept_term
from search.documents import FacetValue, Put, Removal, SearchDocument, SearchQuery
from search.engine import SearchEngine, SearchUnavailable
from tests.search.builders import NOON, a_document, documents_by_day


def put(engine: SearchEngine, *documents: SearchDocument) -> int:
    return engine.apply([Put(document) for document in documents])


def found(engine: SearchEngine, text: str = "", **question) -> list[str]:
    return [hit.key for hit in engine.search(SearchQuery(text, **question)).hits]


def counted(engine: SearchEngine, facet: str, **question) -> dict[str, int]:
    page = engine.search(SearchQuery(**question))
    return {value.value: value.count for value in page.facets[facet]}


class ChangeContract:
    """Changes may come late, twice and in any order."""

    def test_a_document_is_found_after_it_was_put(self, engine):
        assert put(engine, a_document("a")) == 1
        assert found(engine, "质子交换膜") == ["a"]

    def test_an_older_version_never_overwrites_a_newer_one(self, engine):
        put(engine, a_document("a", "新的标题", version=3))
        assert put(engine, a_document("a", "旧的标题", version=2)) == 0
        assert [hit.title for hit in engine.search(SearchQuery()).hits] == ["新的标题"]

    def test_the_same_version_may_be_put_again(self, engine):
        put(engine, a_document("a", version=3))
        put(engine, a_document("a", version=3))
        assert list(engine.versions()) == [("a", 3)]

    def test_a_late_put_does_not_bring_back_what_was_removed(self, engine):
        put(engine, a_document("a", version=3))
        assert engine.apply([Removal("a", 4)]) == 1
        assert put(engine, a_document("a", version=4)) == 0
        assert found(engine) == []

    def test_a_removal_counts_even_when_the_document_was_never_there(self, engine):
        put(engine, a_document("b"))
        engine.apply([Removal("a", 4)])
        assert put(engine, a_document("a", version=3)) == 0
        assert found(engine) == ["b"]

    def test_a_late_removal_does_not_hide_a_newer_version(self, engine):
        put(engine, a_document("a", version=5))
        assert engine.apply([Removal("a", 4)]) == 0
        assert found(engine) == ["a"]

    def test_what_was_removed_can_come_back_newer(self, engine):
        put(engine, a_document("a", version=3))
        engine.apply([Removal("a", 4)])
        put(engine, a_document("a", version=5))
        assert list(engine.versions()) == [("a", 5)]

    def test_a_repeated_removal_changes_nothing(self, engine):
        put(engine, a_document("a", version=3))
        engine.apply([Removal("a", 4)])
        assert engine.apply([Removal("a", 4)]) == 0

    def test_changes_of_one_batch_settle_in_order(self, engine):
        engine.apply(
            [
                Put(a_document("a", "第一", version=1)),
                Put(a_document("b", version=1)),
                Put(a_document("a", "第三", version=3)),
                Removal("b", 2),
                Put(a_document("a", "第二", version=2)),
            ]
        )
        assert [(hit.key, hit.title) for hit in engine.search(SearchQuery()).hits] == [("a", "第三")]

    def test_two_quick_changes_are_both_seen(self, engine):
        put(engine, a_document("a"))
        assert found(engine) == ["a"]
        put(engine, a_document("b"))
        assert found(engine) == ["a", "b"]

    def test_nothing_to_apply_is_no_change(self, engine):
        assert engine.apply([]) == 0
        assert list(engine.versions()) == []

    def test_versions_are_those_of_what_can_be_found_by_key(self, engine):
        put(engine, a_document("c", version=7), a_document("a", version=2), a_document("b", version=1))
        engine.apply([Removal("b", 2)])
        assert list(engine.versions()) == [("a", 2), ("c", 7)]


class RebuildContract:
    """A new index takes the place of the old one, in one step."""

    def test_a_rebuild_leaves_exactly_what_it_was_given(self, engine):
        put(engine, a_document("a", version=9), a_document("b"))
        assert engine.rebuild([a_document("a", version=1), a_document("c")]) == 2
        assert list(engine.versions()) == [("a", 1), ("c", 1)]

    def test_a_rebuild_with_nothing_leaves_nothing(self, engine):
        put(engine, a_document("a"))
        assert engine.rebuild([]) == 0
        assert found(engine) == []

    def test_of_a_document_that_is_given_twice_the_last_stays(self, engine):
        assert engine.rebuild([a_document("a", version=1), a_document("a", version=2)]) == 1
        assert list(engine.versions()) == [("a", 2)]

    def test_a_rebuild_that_fails_leaves_the_old_index(self, engine):
        put(engine, a_document("a"))

        def documents():
            yield a_document("b")
            raise OSError("the database went away")

        with pytest.raises(OSError, match="went away"):
            engine.rebuild(documents())
        assert found(engine) == ["a"]
        assert put(engine, a_document("c")) == 1

    def test_removals_are_remembered_over_a_rebuild(self, engine):
        engine.apply([Removal("a", 4)])
        engine.rebuild([a_document("b")])
        assert put(engine, a_document("a", version=3)) == 0

    def test_a_second_writer_is_refused_while_one_writes(self, engine):
        refusals = []

        def documents():
            yield a_document("a")
            with pytest.raises(SearchUnavailable) as refusal:
                put(engine, a_document("b"))
            refusals.append(str(refusal.value))

        engine.rebuild(documents())
        assert refusals == ["another process is writing to the search index"]
        assert put(engine, a_document("b")) == 1

    def test_a_reader_never_meets_an_empty_index(self, engine):
        engine.rebuild(documents_by_day("a", "b", "c"))
        totals, is_done = set(), Event()

        def read():
            while not is_done.is_set():
                totals.add(engine.search(SearchQuery()).total)

        reader = Thread(target=read)
        reader.start()
        for _ in range(10):
            engine.rebuild(documents_by_day("a", "b", "c"))
        is_done.set()
        reader.join()
        assert totals == {3}


class QueryContract:
    """What is found, and in which order."""

    @pytest.mark.parametrize(
        "text",
        ["质子交换膜", "质子  交换膜", "質子交換膜", "PEM 质子", "ｐｅｍ", "pem", "膜", "80 kw", "80kW", "１２,０００"],
    )
    def test_text_is_found_however_it_is_spelled(self, engine, text):
        put(
            engine,
            a_document("a", "质子交换膜（ＰＥＭ）", body="用于80kW电堆，寿命12000小时"),
            a_document("b", "脑机接口"),
        )
        assert found(engine, text) == ["a"]

    def test_a_shared_character_is_no_reason_to_be_found(self, engine):
        put(engine, a_document("a", "交换机"), a_document("b", "质量管理"))
        assert found(engine, "质子交换膜") == []

    def test_one_shared_pair_of_many_is_no_reason_either(self, engine):
        put(engine, a_document("a", "以太网交换机"), a_document("b", "质子交换膜电解槽"))
        assert found(engine, "质子交换膜的制备") == ["b"]

    def test_the_title_counts_more_than_the_body(self, engine):
        put(
            engine,
            a_document("a", "燃料电池电堆", body="其中有一层质子交换膜"),
            a_document("b", "质子交换膜", body="用于一种燃料电池电堆"),
        )
        assert found(engine, "质子交换膜") == ["b", "a"]

    def test_what_is_in_quotes_must_stand_so(self, engine):
        put(engine, a_document("a", "固态 电池与电解质"), a_document("b", "全固态电池"))
        assert found(engine, "固态电池", sort="newest") == ["a", "b"]
        assert found(engine, "“固态电池”") == ["b"]
        assert found(engine, '"固态电池" 隔膜') == ["b"]

    def test_a_lone_quotation_mark_is_ignored(self, engine):
        put(engine, a_document("a", "全固态电池"))
        assert found(engine, '"固态电池') == ["a"]

    def test_a_display_number_goes_first(self, engine):
        others = [a_document(f"b{n}", "JB 2026 0147", body="JB-2026-0147 " * 50) for n in range(3)]
        put(engine, *others, a_document("a", "质子交换膜", number="JB-2026-0147"))
        assert found(engine, "jb-2026-0147")[0] == "a"
        assert found(engine, "看看 ＪＢ-2026-0147")[0] == "a"

    def test_other_codes_are_found_exactly_whatever_spaces_they_are_typed_with(self, engine):
        put(engine, a_document("a", codes=("ZL 2021 1 0123456.7",)), a_document("b", codes=("ZL202110123457.5",)))
        assert found(engine, "zl202110123456.7") == ["a"]
        assert found(engine, "ZL 2021 1 0123456.7") == ["a"]

    def test_a_concept_is_found_under_each_of_its_names(self, engine):
        put(engine, a_document("a", "脑机接口"), a_document("b", "无创 BCI 头环"), a_document("c", "脑电信号"))
        assert sorted(found(engine, "brain-computer interface")) == ["a", "b"]
        assert found(engine, "脑机接口") == ["a", "b"]

    def test_a_broader_question_finds_narrower_things_and_not_the_other_way_round(self, engine):
        put(engine, a_document("a", "固态电池"), a_document("b", "锂离子电池"))
        assert sorted(found(engine, "新型储能")) == ["a", "b"]
        assert found(engine, "全固态电池")[0] == "a"
        assert found(engine, "solid-state battery") == ["a"]

    def test_concepts_may_also_be_given_with_the_document(self, engine):
        put(engine, a_document("a", "一种头环", concepts=("bci",)))
        assert found(engine, "BCI") == ["a"]

    def test_equal_scores_stand_in_the_order_of_keys(self, engine):
        put(engine, *(a_document(key) for key in "dbeac"))
        assert found(engine, "质子交换膜") == ["a", "b", "c", "d", "e"]

    def test_pages_show_every_document_once_even_when_all_score_alike(self, engine):
        keys = [f"{number:02d}" for number in range(23)]
        put(engine, *(a_document(key) for key in reversed(keys)))
        pages = [found(engine, "交换膜", offset=offset, limit=5) for offset in range(0, 30, 5)]
        assert [key for page in pages for key in page] == keys

    def test_without_text_everything_is_found_newest_first_and_undated_last(self, engine):
        put(engine, a_document("u", published_at=None), *documents_by_day("c", "a", "b"))
        assert found(engine) == ["b", "a", "c", "u"]
        assert found(engine, "  ") == ["b", "a", "c", "u"]
        assert found(engine, offset=1, limit=2) == ["a", "c"]

    def test_instants_are_compared_whatever_their_zone(self, engine):
        beijing = timezone(timedelta(hours=8))
        put(
            engine,
            a_document("a", published_at=datetime(2026, 6, 1, 8, tzinfo=beijing)),
            a_document("b", published_at=datetime(2026, 6, 1, 1, tzinfo=UTC)),
        )
        assert found(engine) == ["b", "a"]

    def test_newest_first_can_be_asked_for_with_text(self, engine):
        put(engine, *documents_by_day("a", "b"), a_document("c", "脑机接口"))
        assert found(engine, "质子交换膜", sort="newest") == ["b", "a"]

    def test_text_without_anything_to_look_for_finds_nothing(self, engine):
        put(engine, a_document("a"))
        assert found(engine, "！？") == []

    def test_a_page_may_be_empty_and_still_tell_the_total(self, engine):
        put(engine, a_document("a"), a_document("b"))
        for question in (SearchQuery("交换膜", limit=0), SearchQuery(limit=0), SearchQuery("交换膜", offset=9)):
            page = engine.search(question)
            assert (page.hits, page.total) == ((), 2)

    def test_only_the_wanted_kinds_are_looked_at(self, engine):
        put(
            engine,
            a_document("a", kind="achievement"),
            a_document("p", kind="patent"),
            a_document("c", kind="challenge"),
        )
        assert found(engine, "质子交换膜", kinds=frozenset(("patent", "challenge"))) == ["c", "p"]

    def test_a_long_question_is_answered(self, engine):
        put(engine, a_document("a", "质子交换膜的制备"), a_document("b", "脑机接口"))
        assert found(engine, "我们需要一种高性能的质子交换膜，用于燃料电池。" * 200) == ["a"]


class FacetContract:
    """Facets narrow results, and count what choosing a value would show."""

    @pytest.fixture
    def filled(self, engine):
        put(
            engine,
            a_document("a", directions=("storage", "membranes"), industries=("energy", "materials"), readiness=5),
            a_document("b", directions=("storage",), industries=("energy",), area="anting", readiness=7),
            a_document("c", "脑机接口", directions=("bci",), area="nanxiang", budget_fen=0, cooperation=("licence",)),
        )
        return engine

    def test_values_of_one_facet_are_alternatives_and_facets_add_up(self, filled):
        wanted = frozenset(("membranes", "bci"))
        assert found(filled, filters={"direction": wanted}) == ["a", "c"]
        assert found(filled, filters={"direction": wanted, "area": frozenset(("nanxiang",))}) == ["c"]

    def test_a_filter_without_values_asks_for_nothing(self, filled):
        assert found(filled, filters={"area": frozenset()}) == ["a", "b", "c"]

    def test_counts_ignore_the_facet_s_own_filter_and_heed_the_others(self, filled):
        chosen = {"direction": frozenset(("bci",))}
        assert counted(filled, "direction", filters=chosen) == {"storage": 2, "bci": 1, "membranes": 1}
        assert counted(filled, "area", filters=chosen) == {"nanxiang": 1}
        both = {**chosen, "area": frozenset(("anting",))}
        assert counted(filled, "direction", filters=both) == {"storage": 1}
        assert counted(filled, "area", filters=both) == {"nanxiang": 1}
        assert filled.search(SearchQuery(filters=both)).total == 0

    def test_counts_heed_text_and_kinds(self, filled):
        put(filled, a_document("p", kind="patent", directions=("storage",)))
        assert counted(filled, "direction", text="质子交换膜") == {"storage": 3, "membranes": 1}
        assert counted(filled, "direction", text="质子交换膜", kinds=frozenset(("patent",))) == {"storage": 1}
        assert counted(filled, "kind", filters={"kind": frozenset(("patent",))}) == {"achievement": 3, "patent": 1}

    def test_the_most_frequent_value_comes_first_and_equal_ones_by_name(self, filled):
        page = filled.search(SearchQuery())
        assert page.facets["direction"] == (FacetValue("storage", 2), FacetValue("bci", 1), FacetValue("membranes", 1))

    def test_every_facet_is_counted_unless_only_some_are_asked_for(self, filled):
        assert list(filled.search(SearchQuery()).facets) == [
            "kind",
            "industry",
            "direction",
            "readiness",
            "area",
            "budget",
            "cooperation",
            "year",
        ]
        assert counted(filled, "readiness") == {"5": 1, "7": 1}
        assert counted(filled, "budget") == {"to-be-discussed": 1}
        assert counted(filled, "cooperation") == {"licence": 1}
        assert counted(filled, "year") == {"2026": 3}
        assert list(filled.search(SearchQuery(facets=("year",))).facets) == ["year"]

    def test_topics_and_states_can_be_filtered_by(self, filled):
        put(filled, a_document("d", topics=("fuel-cell",), state="open", published_at=NOON))
        assert found(filled, filters={"topic": frozenset(("fuel-cell",))}) == ["d"]
        assert found(filled, filters={"state": frozenset(("open",))}) == ["d"]


class HitContract:
    """What a hit shows."""

    def test_title_and_summary_are_those_of_the_document_with_matches_marked(self, engine):
        put(engine, a_document("a", "新型质子交换膜", body="正文", summary="电导率高的质子膜", version=4))
        (hit,) = engine.search(SearchQuery("质子交换膜")).hits
        assert (hit.key, hit.kind, hit.title, hit.summary) == ("a", "achievement", "新型质子交换膜", "电导率高的质子膜")
        assert hit.title_segments == (("新型", False), ("质子交换膜", True))
        assert hit.snippet == (("电导率高的", False), ("质子", True), ("膜", False))

    def test_without_a_summary_the_text_s_beginning_is_shown(self, engine):
        put(engine, a_document("a", body="第一句。\n第二句。"))
        (hit,) = engine.search(SearchQuery()).hits
        assert hit.summary == "第一句。 第二句。"

    def test_the_snippet_is_of_the_text_when_only_that_matched(self, engine):
        put(engine, a_document("a", "标题", body="膜厚十五微米。", summary="摘要"))
        (hit,) = engine.search(SearchQuery("十五微米")).hits
        assert hit.snippet == (("膜厚", False), ("十五微米", True), ("。", False))

    def test_another_name_of_the_concept_is_marked(self, engine):
        put(engine, a_document("a", "无创BCI头环"))
        (hit,) = engine.search(SearchQuery("脑机接口")).hits
        assert hit.title_segments == (("无创", False), ("BCI", True), ("头环", False))

    def test_markup_stays_text(self, engine):
        put(engine, a_document("a", "<b>质子</b>&膜"))
        (hit,) = engine.search(SearchQuery("质子")).hits
        assert hit.title_segments == (("<b>", False), ("质子", True), ("</b>&膜", False))


class SuggestionContract:
    """What someone may mean who has begun to type."""

    def test_names_of_concepts_come_first_then_titles_that_begin_so_then_titles_that_hold_it(self, engine):
        put(
            engine,
            a_document("a", "脑机融合芯片"),
            a_document("b", "植入式脑机电极"),
            a_document("c", "脑电信号"),
        )
        assert engine.suggest("脑机") == ["脑机接口", "脑机融合芯片", "植入式脑机电极"]
        assert engine.suggest("脑机", limit=2) == ["脑机接口", "脑机融合芯片"]

    def test_spelling_does_not_matter(self, engine):
        put(engine, a_document("a", "PEM 电解槽"))
        assert engine.suggest("ｐem") == ["PEM 电解槽"]
        assert engine.suggest("bc") == ["脑机接口"]

    def test_what_was_removed_is_not_suggested(self, engine):
        put(engine, a_document("a", "石墨烯薄膜"))
        engine.apply([Removal("a", 2)])
        assert engine.suggest("石墨") == []

    def test_nothing_typed_suggests_nothing(self, engine):
        put(engine, a_document("a"))
        assert engine.suggest(" ") == []


class MatchingContract:
    """What matching asks an engine for."""

    def test_candidates_are_the_best_of_the_wanted_kinds(self, engine):
        put(
            engine,
            a_document("a", "质子交换膜"),
            a_document("b", "质子束流"),
            a_document("c", "质子交换膜", kind="challenge"),
            a_document("d", "脑机接口"),
        )
        terms = {"质子": 1.0, "交换": 2.0, "没有": 1.0}
        assert [key for key, _ in engine.candidates(terms, frozenset(("achievement",)), 10)] == ["a", "b"]
        assert [key for key, _ in engine.candidates(terms, frozenset(), 1)] == ["a"]

    def test_candidates_are_found_by_concept(self, engine):
        put(engine, a_document("a", "无创BCI头环"), a_document("b", "脑电信号"))
        assert engine.candidates({concept_term("bci"): 0.5}, frozenset(), 10) == [("a", 3.0)]

    def test_without_terms_there_are_no_candidates(self, engine):
        put(engine, a_document("a"))
        assert engine.candidates({}, frozenset(("achievement",)), 10) == []

    def test_statistics_count_documents_by_term_and_concept(self, engine):
        put(engine, a_document("a", "质子膜", body="质子"), a_document("b", "全固态电池"), a_document("c", "质子束"))
        statistics = engine.statistics()
        assert statistics.documents == 3
        assert [statistics.document_frequency(term) for term in ("质子", "质", "子膜", "没有")] == [2, 2, 1, 0]
        assert [statistics.document_frequency(concept_term(id_)) for id_ in ("solid", "lithium", "bci")] == [1, 1, 0]


class ReadinessContract:
    """An engine says whether it can answer."""

    def test_an_engine_without_an_index_says_so(self, engine):
        assert engine.is_ready() == "there is no search index yet"
        with pytest.raises(SearchUnavailable, match="there is no search index yet"):
            engine.search(SearchQuery("质子"))

    def test_an_engine_with_an_index_is_ready_even_when_it_is_empty(self, engine):
        engine.rebuild([])
        assert engine.is_ready() is None


class EngineContract(
    ChangeContract,
    RebuildContract,
    QueryContract,
    FacetContract,
    HitContract,
    SuggestionContract,
    MatchingContract,
    ReadinessContract,
):
    """Everything that holds for every engine."""
