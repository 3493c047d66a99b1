"""Writes down each call-back, and each rating that came by another way (H12): what the figures of 2.4 are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.service.workorders.models import CallMade, WorkOrder

PHONE, LINK, PORTAL, PAGE = "phone", "link", "portal", "page"
Data = Mapping[str, Any]


def called(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Write down a call with its outcome."""
    _write(case, actor, now, PHONE, str(data["outcome"]), data)


def promised(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Write down a call in which another one was promised."""
    _write(case, actor, now, PHONE, "later", data)


def confirmed(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Write down what the customer said through the one-time link."""
    _write(case, actor, now, LINK, "solved" if data["solved"] == "yes" else "not_solved", data)


def rated(case: Case, order: WorkOrder, data: Data, actor: Actor, now: datetime) -> None:
    """Write down a rating that came through the customer's page, or that somebody entered."""
    _write(case, actor, now, PORTAL if actor.via == "portal" else PAGE, "rated", data)


def _write(case: Case, actor: Actor, now: datetime, way: str, outcome: str, data: Data) -> None:
    CallMade.objects.create(
        case=case,
        unit_id=case.unit_id,
        person_id=actor.person_id if way in (PHONE, PAGE) else None,
        at=now,
        way=way,
        outcome=outcome,
        satisfaction=data.get("satisfaction") or "",
        reason=data.get("reason") or "",
    )


EFFECTS = {"called": called, "call_promised": promised, "confirmed": confirmed, "rated": rated}
