"""Reads of tracks and of what they say, always through the one policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet

from open95598.casework.models import Case, CaseLink
from open95598.control.tracking import wording
from open95598.control.tracking.explaining import Line, Part, Situation, explain
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.outages import attaching
from open95598.service.workorders.models import WorkOrder

#: what hangs below an order and is told of it while it is open
PARTS = ("joint", "urge", "escalation", "coordination", "supervision")
#: the entry whose input says why an order is in a state
_WHY = {
    "suspension_asked": "case.ask_suspension", "suspended": "case.ask_suspension", "returned": "case.return",
    "termination_asked": "case.ask_termination", "terminating": "case.ask_termination",
    "inquired": "case.ask_termination", "told": "case.ask_termination", "reopened": "case.reopen",
}  # fmt: skip
_READ = (
    "case_id", "case__kind", "case__state", "case__state_since", "case__is_open", "case__unit__name",
    "case__opened_by_unit__name", "case__owner__name", "case__due_clock", "case__due_at", "case__review_level",
    "case__opened_at", "case__rulebook_version", "attempts", "returns", "extension", "extension_days",
    "extension_by_id", "suspension_by_id", "termination_by_id", "merged_into_id", "case__track__progress_at",
    "case__track__stands_at",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A line in words."""

    line: Line
    words: str


def standing(rights: Rights, now: datetime) -> QuerySet[WorkOrder]:
    """Return the orders that stand still, as far as these rights see them."""
    return WorkOrder.objects.restrict(rights).filter(case__track__is_open=True, case__track__stands_at__lte=now)


def told(case_ids: Sequence[int], rights: Rights, now: datetime) -> dict[int, list[Told]]:
    """Say of each of these orders where it is, why it stands there and who was asked, as far as one may see it.

    At most six queries, however many orders.
    """
    rows = list(WorkOrder.objects.restrict(rights).filter(pk__in=list(case_ids)).values(*_READ))
    parts, reasons, names = _parts(rows, rights), _reasons(rows), _names(rows)
    heads = _heads(rows, rights)
    found = {}
    for row in rows:
        rules = store.get(row["case__rulebook_version"])
        lines = explain(_situation(row, parts, reasons, names, heads), now)
        found[row["case_id"]] = [Told(line, wording.say(line, rules, row["case__kind"])) for line in lines]
    return found


def _situation(
    row: Mapping[str, Any],
    parts: Mapping[int, list[Part]],
    reasons: Mapping[int, str],
    names: Mapping[int, str],
    heads: Mapping[int, str],
) -> Situation:
    state = row["case__state"]
    asker = {"suspension_asked": "suspension_by_id", "termination_asked": "termination_by_id"}
    return Situation(
        state=state,
        since=row["case__state_since"],
        unit=row["case__unit__name"],
        desk=row["case__opened_by_unit__name"],
        owner=row["case__owner__name"] or "",
        is_open=row["case__is_open"],
        due_clock=row["case__due_clock"],
        due_at=row["case__due_at"],
        reason=reasons.get(row["case_id"], ""),
        merged_into=heads.get(row["case_id"], "…"),
        attempts=row["attempts"],
        returns=row["returns"],
        review_level=row["case__review_level"],
        extension=row["extension"],
        extension_days=row["extension_days"],
        asked_by=names.get(row[asker.get(state, "extension_by_id")], ""),
        parts=parts.get(row["case_id"], ()),
        progress_at=row["case__track__progress_at"],
        stands_at=row["case__track__stands_at"],
    )


def _parts(rows: Sequence[Mapping[str, Any]], rights: Rights) -> dict[int, list[Part]]:
    open_ = [row["case_id"] for row in rows if row["case__is_open"]]
    found: dict[int, list[Part]] = defaultdict(list)
    if open_:
        below = Case.objects.restrict(rights).filter(parent_id__in=open_, kind__in=PARTS, is_open=True)
        named = ("parent_id", "kind", "state", "unit__name", "opened_at", "due_at")
        for parent, kind, state, unit, since, due in below.order_by("opened_at").values_list(*named):
            found[parent].append(Part(kind, state, unit, since, due))
    return found


def _reasons(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the reason that was given for the state in which an order waits: the last one in its journal."""
    wanted = {row["case_id"]: _WHY[row["case__state"]] for row in rows if row["case__state"] in _WHY}
    if not wanted:
        return {}
    since = min(row["case__opened_at"] for row in rows if row["case_id"] in wanted)
    entries = Entry.objects.filter(case_id__in=list(wanted), kind__in=set(wanted.values()), at__gte=since)
    found: dict[int, str] = {}
    for case_id, kind, body in entries.order_by("id").values_list("case_id", "kind", "body"):
        if case_id is not None and wanted[case_id] == kind:
            found[case_id] = str((orjson.loads(body)["data"].get("input") or {}).get("reason") or "")
    return found


def _heads(rows: Sequence[Mapping[str, Any]], rights: Rights) -> dict[int, str]:
    """Return what merged orders wait for, by their ids: the number of the other order, as far as one may see it, or of
    the outage."""
    into = {row["case_id"]: row["merged_into_id"] for row in rows if row["case__state"] == "merged"}
    ids = {pk for pk in into.values() if pk is not None}
    seen = WorkOrder.objects.restrict(rights).filter(pk__in=ids).values_list("pk", "number") if ids else ()
    numbers = dict(seen)
    found = {pk: numbers[other] for pk, other in into.items() if other in numbers}
    if alone := [pk for pk, other in into.items() if other is None]:
        links = CaseLink.objects.filter(case__in=alone, kind=attaching.LINK).values_list("case_id", "other_id")
        found |= {pk: f"TD-{other}" for pk, other in links}
    return found


def _names(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    asked = {row[name] for row in rows for name in ("extension_by_id", "suspension_by_id", "termination_by_id")}
    ids = {pk for pk in asked if pk is not None}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
