"""Texts of a real length from a small vocabulary, the same ones in every run."""

from random import Random

from marketplace.taxonomy.catalogue import Catalogue

PLACES = ("上海", "苏州", "杭州", "无锡", "宁波", "合肥", "南京", "常州")
TRADES = (
    "新能源",
    "精密仪器",
    "智能装备",
    "生物材料",
    "汽车电子",
    "氢能动力",
    "空间技术",
    "无人系统",
    "光学",
    "检测仪器",
)
"""Trades of organisations: none is in SEARCHES, so that hits are of the same kinds at every size."""
PROPERTIES = (
    "低湿电导率", "界面阻抗", "循环寿命", "成膜均匀性", "热稳定性", "功率密度", "测量精度", "装配良率", "响应时间", "能量效率",
    "耐腐蚀性", "信噪比", "定位误差", "抗冲击强度", "气密性", "一致性",
)  # fmt: skip
VERBS = ("提升", "降低", "稳定控制", "在线检测", "批量制备", "长期保持", "快速标定", "精确预测")
CONDITIONS = (
    "80 ℃、30% 相对湿度下", "连续运行 1000 小时后", "车规温度范围内", "强电磁干扰下", "零下 30 ℃ 时", "高频振动工况中",
    "批量生产条件下", "小样本条件下", "海上高盐雾环境中", "低成本约束下",
)  # fmt: skip
UNITS = ("S/cm", "Wh/kg", "μm", "ms", "%", "MPa", "kW/L", "dB")
METHODS = ("GB/T 20042.3", "IEC 62660-1", "第三方检测报告", "台架试验 500 小时", "用户现场验证", "ISO 16750-3")
SENTENCES = (
    "现用{subject}在{condition}{property}达不到要求，生产线每月因此停机两次以上。",
    "需要把{property}{verb}到 {number} {unit}，同时不增加单件成本。",
    "已有方案在实验室可行，放大到中试以后{property}明显变差，原因尚不清楚。",
    "团队应当给出机理分析、样机和一套可复现的测试数据，{condition}连续三批合格。",
    "国外同类产品的{property}约为 {number} {unit}，国内最好水平是它的三分之二。",
    "配套的检测装置要能在产线上使用，单次测量不超过十秒，数据接入现有系统。",
    "我方提供{subject}样品、测试台架和两名工程师，合作期间产生的数据双方共享。",
    "前期试过调整配方和改变工艺窗口两条路线，{property}只改善了一成左右。",
    "成果须经{method}检验，验收以{condition}的{property}为准。",
    "希望合作方在{subject}方面有三年以上积累，并能派人驻场。",
)
AGENDA = (
    "复合材料配方与界面设计",
    "卷对卷工艺与在线检测",
    "样机集成和台架验证",
    "失效机理与寿命模型",
    "量产一致性控制",
)
SEARCHES = ("质子交换膜低湿电导率", "固态电池 界面阻抗", "提升循环寿命", "脑机接口 信噪比", "JB-2026-000042")
"""What people type: long and short, several words, and a number they were told."""


class Writer:
    """Writes one kind of text after the other from its own row of random numbers."""

    def __init__(self, random: Random, catalogue: Catalogue) -> None:
        self.random = random
        self._subjects = {one.code: [topic.name.zh for topic in one.topics] for one in catalogue.directions}

    def subjects(self, direction: str, most: int = 3) -> list[str]:
        known = self._subjects[direction]
        return self.random.sample(known, min(most, len(known)))

    def title(self, subject: str) -> str:
        choose = self.random.choice
        return f"{subject}{choose(CONDITIONS)}{choose(PROPERTIES)}{choose(VERBS)}到 {self.random.randint(2, 900)} {choose(UNITS)}"

    def text(self, subject: str, length: int) -> str:
        """Whole sentences, about as many characters as asked for."""
        written = ""
        while len(written) < length:
            written += self._sentence(subject)
        return written

    def agenda(self) -> str:
        return "；".join(self.random.sample(AGENDA, 3)) + "。"

    def _sentence(self, subject: str) -> str:
        choose = self.random.choice
        return choose(SENTENCES).format(
            subject=subject,
            condition=choose(CONDITIONS),
            property=choose(PROPERTIES),
            verb=choose(VERBS),
            number=self.random.randint(2, 900),
            unit=choose(UNITS),
            method=choose(METHODS),
        )
