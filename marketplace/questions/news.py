"""What people are told of questions and answers."""

from marketplace.core.news import News, declare
from marketplace.core.text import _

PAGE = "/questions/%(id)s"

declare(
    News(
        kind="question.asked",
        label=_("榜单收到提问"),
        title=_("榜单收到提问（%(title)s）"),
        text=_("榜单“%(title)s”收到一个提问，答复后所有人可见。"),
        path=PAGE,
    ),
    News(
        kind="question.answered",
        label=_("您的提问已答复"),
        title=_("您的提问已答复（%(title)s）"),
        text=_("您对榜单“%(title)s”的提问已经答复。"),
        path=PAGE,
    ),
    News(
        kind="question.hidden",
        label=_("您的提问已隐藏"),
        title=_("您的提问已隐藏（%(title)s）"),
        text=_("运营专员隐藏了您对榜单“%(title)s”的提问。理由："),
        quoted="reason",
        path=PAGE,
    ),
)
