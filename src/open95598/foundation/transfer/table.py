"""What every reader hands on: raw rows with their true numbers, problems beside the cells, the limits of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from open95598.foundation.errors import Invalid


class Unreadable(Invalid):
    """The file as a whole cannot be read; ``detail`` says why and what to do, in the user's language."""

    code = "unreadable-file"

    def __init__(self, detail: Any, *, why: str, **extra: Any) -> None:
        super().__init__(detail, fields={"file": detail}, **extra)
        #: a stable word for programs and tests: ``password``, ``bomb``, ``empty`` …
        self.why = why


@dataclass(frozen=True)
class Limits:
    """What a file may cost. Sizes in bytes; a file beyond them is refused before it can hurt."""

    file_bytes: int = 256 * 2**20
    unpacked_bytes: int = 600 * 2**20
    #: unpacked : packed of one member; checked for members of more than ``ratio_floor`` bytes
    ratio: int = 250
    ratio_floor: int = 8 * 2**20
    members: int = 2_000
    columns: int = 500
    rows: int = 1_048_576
    cell_characters: int = 200_000
    merges: int = 20_000
    #: seconds and bytes of memory for the child process that reads the old binary format
    xls_seconds: int = 60
    xls_memory: int = 1536 * 2**20


class Problem(NamedTuple):
    """Something wrong with one cell: ``column`` is its header ("": the whole row; a bare letter: a column without)."""

    column: str
    reason: str
    value: str = ""


class RawRow(NamedTuple):
    """One row of a sheet: values and reasons by column number (from 1); column 0 stands for the row itself."""

    number: int
    values: dict[int, Any]
    problems: dict[int, str]


@dataclass(frozen=True)
class Row:
    """One row under its headers. ``number`` is the row number that the spreadsheet program shows."""

    number: int
    cells: dict[str, Any]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column with a header. ``index`` counts from 1; a second "Name" becomes "Name (2)"."""

    index: int
    header: str


@dataclass(frozen=True)
class Table:
    """A table of a file. Iterating reads the file again from the start, row by row; blank rows are left out.

    ``sheets`` names the visible sheets, ``hidden`` the hidden ones; ``remarks`` are sentences for the user (renamed
    headers, sheets that were not read); ``encoding`` and ``delimiter`` are set for text files.
    """

    kind: str
    columns: tuple[Column, ...]
    header_row: int
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    _rows: Callable[[], Iterator[Row]] = field(repr=False, default=lambda: iter(()))

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers from left to right; no two are equal, none is empty."""
        return tuple(column.header for column in self.columns)

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, each time from the first. Raises ``Unreadable`` where the file breaks."""
        return self._rows()

    __iter__ = rows


@dataclass(frozen=True)
class Sheet:
    """What a format's reader knows before the headers are understood."""

    kind: str
    raw: Callable[[], Iterator[RawRow]] = field(repr=False)
    name: str = ""
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
