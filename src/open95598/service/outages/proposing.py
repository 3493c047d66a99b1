"""What the forms of an outage begin with, so that a dispatcher corrects instead of typing: the estimate by history, the
cause that is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from open95598.foundation.rulebook import store
from open95598.service.outages import restorations
from open95598.service.outages.models import Outage

#: estimates are told in steps; a proposed one lies at least so far ahead
STEP, AHEAD = timedelta(minutes=10), timedelta(minutes=30)
_WITH_CAUSE = ("confirm_outage", "restore_outage", "close_outage")


def of(outage: Outage, action: str, now: datetime) -> dict[str, str]:
    """Return what the form of an action begins with: input → text, as somebody would type it (times in the utility's
    zone); nothing where nothing is known."""
    if action == "estimate_outage":
        return _estimate(outage, now)
    if action in _WITH_CAUSE and outage.cause_kind:
        return {"cause": outage.cause_kind}
    return {}


def _estimate(outage: Outage, now: datetime) -> dict[str, str]:
    """Return the estimate that stands while it lies ahead, else the usual range of outages like this one."""
    first, last = outage.estimated_from, outage.estimated_to
    if first is None or last is None or last <= now:
        usual = restorations.usual(outage, store.current(now).outages, now)
        if usual is None:
            return {}
        first, last = (outage.actual_start + timedelta(minutes=m) for m in (usual.least, usual.most))
        if last < now + AHEAD:
            return {}  # it lasts longer than usual already: history does not know
        first, last = _up(max(first, now)), _up(last)
    return {"estimated_from": _typed(first), "estimated_to": _typed(last)}


def _up(at: datetime) -> datetime:
    """Return the next full step."""
    over = (at - at.replace(minute=0, second=0, microsecond=0)) % STEP
    return at + (STEP - over if over else timedelta())


def _typed(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"
