"""All writes of sheets: made, printed with personal data, entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid, NotFound, Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.field import entering, queries
from open95598.service.field.models import FieldSheet, SheetLine
from open95598.service.outages.models import Outage
from open95598.service.workorders import personal, wording
from open95598.service.workorders.models import WorkOrder

#: what stands open on a sheet that was printed for a reason
OPEN = ("contact_name", "contact_phone", "address")
FIELDS = (*entering.TIMES, *entering.FOUND, "note")
LISTS = {"cause": "fault_causes", "ownership": "ownership", "result": "results"}
LONGEST = 200


@dataclass
class Entered:
    """What became of one row: the acts that were recorded, or what is wrong with it, by field ("" the row itself)."""

    line: SheetLine
    done: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    given: bool = False


def make(actor: Actor, unit_id: int, crew_id: int | None, now: datetime) -> FieldSheet:
    """Put the open repairs of a unit (with ``crew_id``: of one of its people) on a new sheet.

    Raises ``Forbidden`` where one records no repairs, ``Invalid`` when there is nothing to put on it.
    """
    rights = _rights(actor)
    unit = queries.units(rights).filter(pk=unit_id).first()
    if unit is None:
        raise Forbidden(_("You have no right to do this here."))
    crew = None
    if crew_id is not None:
        crew = Person.objects.filter(pk=crew_id, is_active=True, unit__lineage__contains=[unit.pk]).first()
        if crew is None:
            raise Invalid(_("Some fields need your attention."), fields={"crew": _("There is no such person.")})
    cases = queries.open_repairs(rights, unit, crew)
    if not cases:
        reason = _("There are no open repairs to put on a sheet.")
        raise Invalid(reason, fields={"unit": reason})
    with transaction.atomic():
        sheet = FieldSheet.objects.create(unit=unit, crew=crew, made_by_id=actor.person_id, made_at=now)
        SheetLine.objects.bulk_create(
            SheetLine(sheet=sheet, place=place, case_id=pk) for place, pk in enumerate(cases, start=1)
        )
        _write(sheet, "sheet.made", actor, now, {"unit": unit.pk, "lines": len(cases)})
    return sheet


def print_open(sheet: FieldSheet, actor: Actor, why: str, now: datetime) -> dict[int, dict[str, str]]:
    """Return the customers' data of the sheet's orders in the open, by case, for the paper; on record for each order.

    Orders whose customer is not for these eyes are left out. Raises ``Invalid`` without a reason.
    """
    found: dict[int, dict[str, str]] = {}
    rows = queries.typed(_rights(actor), [line.case_id for line in queries.lines(sheet)])
    if len(why.strip()) < 2:
        raise Invalid(_("Some fields need your attention."), fields={"why": _("say what the data are for")})
    with transaction.atomic():
        for pk, row in rows.items():
            if isinstance(row, WorkOrder) and personal.may_reveal(row, actor) and not row.sealed:
                found[pk] = personal.show(row, OPEN, actor=actor, why=why, now=now)
        facts = {"lines": len(rows), "in_the_open": len(found)}
        _write(sheet, "sheet.printed", actor, now, facts, {"why": why.strip()[:LONGEST]})
    return found


def enter(
    sheet: FieldSheet, rows: Mapping[int, Mapping[str, str]], actor: Actor, now: datetime, *,
    crew_id: int | None = None, whole: bool = False,
) -> list[Entered]:  # fmt: skip
    """Record what a filled-in sheet tells: ``rows`` by the line's place, with the fields of ``FIELDS`` as written.

    Each row's acts are done together, at their true times, by ``actor`` for the crew (``crew_id``). A bad row is named
    and the others are recorded; with ``whole`` nothing is when one is bad. What is on record already is not done again.
    """
    rights = _rights(actor)
    if crew_id is not None and crew_id not in {pk for pk, _name in queries.people(sheet.unit)}:
        raise Invalid(_("Some fields need your attention."), fields={"crew": _("There is no such person.")})
    given = {place: told for place, told in rows.items() if any(str(v).strip() for v in told.values())}
    results: list[Entered] = []
    with transaction.atomic():
        held = sheet.lines.select_for_update(of=("self",)).filter(place__in=given).order_by("place")
        lines = {line.place: line for line in held}
        typed = queries.typed(rights, [line.case_id for line in lines.values()])
        for place, told in sorted(given.items()):
            if place not in lines:
                raise NotFound(_("There is no such line on this sheet."))
            results.append(_enter_one(sheet, lines[place], typed.get(lines[place].case_id), told, actor, now, crew_id))
        if whole and any(one.problems for one in results):
            transaction.set_rollback(True)
            for one in results:
                one.done = []
            return results
        done = [one for one in results if one.done]
        for one in done:
            one.line.entered_at, one.line.entered_by_id = now, actor.person_id
            one.line.save(update_fields=("entered_at", "entered_by"))
        if done:
            facts = {"lines": [one.line.place for one in done], "person": crew_id}
            _write(sheet, "sheet.entered", actor, now, facts)
    return results


def _enter_one(
    sheet: FieldSheet, line: SheetLine, row: WorkOrder | Outage | None, told: Mapping[str, str], actor: Actor,
    now: datetime, crew_id: int | None,
) -> Entered:  # fmt: skip
    found = Entered(line, given=True)
    if row is None:
        found.problems[""] = _("This repair is no longer yours to record.")
        return found
    todo: list[entering.Step] = []
    try:
        meant = _read(sheet, row, told, crew_id)
        oldest = now - timedelta(days=settings.SHEET_DAYS)
        todo = entering.steps(meant, now, oldest)
        with transaction.atomic():
            for step in todo:
                casework.perform(row.pk, step.action, actor, now, data=_noted(sheet, step), occurred_at=step.at)
                found.done.append(step.action)
    except entering.Bad as bad:
        found.problems = {name: _said(code, value, name, row) for name, (code, value) in bad.reasons.items()}
    except Refused as refusal:
        at_fault = todo[len(found.done)].told_in if len(found.done) < len(todo) else ""
        found.done = []
        known = {k if k in FIELDS else at_fault: str(v) for k, v in refusal.fields.items()}
        found.problems = known or {at_fault: str(refusal.detail)}
    return found


def _noted(sheet: FieldSheet, step: entering.Step) -> dict[str, Any]:
    """Return an act's input with a note that says from which sheet it is."""
    data = dict(step.data)
    words = [_("From the sheet %(number)s.") % {"number": sheet.number}, str(data.pop("note", ""))]
    said = " ".join(part for part in words if part)[:LONGEST]
    if step.action == "restore_outage":  # what it says goes to customers
        return data
    return {**data, "note": said}


def _read(sheet: FieldSheet, row: WorkOrder | Outage, told: Mapping[str, str], crew_id: int | None) -> entering.Row:
    """Return what a row means. Raises ``entering.Bad`` naming every text that is no time or no choice."""
    zone = ZoneInfo(settings.TIME_ZONE)
    day: date = sheet.made_at.astimezone(zone).date()
    record = queries.on_record(row)
    meant: dict[str, Any] = {}
    bad: dict[str, tuple[str, Any]] = {}
    after: datetime | None = None
    for name in entering.TIMES:
        text = str(told.get(name) or "").strip()
        if text:
            try:
                meant[name] = entering.read(text[:40], day, after, zone)
            except entering.Misread:
                bad[name] = ("misread", text[:40])
        after = meant.get(name) or record.get(name) or after
    rules = store.get(row.case.rulebook_version)
    for name, choices in LISTS.items():
        code = str(told.get(name) or "").strip()
        if not code:
            continue
        if code in {c.code for c in rules.choices(choices, "fault")}:
            meant[name] = code
        else:
            bad[name] = ("unknown", code[:40])
    if len(note := str(told.get("note") or "").strip()) > LONGEST - 30:
        bad["note"] = ("long", LONGEST - 30)
    if bad:
        raise entering.Bad(bad)
    kind = entering.OUTAGE if isinstance(row, Outage) else entering.FAULT
    return entering.Row(kind, row.case.state, row.case.state_since, meant, record, crew_id, note)


def _said(code: str, value: Any, name: str, row: WorkOrder | Outage) -> str:
    """Return a reason in the user's language."""
    if isinstance(value, datetime):
        value = f"{timezone.localtime(value):%m-%d %H:%M}"
    elif code == "on_record":
        label = wording.choice(store.get(row.case.rulebook_version), LISTS[name], value)
        value = label if isinstance(label, str) else label.in_(get_language())
    reasons = {
        "ahead": _("This lies ahead."),
        "before": _("What went before it was at %(value)s."),
        "old": _("Nothing from before %(value)s is entered any more."),
        "on_record": _("“%(value)s” is on record already."),
        "past": _("The order has gone on; look at its page."),
        "needed": _("This is needed as well."),
        "misread": _("“%(value)s” is no time. Write 14:20, or 3-5 14:20 with the day."),
        "unknown": _("Choose one of those offered."),
        "long": _("At most %(value)s characters."),
    }
    return reasons[code] % {"value": value}


def _rights(actor: Actor) -> Rights:
    if actor.rights is None or actor.person_id is None:
        raise Forbidden(_("You have no right to do this here."))
    return actor.rights


def _write(
    sheet: FieldSheet, kind: str, actor: Actor, now: datetime, data: dict[str, Any],
    apart: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    draft = Draft(
        head=Stream(), stream=sheet.stream, kind=kind, at=now, actor_id=actor.person_id, actor_name=actor.name,
        case_id=None, data={"number": sheet.number, **data}, personal=dict(apart or {}),
    )  # fmt: skip
    append_to_stream(sheet.stream, [draft])


def everything(results: Sequence[Entered]) -> bool:
    """Say whether no row had anything wrong with it."""
    return not any(one.problems for one in results)
