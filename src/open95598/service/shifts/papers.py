"""A handover on paper: the list as it was handed over, with both names."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.foundation.documents import tables
from open95598.foundation.documents.slip import Fact
from open95598.service.shifts.models import Handover
from open95598.service.shifts.queries import Row
from open95598.service.shifts.wording import KINDS
from open95598.service.workorders import directory


def pdf(handover: Handover, rows: list[Row], printed_by: str, now: datetime) -> bytes:
    """Return the handover as an A4 PDF: what the reader may not see stands as such."""
    unit = handover.case.unit
    top = next((u.name for u in directory.units() if len(u.lineage) == 1), unit.name)

    def part(kind: str) -> tables.Table:
        kept = [row for row in rows if row.item.kind == kind]
        lines = tuple(
            (
                row.item.number if row.visible else _("not shown to you"),
                row.item.person.name if row.item.person else "—",
                at(row.item.due_at),
                row.item.note if row.visible else "",
                result(row),
            )
            for row in kept
        )
        heads = (_("Number"), _("Held by"), _("Due"), _("Remark"), _("Taken over"))
        title = f"{KINDS[kind]} ({len(kept)})"
        return tables.Table(title, heads, lines, widths=(2.6, 1.2, 2.0, 2.9, 1.1), none=_("none"))

    report = tables.Report(
        utility=top,
        title=_("Shift handover"),
        number=f"JJB-{handover.pk} · {unit.name}",
        printed_by=printed_by,
        printed_at=now,
        language=get_language() or "zh-hans",
        facts=(
            Fact(_("Prepared"), at(handover.prepared_at)),
            Fact(_("Handed over"), at(handover.handed_at)),
            Fact(_("Signed for"), at(handover.signed_at)),
            Fact(_("Items"), str(len(rows))),
            *((Fact(_("Remarks"), handover.remarks, wide=True),) if handover.remarks else ()),
        ),
        tables=tuple(part(kind) for kind in KINDS),
        signatures=(
            (_("Handed over by"), handover.handed_by.name if handover.handed_by else ""),
            (_("Signed for by"), handover.signed_by.name if handover.signed_by else ""),
        ),
    )
    return tables.pdf(report)


def at(moment: datetime | None) -> str:
    """Return a time as the paper shows it."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"


def result(row: Row) -> str:
    """Say what became of an item when it was signed for."""
    if row.item.passed is None:
        return "—"
    return _("yes") if row.item.passed else _("no")
