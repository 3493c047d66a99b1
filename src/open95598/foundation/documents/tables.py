"""A report of tables on A4: figures with their lines, a list that is signed for. The room above fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.foundation.documents import typst
from open95598.foundation.documents.slip import Fact
from open95598.foundation.documents.typst import tame


@dataclass(frozen=True, slots=True)
class Table:
    """One table: heads and rows of texts; ``widths`` are shares of the line, ``numbers`` the columns set flush right.

    ``none`` stands in the place of a table without rows.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    none: str = "—"
    widths: tuple[float, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report, in the reader's language already. ``signatures``: who signs, and what stands there so far."""

    utility: str
    title: str
    number: str
    printed_by: str
    printed_at: datetime
    tables: tuple[Table, ...]
    facts: tuple[Fact, ...] = ()
    signatures: tuple[tuple[str, str], ...] = ()
    language: str = "zh-hans"


def pdf(report: Report) -> bytes:
    """Return the report as a PDF. ``ValueError`` when a row has not as many cells as its table has heads."""
    for table in report.tables:
        if any(len(row) != len(table.heads) for row in table.rows):
            raise ValueError(f"the table {table.title!r} has rows of another length than its heads")
    zone = ZoneInfo(settings.TIME_ZONE)
    with translation.override("en" if report.language.startswith("en") else "zh-hans"):
        printed = _("Printed by %(who)s on %(when)s.") % {
            "who": tame(report.printed_by), "when": report.printed_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        }  # fmt: skip
        data = {
            "language": "en" if report.language.startswith("en") else "zh",
            "utility": tame(report.utility),
            "mark": report.utility[:1],
            "title": tame(report.title),
            "number": tame(report.number),
            "printed": printed,
            "page_of": _("Page {page} of {pages}"),
            "facts": [
                {"label": tame(f.label), "value": tame(f.value), "wide": f.wide, "strong": f.strong}
                for f in report.facts
            ],
            "tables": [
                {
                    "title": tame(t.title),
                    "note": tame(t.note),
                    "none": tame(t.none),
                    "heads": [tame(head) for head in t.heads],
                    "rows": [[tame(cell) for cell in row] for row in t.rows],
                    "widths": list(t.widths or (1.0,) * len(t.heads)),
                    "numbers": list(t.numbers),
                }
                for t in report.tables
            ],
            "signatures": [{"label": tame(label), "value": tame(value)} for label, value in report.signatures],
        }
    return typst.render("tables.typ", data)
