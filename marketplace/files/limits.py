"""How much may be kept (pure): defaults of ours, which operators may change."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.core.setting import Setting, SettingGroup, SettingType
from marketplace.core.text import _

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """``file_bytes`` for one file; ``thing_bytes`` and ``thing_files`` for all files of one thing."""

    file_bytes: int = 20 * MEGABYTE
    thing_bytes: int = 100 * MEGABYTE
    thing_files: int = 20


DEFAULTS = Limits()
"""What one machine bears without anybody's thought."""

FILES = SettingGroup("files", _("附件"), _("改小之后，已经上传的附件不受影响。"))
FILE_MEGABYTES = Setting(
    name="file-megabytes",
    group=FILES,
    label=_("每个附件最大（MB）"),
    type=SettingType.INTEGER,
    default=DEFAULTS.file_bytes // MEGABYTE,
    smallest=1,
    largest=200,
)
THING_MEGABYTES = Setting(
    name="thing-megabytes",
    group=FILES,
    label=_("一条榜单或成果的附件合计最大（MB）"),
    type=SettingType.INTEGER,
    default=DEFAULTS.thing_bytes // MEGABYTE,
    smallest=1,
    largest=2_000,
)
THING_FILES = Setting(
    name="thing-files",
    group=FILES,
    label=_("一条榜单或成果的附件最多几个"),
    type=SettingType.INTEGER,
    default=DEFAULTS.thing_files,
    smallest=1,
    largest=200,
)
KEYS = (FILE_MEGABYTES, THING_MEGABYTES, THING_FILES)


def limits_from(value: Callable[[Setting[int]], int]) -> Limits:
    """As the operators set them; ``value`` gives what is in force."""
    return Limits(value(FILE_MEGABYTES) * MEGABYTE, value(THING_MEGABYTES) * MEGABYTE, value(THING_FILES))


def size_text(size: int) -> str:
    """``843 KB``, ``1.2 MB``: what people compare files by."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".0 MB", " MB")
