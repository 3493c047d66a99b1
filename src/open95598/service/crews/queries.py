"""Reads of crews, within rights: those of units where one dispatches or handles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.registry.customers.scoping import reach
from open95598.service.crews.models import Crew, Duty, Position, PositionSource
from open95598.service.crews.values import Place

#: whoever holds one of these for a unit works with its crews
WHO = (Permission.CASE_DISPATCH, Permission.CASE_HANDLE)


@dataclass(frozen=True)
class Where:
    """Where a crew is, as far as is known: ``at`` when (None: it stands by there), ``age`` in whole minutes, ``fresh``
    by the rulebook."""

    crew: Crew
    place: Place
    at: datetime | None
    source: str
    age: int = 0
    fresh: bool = False

    @property
    def source_name(self) -> str:
        """How it is known, in words."""
        return str(PositionSource(self.source).label)


def crews(rights: Rights) -> QuerySet[Crew]:
    """Return the crews that one may see, those that are closed left out, by unit and name. Two small queries."""
    units: set[int] | None = set()
    for permission in WHO:
        found = reach(rights, permission)
        units = None if found is None or units is None else units | set(found)
    rows: QuerySet[Crew] = Crew.objects.all().within(None if units is None else sorted(units))
    rows = rows.filter(closed_at=None).select_related("unit", "lead", "position").order_by("unit__lineage", "name")
    return rows.prefetch_related(Prefetch("members", Person.objects.order_by("pk")))


def get(rights: Rights, pk: int) -> Crew:
    """Return a crew. Raises ``NotFound`` also when it is not for these eyes."""
    found = crews(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such crew."))
    return found


def own(person_id: int) -> QuerySet[Crew]:
    """Return the crews that somebody is a member of."""
    rows: QuerySet[Crew] = Crew.objects.system("one's own crews").filter(members=person_id, closed_at=None)
    return rows.select_related("unit", "lead", "position").order_by("pk")


def on_duty(crew_ids: Collection[int], now: datetime) -> dict[int, Duty]:
    """Return the duty that each of these crews is on. One query."""
    rows = Duty.objects.filter(crew__in=crew_ids, starts_at__lte=now, ends_at__gt=now)
    return {row.crew_id: row for row in rows.order_by("starts_at")}


def where(crew: Crew, now: datetime) -> Where | None:
    """Return where a crew is: what was told last and counts still, else where it stands by; None: nobody knows."""
    rules = store.current(now, tuple(crew.unit.lineage)).crews
    last: Position | None = getattr(crew, "position", None)
    if last is not None and now - last.at < timedelta(minutes=rules.forgotten):
        age = max(0, int((now - last.at).total_seconds() // 60))
        return Where(crew, (last.x, last.y), last.at, last.source, age, age <= rules.fresh)
    if crew.x is not None and crew.y is not None:
        return Where(crew, (crew.x, crew.y), None, PositionSource.BASE)
    return None


def positions(rights: Rights, unit_id: int, now: datetime) -> list[Where]:
    """Return where the crews on duty of a unit and of those below it are, for a map: those that the reader works with
    (see ``WHO``) and of which it is known. Five queries, whatever their number."""
    rows = list(crews(rights).filter(unit__lineage__contains=[unit_id]))
    duties = on_duty([row.pk for row in rows], now)
    found = [where(row, now) for row in rows if row.pk in duties]
    return [one for one in found if one is not None]
