"""Writes tables that are safe to open: .xlsx as a stream of rows, .csv for programs.

Text stays text. A cell that begins with ``=`` is a formula to a spreadsheet program, and a customer's message may begin
with anything; so nothing that comes from data is ever a formula, a hyperlink or a guessed number.
"""

from __future__ import annotations

import csv
import io
import math
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

#: what the format can hold
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
#: beyond these digits a spreadsheet's number is no longer exact, so it is written as text
EXACT = 10**15

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

Kind = Literal["text", "number", "datetime", "date", "yesno"]


@dataclass(frozen=True)
class Column:
    """A column to write: ``key`` finds the value in a mapping, ``title`` is shown; ``width`` in characters."""

    key: str
    title: str
    kind: Kind = "text"
    width: int | None = None
    #: how a personal value is masked in exports: "phone", "name", "address" or "" (not personal)
    personal: str = ""


@dataclass(frozen=True)
class Watermark:
    """Who took the table out of the house, and when (aware). It stands on the page, in the sheet and in the file."""

    name: str
    at: datetime
    note: str = ""

    def text(self, zone: ZoneInfo) -> str:
        """Return the sentence, in the active language, with the time in ``zone``."""
        words = _("Exported by %(name)s at %(at)s") % {
            "name": self.name,
            "at": self.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        }
        return f"{words} · {self.note}" if self.note else words


Record = Mapping[str, Any] | Sequence[Any]


def workbook(
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    sheet: str,
    watermark: Watermark | None = None,
    meta: Mapping[str, str] | None = None,
    zone: ZoneInfo | None = None,
) -> IO[bytes]:
    """Write ``rows`` (mappings by key, or sequences in the order of ``columns``) and return a file, at its start.

    Memory does not grow with the rows; past 1,048,576 rows the table goes on in a further sheet. Aware times are
    shown in ``zone`` (the utility's), naive ones as they are. With a ``watermark`` row 1 is its sentence, row 2
    the header. ``meta`` may hold the document properties ``title``, ``subject``, ``comments``.
    """
    zone = zone or ZoneInfo(settings.TIME_ZONE)
    output = tempfile.TemporaryFile(prefix="open95598-")  # noqa: SIM115 (handed to the caller)
    import xlsxwriter  # slow to import; not every process writes sheets

    book = xlsxwriter.Workbook(
        output,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd hh:mm:ss",
        },
    )
    mark = watermark.text(zone) if watermark else ""
    properties = {k: _clean(v)[:255] for k, v in (meta or {}).items() if k in ("title", "subject", "comments")}
    if watermark:
        properties |= {
            "author": _clean(watermark.name)[:255],
            "keywords": _clean(mark)[:255],
        }
        book.set_custom_property("exported_by", _clean(watermark.name)[:255])
        book.set_custom_property("exported_at", watermark.at.isoformat())
    # the library would write the machine's time; a table has the time of its watermark or none of its own
    made = watermark.at.astimezone(zone).replace(tzinfo=None) if watermark else datetime(2000, 1, 1)  # noqa: DTZ001
    book.set_properties({**properties, "created": made})
    formats = {
        "header": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F5", "valign": "vcenter"}),
        "mark": book.add_format({"italic": True, "font_color": "#6B7280"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "text": book.add_format({"num_format": "@"}),
    }
    name = _SHEET_NAME.sub(" ", _clean(sheet)).strip("' ")[:25] or "Sheet"
    stream = iter(rows)
    part, pending = 1, next(stream, None)
    while part == 1 or pending is not None:
        pending = _sheet(
            book,
            name if part == 1 else f"{name} ({part})",
            columns,
            pending,
            stream,
            mark,
            formats,
            zone,
        )
        part += 1
    book.close()
    output.seek(0)
    return output


def _sheet(
    book: Any,
    name: str,
    columns: Sequence[Column],
    record: Record | None,
    stream: Iterator[Record],
    mark: str,
    formats: Mapping[str, Any],
    zone: ZoneInfo,
) -> Record | None:
    """Fill one sheet; return the first record that no longer fits, or None."""
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if mark:
        # "&" starts a code in headers; 255 characters is the format's limit
        text = _clean(mark).replace("&", "&&")[:200]
        page.set_header(f"&L&8{text}")
        page.set_footer(f"&L&8{text}&R&8&P / &N")
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width or _width(column))
    line = 0
    if mark:
        page.write_string(0, 0, _clean(mark), formats["mark"])
        line = 1
    page.repeat_rows(0, line)
    page.freeze_panes(line + 1, 0)
    head = line
    for index, column in enumerate(columns):
        page.write_string(line, index, _clean(column.title)[:MAX_TEXT], formats["header"])
    while record is not None and line + 1 < MAX_ROWS:
        line += 1
        for index, value in enumerate(_values(columns, record)):
            _write(page, line, index, value, formats, zone)
        record = next(stream, None)
    if columns:
        page.autofilter(head, 0, line, len(columns) - 1)
    return record


def _values(columns: Sequence[Column], record: Record) -> Iterable[Any]:
    if isinstance(record, Mapping):
        return [record.get(column.key) for column in columns]
    return record


def _write(
    page: Any,
    line: int,
    index: int,
    value: Any,
    formats: Mapping[str, Any],
    zone: ZoneInfo,
) -> None:
    match value:
        case None | "":
            return
        case bool():
            page.write_string(line, index, yesno(value))
        case int() | float() | Decimal():
            if _exact(value):
                page.write_number(line, index, value)
            else:
                page.write_string(line, index, _number_text(value), formats["text"])
        case datetime():
            local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
            if local.year < 1901:
                page.write_string(line, index, local.isoformat(" "))
            else:
                page.write_datetime(line, index, local, formats["datetime"])
        case date():
            if value.year < 1901:
                page.write_string(line, index, value.isoformat())
            else:
                page.write_datetime(line, index, value, formats["date"])
        case _:
            text = _clean(_text(value, zone))
            if len(text) > MAX_TEXT:
                text = text[: MAX_TEXT - 1] + "…"
            page.write_string(line, index, text)


def csv_stream(
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    zone: ZoneInfo | None = None,
    chunk: int = 500,
) -> Iterator[bytes]:
    """Yield the table as .csv in UTF-8 with a mark (so that Excel reads it right), ``chunk`` rows at a time.

    Text that a spreadsheet program would run gets a leading apostrophe; numbers and times are written by us and do not.
    """
    zone = zone or ZoneInfo(settings.TIME_ZONE)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([defuse(_clean(column.title)) for column in columns])
    for count, record in enumerate(rows, 1):
        writer.writerow([_csv_cell(value, zone) for value in _values(columns, record)])
        if count % chunk == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_cell(value: Any, zone: ZoneInfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return yesno(value)
        case int() | float() | Decimal():
            return _number_text(value)
        case _:
            return defuse(_clean(_text(value, zone)).replace("\x00", ""))


def defuse(text: str) -> str:
    """Return ``text`` with an apostrophe before it when a spreadsheet program would take it for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS) else text


def yesno(value: bool) -> str:
    """Return the word for a truth value in the active language."""
    return _("yes") if value else _("no")


def _text(value: Any, zone: ZoneInfo) -> str:
    match value:
        case datetime():
            local = value.astimezone(zone) if value.tzinfo else value
            return local.strftime("%Y-%m-%d %H:%M:%S")
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _exact(value: float | Decimal) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= 15
    return abs(value) < EXACT if isinstance(value, int) else math.isfinite(value)


def _number_text(value: float | Decimal) -> str:
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)


def _clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def _width(column: Column) -> int:
    """Return a width that fits the title (a Chinese character takes two) and the kind's values."""
    title = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in column.title) + 3
    least = {"datetime": 20, "date": 12, "number": 12, "yesno": 8, "text": 18}[column.kind]
    return min(max(title, least), 60)
