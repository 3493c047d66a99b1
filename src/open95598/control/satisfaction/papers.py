"""The figures on paper and in a spreadsheet: no customer is in them."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from open95598.control.satisfaction import presenting, wording
from open95598.control.satisfaction.queries import Figures, Rate, named
from open95598.foundation.documents import tables
from open95598.foundation.documents.slip import Fact
from open95598.foundation.transfer.writing import Column, Watermark, workbook
from open95598.service.workorders import directory


def pdf(found: Figures, printed_by: str, now: datetime) -> bytes:
    """Return the figures as an A4 PDF."""
    top = next((u for u in directory.units() if len(u.lineage) == 1), found.unit)
    heads = (_("Item of the index"), _("Formula"), _("Numerator"), _("Denominator"), _("Points of the index"))
    widths, numbers = (2.4, 4.2, 1.0, 1.2, 1.0), (2, 3, 4)

    def index(title: str, one: Any) -> tables.Table:
        rows = tuple((s.name, s.formula, s.numerator, s.denominator, s.points) for s in presenting.lines(found, one))
        note = f"{_('Value of the index')}: {presenting.value(one)}"
        if told := presenting.missing(one):
            note += f" · {' · '.join(told)}"
        return tables.Table(title, heads, rows, note, widths=widths, numbers=numbers)

    def rates(title: str, head: str, found_rates: list[Rate]) -> tables.Table:
        rows = tuple(rate_row(rate) for rate in found_rates)
        return tables.Table(title, (head, *rate_heads()[1:]), rows, widths=(3.0, 1.0, 1.0, 1.2, 1.4), numbers=(1, 2, 3))

    norm = presenting.value(found.norm)
    report = tables.Report(
        utility=top.name,
        title=_("Indices of service"),
        number=f"{found.unit.name} · {presenting.month_text(found.month)}",
        printed_by=printed_by,
        printed_at=now,
        language=get_language() or "zh-hans",
        facts=(
            Fact(_("Service index"), presenting.value(found.service), strong=True),
            Fact(_("Marketing norm rate"), f"{norm}%" if norm != presenting.NONE else norm, strong=True),
            *(Fact(str(i.label), "—" if i.value is None else f"{i.value}") for i in found.inputs),
            Fact(_("Rulebook"), found.rules.version),
        ),
        tables=(
            index(_("Service index"), found.service),
            index(_("Marketing norm rate"), found.norm),
            rates(_("Content customers by unit"), _("Unit"), found.by_unit),
            rates(_("Content customers by kind of order"), _("Kind of order"), found.by_kind),
            rates(_("Content customers by caller"), pgettext("call-back", "Caller"), found.by_person),
            tables.Table(
                _("Why customers were not content"),
                (_("Reason"), _("Orders")),
                tuple((named(name, get_language()), str(n)) for name, n in found.reasons),
                widths=(4.0, 1.0),
                numbers=(1,),
            ),
        ),
    )
    return tables.pdf(report)


def rate_heads() -> tuple[str, ...]:
    """Return the heads of a table of shares."""
    return (_("Name"), _("Rated"), _("Content ones"), _("Share"), _("Remark"))


def rate_row(rate: Rate) -> tuple[str, ...]:
    """Return a share as a row of texts."""
    name = named(rate.name, get_language())
    shown = str(wording.WAYS.get(name, name))
    return (shown, str(rate.rated), str(rate.content), presenting.percent(rate.share), presenting.small(rate))


def sheet(found: Figures, name: str, now: datetime) -> IO[bytes]:
    """Return the figures as a spreadsheet: one row a line or share."""
    columns = [
        Column("part", _("Index or table")), Column("name", _("Item of the index")), Column("formula", _("Formula")),
        Column("up", _("Numerator"), "number"), Column("down", _("Denominator"), "number"),
        Column("points", _("Points of the index"), "number"), Column("note", _("Remark")),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for title, index in ((_("Service index"), found.service), (_("Marketing norm rate"), found.norm)):
        for line in index.lines:
            points = None if line.code == "against" else round(line.points, 2)
            rows.append(
                {"part": title, "name": str(wording.LINES[line.code]), "formula": line.formula, "up": line.numerator,
                 "down": line.denominator, "points": points, "note": ""}
            )  # fmt: skip
        total = None if index.value is None else round(index.value, 2)
        rows.append(
            {"part": title, "name": _("Value of the index"), "formula": "", "up": None, "down": None,
             "points": total, "note": "; ".join(presenting.missing(index))}
        )  # fmt: skip
    for title, shares in (
        (_("Content customers by unit"), found.by_unit), (_("Content customers by kind of order"), found.by_kind),
        (_("Content customers by caller"), found.by_person), (_("Content customers by way"), found.by_way),
    ):  # fmt: skip
        for rate in shares:
            name_, *_counts = rate_row(rate)
            rows.append({"part": title, "name": name_, "formula": f"{rate.content} / {rate.rated}", "up": rate.content,
                         "down": rate.rated, "points": rate.share, "note": presenting.small(rate)})  # fmt: skip
    mark = Watermark(name, now, f"{found.unit.name} {presenting.month_text(found.month)}")
    return workbook(columns, rows, sheet=_("Indices of service"), watermark=mark)
