"""What operators are told: something waits for their decision. In the inbox alone, unless they choose otherwise."""

from marketplace.core.news import ChannelName, News, declare
from marketplace.core.text import _

ONLY_INBOX = frozenset[ChannelName]()

declare(
    News(
        kind="review.organisation",
        label=_("单位待认证"),
        title=_("单位待认证（%(title)s）"),
        text=_("“%(title)s”提交了认证资料，请核验："),
        path="/organisations/%(id)s",
        channels=ONLY_INBOX,
        for_staff=True,
    ),
    News(
        kind="review.challenge",
        label=_("榜单待审核"),
        title=_("榜单待审核（%(title)s）"),
        text=_("榜单“%(title)s”已提交，请审核："),
        path="/challenges/%(id)s",
        channels=ONLY_INBOX,
        for_staff=True,
    ),
    News(
        kind="review.achievement",
        label=_("成果待审核"),
        title=_("成果待审核（%(title)s）"),
        text=_("成果“%(title)s”已提交，请审核："),
        path="/achievements/%(id)s",
        channels=ONLY_INBOX,
        for_staff=True,
    ),
)
