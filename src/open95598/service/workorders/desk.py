"""The call-back desk: whom to call now, whom later, what is known of them; and who is calling whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock, ClockState
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.wording import window
from open95598.foundation.ui import timewords
from open95598.service.workorders import calling, personal, sealing, wording
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.steps import calling_back

#: so many are shown of each part of the list
READY, WAITING, CALLED = 60, 30, 50
#: other orders of one customer that are offered for the same call
SIBLINGS = 6
#: what the card shows as attempts: calls, and what came through the one-time link
ATTEMPTS = ("case.call_back", "case.promise_call", "case.confirm")


@dataclass(frozen=True)
class Row:
    """An order on the desk's list."""

    order: WorkOrder
    kind: Any
    category: Any
    contact: dict[str, str]
    turn: calling.Turn
    attempts: str
    #: what the customer wishes of a call: part of the day, language (labels; None: nothing)
    wishes: list[Any] = field(default_factory=list)
    held_by: str = ""
    held_since: datetime | None = None
    #: who told it is sealed: the number comes through ``sealing.to_call``, for whoever may know it
    sealed: bool = False

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
    #: whom only somebody with the right to the sealed identity can call
    sealed: list[Row] = field(default_factory=list)
    sealed_count: int = 0
    ready_count: int = 0
    waiting_count: int = 0
    #: of those to call now: promised for a time that has come (quiet hours do not hold them)
    promised_count: int = 0
    to_archive: list[WorkOrder] = field(default_factory=list)
    to_archive_count: int = 0
    quiet: str = ""
    opens_at: datetime | None = None

    @property
    def callable_count(self) -> int:
        """How many can be called this minute."""
        return self.promised_count if self.quiet else self.ready_count


def zone() -> ZoneInfo:
    """Return the utility's zone."""
    return ZoneInfo(settings.TIME_ZONE)


def _waiting_for_a_call(rights: Rights, rules: Any) -> QuerySet[WorkOrder]:
    rows = WorkOrder.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(
        case__is_open=True, case__state="reviewed"
    )
    return rows.exclude(case__kind__in=_kinds_without(rules)).exclude(anonymous=True)


def _kinds_without(rules: Any) -> list[str]:
    return [flow.kind for flow in ORDERS if not rules.needs_call_back(flow.kind).needed]


def load(rights: Rights, now: datetime) -> Desk:
    """Return the desk: those who can be called now (promised calls first, then by what is due first), those who cannot
    by when they can, whom only others can call, and what only needs archiving. Six queries; every part is bounded."""
    rules = store.current(now)
    promised = Q(call_at__lte=now)
    can = promised | _can_be_called(rules, now)
    everything, beyond = _waiting_for_a_call(rights, rules), sealing.beyond(rights)
    counts = everything.aggregate(
        beyond=Count("pk", filter=beyond),
        ready=Count("pk", filter=can & ~beyond),
        waiting=Count("pk", filter=~can & ~beyond),
        promised=Count("pk", filter=promised & ~beyond),
    )
    everyone = everything.select_related("case", "case__unit", "case__calling__person")
    others = [_row(o, rights, now) for o in everyone.filter(beyond).order_by("case__due_at", "case_id")[:WAITING]]
    found = everyone.exclude(beyond)
    first = (F("call_at").asc(nulls_last=True), "case__due_at", "case_id")
    ready = [_row(o, rights, now) for o in found.filter(can).order_by(*first)[:READY]]
    later = (F("call_at").asc(nulls_last=True), "last_attempt_at", "case_id")
    waiting = [_row(o, rights, now) for o in found.exclude(can).order_by(*later)[:WAITING]]
    done = WorkOrder.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(case__is_open=True)
    needless = Q(case__kind__in=_kinds_without(rules)) | Q(anonymous=True)
    done = done.filter(Q(case__state="callback") | Q(needless, case__state="reviewed"))
    quiet = calling.quiet_window(rules, now, zone())
    return Desk(
        ready=ready,
        waiting=sorted(waiting, key=lambda row: (row.turn.at, row.order.pk)),
        ready_count=counts["ready"],
        sealed=others,
        sealed_count=counts["beyond"],
        waiting_count=counts["waiting"],
        promised_count=counts["promised"],
        to_archive=list(done.select_related("case").order_by("case_id")[:CALLED]),
        to_archive_count=done.count(),
        quiet=window(quiet) if quiet else "",
        opens_at=rules.quiet_hours.next_allowed(now, zone()) if quiet else None,
    )


def _can_be_called(rules: Any, now: datetime) -> Q:
    """Return the condition under which somebody without a promised time can be called, quiet hours apart."""
    since = now - timedelta(minutes=rules.callback.gap_minutes)
    rested = Q(last_attempt_at=None) | Q(last_attempt_at__lte=since)
    return Q(call_at=None, call_time__in=calling.open_times(rules, now, zone())) & rested


def _row(order: WorkOrder, rights: Rights, now: datetime) -> Row:
    rules = store.get(order.case.rulebook_version)
    hold = getattr(order.case, "calling", None)
    held = hold is not None and hold.until > now and hold.person_id != rights.person_id
    return Row(
        order=order,
        kind=wording.kind(order.case.kind),
        category=wording.category(rules, order.category),
        contact=personal.shown(order),
        turn=calling.turn(order.last_attempt_at, rules, now, zone(), order.call_at, order.call_time),
        wishes=_wishes(order, rules),
        attempts=_("%(made)s of %(most)s") % {"made": order.attempts, "most": rules.callback.attempts},
        held_by=hold.person.name if held and hold else "",
        held_since=hold.since if held and hold else None,
        sealed=order.sealed,
    )


def _wishes(order: WorkOrder, rules: Any) -> list[Any]:
    told = (("call_times", order.call_time), ("call_languages", order.call_language))
    return [wording.choice(rules, name, code) for name, code in told if code]


@dataclass(frozen=True)
class Attempt:
    """One earlier call."""

    at: datetime
    who: str
    outcome: Any
    satisfaction: Any
    reason: Any
    note: str


@dataclass(frozen=True)
class Sibling:
    """Another order of the same customer that waits for its call-back: both are settled in one call."""

    order: WorkOrder
    kind: Any
    category: Any
    held_by: str = ""


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
    reasons: list[tuple[str, Any]]
    results: list[tuple[str, Any]]
    languages: list[tuple[str, Any]]
    siblings: list[Sibling]
    may_call: bool
    #: whether the reader may be shown a sealed number
    may_unseal: bool
    may_promise: bool
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
    spoken = [*calling_back.OUTCOMES, calling_back.LATER]
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
        script=calling.script(words, case.kind, values, language, (code for code, _label in spoken)),
        attempts=_attempts(order, rules),
        counts=counts,
        counts_words=why,
        outcomes=spoken,
        ratings=_choices(rules, "satisfaction"),
        reasons=_choices(rules, "dissatisfaction_reasons"),
        results=[(code, label) for code, label in _choices(rules, "callback_results") if code != "reached"],
        languages=_choices(rules, "call_languages"),
        siblings=siblings(order, actor.rights, now),
        may_call=open_to_me.get("call_back", "absent") is None,
        may_unseal=sealing.may_unseal(order, actor),
        may_promise=open_to_me.get("promise_call", "absent") is None,
        may_archive=open_to_me.get("archive", "absent") is None,
        urges=order.urge_count(),
        phone=phone,
    )


def _choices(rules: Any, name: str) -> list[tuple[str, Any]]:
    """Return a list of the rulebook that the order is pinned to; empty when that one had no such list yet."""
    return [(c.code, c.label) for c in rules.choices(name)] if name in rules.lists else []


def siblings(order: WorkOrder, rights: Rights, now: datetime) -> list[Sibling]:
    """Return the other orders of the same phone that wait for a call, whatever their turn: one call is enough.

    Those whose customer asked for secrecy are left out: that the phone is the same would say who they are.
    """
    if not order.contact_phone or order.confidential or order.case.confidential:
        return []
    rows = _waiting_for_a_call(rights, store.current(now)).filter(
        contact_phone=order.contact_phone, confidential=False, case__confidential=False
    )
    rows = rows.exclude(pk=order.pk).select_related("case", "case__calling__person").order_by("case_id")
    found = []
    for other in rows[:SIBLINGS]:
        hold = getattr(other.case, "calling", None)
        held = hold is not None and hold.until > now and hold.person_id != rights.person_id
        rules = store.get(other.case.rulebook_version)
        names = wording.kind(other.case.kind), wording.category(rules, other.category)
        found.append(Sibling(other, *names, hold.person.name if held and hold else ""))
    return found


def _work_number(actor: Actor) -> str:
    from open95598.foundation.people.models import Person

    return Person.objects.values_list("username", flat=True).get(pk=actor.person_id or 0)


def counts_now(order: WorkOrder, rules: Any, now: datetime) -> tuple[bool, str]:
    """Say whether a call that is not answered would count now (``calling_back.attempt_counts``), and why, in words."""
    turn = calling.turn(order.last_attempt_at, rules, now, zone(), order.call_at, order.call_time)
    rule = {"most": rules.callback.attempts, "gap": timewords.span(timedelta(minutes=rules.callback.gap_minutes))}
    if turn.why == calling.NOW:
        return True, _(
            "A call now counts: after %(most)s proper attempts without an answer, at least %(gap)s apart, "
            "the order may be archived without."
        ) % rule
    at = f"{timezone.localtime(turn.at):%H:%M}"
    if turn.why == calling.PROMISED:
        day = f"{timezone.localtime(turn.at):%m-%d %H:%M}"
        return False, _("The customer was promised a call at %(time)s: before, a call does not count.") % {"time": day}
    if turn.why == calling.WISHED:
        day = f"{timezone.localtime(turn.at):%m-%d %H:%M}"
        return False, _("The customer wishes for another time of day: a call counts from %(time)s on.") % {"time": day}
    quiet = calling.quiet_window(rules, now, zone())
    if quiet:
        return False, _(
            "These are quiet hours (%(window)s): a call that is not answered does not count. From %(time)s it does."
        ) % {"window": window(quiet), "time": at}
    return False, _(
        "The last attempt was less than %(gap)s ago: a call that is not answered does not count. From %(time)s it does."
    ) % {"gap": rule["gap"], "time": at}


def _attempts(order: WorkOrder, rules: Any) -> list[Attempt]:
    outcomes = {**dict(calling_back.OUTCOMES), **dict(calling_back.SOLVED)}
    told = journal.timeline(order.case_id, reveal=True, limit=100, since=order.case.opened_at)
    found = []
    for entry in told:
        if entry.kind not in ATTEMPTS:
            continue
        given = entry.data.get("input", {})
        what = outcomes.get(given.get("outcome") or given.get("solved") or "", "")
        found.append(
            Attempt(
                entry.at,
                entry.actor_name,
                calling_back.LATER[1] if entry.kind == "case.promise_call" else what,
                wording.choice(rules, "satisfaction", given.get("satisfaction", "")),
                wording.choice(rules, "dissatisfaction_reasons", given.get("reason", "")),
                mask_text(entry.personal.get("note") or ""),
            )
        )
    return found


def next_one(desk: Desk, but: int = 0) -> WorkOrder | None:
    """Return whom to call next: the first who can be called now and whom nobody else is calling."""
    for row in desk.ready:
        if not row.held_by and row.order.pk != but and row.turn.why == calling.NOW:
            return row.order
    return None
