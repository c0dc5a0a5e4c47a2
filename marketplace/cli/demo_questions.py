"""What is asked about the demo's challenges: some of it answered, some of it waiting for whoever posted them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from marketplace.core.actor import Actor
from marketplace.questions import services as questions


@dataclass(frozen=True, slots=True)
class Asked:
    """Of a challenge, by its id in the file; people by their logins. Without an answer it still waits."""

    of: str
    by: str
    words: str
    answer: str = ""


BETWEEN = timedelta(minutes=12)
POSTERS = {"c01": "enterprise", "c30": "enterprise2"}
ASKED = (
    Asked(
        "c01",
        "institute",
        "试验期间路侧激光雷达的原始点云能否带离现场做离线标注？若只能在园区内处理，我们要多备一台工作站，报价会不同。",
        "点云可以带走，去除车牌与人脸后按 20 小时数据集的约定双方共用；枪机原始视频不出园区，可借用一台双卡工作站。",
    ),
    Asked(
        "c01",
        "agent",
        "我们是技术转移机构，能否牵头两家高校组成联合体揭榜？联合体内部的费用比例要不要写进揭榜材料？",
        "可以联合，牵头方须是承担主要研发任务的一家，技术转移机构可作为成员。费用比例写进联合体协议，揭榜时附上即可。",
    ),
    Asked(
        "c01",
        "institute2",
        "9 个路口的枪机是否都支持 PTP 授时？若有几台只支持 NTP，请给出型号和数量；打点工具要在枪机侧加硬件吗？",
    ),
    Asked(
        "c30",
        "agent",
        "衬底由发榜方统一采购，是否允许承担方自备一批同规格衬底做对照？我们服务的一家研究所手里有 25 片 1.0 mm 衬底。",
    ),
)
CLARIFIED = {
    "c01": "时延按 10 Hz 输出的每一帧统计。两端授时误差不得超过 1 ms，超出的帧可以剔除；剔除多于 0.5% 的测试不算。"
}


def ask_all(session: Session, made: Mapping[str, Any], actor_of: Callable[[str], Actor], *, now: datetime) -> None:
    """Ask about the challenges just ``made``, by their ids; from ``now`` on every few minutes a step."""
    moments = (now + BETWEEN * number for number in count())
    for one in ASKED:
        if one.of in made:
            asker = actor_of(one.by)
            question = questions.ask(session, asker, made[one.of], words=one.words, now=next(moments))
            if one.answer:
                poster = actor_of(POSTERS[one.of])
                questions.answer(session, poster, question, words=one.answer, now=next(moments))
    for of, words in CLARIFIED.items():
        if of in made:
            questions.clarify(session, actor_of(POSTERS[of]), made[of], words=words, now=next(moments))
