"""The call-back desk: whom to call now, whom later, what is known of them; and who is calling whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock, ClockState
from open95598.foundation.errors import Impossible
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.wording import window
from open95598.foundation.ui import timewords
from open95598.service.workorders import calling, personal, wording
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import CallingNow, WorkOrder
from open95598.service.workorders.steps import calling_back

#: so many are shown of each part of the list
READY, WAITING, CALLED = 60, 30, 50
#: how long a number that was shown is kept for whoever saw it
HOLD = timedelta(minutes=15)
_TAKE = """
INSERT INTO workorders_callingnow (case_id, person_id, since, until) VALUES (%(case)s, %(person)s, %(now)s, %(until)s)
ON CONFLICT (case_id) DO UPDATE SET person_id = %(person)s, since = %(now)s, until = %(until)s
WHERE workorders_callingnow.until <= %(now)s OR workorders_callingnow.person_id = %(person)s
"""


@dataclass(frozen=True)
class Row:
    """An order on the desk's list."""

    order: WorkOrder
    kind: Any
    category: Any
    contact: dict[str, str]
    turn: calling.Turn
    attempts: str
    held_by: str = ""
    held_since: datetime | None = None

    @property
    def clock(self) -> dict[str, Any]:
        """The clock that the list shows (what is kept of it on the case)."""
        case = self.order.case
        return {"due_at": case.due_at, "warn_at": case.warn_at, "started_at": case.state_since}


@dataclass
class Desk:
    """The desk for one person at one moment."""

    ready: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    ready_count: int = 0
    waiting_count: int = 0
    to_archive: list[WorkOrder] = field(default_factory=list)
    to_archive_count: int = 0
    quiet: str = ""
    opens_at: datetime | None = None

    @property
    def callable_count(self) -> int:
        """How many can be called this minute."""
        return 0 if self.quiet else self.ready_count


def zone() -> ZoneInfo:
    """Return the utility's zone."""
    return ZoneInfo(settings.TIME_ZONE)


def _waiting_for_a_call(rights: Rights, rules: Any) -> QuerySet[WorkOrder]:
    rows = WorkOrder.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(
        case__is_open=True, case__state="reviewed"
    )
    return rows.exclude(case__kind__in=_kinds_without(rules))


def _kinds_without(rules: Any) -> list[str]:
    return [flow.kind for flow in ORDERS if not rules.needs_call_back(flow.kind).needed]


def load(rights: Rights, now: datetime) -> Desk:
    """Return the desk: those who can be called now by what is due first, those who cannot by when they can, and what
    only needs archiving. Five queries; every part is bounded."""
    rules = store.current(now)
    rested = Q(last_attempt_at=None) | Q(last_attempt_at__lte=now - timedelta(minutes=rules.callback.gap_minutes))
    everything = _waiting_for_a_call(rights, rules)
    counts = everything.aggregate(ready=Count("pk", filter=rested), waiting=Count("pk", filter=~rested))
    found = everything.select_related("case", "case__unit", "case__calling__person")
    ready = [_row(o, rights, now) for o in found.filter(rested).order_by("case__due_at", "case_id")[:READY]]
    waiting = [_row(o, rights, now) for o in found.exclude(rested).order_by("last_attempt_at", "case_id")[:WAITING]]
    done = WorkOrder.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(case__is_open=True)
    done = done.filter(Q(case__state="callback") | Q(case__state="reviewed", case__kind__in=_kinds_without(rules)))
    quiet = calling.quiet_window(rules, now, zone())
    return Desk(
        ready=ready,
        waiting=sorted(waiting, key=lambda row: (row.turn.at, row.order.pk)),
        ready_count=counts["ready"],
        waiting_count=counts["waiting"],
        to_archive=list(done.select_related("case").order_by("case_id")[:CALLED]),
        to_archive_count=done.count(),
        quiet=window(quiet) if quiet else "",
        opens_at=rules.quiet_hours.next_allowed(now, zone()) if quiet else None,
    )


def _row(order: WorkOrder, rights: Rights, now: datetime) -> Row:
    rules = store.get(order.case.rulebook_version)
    hold = getattr(order.case, "calling", None)
    held = hold is not None and hold.until > now and hold.person_id != rights.person_id
    return Row(
        order=order,
        kind=wording.kind(order.case.kind),
        category=wording.category(rules, order.category),
        contact=personal.shown(order),
        turn=calling.turn(order.last_attempt_at, rules, now, zone()),
        attempts=_("%(made)s of %(most)s") % {"made": order.attempts, "most": rules.callback.attempts},
        held_by=hold.person.name if held and hold else "",
        held_since=hold.since if held and hold else None,
    )


@dataclass(frozen=True)
class Attempt:
    """One earlier call."""

    at: datetime
    who: str
    outcome: Any
    satisfaction: Any
    note: str


@dataclass(frozen=True)
class Card:
    """The order in focus."""

    row: Row
    clocks: list[CaseClock]
    category_path: Any
    description: str
    answer: str
    result: Any
    script: dict[str, list[str]]
    attempts: list[Attempt]
    counts: bool
    counts_words: str
    outcomes: list[tuple[str, Any]]
    ratings: list[tuple[str, Any]]
    may_call: bool
    may_archive: bool
    urges: int
    phone: str = ""

    @property
    def order(self) -> WorkOrder:
        """The order itself."""
        return self.row.order


def card(order: WorkOrder, actor: Actor, now: datetime, *, phone: str = "") -> Card:
    """Return everything the clerk needs for one call. ``order`` is one that the actor may see, with its case."""
    case = order.case
    assert actor.rights is not None
    rules = store.get(case.rulebook_version)
    words = store.current(now, tuple(case.unit.lineage))
    open_to_me = {a.name: reason for a, reason in casework.possible(case, order, actor, now)}
    category = wording.category(rules, order.category)
    language = get_language()
    values = {
        "agent": _work_number(actor),
        "day": f"{timezone.localtime(case.opened_at):%m-%d}",
        "matter": category.in_(language),
    }
    counts, why = counts_now(order, rules, now)
    row = _row(order, actor.rights, now)
    return Card(
        row=row,
        clocks=list(
            CaseClock.objects.filter(case_id=case.pk, name="call_back")
            .exclude(state=ClockState.STOPPED)
            .order_by("due_at")
        ),
        category_path=wording.category_path(rules, order.category),
        description=mask_text(order.description),
        answer=mask_text(order.answer),
        result=wording.choice(rules, "results", order.result),
        script=calling.script(words, case.kind, values, language),
        attempts=_attempts(order, rules),
        counts=counts,
        counts_words=why,
        outcomes=list(calling_back.OUTCOMES),
        ratings=[(c.code, c.label) for c in rules.choices("satisfaction")],
        may_call=open_to_me.get("call_back", "absent") is None,
        may_archive=open_to_me.get("archive", "absent") is None,
        urges=order.urge_count(),
        phone=phone,
    )


def _work_number(actor: Actor) -> str:
    from open95598.foundation.people.models import Person

    return Person.objects.values_list("username", flat=True).get(pk=actor.person_id or 0)


def counts_now(order: WorkOrder, rules: Any, now: datetime) -> tuple[bool, str]:
    """Say whether a call that is not answered would count now (``calling_back.attempt_counts``), and why, in words."""
    turn = calling.turn(order.last_attempt_at, rules, now, zone())
    rule = {"most": rules.callback.attempts, "gap": timewords.span(timedelta(minutes=rules.callback.gap_minutes))}
    if turn.why == calling.NOW:
        return True, _(
            "A call now counts: after %(most)s proper attempts without an answer, at least %(gap)s apart, "
            "the order may be archived without."
        ) % rule
    at = f"{timezone.localtime(turn.at):%H:%M}"
    quiet = calling.quiet_window(rules, now, zone())
    if quiet:
        return False, _(
            "These are quiet hours (%(window)s): a call that is not answered does not count. From %(time)s it does."
        ) % {"window": window(quiet), "time": at}
    return False, _(
        "The last attempt was less than %(gap)s ago: a call that is not answered does not count. From %(time)s it does."
    ) % {"gap": rule["gap"], "time": at}


def _attempts(order: WorkOrder, rules: Any) -> list[Attempt]:
    outcomes = dict(calling_back.OUTCOMES)
    told = journal.timeline(order.case_id, reveal=True, limit=100, since=order.case.opened_at)
    found = []
    for entry in told:
        if entry.kind != "case.call_back":
            continue
        given = entry.data.get("input", {})
        found.append(
            Attempt(
                entry.at,
                entry.actor_name,
                outcomes.get(given.get("outcome", ""), ""),
                wording.choice(rules, "satisfaction", given.get("satisfaction", "")),
                mask_text(entry.personal.get("note") or ""),
            )
        )
    return found


def next_one(desk: Desk, but: int = 0) -> WorkOrder | None:
    """Return whom to call next: the first who can be called now and whom nobody else is calling."""
    if desk.quiet:
        return None
    for row in desk.ready:
        if not row.held_by and row.order.pk != but and row.turn.why == calling.NOW:
            return row.order
    return None


def take(order: WorkOrder, actor: Actor, now: datetime) -> None:
    """Note that the actor is calling this customer. Raises ``Impossible`` when somebody else is."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"case": order.case_id, "person": actor.person_id, "now": now, "until": now + HOLD})
        if cursor.rowcount:
            return
    held = CallingNow.objects.select_related("person").get(pk=order.case_id)
    raise Impossible(
        _("%(person)s is calling this customer since %(time)s.")
        % {"person": held.person.name, "time": f"{timezone.localtime(held.since):%H:%M}"}
    )


def record(
    order: WorkOrder, data: dict[str, Any], actor: Actor, now: datetime, *, version: int | None, archive: bool
) -> str:
    """Record the outcome of a call, archive the order with it when the customer is content and ``archive`` is wanted,
    and let go of the customer. Return the state that the order is in now. Raises what ``perform_many`` raises."""
    requests = [casework.Request(order.case_id, "call_back", data, version)]
    if archive and data.get("outcome") in ("satisfied", "explained"):
        requests.append(casework.Request(order.case_id, "archive"))
    outcome = casework.perform_many(requests, actor, now)[-1]
    CallingNow.objects.filter(pk=order.case_id).delete()
    assert outcome.case is not None
    return outcome.case.state


def archive(case_ids: Sequence[int], actor: Actor, now: datetime) -> tuple[int, list[str]]:
    """Archive orders whose call-back is done (or not needed); return how many were, and the reasons of the others."""
    requests = [casework.Request(pk, "archive") for pk in dict.fromkeys(case_ids)]
    outcomes = casework.perform_many(requests, actor, now, partial=True)
    refused = [str(o.refusal.detail) for o in outcomes if o.refusal is not None]
    return len(outcomes) - len(refused), refused
