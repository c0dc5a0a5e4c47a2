"""What people are told of challenges."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

PAGE = "/challenges/%(id)s"

declare(
    News(
        kind="challenge.returned",
        label=_("榜单退回修改"),
        title=_("榜单退回修改（%(title)s）"),
        text=_("榜单“%(title)s”已退回修改。理由："),
        quoted="reason",
        closing=_("修改后可以再次提交："),
        path=PAGE,
    ),
    News(
        kind="challenge.rejected",
        label=_("榜单不予受理"),
        title=_("榜单不予受理（%(title)s）"),
        text=_("榜单“%(title)s”不予受理。理由："),
        quoted="reason",
        path=PAGE,
    ),
    News(
        kind="challenge.published",
        label=_("榜单发布"),
        title=_("榜单已发布（%(title)s）"),
        text=_("榜单“%(title)s”已发布，所有人可见。"),
        path=PAGE,
    ),
    News(
        kind="challenge.taken_down",
        label=_("榜单紧急下架"),
        title=_("榜单已紧急下架（%(title)s）"),
        text=_("运营专员已把榜单“%(title)s”紧急下架：页面、列表、搜索和附件都不再公开。理由："),
        quoted="reason",
        closing=_("你方仍可在这里看到它和处理经过："),
        path=PAGE,
        must=MAIL_ONLY,
    ),
    News(
        kind="challenge.restored",
        label=_("榜单恢复公开"),
        title=_("榜单已恢复公开（%(title)s）"),
        text=_("运营专员已恢复榜单“%(title)s”的公开。理由："),
        quoted="reason",
        path=PAGE,
    ),
)
