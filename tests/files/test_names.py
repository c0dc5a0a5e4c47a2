"""Names as they were uploaded, made harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.files.names import FORBIDDEN, LONGEST, extension_of, sanitised


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("检测报告（第 2 版）.pdf", "检测报告（第 2 版）.pdf"),
        ("C:\\Users\\wang\\桌面\\报告.pdf", "报告.pdf"),
        ("../../etc/passwd", "passwd"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("  报告 .pdf ", "报告.pdf"),
        (".pdf", "附件.pdf"),
        ("", "附件"),
        ("CON.txt", "附件CON.txt"),
        ('a"b<c>.pdf', "a b c.pdf"),
        ("长" * 300 + ".docx", "长" * (LONGEST - 5) + ".docx"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("报告.pdf.", "报告.pdf"),
    ],
)
def test_a_name_stays_what_it_says(typed, kept):
    assert sanitised(typed) == kept


@given(st.text(max_size=400))
def test_whatever_is_typed_becomes_one_harmless_line(typed):
    name = sanitised(typed)
    assert 0 < len(name) <= LONGEST
    assert name == name.strip(". ")
    assert not FORBIDDEN & set(name)
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable()
    assert sanitised(name) == name
    assert extension_of(typed) == extension_of(name)
