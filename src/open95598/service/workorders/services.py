"""Registering orders. What happens to them afterwards goes through ``casework.services``."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from open95598.casework import recusal
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.services import Request
from open95598.foundation.errors import Forbidden, NotFound
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.registry.customers.models import CustomerAccount
from open95598.service.intake.triage import Position, Said, as_data
from open95598.service.workorders import (
    accountpages,
    complaints,
    directory,
    naming,
    promises,
    registration,
    scoring,
    sealing,
    triaging,
    words,
)
from open95598.service.workorders.models import WorkOrder

ROUTER = Actor.house("routing")
#: accounts by the number as it was given, each with the highest tier of its parties
Known = Mapping[str, tuple[CustomerAccount, str]]


@dataclass(frozen=True)
class NewOrder:
    """The facts of a new order as somebody gave them, and where they came from.

    ``answer``: it was answered at once and is to be closed. ``source``/``source_ref``: another system's or a
    spreadsheet's own id, unique for ever. ``received_at``: when the customer said it, if not now. ``notes``: what else
    the journal should keep of where it came from.
    """

    data: Mapping[str, Any]
    answer: str = ""
    satisfaction: str = ""
    source: str = ""
    source_ref: str = ""
    received_at: datetime | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    #: what was said in the triage before (H14)
    triage: Sequence[Said] = ()


def register(actor: Actor, data: Mapping[str, Any], now: datetime, **more: Any) -> WorkOrder:
    """Register one order (受理) and dispatch it when a rule is certain; return it with its case.

    Raises ``Forbidden`` without the right to open orders anywhere, ``Invalid`` naming every bad field. ``more``:
    further fields of ``NewOrder``.
    """
    return register_many(actor, [NewOrder(data, **more)], now)[0]


def register_many(actor: Actor, orders: Sequence[NewOrder], now: datetime, *, route: bool = True) -> list[WorkOrder]:
    """Register orders in one transaction, in few statements; see ``register``.

    ``route`` False leaves them all to a dispatcher.
    """
    new = _checked(actor, seat_of(actor), orders, now)
    opened = [
        replace(one.opening, acts=_acts(one.opening, order, actor, route=route))
        for one, order in zip(new, orders, strict=True)
    ]
    with transaction.atomic():
        done = [outcome.typed for outcome in casework.open_many(opened, actor, now)]
        for order, one in zip(done, new, strict=True):
            _keep_beside(order, one, actor, now)
        scoring.keep(done, now)
        complaints.registered(done)
    return done


def register_past(calls: Sequence[tuple[Actor, NewOrder, datetime]]) -> list[tuple[WorkOrder, Request | None, Actor]]:
    """Register orders of long ago, each by its own actor at its own moment (a history that is loaded).

    What ``register_many`` would have done at once after opening each, answering or dispatching it, is returned with
    its doer, for the caller to do at that moment (``casework.replay``); None: a dispatcher decides.
    """
    actors = {actor.person_id: actor for actor, _order, _at in calls}
    own = Unit.objects.filter(people__in=[pk for pk in actors if pk]).annotate(person_id=F("people__pk"))
    homes = {unit.person_id: unit for unit in own}
    seats = {pk: seat_of(actor, homes.get(pk)) for pk, actor in actors.items()}
    accounts = accountpages.accounts_of({str(order.data.get("contact_phone") or "") for _actor, order, _at in calls})
    tiers = accountpages.tiers_of([account.pk for account in accounts.values()])
    known = {phone: (account, tiers.get(account.pk, "")) for phone, account in accounts.items()}
    new = [_checked(actor, seats[actor.person_id], [order], at, known)[0] for actor, order, at in calls]
    opened = [(one.opening, actor, at) for one, (actor, _order, at) in zip(new, calls, strict=True)]
    found: list[tuple[WorkOrder, Request | None, Actor]] = []
    for outcome, (opening, actor, at), (_actor, order, _moment), one in zip(
        casework.open_each(opened), opened, calls, new, strict=True
    ):
        _keep_beside(outcome.typed, one, actor, at)
        acts = _acts(opening, order, actor)
        request = Request(outcome.case_id, acts[0].action, acts[0].data) if acts else None
        found.append((outcome.typed, request, acts[0].actor if acts else actor))
    complaints.registered((order for order, _request, _actor in found), tell=False)
    return found


@dataclass(frozen=True)
class _New:
    """A new order that was checked: the case to be opened, whom it names, what is sealed of it (None: nothing)."""

    opening: casework.Opening
    said: naming.Said
    sealed: Mapping[str, Any] | None


def _keep_beside(order: WorkOrder, new: _New, actor: Actor, now: datetime) -> None:
    """Store what stands beside an order that was opened."""
    if new.said:
        naming.keep(order, new.said, actor, now)
    if new.sealed is not None:
        sealing.keep(order, new.sealed)


def _checked(
    actor: Actor,
    seat: Unit,
    orders: Sequence[NewOrder],
    now: datetime,
    accounts: Known | None = None,
) -> list[_New]:
    """Check the facts of new orders and return what is to be opened for them.

    ``accounts``: those of all their numbers with their tier, looked up before; None: each order's is looked for.
    """
    rules = store.current(now, tuple(seat.lineage))
    local_day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    keepers = promises.Keepers(rules.tracking.first_contact.roles, now)
    new: list[_New] = []
    for order in orders:
        walked = triaging.checked(rules, str(order.data.get("kind") or ""), order.triage)
        data = triaging.completed(order.data, walked, rules)
        facts = registration.check(data, rules, written=bool(order.source))
        number = words.number(local_day, seat.code, secrets.randbits(40))
        said = naming.understood(facts)
        away = naming.reach_of(said, facts["kind"], now)
        opening, sealed = _opening(facts, order, actor, seat, rules, now, number, walked, away, accounts)
        roles, kept_away = rules.tracking.first_contact.roles, promises.people_of(away)
        chosen = promises.Keepers(roles, now, kept_away) if kept_away else keepers
        keeper = _keeper(opening, order, actor, seat, chosen)
        new.append(_New(_kept(opening, keeper), said, sealed))
    return new


def _keeper(
    opening: casework.Opening, order: NewOrder, actor: Actor, seat: Unit, keepers: promises.Keepers
) -> int | None:
    """Return who keeps the promise to the customer: whoever registers, or whom the rule chooses; nobody recused."""
    if _takes(opening, order, actor, seat) and keepers.fit(actor.person_id):
        return actor.person_id
    lineage = seat.lineage[: seat.lineage.index(recusal.stand_in(seat.lineage, opening.recused_units)) + 1]
    return keepers.choose(lineage, confidential=opening.confidential)


def _takes(opening: casework.Opening, order: NewOrder, actor: Actor, seat: Unit) -> bool:
    other_system = bool(order.source) or actor.via == "import"
    return promises.takes(actor, seat, confidential=opening.confidential, other_system=other_system)


def _kept(opening: casework.Opening, keeper_id: int | None) -> casework.Opening:
    """Return the opening with the one who keeps the promise (B3)."""
    fields, data = {**opening.fields, "keeper_id": keeper_id}, {**opening.data, "keeper": keeper_id}
    return replace(opening, fields=fields, data=data)


def seat_of(actor: Actor, home: Unit | None = None) -> Unit:
    """Return the unit at which the actor takes orders: their own, when they may there, else the first where they may.

    The house itself takes them at the unit of the account it uses, else at the top. ``home``: the actor's own unit,
    when the caller has it at hand. Raises ``Forbidden`` when there is none.
    """
    home = home or Unit.objects.filter(people__pk=actor.person_id or 0).first()
    if actor.rights is None:
        return home or Unit.objects.get(level="headquarters")
    held = actor.rights.units(Permission.CASE_OPEN)
    if home is not None and not held.isdisjoint(home.lineage):
        return home
    found = Unit.objects.filter(pk__in=held, closed_on=None).order_by("lineage").first()
    if found is None:
        raise Forbidden(_("You have no right to register orders."))
    return found


def _opening(
    facts: dict[str, Any],
    order: NewOrder,
    actor: Actor,
    seat: Unit,
    rules: Any,
    now: datetime,
    number: str,
    walked: Position | None,
    away: naming.Reach,
    accounts: Known | None,
) -> tuple[casework.Opening, Mapping[str, Any] | None]:
    kind, category = facts["kind"], facts["category"]
    address = facts.get("address", "")
    fields = {
        "number": number,
        "category": category,
        "priority": facts.get("priority") or rules.priority(kind, category),
        "description": facts["description"],
        "contact_name": facts.get("contact_name", ""),
        "contact_phone": facts.get("contact_phone", ""),
        "address": address,
        "place": words.plain(address),
        "channel": facts["channel"],
        "anonymous": facts["anonymous"],
        "confidential": facts["confidential"],
        "received_at": order.received_at or now,
        "registered_by_id": actor.person_id,
        "source": order.source,
        "source_ref": order.source_ref,
        "triage": as_data(walked) if walked else None,
        "search": words.search_keys((facts["description"], address, facts.get("contact_name", ""))),
    }
    wanted = facts.get("unit")
    route = rules.route({**facts, "unit_id": wanted, "units": directory.units()})
    ruled = route.unit_id or wanted
    target = recusal.stand_in(_lineage(ruled), away.units) if ruled else None
    fields["route_note"] = _why(route.why, moved=target != ruled)
    confidential = rules.kind(kind).confidential
    parted = sealing.part(kind, fields, facts.get("disclosed", ""), confidential_kind=confidential)
    fields = parted.fields
    if parted.sealed is None and not (confidential or facts["confidential"] or facts["anonymous"]):
        account, tier = _account(facts, order, actor, accounts)
        fields["account_id"] = account.pk if account else None
        fields |= _preferred(fields["priority"], tier, rules)
    data = {
        "number": number,
        "category": category,
        "channel": fields["channel"],
        "priority": fields["priority"],
        **({"preferred_for": fields["preferred_for"]} if fields.get("preferred_for") else {}),
        "route": {"unit": target, "rule": route.rule, "automatic": route.automatic},
    }
    if kind == complaints.KIND:
        graded = complaints.suggestion(
            rules, category=category, channel=facts["channel"], priority=fields["priority"], text=facts["description"]
        )
        fields["grade"] = graded.grade
        data |= {"grade": graded.grade, "grading": complaints.reasons(graded)}
    if parted.sealed is not None:
        data["sealed"] = parted.sealed["digest"]
    if fields["source"]:
        data |= {"source": order.source, "source_ref": order.source_ref, **order.notes}
    if walked:
        data["triage"] = fields["triage"]
    personal = {n: fields[n] for n in ("description", "contact_name", "contact_phone", "address") if fields[n]}
    if away.people or away.units:
        data["kept_away"] = {"people": sorted(away.people), "units": sorted(away.units)}
    opening = casework.Opening(
        kind=kind,
        unit_id=seat.pk,
        fields=fields,
        # the house itself owns nothing, and whoever took a confidential call does not keep it
        owner_id=actor.person_id if actor.rights and not confidential else None,
        confidential=confidential,
        recused_people=away.people,
        recused_units=away.units,
        unsigned=confidential,
        data=data,
        personal=personal,
    )
    return opening, parted.sealed


def _account(
    facts: Mapping[str, Any], order: NewOrder, actor: Actor, accounts: Known | None
) -> tuple[CustomerAccount | None, str]:
    """Return the account that an order is about, with the highest tier of its parties."""
    if accounts is not None:
        return accounts.get(str(order.data.get("contact_phone") or ""), (None, ""))
    account = accountpages.account_of(facts, actor, lenient=bool(order.source))
    return account, accountpages.tiers_of([account.pk]).get(account.pk, "") if account else ""


def _preferred(priority: str, tier: str, rules: Any) -> dict[str, str]:
    """Return the priority that a tier raises an order to, and the tier for which (B7); {} when it raises nothing.

    The limits of that priority are rows of the rulebook like any other's.
    """
    rule = rules.customers.tier(tier)
    ranks = [choice.code for choice in rules.choices("priorities")]
    if rule is None or not rule.priority or ranks.index(rule.priority) <= ranks.index(priority):
        return {}
    return {"priority": rule.priority, "preferred_for": tier}


def _lineage(unit_id: int) -> Sequence[int]:
    """Return the ids of a unit's ancestors and its own."""
    return next((u.lineage for u in directory.units() if u.id == unit_id), None) or tree.lineage(unit_id)


def _why(why: Label, *, moved: bool) -> dict[str, str]:
    """Return why an order goes where it goes; ``moved``: past a unit that is recused."""
    if not moved:
        return {"zh": why.zh, "en": why.en}
    return {"zh": f"{why.zh}；相关单位回避，由上一级单位承接", "en": f"{why.en}; a recused unit's superior stands in"}


def _acts(opening: casework.Opening, order: NewOrder, actor: Actor, *, route: bool = True) -> tuple[casework.Act, ...]:
    """Return what is done with an order at once: it is answered, or dispatched where the rules are certain; any other
    waits for a dispatcher, with a hint."""
    if order.answer:
        rating = {"satisfaction": order.satisfaction} if order.satisfaction else {}
        return (casework.Act(actor, "answer_at_once", {"answer": order.answer} | rating),)
    to = opening.data["route"]
    if route and to["automatic"] and to["unit"] and opening.fields["description"]:
        return (casework.Act(ROUTER, "forward" if opening.kind == "praise" else "dispatch", {"unit": to["unit"]}),)
    return ()


def case_id_of(number: str, actor: Actor) -> int:
    """Return the case id of an order that the actor may see. Raises ``NotFound``."""
    orders = WorkOrder.objects.system("the house") if actor.rights is None else WorkOrder.objects.restrict(actor.rights)
    case_id = orders.filter(number=number).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound(_("There is no such order."))
    return case_id
