"""Ringing at those who are to decide: suspension or termination at the unit; extension or dispute above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.casework.recipients import Directory
from open95598.foundation.notices.services import notify
from open95598.foundation.people.policy import GRANTS, Permission
from open95598.foundation.words import Label
from open95598.service.workorders.models import WorkOrder

APPROVERS = tuple(str(role) for role, granted in GRANTS.items() if Permission.CASE_APPROVE in granted)
_ASKED = Label("有申请待批", "something is asked for")
_DISPUTED = Label("二次退单待裁定", "returned again: to be decided")


def asked(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Tell who approves at the order's unit that something is asked for."""
    _ring(case, order, "own", _ASKED, actor, now)


def asked_above(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Tell who approves at the unit above that something is asked for."""
    _ring(case, order, "parent", _ASKED, actor, now)


def disputed(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Tell who decides disputes that an order was returned again."""
    if case.state == "disputed":
        _ring(case, order, "own", _DISPUTED, actor, now)


def _ring(case: Case, order: WorkOrder, level: str, words: Label, actor: Actor, now: datetime) -> None:
    people = [p for p in Directory(now).holders(case, level, APPROVERS) if p != actor.person_id]
    title = Label(f"{order.number} {words.zh}", f"{order.number}: {words.en}")
    key = f"approval/{case.pk}/{now.isoformat()}"
    notify(people, "order.asked", title, Label("", ""), case.pk, now=now, key=key)


EFFECTS = {"asked": asked, "asked_above": asked_above, "disputed": disputed}
