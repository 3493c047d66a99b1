"""The tables of a page as rows: what is seen of it, for a sheet. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

#: what a cell holds beside its words
_APART = frozenset({"svg", "script", "style", "button", "form", "template"})
_VOID = frozenset({"input", "br", "img", "hr", "meta", "link", "wbr", "col"})


@dataclass
class Table:
    """A table: its heads, and its rows of as many cells (text, or an aware time where a cell is nothing else)."""

    heads: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)


class PageTables(HTMLParser):
    """Reads a page: ``title`` (its h1), ``tables`` (those of class ``list``), ``more``: it leads to a next page."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.more = "", False
        self.tables: list[Table] = []
        self._inside = 0  # tables deep
        self._apart = 0  # deep in what is left out
        self._row: list[Any] | None = None
        self._cell: list[str] | None = None
        self._time: datetime | None = None
        self._head = self._h1 = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row, a cell."""
        told = {name: value or "" for name, value in attrs}
        self.more |= told.get("rel") == "next"
        if self._apart:
            self._apart += tag not in _VOID
        elif tag in _APART or ("visually-hidden" in told.get("class", "") and tag not in _VOID):
            self._apart = 1
        elif tag == "h1":
            self._h1 = True
        elif tag == "table" and (self._inside or "list" in told.get("class", "").split()):
            self._inside += 1
            if self._inside == 1:
                self.tables.append(Table())
        elif self._inside == 1 and tag == "thead":
            self._head = True
        elif self._inside == 1 and tag == "tr":
            self._row = []
        elif self._inside == 1 and tag in ("td", "th"):
            self._cell, self._time = [], None
        elif tag == "time" and self._cell is not None:
            self._time = _instant(told.get("datetime", ""))

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if self._apart:
            self._apart -= tag not in _VOID
            return
        if tag == "h1":
            self._h1 = False
        elif tag == "table" and self._inside:
            self._inside -= 1
        elif tag == "thead":
            self._head = False
        elif self._inside == 1 and tag in ("td", "th") and self._cell is not None and self._row is not None:
            text = " ".join("".join(self._cell).split())
            self._row.append(self._time or text)
            self._cell = None
        elif self._inside == 1 and tag == "tr" and self._row is not None:
            table = self.tables[-1]
            if self._head:
                table.heads = [str(cell) for cell in self._row]
            elif self._row:
                table.rows.append(self._row)
            self._row = None

    def handle_data(self, data: str) -> None:
        """Take words into the cell, or the title."""
        if self._apart:
            return
        if self._cell is not None:
            self._cell.append(data if data.strip() else " ")
        elif self._h1:
            self.title = f"{self.title} {data.strip()}".strip()


def read(page: str) -> PageTables:
    """Return what stands in a page."""
    found = PageTables()
    found.feed(page)
    found.close()
    return found


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
