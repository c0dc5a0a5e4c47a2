"""Templates to fill in (adapter to XlsxWriter): heads, drop-downs and what each column wants, in either language."""

from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

from marketplace.bulk.english import worded
from marketplace.bulk.fields import Field
from marketplace.bulk.importers import PUBLIC_ID, VERSION, Importer
from marketplace.bulk.sheets import sheet_name
from marketplace.core.text import _
from marketplace.taxonomy.catalogue import Catalogue, LocalName
from marketplace.taxonomy.presenters import local

CHOICES_SHEET = "choices"
ROWS_WITH_CHOICES = 5_000
LONGEST_HELP = 255
WIDE, USUAL = 40, 18
LONG = frozenset({"summary", "summary_en", "background", "problem", "scope", "description", "introduction",
                  "introduction_en", "indicators", "figures", "title", "title_en"})  # fmt: skip
NUMBERS = {"months": (1, 120), "readiness": (1, 9), "closes_in_days": (1, 3650)}
AMOUNTS = frozenset({"budget_wan", "price_min_wan", "price_max_wan"})

GUIDE = _("填写说明")
REQUIRED = _("必填")
SEVERAL = _("多项用“；”分开。")
CHOOSE = _("从下拉列表中选择。")
CHOOSE_TITLE = _("不在可选范围")
WHOLE = _("填 %(low)d 到 %(high)d 的整数。")
MORE_INDICATORS = _("前三项可以填在“指标1”到“指标3”各列，其余的写在“考核指标”一列，一行一项。")
INTRODUCTION = (
    _("一行一条，从第二行开始填；第一行是表头，请不要改。空行会跳过。"),
    _("上传后先检查：每处错误都写明行、列和原因，改好后再上传；确认后全部写入，或者一行也不写。"),
    _("写入后是草稿，补齐后照常提交审核。"),
    _("一格里的多项用“；”分开。金额单位是万元。时间是北京时间。"),
)
HEADS = (_("列"), REQUIRED, _("怎么填"), _("可选值"))
YES = _("是")


def columns_of(importer: Importer, catalogue: Catalogue) -> list[Field]:
    """What a template asks for: new things, so nothing that names those that are there."""
    columns: list[Field] = []
    for field in importer.fields_of(catalogue):
        if field.name not in (PUBLIC_ID.name, VERSION.name):
            columns += [*importer.parts, field] if field.name == importer.whole else [field]
    return columns


def write_template(file: IO[bytes], importer: Importer, catalogue: Catalogue, tongue: str) -> None:
    """A workbook whose first sheet is to be filled in and imported."""
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    blank = _Blank(book, tongue)
    columns = columns_of(importer, catalogue)
    blank.write_page(importer.label, columns)
    blank.write_guide(columns, has_parts=bool(importer.parts))
    book.close()


class _Blank:
    def __init__(self, book: Any, tongue: str) -> None:
        self._book = book
        self._tongue = tongue
        self._text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self._number = book.add_format({"valign": "top"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        head = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
        self._head = book.add_format(head | {"bg_color": "#E8EEF4"})
        self._must = book.add_format(head | {"bg_color": "#FCE8D8"})

    def write_page(self, title: str, columns: Sequence[Field]) -> None:
        page = self._book.add_worksheet(sheet_name(self._say(title)))
        choices = self._book.add_worksheet(CHOICES_SHEET)
        choices.hide()
        for position, field in enumerate(columns):
            is_number = field.name in NUMBERS or field.name in AMOUNTS
            width = WIDE if field.name in LONG else USUAL
            page.set_column(position, position, width, self._number if is_number else self._text)
            page.write_string(0, position, self._say(field.label), self._must if field.is_required else self._head)
            if note := self._note(field):
                page.write_comment(0, position, note, {"x_scale": 2, "y_scale": 1.5})
            self._validate(page, choices, position, field)
        page.freeze_panes(1, 0)

    def write_guide(self, columns: Sequence[Field], *, has_parts: bool) -> None:
        page = self._book.add_worksheet(sheet_name(self._say(GUIDE)))
        page.set_column(0, 1, USUAL)
        page.set_column(2, 3, WIDE * 2)
        row = 0
        for line in (*INTRODUCTION, MORE_INDICATORS) if has_parts else INTRODUCTION:
            page.write_string(row, 0, self._say(line))
            row += 1
        for position, head in enumerate(HEADS):
            page.write_string(row + 1, position, self._say(head), self._head)
        for place, field in enumerate(columns, start=row + 2):
            cells = (
                self._say(field.label),
                self._say(YES) if field.is_required else "",
                self._help(field),
                "、".join(self._words(field)),
            )
            for position, cell in enumerate(cells):
                page.write_string(place, position, cell, self._wrapped)

    def _validate(self, page: Any, choices: Any, position: int, field: Field) -> None:
        rule: dict[str, Any] = {"ignore_blank": True}
        if words := self._words(field):
            for row, word in enumerate(words):
                choices.write_string(row, position, word)
            column = xlsxwriter.utility.xl_col_to_name(position, col_abs=True)
            rule |= {"validate": "list", "source": f"={CHOICES_SHEET}!{column}$1:{column}${len(words)}"}
            rule |= {"error_title": self._say(CHOOSE_TITLE)[:32], "error_message": self._say(CHOOSE)[:LONGEST_HELP]}
            if field.takes_several:
                rule |= {"error_type": "information", "error_message": self._say(SEVERAL)[:LONGEST_HELP]}
        elif field.name in NUMBERS:
            low, high = NUMBERS[field.name]
            rule |= {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
            rule |= {"error_message": self._say(WHOLE) % {"low": low, "high": high}}
        else:
            return
        page.data_validation(1, position, ROWS_WITH_CHOICES, position, rule)

    def _note(self, field: Field) -> str:
        return " ".join(part for part in (self._say(REQUIRED) if field.is_required else "", self._help(field)) if part)

    def _help(self, field: Field) -> str:
        parts = [field.help, SEVERAL if field.takes_several else "", CHOOSE if field.choices else ""]
        return " ".join(self._say(part) for part in parts if part)

    def _words(self, field: Field) -> list[str]:
        return [local(one, self._tongue) if isinstance(one, LocalName) else self._say(one) for one in field.choices]

    def _say(self, text: str) -> str:
        return worded(text, self._tongue)
