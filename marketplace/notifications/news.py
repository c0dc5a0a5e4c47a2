"""What people are told of what they were told: the daily digest."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

declare(
    News(
        kind="site.digest",
        label=_("每日摘要"),
        title=_("未读消息 %(count)s 条"),
        text=_("这是您选择的每日摘要。上一封之后到来、您还没有读的消息："),
        closing=_("全部消息在这里："),
        path="/inbox",
        channels=MAIL_ONLY,
        in_inbox=False,
    )
)
