"""What supervisors are told of the log."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

declare(
    News(
        kind="site.log_head",
        label=_("审计日志的每日哈希"),
        title=_("%(day)s 的日志哈希"),
        text=_("%(day)s 结束时，审计日志最后一条的哈希是："),
        quoted="head",
        closing=_(
            "公布时间 %(published_at)s，签名密钥 %(key)s，签名 %(signature)s。"
            "请保留这封信："
            "以后任何时候，日志里都应当还能找到这个哈希（audit verify --head）；找不到，就是日志被删过或改过。"
        ),
        path="/log",
        must=MAIL_ONLY,
        for_staff=True,
    ),
    News(
        kind="site.log_broken",
        label=_("审计日志对不上"),
        title=_("审计日志对不上，没有公布哈希"),
        text=_(
            "公布每日哈希之前核对审计日志，发现日志在第 %(number)s 条断开，因此没有签名，也没有公布。"
            "请马上与运营专员和运维人员一起查明原因，并用以前收到的哈希核对（audit verify --head）。"
        ),
        path="/log",
        must=MAIL_ONLY,
        for_staff=True,
    ),
)
