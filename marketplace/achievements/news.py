"""What people are told of achievements."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

PAGE = "/achievements/%(id)s"

declare(
    News(
        kind="achievement.returned",
        label=_("成果退回修改"),
        title=_("成果退回修改（%(title)s）"),
        text=_("成果“%(title)s”已退回修改。理由："),
        quoted="reason",
        closing=_("修改后可以再次提交："),
        path=PAGE,
    ),
    News(
        kind="achievement.rejected",
        label=_("成果不予发布"),
        title=_("成果不予发布（%(title)s）"),
        text=_("成果“%(title)s”不予发布。理由："),
        quoted="reason",
        path=PAGE,
    ),
    News(
        kind="achievement.published",
        label=_("成果发布"),
        title=_("成果已发布（%(title)s）"),
        text=_("成果“%(title)s”已发布，所有人可见。"),
        path=PAGE,
    ),
    News(
        kind="achievement.expires_soon",
        label=_("成果挂牌快到期"),
        title=_("成果挂牌快到期，请续期（%(title)s）"),
        text=_("成果“%(title)s”挂牌到 %(until)s 为止，之后不再出现在列表和搜索里。仍然有效的，请在这里续期："),
        path=PAGE,
    ),
    News(
        kind="achievement.expired",
        label=_("成果挂牌到期"),
        title=_("成果挂牌已到期（%(title)s）"),
        text=_("成果“%(title)s”挂牌已到期，不再公开。仍然有效的，随时可以在这里续期："),
        path=PAGE,
    ),
    News(
        kind="achievement.taken_down",
        label=_("成果紧急下架"),
        title=_("成果已紧急下架（%(title)s）"),
        text=_("运营专员已把成果“%(title)s”紧急下架：页面、列表、搜索和附件都不再公开。理由："),
        quoted="reason",
        closing=_("你方仍可在这里看到它和处理经过："),
        path=PAGE,
        must=MAIL_ONLY,
    ),
    News(
        kind="achievement.restored",
        label=_("成果恢复公开"),
        title=_("成果已恢复公开（%(title)s）"),
        text=_("运营专员已恢复成果“%(title)s”的公开。理由："),
        quoted="reason",
        path=PAGE,
    ),
)
