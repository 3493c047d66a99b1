"""Reads of sheets: those of the units whose repairs one records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.units.models import Unit
from open95598.service.field.models import FieldSheet, SheetLine
from open95598.service.outages.flows import DARK
from open95598.service.outages.models import Outage
from open95598.service.workorders.models import WorkOrder

#: who records what crews did
WHO = (Permission.CASE_CREW, Permission.CASE_HANDLE)
#: a fault that a crew is needed for, from its dispatch to its restoration
REPAIRS = ("dispatched", "accepted", "crew_dispatched", "arrived", "diagnosed")
#: a sheet is carried in a pocket
MOST = 60
SHOWN = 100
MOST_PEOPLE = 200


def reach(rights: Rights) -> list[int]:
    """Return the units at which one may record repairs; everything below them counts as well."""
    return sorted({pk for permission in WHO for pk in rights.units(permission)})


def sheets(rights: Rights) -> QuerySet[FieldSheet]:
    """Return the sheets of one's units, newest first, each with how many lines it has and how many are entered."""
    rows = FieldSheet.objects.filter(unit__lineage__overlap=reach(rights))
    counted = rows.annotate(all=Count("lines"), entered=Count("lines", filter=Q(lines__entered_at__isnull=False)))
    return counted.select_related("unit", "crew", "made_by").order_by("-pk")


def get(rights: Rights, pk: int) -> FieldSheet:
    """Return a sheet. Raises ``NotFound`` also when it is not for these eyes."""
    found = sheets(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such sheet."))
    return found


def units(rights: Rights) -> QuerySet[Unit]:
    """Return the units that a sheet can be made for."""
    return Unit.objects.filter(lineage__overlap=reach(rights), closed_on=None).order_by("lineage")


def people(unit: Unit) -> list[tuple[int, str]]:
    """Return (id, name) of the active people of a unit and those below it."""
    rows = Person.objects.filter(is_active=True, unit__lineage__contains=[unit.pk])
    return list(rows.order_by("name", "pk").values_list("pk", "name")[:MOST_PEOPLE])


def crews(rights: Rights) -> QuerySet[Person]:
    """Return the people in whose hands open repairs are that one records."""
    hands = _both(WorkOrder, rights).filter(case__is_open=True, case__kind="fault", case__state__in=REPAIRS)
    found = Person.objects.filter(is_active=True, pk__in=hands.order_by().values("case__owner"))
    return found.select_related("unit").order_by("name", "pk")


def open_repairs(rights: Rights, unit: Unit, crew: Person | None) -> list[int]:
    """Return the cases that belong on a sheet, what is due first first: faults of the unit that wait for a crew or
    have one, and outages that no order stands for. With ``crew``: what is in this person's hands."""
    faults = _both(WorkOrder, rights).filter(case__kind="fault", case__state__in=REPAIRS)
    outages = _both(Outage, rights).filter(lead=None, case__state__in=DARK)
    found: list[tuple[Any, int]] = []
    for rows in (faults, outages):
        here = rows.filter(case__is_open=True, case__scope__contains=[unit.pk])
        if crew is not None:
            here = here.filter(case__owner=crew)
        ordered = here.order_by("case__opened_at", "case_id").values_list("case__due_at", "case__opened_at", "case_id")
        found += [((due or opened), pk) for due, opened, pk in ordered[:MOST]]
    return [pk for _when, pk in sorted(found)][:MOST]


def _both(model: Any, rights: Rights) -> QuerySet[Any]:
    """Return the rows on which one holds any of the permissions."""
    crew = model.objects.restrict(rights, Permission.CASE_CREW).order_by().values("case_id")
    handler = model.objects.restrict(rights, Permission.CASE_HANDLE).order_by().values("case_id")
    rows = model.objects.system("both ways are asked above")
    found: QuerySet[Any] = rows.filter(Q(case_id__in=crew) | Q(case_id__in=handler))
    return found


def lines(sheet: FieldSheet) -> list[SheetLine]:
    """Return the lines of a sheet in their order, with their cases."""
    return list(sheet.lines.select_related("case", "case__unit", "entered_by").order_by("place"))


def typed(rights: Rights, case_ids: list[int]) -> Mapping[int, WorkOrder | Outage]:
    """Return the orders and outages of these cases of which one may record something, by id."""
    faults = _both(WorkOrder, rights).select_related("case", "case__unit", "case__owner")
    outages = _both(Outage, rights).select_related("case", "case__unit", "case__owner")
    return {row.pk: row for rows in (faults, outages) for row in rows.filter(case_id__in=case_ids)}


def on_record(row: WorkOrder | Outage) -> dict[str, Any]:
    """Return what is on record of a repair: times by name (aware) and what was found (codes); None: nothing."""
    if isinstance(row, Outage):
        known = {"out": row.crew_sent_at, "arrived": row.crew_arrived_at, "restored": row.actual_end}
        return known | {"cause": row.cause_kind or None}
    known = {"out": row.crew_at, "arrived": row.arrived_at, "restored": row.restored_at}
    return known | {"cause": row.cause or None, "ownership": row.ownership or None, "result": row.result or None}
