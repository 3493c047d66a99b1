"""An order, a flow, a timeline as plain values: what the API answers and pages build on. Personal data is masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from open95598.casework import registry
from open95598.casework.flow import Action, Flow, Input, InputType
from open95598.casework.inputs import options
from open95598.casework.models import CaseClock
from open95598.foundation.masking import mask_address, mask_name, mask_phone, mask_text
from open95598.foundation.rulebook.intake_rows import Fact
from open95598.foundation.words import Label
from open95598.service.intake.quality import Score
from open95598.service.workorders import wording
from open95598.service.workorders.models import OrderPart, WorkOrder
from open95598.service.workorders.personal import IDENTITY

_MASKS = {"contact_phone": mask_phone, "contact_name": mask_name, "address": mask_address}
#: more units than this are not listed as choices
MOST_UNITS = 200
MOMENTS = (
    "received_at", "dispatched_at", "accepted_at", "contacted_at", "crew_at", "arrived_at", "diagnosed_at",
    "restored_at", "appointment_at", "replied_at", "answered_at", "reviewed_at", "called_back_at",
)  # fmt: skip


def instant(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def masked(name: str, value: str) -> str:
    """Return a personal value as it is shown before somebody asks to see it."""
    return _MASKS.get(name, mask_text)(value)


def contact(order: WorkOrder, *, reveal: bool) -> dict[str, str]:
    """Return name, phone and address, masked unless ``reveal``; nothing of who asked for secrecy."""
    if reveal:
        return {name: getattr(order, name) for name in _MASKS}
    found = {name: masked(name, getattr(order, name)) for name in _MASKS}
    return found | {name: "****" for name in IDENTITY if order.confidential and found[name]}


def brief(order: WorkOrder) -> dict[str, Any]:
    """Return an order as lists show it."""
    case = order.case
    return {
        "number": order.number,
        "kind": case.kind,
        "category": order.category,
        "state": case.state,
        "open": case.is_open,
        "version": case.version,
        "priority": order.priority,
        "channel": order.channel,
        "unit": case.unit.code,
        "owner": case.owner.name if case.owner else None,
        "opened_at": instant(case.opened_at),
        "due_at": instant(case.due_at),
        "due_clock": case.due_clock or None,
        "breached": case.breached,
        **contact(order, reveal=False),
    }


def full(
    order: WorkOrder,
    possible: Iterable[str],
    clocks: Iterable[CaseClock],
    *,
    reveal: bool = False,
    cautions: Mapping[str, Label] | None = None,
) -> dict[str, Any]:
    """Return an order with everything the API says of it. ``cautions``: what to know before an action, by its name."""
    case, judged = order.case, order.finding_of()
    return {
        **brief(order),
        **contact(order, reveal=reveal),
        "description": order.description if reveal else mask_text(order.description),
        "answer": order.answer if reveal else mask_text(order.answer),
        "anonymous": order.anonymous,
        "confidential": order.confidential,
        "sealed": order.sealed,
        "closed_at": instant(case.closed_at),
        "parent": case.parent_id,
        "flow_version": case.flow_version,
        "rulebook_version": case.rulebook_version,
        "routing": order.route_note or None,
        "triage": order.triage,
        "grade": order.grade or None,
        "substantiated": judged.substantiated or None,
        "finding_taken_over": judged is not order,
        "no_finding": order.no_finding or None,
        "progress_told_at": instant(order.progress_told_at),
        "cause": order.cause or None,
        "ownership": order.ownership or None,
        "evaluation": order.evaluation or None,
        "result": order.result or None,
        "satisfaction": order.satisfaction or None,
        "closed_at_once": order.closed_at_once,
        "attempts": order.attempts,
        "returns": order.returns,
        "reopenings": order.reopenings,
        "urges": order.urge_count(),
        "settled_at": instant(order.settled_at),
        "settled_unit": order.settled_unit.code if order.settled_unit else None,
        "extension": order.extension or None,
        "extension_days": order.extension_days,
        "extensions": order.extensions,
        "absorbed": order.absorbed,
        "repeats": order.repeats,
        "termination_reason": order.termination_reason or None,
        "inquired_at": instant(order.inquired_at),
        "told_at": instant(order.told_at),
        "source": order.source or None,
        "source_ref": order.source_ref or None,
        **{name: instant(getattr(order, name)) for name in MOMENTS},
        "clocks": [clock(c) for c in clocks],
        "possible_actions": list(possible),
        "cautions": {name: label(words) for name, words in (cautions or {}).items()},
    }


def part(row: OrderPart, possible: Iterable[str], clocks: Iterable[CaseClock]) -> dict[str, Any]:
    """Return what hangs below an order (a joint part, an urge, an escalation, a coordination); words are masked."""
    case = row.case
    return {
        "id": row.pk,
        "number": row.number,
        "kind": case.kind,
        "state": case.state,
        "open": case.is_open,
        "version": case.version,
        "unit": case.unit.code,
        "owner": case.owner.name if case.owner else None,
        "opened_at": instant(case.opened_at),
        "asked_by": row.by.name if row.by else None,
        "reason": row.reason or None,
        "task": mask_text(row.task),
        "outcome": row.outcome or None,
        "result": mask_text(row.result),
        "meeting_at": instant(row.meeting_at),
        "place": row.place or None,
        "accepted_at": instant(row.accepted_at),
        "done_at": instant(row.done_at),
        "clocks": [clock(c) for c in clocks],
        "possible_actions": list(possible),
    }


def clock(row: CaseClock) -> dict[str, Any]:
    """Return a clock: its limit in minutes of its calendar ("" = round the clock) and its times."""
    return {
        "name": row.name,
        "round": row.round,
        "state": row.state,
        "calendar": row.calendar,
        "limit_minutes": row.limit_minutes,
        "started_at": instant(row.started_at),
        "warn_at": instant(row.warn_at),
        "due_at": instant(row.due_at),
        "stopped_at": instant(row.stopped_at),
        "warned_at": instant(row.warned_at),
        "breached_at": instant(row.breached_at),
    }


def gap(fact: Fact) -> dict[str, Any]:
    """Return a needed fact that is missing."""
    return {"fact": fact.code, "label": label(fact.label), "ask": label(fact.ask)}


def score(counted: Score) -> dict[str, Any]:
    """Return a score with its lines; remarks in the active language."""
    return {
        "points": counted.points,
        "lines": [
            {
                "line": line.rule.code,
                "label": label(line.rule.label),
                "part": line.rule.part,
                "points": line.points,
                "of": line.of,
                "remarks": [wording.remark(remark) for remark in line.remarks],
            }
            for line in counted.lines
        ],
    }


def told(entry: Any, *, reveal: bool = False) -> dict[str, Any]:
    """Return a journal entry of a timeline."""
    return {
        "id": entry.id,
        "at": instant(entry.at),
        "kind": entry.kind,
        "actor": entry.actor_name,
        "data": dict(entry.data),
        "personal": {
            name: None if text is None else text if reveal else masked(name, text)
            for name, text in entry.personal.items()
        },
        "erased": sorted(entry.erased),
    }


def label(words: Label) -> dict[str, str]:
    """Return a label in both languages."""
    return {"zh": words.zh, "en": words.en}


def unit_choices(units: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the units that orders can go to as choices, those that mostly handle them (counties) first.

    Empty when there are more than a form would show: a client then asks ``GET /units``.
    """
    usual = ("county", "team", "city", "province", "headquarters")
    rows = sorted(units, key=lambda u: (usual.index(u.level), u.code))
    return [] if len(rows) > MOST_UNITS else [{"code": u.code, "label": {"zh": u.name, "en": u.name}} for u in rows]


def input_field(field: Input, rules: Any, units: Iterable[Any] = ()) -> dict[str, Any]:
    """Return what a client must know to fill in one field."""
    described: dict[str, Any] = {
        "name": field.name,
        "label": label(field.label),
        "type": str(field.type),
        "required": field.required,
    }
    if field.type == InputType.CHOICE:
        described["choices"] = [{"code": code, "label": label(words)} for code, words in options(field, rules)]
    if field.type == InputType.UNIT and (choices := unit_choices(units)):
        described["choices"] = choices
    if field.max_length:
        described["max_length"] = field.max_length
    if field.help:
        described["help"] = label(field.help)
    if field.required_if is not None:
        described["required_if"] = {field.required_if[0]: list(field.required_if[1])}
    return described


def action(item: Action, rules: Any, units: Iterable[Any] = ()) -> dict[str, Any]:
    """Return an action as declared: from where to where, what it needs, and in words what else holds (``help``)."""
    return {
        "name": item.name,
        "label": label(item.label),
        **({"help": label(item.help)} if item.help else {}),
        "permission": [str(p) for p in item.permissions],
        "from": list(item.sources),
        "to": list(item.to),
        "required": list(item.required),
        "inputs": [input_field(i, rules, units) for i in item.inputs],
        "appends": item.appends,
        "main": item.main,
    }


def flow(item: Flow, rules: Any, units: Iterable[Any] = ()) -> dict[str, Any]:
    """Return a flow as data: enough to drive a case of it from nothing else."""
    return {
        "kind": item.kind,
        "version": item.version,
        "label": label(item.label),
        "initial": item.initial,
        "states": [{"name": s.name, "label": label(s.label), "final": s.final, "side": s.side} for s in item.states],
        "actions": [action(a, rules, units) for a in item.actions if a.permissions],  # the others are the house's own
        "categories": [category(c) for c in rules.categories(item.kind)],
    }


def category(item: Any) -> dict[str, Any]:
    """Return a category with those below it."""
    return {"code": item.code, "label": label(item.label), "children": [category(c) for c in item.children]}


def flows(
    rules: Any, units: Iterable[Any] = (), counts: Mapping[str, Mapping[str, int]] | None = None
) -> list[dict[str, Any]]:
    """Return the newest version of all flows; ``counts`` adds the cases now in each state."""
    described = [flow(f, rules, units) for f in registry.flows()]
    for item in described if counts is not None else ():
        item["counts"] = dict((counts or {}).get(item["kind"], {}))
    return described
