"""The slip: complete, in both languages, whatever the texts hold; set by the real typesetter, read from the PDF."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pypdf
import pytest
from django.contrib.staticfiles import finders

from open95598.foundation.documents import slip as slips
from open95598.foundation.documents import typst
from open95598.foundation.documents.slip import Due, Fact, Slip

AT = datetime(2026, 3, 2, 2, 15, tzinfo=UTC)
FONT = f"vendor/fonts/{typst.FONT_NAMES[0]}"
needs_fonts = pytest.mark.skipif(not finders.find(FONT), reason="the assets are not installed")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def make(**values) -> Slip:
    given = {
        "utility": "杭州供电公司", "title": "故障抢修工单", "number": "GD20260302000123", "printed_by": "李强",
        "printed_at": AT, "link": "http://localhost/orders/123/",
    }  # fmt: skip
    return Slip(**(given | values))


@needs_fonts
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everything_that_was_given_is_on_the_sheet_with_local_times(language):
    text = text_of(
        slips.pdf(
            make(
                language=language, marks=("生命支持设备客户",), facts=(Fact("地址", "文三路 99 号", wide=True),),
                description="家中停电", clocks=(Due("到达现场", "45 分钟", AT),),
            )
        )
    )  # fmt: skip
    for words in (
        "杭州供电公司",
        "GD20260302000",
        "生命支持设备客户",
        "文三路",
        "家中停电",
        "45 分钟",
        "2026-03-02 10:15",
        "李强",
    ):
        assert words in text
    assert ("Page 1 of 1" in text) == (language == "en")


@needs_fonts
@pytest.mark.parametrize(
    "hostile",
    [
        "#sys.inputs #panic()",
        '"quoted" \\',
        "$x^2$ *bold* _it_ @ref <label>",
        "// c /* d",
        "```raw",
        "= Title",
        "]]]})",
    ],
)
def test_hostile_text_is_only_text(hostile):
    text = text_of(slips.pdf(make(title=hostile, description=hostile, facts=(Fact(hostile, hostile),))))
    assert text.replace("\u200b", "").replace("\n", "").count(hostile[:6]) >= 3


@needs_fonts
def test_text_that_needs_other_scripts_or_several_pages_is_set():
    long = "客户反映" * 3000 + " مرحبا 😀 " + "W" * 500
    reader = pypdf.PdfReader(io.BytesIO(slips.pdf(make(description=long, facts=(Fact("x" * 200, long[:500]),)))))
    assert len(reader.pages) > 2
    assert f"/ 共 {len(reader.pages)}" in reader.pages[-1].extract_text() or "Page" in reader.pages[-1].extract_text()


@needs_fonts
def test_a_slip_without_anything_is_a_form():
    assert slips.pdf(Slip("", "", "", "", AT)).startswith(b"%PDF-")


def test_hidden_characters_go_and_long_runs_can_break():
    assert typst.tame("a\u202eb\x00c\r\nd") == "abc\nd"
    assert "\u200b" in typst.tame("W" * 40)
    assert typst.tame("短 text 工单") == "短 text 工单"
    assert typst.tame("W" * 400).replace("\u200b", "") == "W" * 400


def test_absent_fonts_are_named(monkeypatch):
    monkeypatch.setattr(finders, "find", lambda name: None)
    typst._fonts.cache_clear()
    try:
        with pytest.raises(typst.FontsMissing, match="NotoSansSC-Regular"):
            typst.render("slip.typ", {})
    finally:
        typst._fonts.cache_clear()
