"""How the demonstration stands, in a few lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count

from open95598.casework.models import Case
from open95598.foundation import clock, process
from open95598.foundation.journal.models import Entry
from open95598.project.demo import marker
from open95598.project.demo.models import Build, Deed, Planned, Storm
from open95598.project.demo.simulator import play_row
from open95598.service.workorders.models import WorkOrder

#: action → what is said of the cases on which it was taken
BRANCHES = {
    "return": "returned", "decide": "decided by the province", "transfer": "transferred", "urge": "urged",
    "escalate": "escalated", "ask_extension": "extension asked", "approve_suspension": "suspended",
    "joint": "with joint parts", "coordinate": "coordinated", "merge": "merged", "unmerge": "taken apart again",
    "link_repeat": "repeats", "recuse": "with recusals", "terminate": "terminated", "withdraw": "withdrawn",
    "promise_call": "promised a call", "confirm": "rated by the link", "rate": "rated later", "reopen": "reopened",
    "substantiate": "complaints inquired into", "change_finding": "findings changed", "supervise": "supervised",
    "accept_answer": "supervisions answered", "judge": "inspected", "object": "inspections objected to",
    "grant": "appeals granted", "refuse": "appeals refused", "hand_over": "shifts handed over",
}  # fmt: skip


def branches() -> dict[str, int]:
    """Return how many cases took each branch, and how many came through the customer's page."""
    kinds = {f"case.{action}": name for action, name in BRANCHES.items()}
    rows = Entry.objects.filter(kind__in=kinds).values_list("kind").annotate(n=Count("case_id", distinct=True))
    found = dict(rows)
    counted = {name: found[kind] for kind, name in kinds.items() if kind in found}
    sent = WorkOrder.objects.system("how the demonstration stands").filter(source="portal").count()
    return counted | {"through the customer's page": sent}


def lines(now: datetime) -> Iterator[str]:
    """Yield how the demonstration stands at ``now`` (aware UTC, the house's time); times are the utility's."""
    zone = ZoneInfo(settings.TIME_ZONE)
    build = Build.objects.first()
    if not marker.is_set(settings.HOME) or build is None:
        yield "no demonstration is built here"
        return
    if build.finished_at is None:
        told = Planned.objects.count()
        yield f"being built, or interrupted: {told} of {build.orders} orders are told; `open95598 demo build` goes on"
        return
    waiting = Case.objects.system("how the demonstration stands").filter(is_open=True).count()
    yield f"built: a year up to {build.until.astimezone(zone):%Y-%m-%d %H:%M}, {build.orders} orders"
    yield f"the house's time: {now.astimezone(zone):%Y-%m-%d %H:%M:%S}; open: {waiting} cases"
    yield "of all orders: " + ", ".join(f"{count} {name}" for name, count in branches().items())
    play = play_row()
    fresh = any(name == "simulator" and alive for name, _age, alive in process.heartbeats())
    if not play.running:
        yield "the simulator rests"
    elif fresh:
        yield f"the simulator plays at {clock.rate():g}×"
    else:
        yield f"the simulator is to play at {play.speed:g}×, but its process does not run: `open95598 up --demo`"
    for storm in Storm.objects.filter(ends_at__gt=now).select_related("city").order_by("ends_at"):
        yield f"storm over {storm.city.name} until {storm.ends_at.astimezone(zone):%H:%M}"
    last = Deed.objects.order_by("-id").first()
    if last is not None:
        yield f"last act: {last.action} at {last.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
