"""All reads of the ledger and of appeals, as far as the reader's rights reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from open95598.casework.models import Case
from open95598.control.assessment.models import Appeal, LedgerEntry
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights

#: what the ledger's page shows of an entry
VALUES = (
    "id", "at", "period", "unit__name", "person__name", "case_id", "number", "charge", "points", "reason", "facts",
    "by_name", "reverses_id", "reversal__id", "appeal__case_id", "appeal__case__state",
)  # fmt: skip


def visible(rights: Rights) -> QuerySet[LedgerEntry]:
    """Return the entries of the units whose quality one may look at, and one's own."""
    rule = Q(person_id=rights.person_id) if rights.anywhere(Permission.CASE_VIEW) else Q(pk__in=[])
    if units := sorted(rights.units(Permission.CASE_QUALITY_VIEW)):
        rule |= Q(scope__overlap=units)
    return LedgerEntry.objects.filter(rule)


def get(rights: Rights, pk: int) -> LedgerEntry:
    """Return one entry. Raises ``NotFound`` also when it is not for these eyes."""
    found = visible(rights).select_related("unit", "person", "by").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such entry."))
    return found


def of_case(rights: Rights, case_id: int) -> list[LedgerEntry]:
    """Return the entries about a case, newest first."""
    rows = visible(rights).filter(case_id=case_id).select_related("unit", "person").order_by("-id")
    return list(rows[:50])


def shown_numbers(rights: Rights, case_ids: Iterable[int | None]) -> set[int]:
    """Return the cases whose number one may be told: those that one may see. One query."""
    wanted = [pk for pk in case_ids if pk is not None]
    if not wanted:
        return set()
    return set(Case.objects.restrict(rights).filter(pk__in=wanted).values_list("pk", flat=True))


@dataclass(frozen=True)
class Total:
    """What somebody answers for: points left after reversals, how many entries were charged, how many reversed."""

    pk: int
    name: str
    unit: str
    points: Decimal
    charged: int
    reversed: int


def totals(rows: QuerySet[LedgerEntry], by: str) -> list[Total]:
    """Return the totals of entries by ``unit`` or by ``person`` (those without one left out), the most points first."""
    of_person = by == "person"
    names = ("person_id", "person__name", "unit__name") if of_person else ("unit_id", "unit__name", "unit__code")
    rows = rows.exclude(person=None) if of_person else rows
    sums = rows.order_by().values(*names).annotate(
        points=Sum("points"),
        charged=Count("id", filter=Q(reverses=None)),
        reversed=Count("id", filter=Q(reverses__isnull=False)),
    )  # fmt: skip
    found = [
        Total(row[names[0]], row[names[1]], row[names[2]], row["points"], row["charged"], row["reversed"])
        for row in sums
    ]
    return sorted(found, key=lambda total: (-total.points, total.name))


def appeals(rights: Rights) -> QuerySet[Any]:
    """Return the appeals that one may see."""
    rows = Appeal.objects.restrict(rights)
    return rows.select_related("case", "case__unit", "case__owner", "entry", "entry__unit", "entry__person", "by",
                               "decided_by", "decided_by_again")  # fmt: skip


def appeal(rights: Rights, pk: int) -> Appeal:
    """Return one appeal. Raises ``NotFound`` also when it is not for these eyes."""
    found: Appeal | None = appeals(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such appeal."))
    return found
