"""Nothing that comes from data is ever a formula, a link or a guessed number; what was written reads back."""
# ruff: noqa: DTZ001

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from open95598.foundation.transfer.reading import read_table
from open95598.foundation.transfer.writing import Column, Watermark, csv_stream, workbook

EVIL = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "http://evil.example/",
    "mailto:a@b",
    "internal:Sheet1!A1",
    "1e5",
    "00123",
    "{=1}",
]
COLUMNS = [Column("n", "编号", "number"), Column("t", "=内容")]


def test_no_formula_and_no_link_ever_leaves_in_a_workbook() -> None:
    file = workbook(COLUMNS, [[n, text] for n, text in enumerate(EVIL)], sheet="=工单[1]:/x")
    with zipfile.ZipFile(file) as z:
        sheet = z.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet
        assert not any("rels" in n and "worksheets" in n for n in z.namelist())
    cells = [row[1] for row in load_workbook(file).active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [r.cells["=内容"] for r in read_table(file)] == [t.replace("\r", "\n") for t in EVIL]


def test_dangerous_text_is_defused_in_csv_and_numbers_are_not() -> None:
    data = b"".join(csv_stream([*COLUMNS, Column("m", "m")], [[n, text, Decimal(-5)] for n, text in enumerate(EVIL)]))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(read_table(io.BytesIO(data)))
    texts = [str(row.cells["'=内容"]) for row in rows]
    assert [t.startswith("'") for t in texts] == [True] * 10 + [False] * 6
    assert {row.cells["m"] for row in rows} == {"-5"}


def test_times_are_shown_in_the_utilitys_zone() -> None:
    at = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    columns = [Column("a", "at", "datetime"), Column("d", "day", "date"), Column("y", "ok", "yesno")]
    (row,) = read_table(workbook(columns, [{"a": at, "d": date(2026, 3, 2), "y": True}], sheet="x"))
    assert row.cells["at"] == datetime(2026, 3, 2, 0, 30)
    assert row.cells["day"] == datetime(2026, 3, 2)
    assert b"2026-03-02 00:30:00" in b"".join(csv_stream(columns, [{"a": at}]))


def test_long_numbers_keep_their_digits() -> None:
    values = [430102199001011234, 13800138000, Decimal("0.1"), Decimal("123456789012345678.12"), float("nan")]
    rows = list(
        read_table(workbook([Column("v", "v", "number"), Column("k", "k")], [[v, "x"] for v in values], sheet="x"))
    )
    assert [r.cells["v"] for r in rows] == ["430102199001011234", 13800138000, 0.1, "123456789012345678.12", "nan"]


def test_the_watermark_stands_in_sheet_print_and_properties() -> None:
    mark = Watermark("王&芳 (wang)", datetime(2026, 3, 2, 2, tzinfo=UTC), "#17")
    file = workbook(COLUMNS, [[1, "x"]], sheet="x", watermark=mark, meta={"title": "工单"})
    book = load_workbook(file)
    first = book.active["A1"].value
    assert "王&芳 (wang)" in first
    assert "2026-03-02 10:00:00" in first
    assert book.properties.creator == "王&芳 (wang)"
    assert book.properties.created == datetime(2026, 3, 2, 10)
    assert "王&&芳" in zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode().replace("&amp;", "&")
    assert book.active.freeze_panes == "A3"
    assert book.active.auto_filter.ref == "A2:B3"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("open95598.foundation.transfer.writing.MAX_ROWS", 4)
    file = workbook(COLUMNS, ([n, "x"] for n in range(8)), sheet="x")
    book = load_workbook(file)
    assert [s.max_row for s in book.worksheets] == [4, 4, 3]
