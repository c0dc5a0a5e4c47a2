"""What people are told of their organisation's own approval."""

from marketplace.core.news import News, declare
from marketplace.core.text import _

PAGE = "/approvals/%(approval)s"

declare(
    News(
        kind="approval.asked",
        label=_("有内容等您放行"),
        title=_("有内容等您放行（%(title)s）"),
        text=_("“%(title)s”已提请单位内部审核，请看过后放行或退回："),
        path=PAGE,
    ),
    News(
        kind="approval.released",
        label=_("单位内部审核放行"),
        title=_("单位内部审核已放行（%(title)s）"),
        text=_("“%(title)s”已由审核人放行，可以提交平台审核："),
        path=PAGE,
    ),
    News(
        kind="approval.returned",
        label=_("单位内部审核退回"),
        title=_("单位内部审核退回（%(title)s）"),
        text=_("“%(title)s”被单位审核人退回修改。理由："),
        quoted="reason",
        closing=_("修改后可以再次提请："),
        path=PAGE,
    ),
)
