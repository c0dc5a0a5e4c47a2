"""How a file looks in a list: name, kind, size, secrecy, and whether it can be had yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.core.actor import Actor
from marketplace.core.registry import FileRules
from marketplace.core.secrecy import SECRECY_LABELS, Secrecy
from marketplace.core.text import _
from marketplace.files.formats import FORMATS
from marketplace.files.lifecycle import ScanState
from marketplace.files.limits import size_text
from marketplace.files.models import StoredFile
from marketplace.files.names import extension_of
from marketplace.files.policies import may_download

WAITING = _("等待病毒扫描，扫描通过后他人才能下载")
ONLY_CLOSE = _("含有作者信息，匿名发榜时不对外提供；请删除后重新上传")


@dataclass(frozen=True, slots=True)
class Row:
    """``note`` says why others cannot have it; ``secrecy`` is None for what is public."""

    public_id: str
    name: str
    label: str
    size: str
    secrecy: str | None
    note: str | None
    is_there: bool


def as_rows(files: Sequence[StoredFile], rules: FileRules, actor: Actor, thing: Any) -> list[Row]:
    return [_as_row(file, rules, actor, thing) for file in files]


def _as_row(file: StoredFile, rules: FileRules, actor: Actor, thing: Any) -> Row:
    note = WAITING if file.scan is ScanState.WAITING else None
    if rules.is_blind(thing) and not file.is_stripped:
        note = ONLY_CLOSE
    return Row(
        public_id=file.public_id,
        name=file.name,
        label=FORMATS[extension_of(file.name)].label,
        size=size_text(file.size),
        secrecy=None if file.secrecy is Secrecy.PUBLIC else SECRECY_LABELS[file.secrecy],
        note=note,
        is_there=may_download(rules, actor, thing, file),
    )
