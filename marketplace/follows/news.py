"""What people are told of what they follow. Nothing is told but what was public."""

from marketplace.core.news import News, declare
from marketplace.core.text import _

CHALLENGE = "/challenges/%(id)s"
QUESTIONS = "/challenges/%(id)s/questions"
FOLLOWS = "/follows"

declare(
    News(
        kind="follow.clarified",
        label=_("关注的榜单有澄清"),
        title=_("您关注的榜单有澄清（%(title)s）"),
        text=_("您关注的榜单“%(title)s”发布了澄清第 %(number)s 号："),
        path=QUESTIONS,
    ),
    News(
        kind="follow.answered",
        label=_("关注的榜单有答复"),
        title=_("您关注的榜单有新答复（%(title)s）"),
        text=_("您关注的榜单“%(title)s”有一个提问得到答复："),
        path=QUESTIONS,
    ),
    News(
        kind="follow.deadline",
        label=_("关注的榜单延长截止时间"),
        title=_("您关注的榜单延长截止时间（%(title)s）"),
        text=_("您关注的榜单“%(title)s”的揭榜截止时间延长到 %(until)s（北京时间），见澄清第 %(number)s 号："),
        path=QUESTIONS,
    ),
    News(
        kind="follow.challenge_withdrawn",
        label=_("关注的榜单撤榜"),
        title=_("您关注的榜单已撤榜（%(title)s）"),
        text=_("您关注的榜单“%(title)s”已撤榜，不再公开。理由："),
        quoted="reason",
        path=FOLLOWS,
    ),
    News(
        kind="follow.achievement_withdrawn",
        label=_("关注的成果撤下"),
        title=_("您关注的成果已撤下（%(title)s）"),
        text=_("您关注的成果“%(title)s”已撤下，不再公开。理由："),
        quoted="reason",
        path=FOLLOWS,
    ),
    News(
        kind="follow.challenge_published",
        label=_("关注的单位或方向有新榜单"),
        title=_("您关注的单位或方向有新榜单（%(title)s）"),
        text=_("新榜单“%(title)s”已发布："),
        path=CHALLENGE,
    ),
    News(
        kind="follow.achievement_published",
        label=_("关注的单位或方向有新成果"),
        title=_("您关注的单位或方向有新成果（%(title)s）"),
        text=_("新成果“%(title)s”已挂牌："),
        path="/achievements/%(id)s",
    ),
)
