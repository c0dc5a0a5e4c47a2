"""What people are told of interests: that there is something to read, never what."""

from marketplace.core.news import News, declare
from marketplace.core.text import _

PAGE = "/interests/%(id)s"

declare(
    News(
        kind="interest.expressed",
        label=_("收到合作意向"),
        title=_("收到合作意向（%(title)s）"),
        text=_("有单位对成果“%(title)s”表达了合作意向，请在这里查看和答复："),
        path=PAGE,
    ),
    News(
        kind="interest.replied",
        label=_("合作意向有新消息"),
        title=_("合作意向有新消息（%(title)s）"),
        text=_("关于成果“%(title)s”的合作意向有新消息，请在这里查看："),
        path=PAGE,
    ),
    News(
        kind="interest.closed",
        label=_("合作意向结束"),
        title=_("合作意向已结束（%(title)s）"),
        text=_("对方结束了关于成果“%(title)s”的合作意向；往来内容仍可在这里查看："),
        path=PAGE,
    ),
)
