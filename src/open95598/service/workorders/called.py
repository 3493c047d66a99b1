"""Writes down each call-back, and each rating that came by another way (H12): what the figures of 2.4 are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from open95598.casework.effects import Effect, Happened, Together
from open95598.service.workorders.models import CallMade

PHONE, LINK, PORTAL, PAGE = "phone", "link", "portal", "page"


def _written(told: Callable[[Happened], tuple[str, str]]) -> Effect:
    """Return the effect that writes down a call or rating of which ``told`` says the way and the outcome."""

    def many(acts: Sequence[Happened]) -> None:
        CallMade.objects.bulk_create([_row(act, *told(act)) for act in acts])

    return Together(many)


def _row(act: Happened, way: str, outcome: str) -> CallMade:
    return CallMade(
        case=act.case,
        unit_id=act.case.unit_id,
        person_id=act.actor.person_id if way in (PHONE, PAGE) else None,
        at=act.now,
        way=way,
        outcome=outcome,
        satisfaction=act.data.get("satisfaction") or "",
        reason=act.data.get("reason") or "",
    )


EFFECTS = {
    # a call with its outcome; one in which another one was promised
    "called": _written(lambda act: (PHONE, str(act.data["outcome"]))),
    "call_promised": _written(lambda act: (PHONE, "later")),
    # what the customer said through the one-time link
    "confirmed": _written(lambda act: (LINK, "solved" if act.data["solved"] == "yes" else "not_solved")),
    # a rating that came through the customer's page, or that somebody entered
    "rated": _written(lambda act: (PORTAL if act.actor.via == "portal" else PAGE, "rated")),
}
