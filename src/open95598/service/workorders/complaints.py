"""What else happens when a complaint is graded or found substantiated or not: kept, said; what is missing refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Invalid
from open95598.foundation.events.services import Said, say
from open95598.service.intake import grading
from open95598.service.workorders.models import Finding, Judgement, WorkOrder
from open95598.service.workorders.steps.complaining import AT_FAULT, NONE

Data = Mapping[str, Any]
KIND = "complaint"
#: the texts of a finding
TEXTS = ("finding", "rectification", "effect", "explanation")


# grades --------------------------------------------------------------------------------------------------------------


def suggestion(rules: Any, *, category: str, channel: str, priority: str, text: str) -> grading.Suggested:
    """Return the grade that the rulebook suggests for a complaint, with its reasons."""
    return grading.suggest(
        rules.complaints,
        [choice.code for choice in rules.choices("grades")],
        lineage=rules.lineage(category),
        channel=channel,
        priority=priority,
        text=text,
    )


def reasons(suggested: grading.Suggested) -> list[dict[str, Any]]:
    """Return why a grade was suggested, as the journal keeps it: codes of rules and the rulebook's words; nothing
    that only the customer said."""
    return [{"rule": reason.rule.code, "words": list(reason.words)} for reason in suggested.reasons]


def registered(orders: Iterable[WorkOrder], *, tell: bool = True) -> None:
    """Keep the grades that the rules gave to complaints just registered; in the caller's transaction.

    ``tell``: say ``complaint.graded`` (not of a history that is loaded).
    """
    new = [order for order in orders if order.grade]
    if not new:
        return
    Judgement.objects.bulk_create(
        Judgement(order=o, what="grade", after=o.grade, unit_id=o.case.opened_by_unit_id, at=o.case.opened_at)
        for o in new
    )
    if tell:
        say([_graded(o.case, o, o.grade, "", by_rule=True, now=o.case.opened_at) for o in new])


def graded(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Keep who gave a grade, and say ``complaint.graded`` when it is another one."""
    before, after = _last(order, "grade"), data["grade"]
    _keep(case, order, "grade", before, after, data, actor, now)
    if before != after:
        say([_graded(case, order, after, before, by_rule=False, now=now)])


def _graded(case: Case, order: WorkOrder, grade: str, before: str, *, by_rule: bool, now: datetime) -> Said:
    payload = {
        "kind": case.kind,
        "unit": case.unit_id,
        "number": order.number,
        "grade": grade,
        "before": before,
        "by_rule": by_rule,
    }
    return Said("complaint.graded", f"case/{case.pk}", now, case.pk, payload)


# findings ------------------------------------------------------------------------------------------------------------


def found(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Keep a finding with what stands in writing; say ``complaint.found``. Raises ``Invalid`` for what is missing."""
    row = Finding(order=order, unit_id=case.unit_id)
    _write(row, data["substantiated"], data, actor, now)
    _found(case, order, row, "", data, actor, now)


def left_unfound(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Keep why a complaint that is terminated has no finding."""
    _keep(case, order, "substantiated", "", NONE[0], data, actor, now)


def finding_completed(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Take over what was added to a finding; the finding itself stays."""
    _write(Finding.objects.get(order=order), order.substantiated, data, actor, now)


def finding_changed(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Keep another finding, beside what it was and why it was changed; say ``complaint.found``.

    Raises ``Invalid`` for what is missing.
    """
    row = Finding.objects.get(order=order)
    inquirer, before = row.by_id, _last(order, "substantiated")
    _write(row, data["substantiated"], data, actor, now)
    _found(case, order, row, before, data, actor, now, inquirer=inquirer)


def _found(
    case: Case, order: WorkOrder, row: Finding, before: str, data: Data, actor: Actor, now: datetime, **more: Any
) -> None:
    judgement = _keep(case, order, "substantiated", before, data["substantiated"], data, actor, now)
    payload = {
        "kind": case.kind,
        "unit": case.unit_id,
        "number": order.number,
        "substantiated": data["substantiated"],
        "before": before,
        "reason": data.get("reason", ""),
        "judgement": judgement.pk,
        "unit_at_fault": row.unit_id,
        "person_at_fault": row.person_id,
        **more,
    }
    say([Said("complaint.found", f"case/{case.pk}", now, case.pk, payload)])


def _write(row: Finding, substantiated: str, data: Data, actor: Actor, now: datetime) -> None:
    """Take over what was given, leave what was not; raise ``Invalid`` naming what such a finding lacks then (C9)."""
    for name in (*TEXTS, "cause"):
        setattr(row, name, data.get(name) or getattr(row, name))
    row.benchmark = row.benchmark or bool(data.get("benchmark"))
    row.unit_id = data.get("unit") or row.unit_id
    row.person_id = data.get("person") or row.person_id
    row.by_id, row.at = actor.person_id, now
    at_fault = substantiated in AT_FAULT
    needed = ("cause", "rectification", "effect") if at_fault else ("explanation",)
    reason = _("Needed when it is substantiated.") if at_fault else _("Needed when it is not substantiated.")
    if bad := {name: reason for name in needed if not getattr(row, name)}:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    row.save()


def _last(order: WorkOrder, what: str) -> str:
    """Return what a grade or finding was before the act that is being kept."""
    rows = Judgement.objects.system("what it was before").filter(order=order, what=what)
    last = rows.order_by("-id").values_list("after", flat=True).first()
    return str(last) if last is not None else ""


def _keep(
    case: Case, order: WorkOrder, what: str, before: str, after: str, data: Data, actor: Actor, now: datetime
) -> Judgement:
    row: Judgement = Judgement.objects.create(
        order=order,
        what=what,
        before=before,
        after=after,
        reason=data.get("reason", ""),
        note=data.get("note", ""),
        unit_id=case.unit_id,
        by_id=actor.person_id,
        at=now,
    )
    return row


EFFECTS = {
    "graded": graded, "found": found, "left_unfound": left_unfound,
    "finding_completed": finding_completed, "finding_changed": finding_changed,
}  # fmt: skip
