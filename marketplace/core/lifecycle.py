"""State machines as data: one table per lifecycle, read by service, policy, router, template and README."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import Generic, TypeVar

from marketplace.core.errors import Conflict
from marketplace.core.text import Message, _

State = TypeVar("State", bound=StrEnum)


class IllegalTransition(Conflict):
    """The step does not start from the state that the thing is in."""

    default = _("当前状态下不能做这一步，页面可能已过期，请刷新后再看。")


class Lifecycle(Generic[State]):
    """The transitions of one thing: rows of (action, sources, target)."""

    def __init__(self, *, initial: State, rows: Iterable[tuple[str, Collection[State], State]]) -> None:
        self.initial = initial
        self.states: type[State] = type(initial)
        self._targets: dict[tuple[str, State], State] = {}
        for action, sources, target in rows:
            for source in sorted(sources):
                if (action, source) in self._targets:
                    raise ValueError(f"{action} from {source} is listed twice")
                self._targets[action, source] = target

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action once, in the order of the table."""
        return tuple(dict.fromkeys(action for action, _source in self._targets))

    def actions_from(self, source: State) -> tuple[str, ...]:
        return tuple(action for action, origin in self._targets if origin is source)

    def target(self, action: str, source: State) -> State:
        try:
            return self._targets[action, source]
        except KeyError:
            raise IllegalTransition(Message(IllegalTransition.default)) from None

    def unreachable(self) -> set[State]:
        reached, frontier = {self.initial}, [self.initial]
        while frontier:
            source = frontier.pop()
            for (_action, origin), target in self._targets.items():
                if origin is source and target not in reached:
                    reached.add(target)
                    frontier.append(target)
        return set(self.states) - reached

    def rows(self) -> Iterator[tuple[str, tuple[State, ...], State]]:
        """(action, sources, target) as printed by ``flask lifecycles`` and the README."""
        for action in self.actions:
            by_target: dict[State, list[State]] = {}
            for (name, source), target in self._targets.items():
                if name == action:
                    by_target.setdefault(target, []).append(source)
            yield from ((action, tuple(sources), target) for target, sources in by_target.items())

    def as_markdown(self) -> str:
        lines = ["| action | from | to |", "|---|---|---|"]
        lines += [f"| {action} | {' · '.join(sources)} | {target} |" for action, sources, target in self.rows()]
        return "\n".join(lines)
