"""Reads .csv and .tsv as people really send them: any of the usual encodings, any of the usual delimiters.

A row number is the row that a spreadsheet program would show: a quoted cell with line breaks is one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from open95598.foundation.transfer.table import Limits, RawRow, Sheet, Unreadable

_DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE = 1 << 16
#: bytes that were none of the encoding
_ESCAPED = re.compile(r"[\udc80-\udcff]+")
#: characters that stand for bytes that were none: a lone surrogate, or UTF-16's replacement
_BROKEN = re.compile(r"[\ud800-\udfff\ufffd]+")


def open_sheet(file: IO[bytes], limits: Limits, *, prefer_tab: bool = False) -> Sheet:
    """Find out encoding and delimiter. Raises ``Unreadable`` when the bytes are no text at all."""
    encoding = detect_encoding(file)
    file.seek(0)
    sample = _text(file, encoding).read(_SAMPLE)
    delimiter, skip = detect_delimiter(sample, prefer_tab=prefer_tab)
    return Sheet(
        "csv",
        lambda: _rows(file, encoding, delimiter, skip, limits),
        encoding=encoding,
        delimiter=delimiter,
    )


def detect_encoding(file: IO[bytes]) -> str:
    """Return the codec that fits: by its mark, else UTF-8 if it fits throughout, else whichever breaks least often.

    GB18030 contains GBK and GB2312. One broken byte in a UTF-8 file must not turn the whole file into Chinese noise,
    hence the count. Raises ``Unreadable`` for binary data.
    """
    file.seek(0)
    head = file.read(4096)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = [head[0::2].count(0), head[1::2].count(0)]
    half = max(len(head) // 2, 1)
    if sum(zeros):
        # ASCII in UTF-16 has every second byte zero; anything else with zeros is no text
        if zeros[1] > half * 0.2 and zeros[0] * 20 < zeros[1]:
            return "utf-16-le"
        if zeros[0] > half * 0.2 and zeros[1] * 20 < zeros[0]:
            return "utf-16-be"
        raise Unreadable(_("The file is neither a spreadsheet nor a text table."), why="wrong-kind")
    broken = _count_broken(file, "utf-8")
    return "gb18030" if broken and _count_broken(file, "gb18030") < broken else "utf-8"


def _count_broken(file: IO[bytes], encoding: str) -> int:
    """Count the bytes of the file that are not of this encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    count = 0
    while True:
        chunk = file.read(1 << 20)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            return 1 << 60
        # an astral character is one code point here, so a lone surrogate is always an escaped byte
        if not text.isascii():
            count += sum(map(len, _ESCAPED.findall(text)))
        if not chunk:
            return count


def detect_delimiter(sample: str, *, prefer_tab: bool = False) -> tuple[str, int]:
    """Return the delimiter and how many lines to skip (1 when the first line is Excel's own ``sep=;``).

    The delimiter that gives the most rows the same width, more than one, wins; without any, the table has one column.
    """
    first = sample.partition("\n")[0]
    first = first.strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    best, best_score = ("\t" if prefer_tab else ","), 0.0
    for delimiter in _DELIMITERS:
        try:
            # the last line of a full sample may be cut
            text = sample if len(sample) < _SAMPLE else sample[: sample.rfind("\n") + 1]
            widths = [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row][:50]
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        score = (times / len(widths)) * min(width, 12) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best, 0


class _Lines:
    """The lines of the text, counted, with what the row being read has consumed."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.taken = 0
        self.quotes = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.taken += 1
        self.quotes += line.count('"')
        return line.replace("\x00", "�")

    def start_row(self) -> None:
        self.taken = self.quotes = 0


def _text(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    # UTF-16 has no way to keep a broken byte: it becomes the replacement character
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    return io.TextIOWrapper(_Undetached(file), encoding, errors=errors, newline="")  # type: ignore[arg-type]


class _Undetached(io.RawIOBase):
    """Lends a binary file to a TextIOWrapper without giving it away: closing the wrapper leaves the file open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read1(self, size: int = -1) -> bytes:
        return self._file.read(size if size > 0 else _SAMPLE)


def _rows(file: IO[bytes], encoding: str, delimiter: str, skip: int, limits: Limits) -> Iterator[RawRow]:
    file.seek(0)
    csv.field_size_limit(max(csv.field_size_limit(), limits.cell_characters * 2))
    lines = _Lines(_text(file, encoding))
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        lines.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            raise Unreadable(_("The text breaks off in the middle of a character."), why="damaged") from error
        except csv.Error as error:
            raise Unreadable(
                _("Row %(row)s cannot be read: a quotation mark is never closed, or a cell is far too long.")
                % {"row": number + 1},
                why="damaged",
            ) from error
        number += 1
        if number <= skip:
            continue
        values: dict[int, Any] = {}
        problems: dict[int, str] = {}
        for column, cell in enumerate(cells, 1):
            if cell == "":
                continue
            if column > limits.columns:
                problems[0] = _("the row has cells beyond column %(limit)s") % {"limit": limits.columns}
                break
            if len(cell) > limits.cell_characters:
                problems[column] = _("the text is too long")
                continue
            if not cell.isascii() and _BROKEN.search(cell):
                text = _BROKEN.sub(lambda found: "�" * len(found[0]), cell)
                problems[column] = _("the text holds broken characters: “%(text)s”") % {"text": text[:40]}
                continue
            values[column] = cell.replace("\r\n", "\n").replace("\r", "\n")
        if lines.taken > 1 and lines.quotes % 2:
            problems[0] = _("a quotation mark is never closed; the rest of the file is in this row")
        yield RawRow(number, values, problems)
