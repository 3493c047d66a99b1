"""What customers see: what they may send, and their own order in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from django.conf import settings
from django.utils.translation import get_language

from open95598.casework import services as casework
from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.journal import queries as journal
from open95598.foundation.journal.queries import Told
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.portal import accounts, flows
from open95598.service.portal.models import Origin
from open95598.service.portal.pages import topics, wire
from open95598.service.workorders import directory, wording
from open95598.service.workorders.models import WorkOrder

#: the clocks that a customer is told of; the others are the house's own affair
PROMISED = ("contact", "arrive", "restore", "progress", "answer")
#: more areas than this are not offered: customers write the place themselves
MOST_AREAS = 600
#: newest journal entries that are looked through for a customer's own words
_LOOKED = 200

Phase = Literal["received", "passed_on", "in_hand", "checking", "answered", "closed", "withdrawn"]
_PHASES: Mapping[str, Phase] = {
    "created": "received", "returned": "received", "reopened": "received", "dispatched": "passed_on",
    "forwarded": "passed_on", "replied": "checking", "reviewed": "answered", "callback": "answered",
}  # fmt: skip
#: moments of an order that its customer sees, in their usual order
_MOMENTS = (
    "received_at", "dispatched_at", "accepted_at", "contacted_at", "crew_at", "arrived_at", "restored_at",
    "appointment_at", "called_back_at",
)  # fmt: skip


def offer(now: datetime) -> wire.Offer:
    """Return what customers may send, and what the rulebook in force promises them (DOMAIN 2.3)."""
    rules = store.current(now)
    top = Unit.objects.filter(closed_on=None).order_by("lineage").first()
    name = top.name if top else ""
    return wire.Offer(
        utility=wire.Words(zh=name or "供电服务", en=name or "Electricity service"),
        hotline=settings.HOTLINE,
        kinds=[_kind(kind, label, rules) for kind, label in topics.KINDS.items()],
        areas=_areas(),
        ratings=_choices(rules, "satisfaction", but=("no_rating",)),
        urge_reasons=_choices(rules, "urge_reasons"),
        made_at=now,
    )


def _kind(kind: str, label: wire.Words, rules: Rulebook) -> wire.KindOffer:
    found = topics.offered(kind, rules.has_category)
    promises = [
        wire.Promise(code=clock, area=area, minutes=rule.minutes or 0, working_days=rule.working_days or 0)
        for clock in PROMISED
        for area in ("city", "rural", "remote")
        if (rule := rules.limit_rule(clock, kind=kind, area=area))
    ]
    return wire.KindOffer(
        kind=cast("wire.Kind", kind),
        label=label,
        topics=[wire.Option(code=t.code, label=t.label) for t in found],
        questions=_questions(kind, rules),
        promises=_folded(promises),
    )


def _questions(kind: str, rules: Rulebook) -> list[wire.Question]:
    """Return the questions of a kind's triage that are put to customers themselves."""
    form = rules.intake.form_of(kind)
    return [
        wire.Question(
            code=q.code,
            ask=_words(q.customer),
            answers=[wire.Option(code=a.code, label=_words(a.label)) for a in q.answers],
        )
        for q in (form.questions if form else ())
        if q.customer
    ]


def _words(label: Label) -> wire.Words:
    return wire.Words(zh=label.zh, en=label.en)


def _folded(promises: Iterable[wire.Promise]) -> list[wire.Promise]:
    """Return promises that do not depend on the area once, without it."""
    by_code: dict[str, list[wire.Promise]] = {}
    for promise in promises:
        by_code.setdefault(promise.code, []).append(promise)
    found: list[wire.Promise] = []
    for rows in by_code.values():
        same = len({(p.minutes, p.working_days) for p in rows}) == 1
        found += [rows[0].model_copy(update={"area": ""})] if same else rows
    return found


def _choices(rules: Rulebook, name: str, but: tuple[str, ...] = ()) -> list[wire.Option]:
    rows = [c for c in rules.choices(name) if c.code not in but]
    return [wire.Option(code=c.code, label=_words(c.label)) for c in rows]


def _areas() -> list[str]:
    """Return the names of the areas that counties serve, from the city down: they decide where an order goes."""
    units = directory.units()
    places = {u.id: next((place for place in u.territory if not place.isdigit()), "") for u in units}
    levels = {u.id: u.level for u in units}
    found = []
    for unit in units:
        if unit.level == "county" and places[unit.id]:
            above = (places[i] for i in unit.lineage if levels.get(i) in ("city", "county"))
            found.append("".join(dict.fromkeys(above)))
    return found if len(found) <= MOST_AREAS else []


def registered(order: WorkOrder, receipt: str, now: datetime) -> wire.Registered:
    """Return what is told of an order that was registered just now."""
    return wire.Registered(
        number=order.number,
        receipt=receipt,
        kind=order.case.kind,
        danger=order.priority == "safety",
        steps=steps(order.pk, now),
        follow=bool(order.contact_phone) and not order.anonymous,
    )


def steps(case_id: int, now: datetime) -> list[wire.Step]:
    """Return what is promised next: the running clocks that a customer is told of, the one that ends first first."""
    rows = CaseClock.objects.filter(case_id=case_id, name__in=PROMISED, state=ClockState.RUNNING).order_by("due_at")
    return [wire.Step(code=c.name, due_at=c.due_at, overdue=c.due_at < now) for c in rows]


def view(case: Case, account: Person, now: datetime) -> wire.OrderView:
    """Return an order as its customer sees it; the answer once it has been approved."""
    order: WorkOrder = WorkOrder.objects.system("its own customer").get(pk=case.pk)
    order.case = case
    actor = accounts.actor(account)
    possible = {action.name: reason for action, reason in casework.possible(case, order, actor, now)}
    told = journal.timeline(case.pk, reveal=True, limit=_LOOKED, since=case.opened_at)
    phase = _phase(case, told)
    answered = phase in ("answered", "closed")
    label = wording.kind(case.kind)
    language = get_language()
    urge = possible.get("urge")
    return wire.OrderView(
        number=order.number,
        kind=case.kind,
        label=wire.Words(zh=label.zh, en=label.en),
        phase=phase,
        danger=order.priority == "safety",
        suspended=case.state in ("suspended", "suspension_asked"),
        unit="" if order.confidential or case.confidential else case.unit.name,
        moments=_moments(order, phase),
        steps=steps(case.pk, now),
        answer=order.answer if answered else "",
        additions=_additions(told),
        urges=order.urge_count(),
        rating=order.satisfaction,
        may_add=case.is_open,
        may_urge="urge" in possible and urge is None,
        urge_refused=urge.in_(language) if urge is not None else "",
        may_rate="rate" in possible and answered and possible["rate"] is None,
        may_withdraw="" if not _withdrawable(case) else "ask" if (why := why_not_withdrawn(case, possible)) else "now",
        withdraw_why=why.in_(language) if _withdrawable(case) and why is not None else "",
        seen_at=now,
    )


def _phase(case: Case, told: Sequence[Told]) -> Phase:
    if not case.is_open:
        ended = next((e for e in told if e.data.get("to") == case.state), None)
        return "withdrawn" if ended is not None and ended.kind == "case.withdraw" else "closed"
    return _PHASES.get(case.state, "in_hand")


def phase_of(case: Case) -> Phase:
    """Return where an order is in its customer's words, without its history: what has ended is closed."""
    return _PHASES.get(case.state, "in_hand") if case.is_open else "closed"


def why_not_withdrawn(case: Case, possible: Mapping[str, Any]) -> Label | None:
    """Return why the customer's click does not end an order (``possible``: what they can do, with reasons); None: it
    does, for nobody has accepted it yet."""
    if "withdraw" in possible:
        reason: Label | None = possible["withdraw"]
        return reason
    return flows.IN_HAND if case.kind in flows.WITHDRAWN else flows.NEVER


def _withdrawable(case: Case) -> bool:
    return case.is_open and case.state not in ("replied", "reviewed", "callback")


def _moments(order: WorkOrder, phase: Phase) -> list[wire.Moment]:
    found = [wire.Moment(code=n.removesuffix("_at"), at=at) for n in _MOMENTS if (at := getattr(order, n))]
    case = order.case
    if order.replied_at and phase in ("answered", "closed"):
        found.append(wire.Moment(code="answered", at=order.reviewed_at or order.replied_at))
    if case.closed_at:
        found.append(wire.Moment(code="closed", at=case.closed_at))
    return sorted(found, key=lambda m: m.at)


def _additions(told: Sequence[Told]) -> list[wire.Said]:
    """Return what the customer added, oldest first."""
    mine = [e for e in told if e.kind == "case.note" and e.data.get("via") == "portal"]
    return [wire.Said(at=e.at, text=str(e.personal.get("text") or "")) for e in reversed(mine)]


def agreed_to_sms(case_id: int) -> bool | None:
    """Say whether the customer wants text messages about an order; None for one that did not come from the pages."""
    found: Any = Origin.objects.filter(pk=case_id).values_list("by_sms", flat=True).first()
    return found
