"""成熟度: the nine readiness levels, and what evidence each asks (pure).

A level means little without its scale: other scales have thirteen levels, or the same ones in another order, so the
scale's id is stored beside the number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.core.text import _

SCALE = "trl9"


@dataclass(frozen=True, slots=True)
class Level:
    """One level: what it is called, and what a stranger would want to see before believing it."""

    number: int
    name: str
    evidence: str


LEVELS: Mapping[int, Level] = {
    level.number: level
    for level in (
        Level(1, _("发现并讲清基本原理"), _("论文、研究报告或原始实验记录")),
        Level(2, _("形成技术概念或应用方案"), _("应用方案或可行性分析，写明用在哪里、靠什么原理")),
        Level(3, _("关键功能在实验室得到验证"), _("关键功能的实验数据，或经核对的仿真模型与结果")),
        Level(4, _("部件或样件在实验室得到验证"), _("样件照片，实验室功能测试报告")),
        Level(5, _("完整样机在相关环境中得到验证"), _("样机性能测试报告，写明测试条件与实际工况的差别")),
        Level(6, _("样机在模拟工况下完成演示"), _("中试或模拟工况的演示报告，最好由第三方检测")),
        Level(7, _("样机在真实工况下完成演示"), _("现场试验报告，用户出具的试用意见")),
        Level(8, _("定型并通过试验"), _("定型试验或型式检验报告，技术状态与工艺文件")),
        Level(9, _("投入实际应用"), _("应用证明、销售合同或发票，运行记录")),
    )
}


def is_level(number: int | None) -> bool:
    return number in LEVELS
