"""How messages look in an inbox: their words, and whether their subject may still be seen."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.core.news import SECRETS, TOPICS, ChannelName, News, known
from marketplace.core.registry import Registry
from marketplace.core.subject import Subject
from marketplace.core.text import Message, _
from marketplace.notifications.faults import said_of
from marketplace.notifications.lifecycle import DeliveryState
from marketplace.notifications.models import Choice, Delivery, Notification

OWN_ACCOUNT = "user"
CHANNEL_LABELS: Mapping[ChannelName, str] = {
    ChannelName.MAIL: _("邮件"),
    ChannelName.SMS: _("短信"),
    ChannelName.WECOM: _("企业微信"),
}
STATE_LABELS: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: _("等待发出"),
    DeliveryState.SENDING: _("正在发出"),
    DeliveryState.SENT: _("已发出"),
    DeliveryState.FAILED: _("没有成功，会再试"),
    DeliveryState.GIVEN_UP: _("已放弃"),
}
TONES: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: "open",
    DeliveryState.SENDING: "open",
    DeliveryState.SENT: "good",
    DeliveryState.FAILED: "notice",
    DeliveryState.GIVEN_UP: "bad",
}
HIDDEN_TEXT = _("相关内容现在不对您公开，这里不再显示详情。")


@dataclass(frozen=True, slots=True)
class Row:
    """One message in a list. ``path`` is empty, and the words neutral, where its subject may not be seen any more."""

    public_id: str
    topic: str
    title: Message
    text: Message
    quoted: str
    path: str
    created_at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery as administrators see it: whose address it is, they see no more than they need to find it."""

    public_id: str
    label: str
    channel: str
    recipient: str
    state: str
    tone: str
    fault: Message | None
    error: str
    attempts: int
    next_at: datetime | None
    created_at: datetime
    may_retry: bool


@dataclass(frozen=True, slots=True)
class DeadKind:
    """What was given up of one kind."""

    kind: str
    label: str
    count: int
    holds_secret: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """One kind by one channel, as the page of preferences shows it."""

    value: str
    label: str
    is_on: bool
    is_fixed: bool


def rows(session: Session, registry: Registry, actor: Actor, messages: Sequence[Notification]) -> list[Row]:
    """Messages as this actor may read them now: every subject's policy is asked again, one query for each kind."""
    seen = visible_subjects(session, registry, actor, {_subject(one) for one in messages})
    return [_row(one, is_visible=_subject(one) in seen) for one in messages]


def visible_subjects(
    session: Session, registry: Registry, actor: Actor, subjects: Collection[Subject]
) -> frozenset[Subject]:
    """Those of the subjects that this actor may see. A kind nobody registered is not seen, but one's own account is."""
    ids: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        ids[subject.kind].append(subject.id)
    found = {Subject(OWN_ACCOUNT, actor.public_id)} & set(subjects)
    for name, wanted in ids.items():
        kind = registry.kinds.get(name)
        if kind is None:
            continue
        loaded = kind.load_visible(session, actor, wanted) if kind.load_visible else kind.load(session, wanted)
        found |= {Subject(name, id) for id, thing in loaded.items() if kind.policy["view"](actor, thing)}
    return frozenset(found)


def topics(*, is_staff: bool) -> list[tuple[str, str]]:
    """(code, label) of the topics that this person may have messages of."""
    used = {entry.topic for entry in known().values() if entry.in_inbox and (is_staff or not entry.for_staff)}
    return [(topic, label) for topic, label in TOPICS.items() if topic in used]


def switches(
    offered: Sequence[ChannelName], chosen: Collection[Choice], *, is_staff: bool
) -> list[tuple[str, list[tuple[News, list[Switch]]]]]:
    """The table of preferences: (topic, [(kind, a switch for each channel)])."""
    said = {(one.kind, one.channel): one.is_on for one in chosen}
    table: dict[str, list[tuple[News, list[Switch]]]] = defaultdict(list)
    for entry in known().values():
        if entry.in_inbox and (is_staff or not entry.for_staff):
            cells = [_switch(entry, channel, said.get((entry.kind, channel))) for channel in offered]
            table[TOPICS[entry.topic]].append((entry, cells))
    return list(table.items())


def delivery_row(delivery: Delivery) -> DeliveryRow:
    is_waiting = delivery.state in (DeliveryState.QUEUED, DeliveryState.FAILED)
    is_dead = delivery.state is DeliveryState.GIVEN_UP
    return DeliveryRow(
        public_id=delivery.public_id,
        label=label_of(delivery.kind),
        channel=CHANNEL_LABELS[delivery.channel],
        recipient=masked(delivery.recipient),
        state=STATE_LABELS[delivery.state],
        tone=TONES.get(delivery.state, "muted"),
        fault=said_of(delivery.error) if delivery.error else None,
        error=delivery.error or "",
        attempts=delivery.attempts,
        next_at=delivery.next_at if is_waiting else None,
        created_at=delivery.created_at,
        may_retry=is_dead and not SECRETS & delivery.facts.keys(),
    )


def dead_kinds(counts: Mapping[str, int]) -> list[DeadKind]:
    entries = known()
    return [
        DeadKind(kind, label_of(kind), count, kind in entries and bool(SECRETS & entries[kind].facts))
        for kind, count in counts.items()
    ]


def label_of(kind: str) -> str:
    """What a kind is called; one that is declared no longer by its topic."""
    entry = known().get(kind)
    return entry.label if entry else TOPICS.get(kind.partition(".")[0], kind)


def masked(address: str) -> str:
    """Enough of an address to know it again: w…@example.com, 139…0000."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…{at}{domain}" if at else f"{address[:3]}…{address[-4:]}"


def _switch(entry: News, channel: ChannelName, chosen: bool | None) -> Switch:
    value = f"{entry.kind}:{channel}"
    return Switch(value, CHANNEL_LABELS[channel], entry.is_on(channel, chosen), channel in entry.must)


def _subject(message: Notification) -> Subject:
    return Subject(message.subject_kind, message.subject_id)


def _row(message: Notification, *, is_visible: bool) -> Row:
    entry = known().get(message.kind)
    topic = TOPICS.get(message.kind.partition(".")[0], "")
    title, text, quoted, path = Message(entry.label if entry else topic), Message(HIDDEN_TEXT), "", ""
    if entry and is_visible:
        title, text = Message(entry.title, message.facts), Message(entry.text, message.facts)
        quoted = str(message.facts.get(entry.quoted, "")) if entry.quoted else ""
        path = entry.path % message.facts
    return Row(message.public_id, topic, title, text, quoted, path, message.created_at, message.read_at is None)
