"""What people are told of their organisation."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

PAGE = "/organisations/%(id)s"

declare(
    News(
        kind="organisation.verified",
        label=_("单位通过认证"),
        title=_("单位已通过认证（%(title)s）"),
        text=_("“%(title)s”已通过认证，现在可以发榜、发布成果。"),
        path=PAGE,
    ),
    News(
        kind="organisation.rejected",
        label=_("单位认证未通过"),
        title=_("单位认证未通过（%(title)s）"),
        text=_("“%(title)s”的认证没有通过。理由："),
        quoted="reason",
        closing=_("请按理由修改资料后再次提交："),
        path=PAGE,
    ),
    News(
        kind="organisation.suspended",
        label=_("单位资格暂停"),
        title=_("单位资格已暂停（%(title)s）"),
        text=_("“%(title)s”的资格已暂停，暂时不能发榜和发布成果。理由："),
        quoted="reason",
        closing=_("如有疑问，请联系运营专员。单位页面："),
        path=PAGE,
        must=MAIL_ONLY,
    ),
)
