"""Every hostile or odd file here is made for real and read by the real reader."""
# ruff: noqa: DTZ001

from __future__ import annotations

import io
import os
import time
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from open95598.foundation.transfer.reading import Limits, Unreadable, read_table

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def package(sheet_data: str, *, before: str = "", after: str = "", extra: dict[str, bytes] | None = None) -> io.BytesIO:
    """Make a workbook by hand, with any XML in its only sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", TYPES)
        z.writestr("_rels/.rels", RELS.format(kind="officeDocument", target="xl/workbook.xml"))
        z.writestr("xl/workbook.xml", BOOK)
        z.writestr("xl/_rels/workbook.xml.rels", RELS.format(kind="worksheet", target="worksheets/sheet1.xml"))
        z.writestr(
            "xl/worksheets/sheet1.xml",
            f'{before}<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>',
        )
        for name, data in (extra or {}).items():
            z.writestr(name, data)
    out.seek(0)
    return out


def text(ref: str, value: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


HEAD = f'<row r="1">{text("A1", "a")}{text("B1", "b")}</row>'


def refused(source: object, **kwargs: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        list(read_table(source, **kwargs))  # type: ignore[arg-type]
    assert str(caught.value.detail), "a refusal says why"
    return caught.value


def csv_file(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


# ---- whole files that are refused


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"%PDF-1.7 ...", "wrong-kind"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "wrong-kind"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "wrong-kind"),
        (b"\x00\x01\x02\x00\x05" * 100, "wrong-kind"),
        (b"PK\x05\x06" + b"\0" * 18, "wrong-kind"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "damaged"),
    ],
)
def test_refuses_what_is_no_table(data: bytes, why: str) -> None:
    assert refused(csv_file(data)).why == why


def test_refuses_folders_pipes_and_missing_files(tmp_path: Path) -> None:
    assert refused(tmp_path).why == "directory"
    assert refused(tmp_path / "no.xlsx").why == "missing"
    os.mkfifo(tmp_path / "pipe.csv")
    assert refused(tmp_path / "pipe.csv").why == "special"


def test_refuses_a_password_protected_workbook() -> None:
    # what Office writes: an OLE file whose directory names the stream EncryptedPackage
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 400
    assert refused(csv_file(data)).why == "password"


def test_refuses_another_kind_of_package() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("[Content_Types].xml", TYPES)
        z.writestr("word/document.xml", "<w/>")
    assert refused(out).why == "wrong-kind"


def test_refuses_zip_bombs_by_ratio_total_and_members() -> None:
    start = time.process_time()
    many_zeros = {"xl/media/a.bin": b"\0" * (40 << 20)}
    assert refused(package(HEAD, extra=many_zeros)).why == "bomb"
    noise = {"xl/media/a.bin": os.urandom(3 << 20)}
    assert refused(package(HEAD, extra=noise), limits=Limits(unpacked_bytes=2 << 20)).why == "bomb"
    members = {f"xl/media/{n}": b"" for n in range(2100)}
    assert refused(package(HEAD, extra=members)).why == "bomb"
    assert time.process_time() - start < 10


def test_refuses_a_forged_size_in_the_archive() -> None:
    data = bytearray(package(HEAD, extra={"xl/media/z": b"\0" * (40 << 20)}).getvalue())
    # say "10 bytes" in the central directory: the size that counts is the one that comes out
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refused(io.BytesIO(bytes(data))).why in {"bomb", "damaged"}


@pytest.mark.parametrize("wide", [False, True])
def test_refuses_entity_bombs(wide: bool) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    stream = package(HEAD, before=bomb)
    if wide:
        out = io.BytesIO()
        with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                new.writestr(name, data.decode().encode("utf-16") if "sheet1" in name else data)
        stream = out
    assert refused(stream).why == "bomb"


def test_refuses_ten_thousand_columns() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([f"c{n}" for n in range(10_000)])
    out = io.BytesIO()
    book.save(out)
    assert refused(out).why == "columns"
    assert refused(csv_file(b",".join(b"c%d" % n for n in range(10_000)))).why == "columns"


def test_refuses_a_sheet_that_is_not_there_and_names_those_that_are() -> None:
    book = Workbook()
    book.active.title = "订单"
    out = io.BytesIO()
    book.save(out)
    error = refused(out, sheet="Nope")
    assert error.why == "no-sheet" and "订单" in str(error)


def test_refuses_too_large_files() -> None:
    assert refused(csv_file(b"a,b\n" * 1000), limits=Limits(file_bytes=100)).why == "too-large"


# ---- odd files that are read


def test_blank_rows_up_to_the_last_of_a_sheet_are_passed_over() -> None:
    blank = "".join(f'<row r="{n}" ht="15"/>' for n in range(4, 30_000))
    far = f'<row r="1048576">{text("A1048576", "last")}</row>'
    stream = package(f'{HEAD}<row r="3">{text("A3", "x")}</row>{blank}{far}')
    rows = list(read_table(stream))
    assert [(row.number, row.cells["a"]) for row in rows] == [(3, "x"), (1_048_576, "last")]


def test_absurd_row_numbers_do_not_hang() -> None:
    rows = list(read_table(package(f'{HEAD}<row r="999999999999">{text("A9", "x")}</row>')))
    assert rows[0].cells["a"] == "x"


def test_merged_cells_have_the_value_of_their_top_left_cell() -> None:
    book = Workbook()
    sheet = book.active
    for row in (["报表", None], ["单位", "数量"], ["A所", 1], [None, 2], [None, 3], ["B所", 4]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("A3:A5")
    out = io.BytesIO()
    book.save(out)
    table = read_table(out)
    assert table.header_row == 2
    assert [tuple(row.cells.values()) for row in table] == [("A所", 1), ("A所", 2), ("A所", 3), ("B所", 4)]


def test_formulas_give_their_stored_value_or_a_named_problem() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, ["a", "b"])
    page.write_formula(1, 0, "=1+1", None, 2)
    page.write_formula(1, 1, "=A1", None, "文字")
    book.close()
    (row,) = read_table(out)
    assert row.cells == {"a": 2, "b": "文字"} and not row.problems
    bare = Workbook()
    bare.active.append(["a", "b"])
    bare.active.append(["=1+1", "x"])
    out = io.BytesIO()
    bare.save(out)
    (row,) = read_table(out)
    assert row.cells == {"a": None, "b": "x"} and [p.column for p in row.problems] == ["a"]


def test_error_cells_are_problems() -> None:
    (row,) = read_table(package(f'{HEAD}<row r="2"><c r="A2" t="e"><v>#REF!</v></c>{text("B2", "x")}</row>'))
    assert row.problems[0].column == "a" and "#REF!" in row.problems[0].reason


def test_a_broken_shared_string_is_a_problem_of_its_cell() -> None:
    (row,) = read_table(package(f'{HEAD}<row r="2"><c r="A2" t="s"><v>77</v></c>{text("B2", "x")}</row>'))
    assert row.cells["b"] == "x" and row.problems[0].column == "a"


def test_dates_come_as_dates_and_long_numbers_keep_their_digits() -> None:
    book = Workbook()
    book.active.append(["when", "phone", "id"])
    book.active.append([datetime(2020, 1, 6, 12, 9, 38), 13800138000, "430102199001011234"])
    out = io.BytesIO()
    book.save(out)
    (row,) = read_table(out)
    assert row.cells == {"when": datetime(2020, 1, 6, 12, 9, 38), "phone": 13800138000, "id": "430102199001011234"}


def test_duplicate_and_empty_headers() -> None:
    table = read_table(csv_file("姓名,姓名,,电话\n甲,乙,丙,1\n".encode()))
    assert table.headers == ("姓名", "姓名 (2)", "电话") and table.remarks
    (row,) = table
    assert row.cells == {"姓名": "甲", "姓名 (2)": "乙", "电话": "1"}
    assert row.problems[0].column == "C" and row.problems[0].value == "丙"


def test_hidden_sheets_are_named_and_read_only_by_name() -> None:
    book = Workbook()
    book.active.title = "secret"
    book.active.append(["k"])
    book.active.append(["v"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("shown")
    shown.append(["a"])
    shown.append([1])
    book.create_sheet("other")
    out = io.BytesIO()
    book.save(out)
    table = read_table(out)
    assert (table.sheet, table.sheets, table.hidden) == ("shown", ("shown", "other"), ("secret",))
    assert len(table.remarks) == 2
    assert [r.cells for r in read_table(out, sheet="secret")] == [{"k": "v"}]


def test_the_content_decides_not_the_extension(tmp_path: Path) -> None:
    (tmp_path / "really-csv.xlsx").write_bytes("编号,内容\n1,停电\n".encode())
    assert read_table(tmp_path / "really-csv.xlsx").kind == "csv"
    book = Workbook()
    book.active.append(["a"])
    book.active.append([1])
    book.save(tmp_path / "x.xlsx")
    (tmp_path / "x.xlsx").rename(tmp_path / "really-xlsx.csv")
    assert read_table(tmp_path / "really-xlsx.csv").kind == "xlsx"


# ---- text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    lines = [["code", "内容", "when"], ["1", "停电，无法用水", "2020/1/6"], ["2", "电压低", "2020/1/7"]]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    table = read_table(csv_file(data))
    assert [list(row.cells.values()) for row in table] == lines[1:]
    assert table.delimiter == delimiter


def test_broken_bytes_are_a_problem_of_their_row_not_of_the_file() -> None:
    data = "编号,内容\n1,好\n".encode() + b"2,\xff\xfebad\n" + "3,也好\n".encode()
    rows = list(read_table(csv_file(data)))
    assert [bool(row.problems) for row in rows] == [False, True, False]
    assert rows[2].cells["内容"] == "也好"


def test_quoted_line_breaks_keep_the_row_number() -> None:
    rows = list(read_table(csv_file(b'a,b\n1,"x\ny, z"\n\n2,"w ""q"""\n')))
    assert [(r.number, r.cells["b"]) for r in rows] == [(2, "x\ny, z"), (4, 'w "q"')]


def test_a_quote_that_never_closes_is_reported() -> None:
    rows = list(read_table(csv_file(b'a,b\n1,ok\n2,"never\n3,x\n4,y\n')))
    assert rows[0].problems == () and rows[1].problems[0].column == ""


def test_reading_again_starts_again_and_sep_line_is_understood() -> None:
    table = read_table(csv_file(b"sep=;\na;b\n1;2\n"))
    assert table.headers == ("a", "b")
    assert list(table) == list(table) != []
