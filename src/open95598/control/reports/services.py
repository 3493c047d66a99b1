"""Opening, freezing and filing process reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open95598.casework import registry, telling
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.reports import figures
from open95598.control.reports.flows import CLERKS, FLOW, KIND
from open95598.control.reports.models import ProcessReport
from open95598.control.tracking.models import Track
from open95598.foundation import months
from open95598.foundation.errors import Forbidden, Impossible
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.service.workorders import hooks as orders

HOUSE = Actor.house("month_end")


def month_before(now: datetime) -> date:
    """Return the first day of the local month before the present one."""
    return months.moved(months.of(now), -1)


def prepare(
    unit: Unit,
    month: date,
    actor: Actor,
    now: datetime,
    *,
    person: Person | None = None,
    supplements: ProcessReport | None = None,
) -> ProcessReport:
    """Open the report of a unit's month (of one of its people), or return the one that is there.

    Raises ``Forbidden`` without the right to sign at the unit, ``Impossible`` while the month has not ended.
    """
    if actor.rights is not None and not any(actor.rights.at(p, unit.lineage) for p in CLERKS):
        raise Forbidden(_("You do not sign reports of this unit."))
    if month > month_before(now):
        raise Impossible(_("The month has not ended yet."))
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two who ask at once get one report
        there = ProcessReport.objects.system("one report a month").filter(unit=unit, month=month, person=person)
        found: ProcessReport | None = there.filter(supplements=None).first() if supplements is None else None
        if found is not None:
            return found
        number = f"LCBB-{month:%Y%m}-{unit.code}" + (f"-{person.pk}" if person else "")
        if supplements is not None:
            number = f"{supplements.number}-B{supplements.supplemented.system('its own').count() + 1}"
        fields = {"number": number, "unit": unit, "person": person, "month": month, "supplements": supplements}
        told = {"number": number, "month": month.isoformat()}
        opened = casework.open_many([casework.Opening(KIND, unit.pk, fields, data=told)], actor, now)
        report: ProcessReport = opened[0].typed
        return report


def open_due(now: datetime) -> list[ProcessReport]:
    """Open the reports of the month before for every unit that had something to do in it (once a month)."""
    month = month_before(now)
    rows = Track.objects.system("whose month it was").filter(month=month, confidential=False)
    ids = {
        *rows.values_list("unit_id", flat=True).distinct(),
        *rows.values_list("keeper__unit_id", flat=True).distinct(),
    }
    there = ProcessReport.objects.system("one report a month").filter(month=month, person=None)
    known = set(there.values_list("unit_id", flat=True))
    units = Unit.objects.filter(pk__in=ids - known, closed_on=None).order_by("lineage")
    return [prepare(unit, month, HOUSE, now) for unit in units]


def figures_of(report: ProcessReport) -> figures.Figures:
    """Return a report's figures: those that were signed, else as they are counted now."""
    import orjson

    if report.figures:
        return figures.from_data(orjson.loads(report.figures))
    return figures.count([report.unit_id], report.month, report.person_id)


def intact(report: ProcessReport) -> bool:
    """Say whether what was signed is what is there: the digest still fits, and the journal has the same."""
    import hashlib

    import orjson

    from open95598.foundation.journal.models import Entry

    if hashlib.sha256(report.figures.encode()).hexdigest() != report.digest:
        return False
    entry = Entry.objects.filter(case_id=report.pk, kind="case.report_frozen").order_by("-id").first()
    return entry is not None and orjson.loads(entry.body)["data"].get("digest") == report.digest


# what the actions do -------------------------------------------------------------------------------------------------


def freeze(case: Case, report: ProcessReport, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Keep the figures as they are at the signature, with their digest; the journal has the digest."""
    counted = figures.count([report.unit_id], report.month, report.person_id)
    about = {"number": report.number, "unit": report.unit_id, "person": report.person_id}
    text, digest = figures.freeze(counted, month=report.month.isoformat(), at=now.isoformat(), **about)
    ProcessReport.objects.system("its own").filter(pk=report.pk).update(figures=text, digest=digest)
    telling.tell(case, "report_frozen", actor, now, {"digest": digest, "number": report.number})


def file(case: Case, report: ProcessReport, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """File what was signed; raises ``Impossible`` when it is no longer what was signed."""
    if not intact(report):
        raise Impossible(_("The figures are not those that were signed: send the report back."))


def supplement(case: Case, report: ProcessReport, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Open a report of its own for what came to light after the filing."""
    made = prepare(report.unit, report.month, actor, now, person=report.person, supplements=report)
    telling.tell(case, "report_supplemented", actor, now, {"other": made.number})


EFFECTS = {"freeze": freeze, "file": file, "supplement": supplement}


def address(case_id: int) -> str | None:
    """Return the address of a report's page; None when the case is none."""
    there = ProcessReport.objects.system("the address only").filter(pk=case_id).exists()
    return f"{reverse('reports:process')}?report={case_id}" if there else None


def register() -> None:
    """Make the report's flow known to casework (once, when Django starts)."""
    registry.add(
        FLOW,
        registry.Typed(ProcessReport, lambda report: {}, lambda report: {"number": report.number}, EFFECTS),
    )
    orders.further_addresses.append(address)
    journal.names |= {
        "case.report_frozen": gettext_lazy("Figures of a report signed"),
        "case.report_supplemented": gettext_lazy("Report supplemented"),
    }
