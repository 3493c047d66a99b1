"""Reads a table from whatever people send: .xlsx, .xls, .csv, .tsv, .parquet. The content decides, not the
file's extension.

A file that cannot be read is refused with the reason and what to do about it; a bad cell is a problem of its row.
"""

from __future__ import annotations

import os
import stat
import tempfile
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from open95598.foundation.transfer import delimited, xls, zipguard
from open95598.foundation.transfer.table import (
    Column,
    Limits,
    Problem,
    RawRow,
    Row,
    Sheet,
    Table,
    Unreadable,
)

__all__ = ["Column", "Limits", "Problem", "Row", "Table", "Unreadable", "read_table"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: how far down a header row is looked for
_HEADER_WINDOW = 20
_MAX_HEADER = 200


def read_table(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
) -> Table:
    """Open a table. ``source`` is a path or a binary stream; rows are read lazily, each iteration from the start.

    ``sheet`` names the sheet (default: the first visible one). ``header_row`` is the sheet's row with the headers;
    without it the first row counts that is filled about as widely as those below it, so that a title above the table
    is skipped. Dates come as naive ``datetime`` (the sheet knows no zone), numbers as ``int`` or ``float``. Read one
    iterator to its end before starting another: they share the file.

    Raises ``Unreadable`` (a ``Refused``) whose ``why`` is one of: missing, directory, special, empty, too-large,
    wrong-kind, password, damaged, bomb, merges, no-sheet, no-header, columns, rows.
    """
    limits = limits or Limits()
    file = _binary(source, limits)
    name = str(source) if isinstance(source, (str, os.PathLike)) else str(getattr(source, "name", "") or "")
    raw = _sniff(file, name, sheet, limits)
    columns, found, remarks = _headers(raw, header_row, limits)
    if sheet is None and len(raw.sheets) > 1:
        others = "、".join(s for s in raw.sheets if s != raw.name)
        remarks.append(_("Only the sheet “%(name)s” is read; not: %(others)s") % {"name": raw.name, "others": others})
    if raw.hidden:
        remarks.append(_("Hidden sheets are not read: %(names)s") % {"names": "、".join(raw.hidden)})
    return Table(
        kind=raw.kind,
        columns=tuple(columns),
        header_row=found,
        sheet=raw.name,
        sheets=raw.sheets,
        hidden=raw.hidden,
        remarks=tuple(remarks),
        encoding=raw.encoding,
        delimiter=raw.delimiter,
        _rows=lambda: _named(raw, columns, found, limits),
    )


def _binary(source: str | os.PathLike[str] | IO[bytes], limits: Limits) -> IO[bytes]:
    """Return a seekable binary file of bounded size."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Unreadable(_("There is no file “%(path)s”.") % {"path": path}, why="missing") from error
        if stat.S_ISDIR(mode):
            raise Unreadable(
                _("“%(path)s” is a folder, not a file.") % {"path": path},
                why="directory",
            )
        if not stat.S_ISREG(mode):  # reading a pipe or a device might never end
            raise Unreadable(_("“%(path)s” is not an ordinary file.") % {"path": path}, why="special")
        try:
            file: IO[bytes] = path.open("rb")
        except OSError as error:
            raise Unreadable(
                _("The file “%(path)s” may not be read.") % {"path": path},
                why="missing",
            ) from error
    elif source.seekable():
        file = source
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the table)
        while chunk := source.read(1 << 20):
            file.write(chunk)
            if file.tell() > limits.file_bytes:
                break
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > limits.file_bytes:
        raise Unreadable(
            _("The file is larger than %(limit)s MB; divide it.") % {"limit": limits.file_bytes >> 20},
            why="too-large",
        )
    if size == 0:
        raise Unreadable(_("The file is empty."), why="empty")
    return file


def _sniff(file: IO[bytes], name: str, sheet: str | None, limits: Limits) -> Sheet:
    """Tell the format by the first bytes."""
    head = file.read(1 << 16)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    if head.startswith(b"PK\x03\x04"):
        from open95598.foundation.transfer import xlsx  # its library is slow to import; not every process reads sheets

        return xlsx.open_sheet(file, sheet, limits)
    if head.startswith(b"PK"):  # an empty or a divided archive
        raise Unreadable(_("The file is an archive without a workbook in it."), why="wrong-kind")
    if head.startswith(b"PAR1"):
        from open95598.foundation.transfer import parquet

        return parquet.open_sheet(file, limits)
    if head.startswith(_OLE):
        file.seek(0)
        if _holds(file, "EncryptedPackage".encode("utf-16-le")):
            raise zipguard.password()
        return xls.open_sheet(file, sheet, limits)
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise Unreadable(
            _("This is a web page or an XML text, whatever its name says. Open it in Excel and save it as .xlsx."),
            why="wrong-kind",
        )
    if start.startswith(
        (
            b"%pdf",
            b"\x89png",
            b"gif8",
            b"\xff\xd8\xff",
            b"\x1f\x8b",
            b"rar!",
            b"7z\xbc\xaf",
            b"{\\rtf",
        )
    ):
        raise Unreadable(_("The file is neither a spreadsheet nor a text table."), why="wrong-kind")
    return delimited.open_sheet(file, limits, prefer_tab=name.lower().endswith((".tsv", ".tab")))


def _holds(file: IO[bytes], needle: bytes) -> bool:
    tail = b""
    while chunk := file.read(1 << 20):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False


def _filled(row: RawRow) -> int:
    return sum(1 for value in row.values.values() if not isinstance(value, str) or value.strip())


def _headers(sheet: Sheet, wanted: int | None, limits: Limits) -> tuple[list[Column], int, list[str]]:
    """Find the header row; return its columns, its number and remarks on what had to be renamed."""
    if wanted is not None:
        row = next((r for r in sheet.raw() if r.number >= wanted), None)
        if row is None or row.number != wanted or not _filled(row):
            raise Unreadable(
                _("Row %(row)s, named as the header, is empty.") % {"row": wanted},
                why="no-header",
            )
    else:
        window = list(islice((r for r in sheet.raw() if _filled(r)), _HEADER_WINDOW))
        if not window:
            raise Unreadable(_("The sheet is empty."), why="empty")
        widest = max(_filled(r) for r in window)
        row = next((r for r in window if _filled(r) * 2 >= widest and _distinct(r) > 1), window[0])
    if row.problems.get(0):
        raise Unreadable(
            _("The table has more than %(limit)s columns; keep those that matter.") % {"limit": limits.columns},
            why="columns",
        )
    columns: list[Column] = []
    remarks: list[str] = []
    taken: set[str] = set()
    for index in sorted({*row.values, *(c for c in row.problems if c)}):
        text = " ".join(unicodedata.normalize("NFC", _plain(row.values.get(index, ""))).split())[:_MAX_HEADER]
        if not text:
            continue
        header, again = text, 2
        while header in taken:
            header, again = f"{text} ({again})", again + 1
        if header != text:
            remarks.append(
                _("The header “%(text)s” occurs twice; the later column is called “%(header)s”.")
                % {"text": text, "header": header}
            )
        taken.add(header)
        columns.append(Column(index, header))
    if not columns:
        raise Unreadable(
            _("No header was found in row %(row)s.") % {"row": row.number},
            why="no-header",
        )
    return columns, row.number, remarks


def _distinct(row: RawRow) -> int:
    """How many different texts the row holds: a title merged over all columns is one."""
    return len({_plain(value).strip() for value in row.values.values()} - {""})


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _named(sheet: Sheet, columns: list[Column], header_row: int, limits: Limits) -> Iterator[Row]:
    headers = {column.index: column.header for column in columns}
    count = 0
    for raw in sheet.raw():
        if raw.number <= header_row or (not raw.problems and not _filled(raw)):
            continue
        count += 1
        if count > limits.rows:
            raise Unreadable(
                _("The table has more than %(limit)s rows.") % {"limit": limits.rows},
                why="rows",
            )
        problems = [
            Problem(headers.get(index, ""), reason, _plain(raw.values.get(index, ""))[:80])
            for index, reason in sorted(raw.problems.items())
        ]
        strays = [index for index in raw.values if index not in headers and str(raw.values[index]).strip()]
        if strays:
            index = min(strays)
            from openpyxl.utils import get_column_letter

            letter = get_column_letter(index)
            reason = _("column %(letter)s has a value but no header") % {"letter": letter}
            problems.append(Problem(letter, reason, _plain(raw.values[index])[:80]))
        cells = {header: raw.values.get(index) for index, header in headers.items()}
        yield Row(raw.number, cells, tuple(problems))
