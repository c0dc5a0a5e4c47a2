"""News: what people may be told of, one declarative entry each. A feature declares its own in its module ``news``.

An entry says everything: what the kind is called where people choose, the words of the message in both languages
(message ids are Chinese, the catalogue has the English), where it leads, and by which channels it goes when nobody
chose otherwise. The application imports the module (``NEWS`` in ``app.py``). Example::

    declare(
        News(
            kind="challenge.returned",
            label=_("榜单退回修改"),
            title=_("榜单退回修改（%(title)s）"),
            text=_("榜单“%(title)s”已退回修改。理由："),
            quoted="reason",
            closing=_("修改后可以再次提交："),
            path="/challenges/%(id)s",
        )
    )

Then, in the transaction of the act, ``notifications.services.notify(session, user_ids, kind="challenge.returned",
subject=Subject("challenge", …), facts={"title": …, "reason": …}, now=now)``, or ``notify_organisation``,
``notify_staff``. ``id`` is the subject's public id. Facts are texts, never data of other people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from marketplace.core.text import _


class ChannelName(StrEnum):
    """Ways out of the house; the inbox is none of them: it always has the message."""

    MAIL = "mail"
    SMS = "sms"
    WECOM = "wecom"


TOPICS: Mapping[str, str] = {
    "account": _("账户与安全"),
    "review": _("待审核"),
    "organisation": _("单位"),
    "approval": _("单位内部审核"),
    "challenge": _("榜单"),
    "question": _("提问与答复"),
    "achievement": _("成果"),
    "follow": _("关注"),
    "interest": _("合作意向"),
    "file": _("附件"),
    "site": _("平台"),
}
"""The first half of a kind, and what it is called: preferences and the inbox are grouped by it."""

SECRETS = frozenset({"token", "code"})
"""Facts that open something: they are in letters only, and forgotten with them."""
RESERVED = frozenset({"text"})
"""Names that a fact cannot have: translating keeps them for itself."""
MAIL_ONLY = frozenset({ChannelName.MAIL})
FACT = re.compile(r"%\((\w+)\)s")
BLANK = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One kind of message: a ``title`` of one line, then ``text``, the quoted fact, ``closing``, link and ``after``.

    channels: on where the person chose nothing. must: on whatever the person chooses, for what safety depends on.
    in_inbox: False for a letter that only an address gets, because it opens something or goes to a stranger.
    for_staff: it comes to those with a staff role alone, and is offered as a choice to nobody else.
    """

    kind: str
    label: str
    title: str
    text: str
    quoted: str = ""
    closing: str = ""
    path: str = ""
    after: str = ""
    channels: frozenset[ChannelName] = MAIL_ONLY
    must: frozenset[ChannelName] = field(default=frozenset())
    in_inbox: bool = True
    for_staff: bool = False

    def __post_init__(self) -> None:
        if self.topic not in TOPICS:
            raise ValueError(f"{self.kind}: no topic of that name")
        if self.in_inbox and SECRETS & self.facts:
            raise ValueError(f"{self.kind}: a secret may not stay in an inbox")
        if RESERVED & self.facts:
            raise ValueError(f"{self.kind}: a fact cannot be called {', '.join(RESERVED & self.facts)}")

    @property
    def topic(self) -> str:
        return self.kind.partition(".")[0]

    @property
    def facts(self) -> frozenset[str]:
        """The facts that the words need."""
        said = "".join((self.title, self.text, self.closing, self.path, self.after))
        return frozenset(FACT.findall(said)) | ({self.quoted} if self.quoted else frozenset())

    @property
    def in_title(self) -> frozenset[str]:
        return frozenset(FACT.findall(self.title))

    def is_on(self, channel: ChannelName, chosen: bool | None) -> bool:
        """Whether it goes by a channel, given what the person chose; None where nothing was chosen."""
        return channel in self.must or (channel in self.channels if chosen is None else chosen)


_known: dict[str, News] = {}


def declare(*entries: News) -> None:
    """Make kinds known. The same entry twice changes nothing; another one of the same kind is a fault of ours."""
    for entry in entries:
        if _known.setdefault(entry.kind, entry) != entry:
            raise ValueError(f"{entry.kind} is declared twice")


def known() -> Mapping[str, News]:
    """Every kind that was declared, in the order of topics."""
    order = list(TOPICS)
    return {one.kind: one for one in sorted(_known.values(), key=lambda one: order.index(one.topic))}


def news_of(kind: str) -> News:
    """A kind nobody declared is a fault of ours (KeyError)."""
    return _known[kind]


def check(kind: str, facts: Mapping[str, Any]) -> None:
    """A kind nobody declared, or one without its facts, is a fault of ours."""
    missing = news_of(kind).facts - facts.keys()
    if missing:
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}")


def without_secrets(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What may be kept once the letter is on its way, or never will be."""
    return {name: BLANK if name in SECRETS else value for name, value in facts.items()}
