"""Late, repeated and reordered changes settle to the same state."""

from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import Change, Put, Removal
from search.engines.embedded.versions import settle
from tests.search.builders import a_document


class Index:
    """What an engine keeps between two batches."""

    def __init__(self) -> None:
        self.live: dict[str, int] = {}
        self.removed: dict[str, int] = {}

    def apply(self, changes: list[Change]) -> int:
        settled = settle(changes, self.live.get, self.removed)
        for key in settled.removals:
            self.live.pop(key, None)
        self.live.update({key: document.version for key, document in settled.puts.items()})
        self.removed.update(settled.removals)
        return settled.effects


HISTORY = [
    Put(a_document("a", version=1)),
    Put(a_document("a", version=2)),
    Removal("a", 3),
    Put(a_document("a", version=4)),
    Put(a_document("b", version=1)),
    Removal("b", 2),
    Removal("c", 1),
]


@settings(deadline=None)
@given(
    st.permutations(HISTORY), st.lists(st.sampled_from(HISTORY)), st.lists(st.integers(1, 5), min_size=1, max_size=20)
)
def test_in_any_order_and_any_batches_the_newest_version_of_each_stays(changes, repeated, sizes):
    index, left = Index(), [*changes, *repeated]
    for size in sizes:
        index.apply(left[:size])
        left = left[size:]
    index.apply(left)
    assert index.live == {"a": 4}


def test_effects_are_those_changes_that_were_taken():
    assert Index().apply(HISTORY) == 6
