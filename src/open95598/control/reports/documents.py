"""The process report on paper (PDF) and as a spreadsheet, with the figures of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.control.reports import wording
from open95598.control.reports.figures import COLUMNS, SECTIONS, Figures
from open95598.foundation.documents import typst
from open95598.foundation.documents.typst import tame
from open95598.foundation.transfer.writing import Column, Watermark, workbook
from open95598.foundation.units.models import Unit

_TEMPLATE = "report.typ"


@dataclass(frozen=True)
class Paper:
    """A report as it is printed: what it is of, its figures, who signed (label, name, time), who prints it when."""

    title: str
    number: str
    month: str
    figures: Figures
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    printed_by: str
    printed_at: datetime


def pdf(paper: Paper) -> bytes:
    """Return the report as a PDF in the active language. ``typst.FontsMissing`` when the assets are absent."""
    printed = _("Printed by %(who)s on %(when)s.")
    utility = _utility()
    return typst.render(
        _TEMPLATE,
        {
            "language": "en" if (get_language() or "").startswith("en") else "zh",
            "utility": tame(utility),
            "mark": utility[:1],
            "title": tame(paper.title),
            "number": tame(paper.number),
            "printed": printed % {"who": tame(paper.printed_by), "when": local(paper.printed_at)},
            "page_of": _("Page {page} of {pages}"),
            "facts": [{"label": tame(k), "value": tame(v), "wide": False, "strong": False} for k, v in paper.facts],
            "heads": [_("Clerk"), *(str(wording.COLUMNS[name]) for name in COLUMNS)],
            "sections": [
                {
                    "title": str(wording.SECTIONS[section]),
                    "rows": [[tame(row[0]), *map(str, row[1:])] for row in lines(paper.figures, section)],
                }
                for section in SECTIONS
            ],
            "notes": [tame(note) for note in paper.notes],
            "empty": _("Nothing was counted."),
        },
    )


def spreadsheet(paper: Paper) -> IO[bytes]:
    """Return the report as a workbook: one row a clerk and section, and the sums."""
    columns = [
        Column("month", _("Month")),
        Column("section", _("Section"), width=36),
        Column("clerk", _("Clerk")),
        *(Column(name, str(wording.COLUMNS[name]), kind="number") for name in COLUMNS),
    ]
    rows = (
        (paper.month, str(wording.SECTIONS[section]), *line)
        for section in SECTIONS
        for line in lines(paper.figures, section)
    )
    mark = Watermark(paper.printed_by, paper.printed_at, f"{paper.title} {paper.number}".strip())
    return workbook(columns, rows, sheet=paper.month, watermark=mark, meta={"title": paper.title})


def lines(figures: Figures, section: str) -> Iterator[list[Any]]:
    """Yield a section's lines: a name and the counts in the order of the columns; the sum last."""
    for row in figures.sections[section]:
        yield [row.name or _("nobody"), *row.counts]
    if figures.sections[section]:
        yield [_("Sum"), *figures.total(section)]


def local(at: datetime) -> str:
    """Return a moment as documents show it, in the utility's zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _utility() -> str:
    top = Unit.objects.filter(parent=None, closed_on=None).order_by("pk").first()
    return top.name if top else "open95598"
