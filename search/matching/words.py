"""Words that say little (泛词): some count less when texts are compared, and none is shown as a reason."""

_WEAK = """
技术 研究 系统 应用 开发 方法 关键 设计 制备 产品 项目 生产 工艺 设备 装置 分析 基于 高效 新型 及其 研发 需求 问题
一种 研制 综合 利用 控制 性能 材料 产业 业化
"""
WEAK_TERMS = frozenset(_WEAK.split()) | frozenset("".join(_WEAK.split()))
"""Pairs and characters that appear in almost any title of a need or an offer."""

_FUNCTION = """
随着 进而 从而 因此 由于 根据 按照 通过 采用 使用 利用 以及 及其 并且 而且 但是 然而 如果 因为 所以 其中 其他 其它
同时 此外 另外 例如 包括 包含 具有 具备 拥有 存在 属于 成为 作为 称为 得到 获得 取得 达到 实现 完成 进行 开展 提供
提出 提高 提升 增强 增加 增大 减少 减小 降低 改善 改进 改变 促进 推动 推进 加强 加快 保证 保障 确保 满足 符合 适合
适用 需要 要求 必须 应当 可以 能够 可能 无法 不能 不同 相同 相关 相应 相比 各种 各类 多种 多个 一个 一种 一定 一般
两个 三个 部分 全部 主要 重要 关键 核心 基本 目前 现有 当前 方面 为了 以便 是否 否则 只有 仅仅 甚至 尤其 特别 更为
较为 极为 极大 极其 大量 大幅 少量 充分 完全 更加 进一步 逐步 逐渐 不断 显著 明显 有效 非常 十分 很大 较大 较好 较高
以上 以下 以内 之间 之后 之前 上述 所述 以来 首先 其次 然后 最后 起来 由此 于是 对于 关于 至于 鉴于 近年来 近年 今后
日益 越来越 本项目 该项目 本文 本发明 本公司 我公司 我国 公开 涉及 分别 依次 任意 至少 多数 如下 等等 即可 并将 均为
均可 还可 还能 将其 使其 使得 用于 应用于 基于 来自 位于 处于 介于 优于 高于 低于 大于 小于 经过 利于 有利于 解决
建立 构建 针对 围绕 希望 现需 尚未 已经 正在 仍然 还是 或者 以免 避免 造成 导致 引起 带来 出现 形成 产生 发生 发现
组成 构成 结合 选择 确定 给出 左右 进入 突破
"""
_GENERAL = """
变化 适应 相对 相当 整个 整体 基础 根本 目标 目的 传统 常规 普通 特殊 特定 特点 特性 特征 优点 优势 缺点 困难 难题
原因 因素 条件 情况 状态 状况 过程 方式 方案 手段 途径 措施 步骤 环节 阶段 时间 时候 期间 长期 短期 快速 迅速 良好
优良 优异 持续 稳定 可靠 简单 复杂 方便 容易 直接 间接 组合 发展 发明 实施 实施例 说明 表明 显示 结果 结论 效果 作用
影响 意义 价值 内容 对象 范围 领域 方向 角度 程度 水平 数量 质量 大小 尺寸 位置 距离 内部 外部 表面 工作 任务 计划
规划 企业 公司 单位 国内 国外 国际 世界 中国 国家 社会 经济 市场 行业 人员 专家 团队 人才 客户 用户 经验 能力 资源
资金 投入 成本 费用 价格 效益 利润 产值 规模 规模化 大规模 批量 年产 标准 规范 支持 支撑 服务 管理 运行 运营 操作
处理 建设 制造 加工 测试 检测 试验 实验 验证 评价 评估 计算 比较 对比 功能 结构 数据 信息 平台 模型 模块 参数 指标
效率 速度 精度 优化 创新 集成 示范 推广 先进 自主 专利 合作 工程 理论 机理 机制 规律 体系 环境 安全 智能 智能化 自动
自动化 高性能 高质量 低成本 高精度 现象 提取 要点 原理 优先 最大 最小 最终 最佳 最高 全面 完善 完整 合理 正常 正确
准确 精准 精确 实际 真实 现场 现代 未来 论文 文献 报告 权利 权利要求 特征在于 产业 产业链 高校 院所 科研 成果 科技
科技专项 技术需求 成功 增长 依赖性 竞争力 风险 创造 打造 带动 一半 集中 具体 如何 重点 专业 类型 中心 配套 前沿 现实
世纪 份额 占据 收集 热点 联合 深度 动态 扩展 来源 要素 组织 活动 主体 主动 被动 有关 方法学 积累 替代 人工
"""
_ENDINGS = "技术 研究 方法 系统 研发 开发 应用 项目 产业化 需求 问题 研制 关键技术 装置 及其应用 研究进展"
_ENGLISH = """
the and for with from that this are was were been being have has had not but can could may might will would should
which their there these those than then into onto over under such more most other others some any all each both
between through during before after above below about against its it is in on of to at an by as or be we our you
your they them his her also used using use based new high low good well one two three first second how what when
where who why very only own same so too out up down off per via etc eg ie non ii iii iv vi vii viii ix xi xii
january february march april june july august september october november december american european china chinese
national international analysis model models method methods system systems technology technologies technical
research study development design process processes application applications project projects program results result
data information performance features feature robust raw digital key advanced novel improved approach approaches
solution solutions challenge challenges required provide including include support quality test testing level levels
type types time real real-time small large different various within without potential attention number part parts
area areas team teams company product products production service services
"""
_LEADING = frozenset("的了与及和或是而且但其该此这那则被将所之使")
_TRAILING = frozenset("的了与及或在等是而且但则被将之")
_BEFORE_A_WORD = frozenset("在于")
_WORDS_WITH_IN = frozenset(("在线", "在位", "在役", "在体", "在轨"))
_AFTER_A_WORD = frozenset("中下上内后前时")
_PLACE_WORD_LENGTH = 2

FUNCTION_WORDS = frozenset(_FUNCTION.split())
EVERYDAY_WORDS = frozenset(
    (*_WEAK.split(), *_FUNCTION.split(), *_GENERAL.split(), *_ENDINGS.split(), *_ENGLISH.split())
)
_ENDING_WORDS = frozenset(_ENDINGS.split())
_LONGEST = max(map(len, EVERYDAY_WORDS))


def trimmed(word: str) -> str:
    """A Han word without particles and function words at its ends, nor words such as 技术 at its end."""
    shorter = _shorter(word)
    while shorter != word:
        word, shorter = shorter, _shorter(shorter)
    return word


def is_everyday(word: str) -> bool:
    """Whether a word is made of everyday words and nothing else: 关键技术研究."""
    if not word or word in EVERYDAY_WORDS:
        return True
    heads = (word[:length] for length in range(min(_LONGEST, len(word) - 1), 1, -1))
    return any(head in EVERYDAY_WORDS and is_everyday(word[len(head) :]) for head in heads)


def ends_with_function_word(text: str) -> bool:
    """Whether a text breaks off after a particle or function word, so that a new word begins after it."""
    return text[-1:] in _TRAILING or any(text[-length:] in FUNCTION_WORDS for length in (2, 3))


def starts_with_function_word(text: str) -> bool:
    """Whether a text begins with a particle or function word, so that a word has ended before it."""
    return text[:1] in _LEADING or any(text[:length] in FUNCTION_WORDS for length in (2, 3))


def _shorter(word: str) -> str:
    if word[:1] in _LEADING or (word[:1] in _BEFORE_A_WORD and word[:2] not in _WORDS_WITH_IN):
        return word[1:]
    if word[-1:] in _TRAILING or (word[-1:] in _AFTER_A_WORD and len(word) > _PLACE_WORD_LENGTH):
        return word[:-1]
    for length in range(min(_LONGEST, len(word)), 1, -1):
        if word[:length] in FUNCTION_WORDS:
            return word[length:]
        if word[-length:] in FUNCTION_WORDS or (length < len(word) and word[-length:] in _ENDING_WORDS):
            return word[:-length]
    return word
