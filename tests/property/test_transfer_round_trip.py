"""Hostile tables survive the way out and in: what is written reads back, whatever it is."""

from __future__ import annotations

import io
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from open95598.foundation.transfer.reading import Unreadable, read_table
from open95598.foundation.transfer.writing import Column, csv_stream, workbook

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=40)
HEADERS = st.lists(
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12).map(
        lambda t: " ".join(unicodedata.normalize("NFC", t).split())
    ),
    min_size=2,
    max_size=6,
    unique=True,
).filter(all)
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@st.composite
def tables(draw):  # type: ignore[no-untyped-def]
    headers = draw(HEADERS)
    rows = draw(st.lists(st.lists(TEXT, min_size=len(headers), max_size=len(headers)), max_size=8))
    return headers, rows


@slow
@given(tables())
def test_xlsx_round_trip(table: tuple[list[str], list[list[str]]]) -> None:
    headers, rows = table
    columns = [Column(str(n), header) for n, header in enumerate(headers)]
    read = read_table(workbook(columns, rows, sheet="x"), header_row=1)
    assert list(read.headers) == headers
    got = {row.number: ["" if v is None else v for v in row.cells.values()] for row in read}
    expected = {n: [plain(v) for v in row] for n, row in enumerate(rows, 2) if any(v.strip() for v in row)}
    assert got == expected


@slow
@given(tables())
def test_csv_never_starts_a_formula_and_keeps_its_rows(table: tuple[list[str], list[list[str]]]) -> None:
    headers, rows = table
    columns = [Column(str(n), header) for n, header in enumerate(headers)]
    data = b"".join(csv_stream(columns, rows))
    for row in read_table(io.BytesIO(data), header_row=1):
        for value in row.cells.values():
            assert value is None or not value.lstrip().startswith(tuple("=+-@＝＋－＠"))
        source = rows[row.number - 2]
        for written, read in zip(source, row.cells.values(), strict=True):
            assert plain(written).replace("\x00", "") in ((read or ""), (read or "").removeprefix("'"))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        for row in read_table(io.BytesIO(data)):
            assert row.number > 0
    except Unreadable:
        pass  # a refusal with its reason; anything else fails
