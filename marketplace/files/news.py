"""What people are told of files they gave."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

declare(
    News(
        kind="file.infected",
        label=_("附件含病毒"),
        title=_("附件含病毒，已删除（%(title)s）"),
        text=_("您为“%(title)s”上传的附件“%(name)s”经扫描含有病毒（%(virus)s），已经删除。请查杀后重新上传："),
        path="/files/%(kind)s/%(id)s",
        must=MAIL_ONLY,
    )
)
