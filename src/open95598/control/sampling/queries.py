"""Reads of inspections, through the one policy; the figures that they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.control.sampling.models import Draw, Inspection
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights


def visible(rights: Rights) -> QuerySet[Inspection]:
    """Return the inspections that the rights let one see: of those not judged yet only who may judge them hears."""
    inspects = sorted(rights.units(Permission.CASE_INSPECT))
    rows = Inspection.objects.restrict(rights).filter(~Q(case__state="drawn") | Q(case__scope__overlap=inspects))
    return rows.select_related("case", "case__unit", "draw", "person", "judged_by", "objected_by", "decided_by")


def get(rights: Rights, pk: int) -> Inspection:
    """Return one inspection. Raises ``NotFound`` also when it is not for these eyes."""
    row = visible(rights).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no such case."))
    return row


def waiting_for(rights: Rights) -> Q:
    """Return the condition that the holder of these rights is to act next."""
    inspects = sorted(rights.units(Permission.CASE_INSPECT))
    units = sorted(rights.units(Permission.CASE_APPROVE))
    rule = Q(case__state__in=("drawn", "objected"), case__scope__overlap=inspects)
    return rule | Q(case__state="judged", case__scope__overlap=units)


def draws(rights: Rights) -> QuerySet[Draw]:
    """Return the draws of units where the reader may judge orders, newest first."""
    units = sorted(rights.units(Permission.CASE_QUALITY_VIEW))
    rows = Draw.objects.filter(unit__lineage__overlap=units)
    return rows.select_related("unit", "by").annotate(
        open=Count("inspections", filter=Q(inspections__case__state="drawn"))
    )


@dataclass(frozen=True)
class Line:
    """Figures of a unit or a person: inspected, mean score, passed, fatal errors, objections, results set aside."""

    pk: int | None
    name: str
    unit: str
    inspected: int
    score: float | None
    passed: int
    fatal: int
    objections: int
    aside: int

    @property
    def rate(self) -> float | None:
        """The share of the counted that passed, in per cent."""
        counted = self.inspected - self.aside
        return 100 * self.passed / counted if counted else None


@dataclass(frozen=True)
class Figures:
    """What inspections of a period came to: by unit, by person, and on which lines points were lost."""

    units: list[Line]
    people: list[Line]
    lost: list[tuple[str, int, int]]


def figures(rights: Rights, start: datetime, end: datetime, unit_id: int | None = None) -> Figures:
    """Return the figures of what was judged from ``start`` to before ``end``, where the reader may judge orders.

    Three queries. What an objection set aside counts as inspected, and in nothing else.
    """
    rows = Inspection.objects.restrict(rights, Permission.CASE_QUALITY_VIEW)
    rows = rows.filter(judged_at__gte=start, judged_at__lt=end)
    if unit_id is not None:
        rows = rows.filter(case__scope__contains=[unit_id])
    counted: dict[str, Any] = {
        "inspected": Count("pk"),
        "mean": Avg("score"),
        "passes": Count("pk", filter=Q(passed=True)),
        "fatals": Count("pk", filter=Q(fatal=True)),
        "objections": Count("pk", filter=Q(objected_at__isnull=False)),
        "aside": Count("pk", filter=Q(outcome="aside")),
    }
    units = rows.order_by().values("case__unit_id", "case__unit__name").annotate(**counted)
    people = rows.order_by().exclude(person=None).values("person_id", "person__name", "case__unit__name")
    return Figures(
        sorted((_line(r, "case__unit_id", "case__unit__name") for r in units), key=_worst),
        sorted((_line(r, "person_id", "person__name") for r in people.annotate(**counted)), key=_worst)[:200],
        _lost(rows.exclude(sheet=None).values_list("sheet", flat=True)[:5_000]),
    )


def _line(row: Mapping[str, Any], key: str, name: str) -> Line:
    return Line(
        row[key], row[name] or "", row["case__unit__name"] or "", row["inspected"],
        None if row["mean"] is None else float(row["mean"]), row["passes"], row["fatals"], row["objections"],
        row["aside"],
    )  # fmt: skip


def _worst(line: Line) -> tuple[float, int]:
    return (line.score if line.score is not None else 101.0, -line.inspected)


def _lost(sheets: Any) -> list[tuple[str, int, int]]:
    """Return (line of the form, how often points were lost on it, of how many sheets), the most frequent first."""
    lost: dict[str, int] = {}
    seen: dict[str, int] = {}
    for sheet in sheets:
        for code, mark in sheet["marks"].items():
            seen[code] = seen.get(code, 0) + 1
            lost[code] = lost.get(code, 0) + bool(mark.get("why"))
        for code in sheet.get("fatal", ()):
            lost[code] = lost.get(code, 0) + 1
            seen.setdefault(code, 0)
    total = len(sheets) if hasattr(sheets, "__len__") else 0
    found = [(code, count, seen[code] or total) for code, count in lost.items() if count]
    return sorted(found, key=lambda one: -one[1])
