"""What upper features add to lower ones, filled in by the application factory.

A *kind* is the singular word of a feature ("challenge"). Audit, notifications, search and the workbench ask here what a
subject is called, where its page is and who may see it; a page asks which panels others have for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.approval import Approvable
from marketplace.core.permissions import Policy, Rule
from marketplace.core.setting import Setting
from marketplace.core.text import Message

Loader = Callable[[Session, Sequence[str]], Mapping[str, Any]]
"""Public ids to things, in one query; ids without a thing are absent."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How others deal with the things of one feature without importing it."""

    name: str
    label: str
    load: Loader
    policy: Policy
    title: Callable[[Any], str]
    endpoint: str
    document: Callable[[Any], Any] | None = None
    """The thing as search documents know it; None for a thing that is not public. Absent where never searched."""
    versions: Callable[[Session], Mapping[str, int]] | None = None
    """Public id to version of every public thing: what the index should hold."""
    load_visible: Callable[[Session, Actor, Sequence[str]], Mapping[str, Any]] | None = None
    """Like ``load``, but only what this actor may see: rows are checked again after every search."""
    result: Callable[[Any, Actor, datetime], Any] | None = None
    """The thing's row for a list of mixed kinds."""
    row_template: str = ""
    approval: Approvable | None = None
    """Where organisations may ask for their own approval before such a thing is handed in."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a detail page that an upper feature contributes: a template and what it needs.

    ``kind`` is the thing's, or ``challenge_tools`` and the like for what stands with its actions.
    """

    kind: str
    template: str
    load: Callable[[Session, Actor, Any, datetime], Mapping[str, Any] | None]
    """Takes the moment last; gives the template's values, or None where this actor sees no such panel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for a person, shown on the workbench; ``action`` words its button."""

    what: Message
    kind: str
    subject_id: str
    subject_title: str
    action: str
    since: datetime | None = None
    due: datetime | None = None
    is_others_turn: bool = False
    """Nothing to do but to wait: the task is not shown, nor what later sources say of the same thing."""


Obstacles = Callable[[Session, Actor], Sequence[Message]]
"""Why this person cannot close their account yet, each with what to do."""
PersonalData = Callable[[Session, Actor], Any]
"""What a feature keeps of this person, as JSON knows it, and nothing of anybody else."""

TaskSource = Callable[[Session, Actor, datetime], Sequence[Task]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: ``cell`` takes a row and a tongue (``zh``, ``en``; ``codes`` for programs).

    It gives text, a number, a truth, or a list of texts or objects; None for nothing.
    """

    name: str
    label: str
    cell: Callable[[Any, str], object]
    width: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A list as a file. ``ask`` reads the list's filters from the address; ``each`` gives row after row what this
    actor may see of it. ``name`` stands in the address."""

    name: str
    label: str
    columns: Sequence[Column]
    each: Callable[[Session, Actor, Any, datetime], Iterable[Any]]
    ask: Callable[[], Any] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """Who may add files to the things of a kind, and who may read which of them."""

    kind: str
    attach: Rule
    """May add files to this thing, and take them away."""
    read: Callable[[Actor, Any, Any], bool]
    """(actor, thing, file): may see this file of the thing; never more than the thing itself."""
    side: str
    """As whom its people act: a word that the thing's history knows."""
    is_blind: Callable[[Any], bool] = lambda _thing: False
    """Whether a file of this thing must not tell who made it."""


class Registry:
    """One application's kinds, panels, sources of tasks, rules of files, exports and settings."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        self.panels: list[Panel] = []
        self.task_sources: list[TaskSource] = []
        self.exports: dict[str, Export] = {}
        self.settings: dict[str, Setting[Any]] = {}
        self.obstacles: list[Obstacles] = []
        self.personal_data: dict[str, PersonalData] = {}
        self.file_rules: dict[str, FileRules] = {}

    def add_kind(self, kind: Kind) -> None:
        self.kinds[kind.name] = kind

    def add_panel(self, panel: Panel) -> None:
        self.panels.append(panel)

    def add_files(self, rules: FileRules) -> None:
        """Things of this kind may have files."""
        self.file_rules[rules.kind] = rules

    def add_tasks(self, source: TaskSource) -> None:
        self.task_sources.append(source)

    def add_export(self, export: Export) -> None:
        self.exports[export.name] = export

    def add_obstacles(self, source: Obstacles) -> None:
        self.obstacles.append(source)

    def add_personal_data(self, name: str, source: PersonalData) -> None:
        self.personal_data[name] = source

    def obstacles_of(self, session: Session, actor: Actor) -> list[Message]:
        """Everything that keeps this person from closing their account."""
        return [obstacle for source in self.obstacles for obstacle in source(session, actor)]

    def data_of(self, session: Session, actor: Actor) -> dict[str, Any]:
        """Everything that the features keep of this person, by their names."""
        return {name: source(session, actor) for name, source in self.personal_data.items()}

    def add_settings(self, *declared: Setting[Any]) -> None:
        self.settings |= {setting.name: setting for setting in declared}

    def panels_of(
        self, session: Session, actor: Actor, kind: str, thing: Any, *, now: datetime
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """(template, values) of every panel that this actor sees on this thing's page."""
        shown = []
        for panel in self.panels:
            if panel.kind == kind and (values := panel.load(session, actor, thing, now)) is not None:
                shown.append((panel.template, values))
        return shown

    def tasks_of(self, session: Session, actor: Actor, *, now: datetime) -> list[Task]:
        """What waits for this person. Of one thing the first source that speaks of it is heard."""
        found: list[Task] = []
        for source in self.task_sources:
            heard = {(task.kind, task.subject_id) for task in found}
            found += [one for one in source(session, actor, now) if (one.kind, one.subject_id) not in heard]
        return [task for task in found if not task.is_others_turn]
