"""Reads .xlsx row by row in constant memory.

The sheet's XML is parsed by openpyxl's own parser, without the grid that ``load_workbook`` builds around it: that grid
fills every gap, so that a file with one cell in the last row costs a million rows. The values are those the
spreadsheet program stored; nothing is calculated here.
"""
# ruff: noqa: SLF001, S314 (openpyxl's parser below its workbook; zipguard has refused every DOCTYPE before)

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from xml.etree.ElementTree import ParseError, iterparse

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser

from open95598.foundation.transfer import zipguard
from open95598.foundation.transfer.table import Limits, RawRow, Sheet, Unreadable


class _RowParser(WorkSheetParser):
    """Yields rows that have cells, with what is wrong in them; everything else in the sheet is skipped."""

    def __init__(self, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(*args, data_only=True, **kwargs)
        self.row_counter = 0
        self._limits = limits

    def parse(self) -> Iterator[RawRow]:
        holder = None
        for event, element in iterparse(self.source, events=("start", "end")):
            if event == "start":
                if element.tag == DATA_TAG:
                    holder = element
            elif element.tag == ROW_TAG:
                row = self._row(element)
                if holder is not None:
                    holder.clear()  # else a million blank rows stay in memory as empty elements
                if row.values or row.problems:
                    yield row
            elif element.tag == DATA_TAG:
                return

    def _row(self, element: Any) -> RawRow:
        stated = element.get("r")
        self.row_counter = int(stated) if stated is not None and stated.isdecimal() else self.row_counter + 1
        self.col_counter = 0
        values: dict[int, Any] = {}
        problems: dict[int, str] = {}
        blank: Any = None
        for cell in element:
            if not len(cell):  # only formatted: files with tens of thousands of such rows are common
                blank, stated = cell, cell.get("r")
                self.col_counter += stated is None
                continue
            if blank is not None and cell.get("r") is None and (place := blank.get("r")):
                self.col_counter = coordinate_to_tuple(place)[1]
            blank, before = None, self.col_counter
            try:
                parsed = self.parse_cell(cell)
            except (ValueError, IndexError, TypeError, KeyError):
                self.col_counter = before + 1
                problems[self.col_counter] = _("the cell is damaged")
                continue
            column, value = parsed["column"], parsed["value"]
            if column > self._limits.columns:
                if value is not None:
                    problems[0] = _("the row has cells beyond column %(limit)s") % {"limit": self._limits.columns}
                continue
            if parsed["data_type"] == "e":
                problems[column] = _("the cell holds the error %(error)s") % {"error": value}
                continue
            if value is None and cell.find(FORMULA_TAG) is not None and cell.get("t") != "str":
                problems[column] = _("the formula has no stored value; open the file, calculate and save it")
                continue
            if isinstance(value, str):
                value = unescape(value) if "_x" in value else value
                value = value.replace("\r\n", "\n").replace("\r", "\n")
                if len(value) > self._limits.cell_characters:
                    problems[column] = _("the text is too long")
                    continue
            if value is not None and value != "":
                values[column] = value
        return RawRow(self.row_counter, values, problems)


def open_sheet(file: IO[bytes], wanted: str | None, limits: Limits) -> Sheet:
    """Open a package, after ``zipguard`` has looked through it. ``wanted`` names a sheet (a hidden one only by name).

    Raises ``Unreadable`` when it is damaged, protected, a bomb, another kind of package, or has no such sheet.
    """
    package = zipguard.inspect(file, limits)
    if "[Content_Types].xml" not in package.names or not any(n.startswith("xl/") for n in package.names):
        raise Unreadable(
            _("This is a package, but not an Excel workbook. Save the table as .xlsx or .csv and try again."),
            why="wrong-kind",
        )
    if "xl/workbook.bin" in package.names:
        raise Unreadable(
            _("The binary format .xlsb is not read; save the table as .xlsx."),
            why="wrong-kind",
        )
    with _book(file) as book:
        visible = tuple(s.title for s in book.worksheets if s.sheet_state == "visible")
        hidden = tuple(s.title for s in book.worksheets if s.sheet_state != "visible")
        if not visible and not hidden:
            raise Unreadable(_("The workbook has no sheet with cells."), why="empty")
        name = wanted if wanted is not None else next(iter(visible or hidden))
        if name not in (*visible, *hidden):
            raise Unreadable(
                _("There is no sheet “%(name)s”; the file has: %(sheets)s")
                % {"name": name, "sheets": "、".join(visible)},
                why="no-sheet",
            )
    return Sheet("xlsx", lambda: _rows(file, name, package, limits), name, visible, hidden)


@contextmanager
def _book(file: IO[bytes]) -> Iterator[Any]:
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # unknown extensions, default styles: of no interest to the user
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Unreadable:
            raise
        except Exception as error:  # openpyxl raises whatever its XML happens to trip over
            raise _damaged() from error
    yield book
    # not book.close(): that would close the caller's file


def _rows(file: IO[bytes], name: str, package: zipguard.Package, limits: Limits) -> Iterator[RawRow]:
    with _book(file) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = book[name]
        merges = _merges(package.merges.get(sheet._worksheet_path.lstrip("/"), []), limits)
        try:
            with sheet._get_source() as source:
                parser = _RowParser(
                    source,
                    sheet._shared_strings,
                    epoch=book.epoch,
                    date_formats=book._date_formats,
                    timedelta_formats=book._timedelta_formats,
                    limits=limits,
                )
                yield from _unmerge(parser.parse(), merges)
        except (ParseError, KeyError, ValueError, OverflowError) as error:
            raise _damaged() from error


def _damaged() -> Unreadable:
    return Unreadable(
        _("The workbook is damaged. Open it, save it anew as .xlsx and try again."),
        why="damaged",
    )


def _merges(pairs: list[tuple[str, str]], limits: Limits) -> list[tuple[int, int, int, int]]:
    """Return the merged areas as (first row, last row, first column, last column), from the top."""
    areas = []
    for first, last in pairs:
        (top, left), (bottom, right) = (
            coordinate_to_tuple(first),
            coordinate_to_tuple(last),
        )
        areas.append((top, bottom, left, min(right, limits.columns)))
    return sorted(areas)


def _unmerge(rows: Iterator[RawRow], areas: list[tuple[int, int, int, int]]) -> Iterator[RawRow]:
    """Give every cell of a merged area the value of its top left cell. Rows without a cell of their own stay out."""
    waiting = areas[::-1]
    active: list[tuple[tuple[int, int, int, int], Any]] = []
    for row in rows:
        if waiting or active:
            active = [(area, value) for area, value in active if area[1] >= row.number]
            if row.values or row.problems:
                for (_top, _bottom, left, right), value in active:
                    for column in range(left, right + 1):
                        row.values.setdefault(column, value)
            while waiting and waiting[-1][0] <= row.number:
                area = waiting.pop()
                top, bottom, left, right = area
                value = row.values.get(left)
                if top == row.number and value is not None:
                    for column in range(left + 1, right + 1):
                        row.values.setdefault(column, value)
                    if bottom > top:
                        active.append((area, value))
        yield row
