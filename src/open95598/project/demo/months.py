"""The last months' process reports of a few units, signed as they would have been."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.reports import figures
from open95598.control.reports import services as reports
from open95598.control.tracking import projecting
from open95598.foundation import months
from open95598.foundation.events.services import as_past
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit

#: so many months, of so many units; the last one waits for its manager
MONTHS, UNITS = 2, 4
CLERKS = (Role.HANDLER, Role.AGENT)


def sign(until: datetime) -> int:
    """Make the tracks of the history, then prepare and sign the reports; return how many were signed."""
    projecting.rebuild(until)
    signed = 0
    with as_past():
        for back in range(MONTHS, 0, -1):
            month = months.moved(reports.month_before(until), 1 - back)
            at = min(_second_day_after(month), until)
            for unit, clerk, manager in _signers()[:UNITS]:
                if figures.count([unit.pk], month).empty:
                    continue
                report = reports.prepare(unit, month, _actor(clerk, at), at)
                if report.figures:
                    continue  # built before
                casework.perform(report.pk, "sign", _actor(clerk, at), at)
                if back > 1:
                    later = min(at + timedelta(hours=3), until)
                    casework.perform(report.pk, "countersign", _actor(manager, later), later)
                signed += 1
    return signed


def _signers() -> list[tuple[Unit, Person, Person]]:
    """Return units in which somebody could sign, with a clerk and the manager."""
    found = []
    people = Person.objects.filter(is_active=True)
    for unit in Unit.objects.filter(closed_on=None).order_by("lineage"):
        clerk = people.filter(unit=unit, assignments__role__in=CLERKS, assignments__unit=unit).order_by("pk").first()
        manager = people.filter(assignments__role=Role.UNIT_MANAGER, assignments__unit=unit).order_by("pk").first()
        if clerk is not None and manager is not None and clerk != manager:
            found.append((unit, clerk, manager))
    return found


def _actor(person: Person, at: datetime) -> Actor:
    return Actor.of(person, rights.load(person, at), "simulation")


def _second_day_after(month: date) -> datetime:
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(months.moved(month, 1) + timedelta(days=1), time(10), zone).astimezone(ZoneInfo("UTC"))
