"""All writes of contacts: begun, taken over, written down, linked with orders, ended, worked up."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework.actors import Actor
from open95598.casework.inputs import phone_if_whole, phone_number
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal import services as journal
from open95598.foundation.journal.models import Stream
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.people.reveal import facts_of, may_reveal
from open95598.foundation.people.rights import load
from open95598.foundation.rulebook import store
from open95598.foundation.ui.models import SeatState, SeatStateKind
from open95598.foundation.units.models import Unit
from open95598.registry.customers import queries as registry
from open95598.registry.customers.models import AccountParty
from open95598.service.contacts.kinds import Channel, Direction, Link, Outcome, State
from open95598.service.contacts.models import Contact, ContactOrder
from open95598.service.workorders.models import WorkOrder

#: a code is read out and typed: no letters that look alike, and not to be guessed
ALPHABET, LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 12
#: channels on which one talks: such a contact says what the person at the seat is doing
SPOKEN = frozenset({Channel.PHONE, Channel.COUNTER, Channel.VISIT})
#: what a seat is told of: the screen of whoever has the contact, and nobody else's
BEGAN, CHANGED = "contact.began", "contact.changed"
#: a customer who has a manager was in contact with somebody else of us (``events`` hears it)
OF_MANAGED = "contact.of_managed"
#: at most so many characters of a contact's own words
LONGEST = 8000


def begin(
    actor: Actor,
    told: Mapping[str, Any],
    now: datetime,
    *,
    agent: Person | None = None,
    unit: Unit | None = None,
    began_at: datetime | None = None,
    who: tuple[Any, Any] | None = None,
) -> Contact:
    """Begin a contact and bring it to the screen of whoever takes it (``agent``; else the actor, if they are a seat).

    With ``unit`` nobody has it yet: it waits there until somebody takes it.

    ``told``: ``channel``, and what is known of ``direction``, ``phone``, ``name``, ``account`` (its number),
    ``category``, ``words``, ``source`` with ``source_ref``. The customer is looked up by account, then by phone. What
    the agent was still working up is finished: the next customer is there. ``who``: customer and account, where these
    have proved already who they are; then nothing is looked up.
    Raises ``Forbidden`` without ``case.open`` at the agent's unit, ``Invalid`` naming the fields.
    """
    taker = agent
    if taker is None and unit is None and actor.person_id:
        taker = Person.objects.select_related("unit").filter(pk=actor.person_id).first()
    if unit is None or taker is not None:
        unit = _desk(actor, taker, now)
    facts = _read(told, store.current(now))
    customer, account = who or _known(_eyes(actor, taker, now), facts)
    fresh = Contact(
        code=new_code(),
        channel=facts["channel"], direction=facts["direction"], unit=unit, scope=unit.lineage, sight=unit.lineage,
        owner=taker, name=facts["name"], phone=facts["phone"], words=facts["words"], category=facts["category"],
        kind=facts["kind"], source=facts["source"], source_ref=facts["source_ref"], began_at=began_at or now,
        answered_at=now if taker is not None else None, customer=customer, account=account,
    )  # fmt: skip
    fresh.party = party_of(fresh)
    try:
        with transaction.atomic():
            if taker is not None:
                _finish_others(taker, actor, now)
            fresh.save(force_insert=True)
            _write(fresh, "contact.began", actor, now, {"channel": fresh.channel, "direction": fresh.direction})
            _tell(fresh, BEGAN, now)
            _seat(fresh, SeatStateKind.TALKING, now)
    except IntegrityError as twice:
        if "contact_told_once" not in str(twice):
            raise
        reason = _("This contact was told before.")
        raise Invalid(_("Some fields need your attention."), fields={"source_ref": reason}) from twice
    return fresh


def take(contact: Contact, actor: Actor, agent: Person, now: datetime) -> Contact:
    """Pass a contact that is under way on to another seat, or take one that nobody has.

    Raises ``Impossible`` when it is over, ``Forbidden`` without the right at both ends.
    """
    with transaction.atomic():
        row = _locked(contact, actor)
        if row.state != State.OPEN:
            raise Impossible(_("This contact is over."))
        unit = _desk(actor, agent, now)
        before = row.owner_id
        row.owner, row.unit, row.scope = agent, unit, unit.lineage
        row.sight = sorted({*row.sight, *unit.lineage})
        row.answered_at = row.answered_at or now
        _save(row, "owner", "unit", "scope", "sight", "answered_at")
        _write(row, "contact.passed", actor, now, {"from": before, "to": agent.pk})
        _tell(row, BEGAN, now)
        if before and before != agent.pk:
            _say(CHANGED, [before], now)
    return row


def put_back(contact: Contact, unit: Unit, actor: Actor, now: datetime, why: str) -> Contact:
    """Let a contact that is under way wait at a unit again, with nobody: its seat is gone, or passed it to a group.

    Raises ``Impossible`` when it is over, ``Forbidden`` without the right to it.
    """
    with transaction.atomic():
        row = _locked(contact, actor)
        if row.state != State.OPEN:
            raise Impossible(_("This contact is over."))
        before, row.owner, row.unit, row.scope = row.owner_id, None, unit, unit.lineage
        row.sight = sorted({*row.sight, *unit.lineage})
        _save(row, "owner", "unit", "scope", "sight")
        _write(row, "contact.passed", actor, now, {"from": before, "to": None, "unit": unit.code, "why": why})
        if before:
            _say(CHANGED, [before], now)
    return row


def note(contact: Contact, actor: Actor, told: Mapping[str, Any], now: datetime) -> Contact:
    """Keep what is known by now: ``name``, ``phone``, ``account``, ``category``, ``words``; only what is given changes.

    Not journalled word by word: it is a draft until the contact is done. Raises ``Impossible`` when it is.
    """
    with transaction.atomic():
        row = _locked(contact, actor)
        if row.state == State.DONE:
            raise Impossible(_("This contact is finished."))
        if row.hushed:
            raise Impossible(_("It led to a sealed order: it keeps nothing of who it was."))
        facts = _read({"channel": row.channel, **told}, store.current(now))
        for name in ("name", "phone", "words", "category"):
            if name in told:
                setattr(row, name, facts[name])
        if "category" in told:
            row.kind = facts["kind"]
        if told.get("account") or "phone" in told:
            row.customer, row.account = _known(_eyes(actor, row.owner, now), {**facts, "phone": row.phone})
        before, row.party = row.party, party_of(row)
        _save(row, "name", "phone", "words", "category", "kind", "customer", "account", "party")
        if row.party != before:
            _tell(row, CHANGED, now)
    return row


def link(contact: Contact, order: WorkOrder, how: str, actor: Actor, now: datetime) -> None:
    """Write down that a contact had to do with an order. Once; the first way stays.

    Of a sealed order's customer nothing stays here: who it was is the order's, behind its seal (2.4, 2.6).
    """
    with transaction.atomic():
        row = _locked(contact, actor)
        made = ContactOrder.objects.get_or_create(contact=row, case_id=order.pk, defaults={"how": how})[1]
        if order.sealed and not row.hushed:
            hush(row)
        if made:
            # a sealed order's number does not stand in a contact's stream: others read it
            data = {} if order.sealed else {"number": order.number}
            _write(row, "contact.linked", actor, now, {"how": how} | data)
            _tell(row, CHANGED, now)


#: rooms above that keep words of a contact elsewhere take them away when it is hushed
hushing: list[Callable[[Contact], None]] = []


def hush(row: Contact) -> None:
    """Take everything out of a contact that says who it was."""
    row.hushed, row.confidential = True, True
    row.name = row.phone = row.words = row.party = row.source_ref = row.category = row.kind = ""
    row.customer = row.account = None
    _save(
        row, "hushed", "confidential", "name", "phone", "words", "party", "source_ref", "category", "kind", "customer",
        "account",
    )  # fmt: skip
    for forget in hushing:
        forget(row)


def end(contact: Contact, outcome: str, actor: Actor, now: datetime, *, version: int | None = None) -> Contact:
    """End the conversation; from now on its after-contact work is timed.

    Raises ``Invalid`` for an outcome that is none or that the contact's orders speak against, ``Impossible`` when it
    is over already, ``Stale`` for another ``version``.
    """
    with transaction.atomic():
        row = _locked(contact, actor)
        if version is not None and version != row.version:
            raise Stale(_("Somebody changed this contact meanwhile."))
        if row.state != State.OPEN:
            raise Impossible(_("This contact is over."))
        links = set(row.orders.values_list("how", flat=True))
        row.outcome = _outcome(outcome, links)
        row.state, row.ended_at = State.AFTER, now
        row.answered_at = row.answered_at if row.answered_at or row.outcome == Outcome.LOST else now
        row.version += 1
        _save(row, "outcome", "state", "ended_at", "answered_at", "version")
        _write(row, "contact.ended", actor, now, {"outcome": row.outcome})
        _tell(row, CHANGED, now)
        _tell_manager(row, now)
        _seat(row, SeatStateKind.AFTER_WORK, now)
    return row


def finish(contact: Contact, actor: Actor, now: datetime) -> Contact:
    """Say that the after-contact work is done. Raises ``Impossible`` while the conversation runs, or twice."""
    with transaction.atomic():
        row = _locked(contact, actor)
        if row.state != State.AFTER:
            raise Impossible(_("End the contact first.") if row.state == State.OPEN else _("This contact is finished."))
        _finish(row, actor, now)
        _seat(row, SeatStateKind.READY, now)
    return row


def show(contact: Contact, actor: Actor, why: str, now: datetime) -> None:
    """Write down that somebody is shown who a contact was with, and why; the caller then shows it (2.6).

    Raises ``Forbidden`` (no right), ``Invalid`` (no reason).
    """
    if actor.rights is None or not may_reveal(actor.rights, contact):
        raise Forbidden(_("You may not see this customer's personal data."))
    why = why.strip()
    if not 0 < len(why) <= 200:
        raise Invalid(_("Nothing was shown."), fields={"why": _("Give the reason, in up to 200 characters.")})
    _write(contact, "contact.shown", actor, now, {"why": why})


def new_code() -> str:
    """Return a fresh code: it is read out and typed, and not to be guessed."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def party_of(row: Contact) -> str:
    """Return what tells that two contacts are with the same customer: the registry's customer, else the number."""
    if row.customer_id:
        return f"c{row.customer_id}"
    return f"p{row.phone}" if row.phone else ""


def _finish(row: Contact, actor: Actor, now: datetime) -> None:
    row.state, row.done_at, row.version = State.DONE, now, row.version + 1
    _save(row, "state", "done_at", "version")
    _write(row, "contact.done", actor, now, {})
    _tell(row, CHANGED, now)


def _finish_others(taker: Person, actor: Actor, now: datetime) -> None:
    rows = Contact.objects.system("one's own after-contact work").filter(owner=taker, state=State.AFTER)
    for row in rows.select_for_update():
        _finish(row, actor, now)


def _desk(actor: Actor, taker: Person | None, now: datetime) -> Unit:
    """Return the unit at which a contact is taken: where the taker sits. Raises ``Forbidden``."""
    if taker is None:
        raise Forbidden(_("Say who takes the contact."))
    unit: Unit = taker.unit
    if actor.rights is not None and not actor.rights.at(Permission.CASE_OPEN, unit.lineage):
        raise Forbidden(_("You may not take contacts for this unit."))
    if taker.pk != actor.person_id and not load(taker, now).at(Permission.CASE_OPEN, unit.lineage):
        reason = _("%(person)s takes no contacts.") % {"person": taker.name}
        raise Invalid(_("Some fields need your attention."), fields={"agent": reason})
    return unit


def _locked(contact: Contact, actor: Actor) -> Contact:
    rows = Contact.objects.system("judged below").select_for_update(of=("self",))
    row: Contact | None = rows.filter(pk=contact.pk).first()
    if row is None:
        raise NotFound(pgettext("contact", "There is no such contact."))
    if row.owner_id != actor.person_id and not actor.may(Permission.CASE_OPEN, facts_of(row)):
        raise Forbidden(_("You may not change this contact."))
    return row


def _save(row: Contact, *fields: str) -> None:
    row.save(update_fields=fields)


def _read(told: Mapping[str, Any], rules: Any) -> dict[str, Any]:
    """Check what is told of a contact. Raises ``Invalid`` naming every wrong field."""
    wrong: dict[str, Any] = {}
    text = {n: str(told.get(n) or "").replace("\x00", "").strip() for n in ("name", "words", "source", "source_ref")}
    for name, most in (("name", 80), ("words", LONGEST), ("source", 40), ("source_ref", 120)):
        if len(text[name]) > most:
            wrong[name] = _("At most %(limit)s characters.") % {"limit": most}
    channel, direction = str(told.get("channel") or ""), str(told.get("direction") or Direction.IN)
    if channel not in Channel.values:
        wrong["channel"] = _("Say how the conversation is led.")
    if direction not in Direction.values:
        wrong["direction"] = _("Say who sought the conversation.")
    phone = ""
    if told.get("phone"):
        try:
            phone = phone_number(told["phone"])
        except ValueError as problem:
            wrong["phone"] = str(problem) or _("This is no telephone number.")
    category = str(told.get("category") or "")
    if category and not rules.has_category(category):
        wrong["category"] = _("There is no such category.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    kind = rules.category(category).kind if category else ""
    account = str(told.get("account") or "").strip()[:40]
    return {**text, "channel": channel, "direction": direction, "phone": phone, "category": category, "kind": kind,
            "account": account}  # fmt: skip


def _eyes(actor: Actor, taker: Person | None, now: datetime) -> Rights | None:
    """Return the rights with which the registry is asked: the seat's, also when a telephone tells of the call."""
    return actor.rights if taker is None or taker.pk == actor.person_id else load(taker, now)


def _known(rights: Rights | None, facts: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the registry's customer and account of what is known, when it leads to one only.

    Raises ``Invalid`` for an account that is not there (or not for these eyes).
    """
    if rights is None:
        return None, None
    if facts["account"]:
        try:
            account = registry.account(rights, facts["account"])
        except NotFound as none:
            raise Invalid(_("Some fields need your attention."), fields={"account": str(none.detail)}) from none
        party = AccountParty.objects.restrict(rights).filter(account=account, valid_to=None)
        first = party.select_related("customer").order_by("role", "pk").first()
        return first.customer if first else None, account
    phone = phone_if_whole(facts["phone"]) if facts["phone"] else ""
    found = registry.by_phone(rights, phone) if phone else []
    return (found[0] if len(found) == 1 else None), registry.account_of_phone(rights, phone) if phone else None


def _outcome(outcome: str, links: set[str]) -> Outcome:
    """Return the outcome; orders that were registered or added to in it say it when nothing is said."""
    if not outcome:
        outcome = Outcome.ORDER if Link.MADE in links else Outcome.ADDED if Link.ADDED in links else ""
    if outcome not in Outcome.values:
        raise Invalid(_("Some fields need your attention."), fields={"outcome": _("Say what came of it.")})
    if (outcome == Outcome.ORDER and Link.MADE not in links) or (outcome == Outcome.ADDED and Link.ADDED not in links):
        reason = _("No order belongs to this contact yet: register one, or say what else came of it.")
        raise Invalid(_("Some fields need your attention."), fields={"outcome": reason})
    return Outcome(outcome)


def _write(row: Contact, kind: str, actor: Actor, now: datetime, data: Mapping[str, Any]) -> None:
    told = {**data, "via": actor.via}
    draft = journal.Draft(Stream(), row.stream, kind, now, actor.person_id, actor.name, data=told)
    journal.append_to_stream(row.stream, [draft])  # which sets its head


def _tell(row: Contact, what: str, now: datetime) -> None:
    """Tell the one screen that has the contact; and those that have the same customer open now, that they do."""
    if row.owner_id:
        _say(what, [row.owner_id], now)
    if row.party:
        rows = Contact.objects.system("who has the same customer open").filter(party=row.party, owner__isnull=False)
        beside = set(rows.exclude(state=State.DONE).values_list("owner_id", flat=True)) - {row.owner_id}
        if beside:
            _say(CHANGED, sorted(beside), now)


def _say(what: str, people: list[int], now: datetime) -> None:
    say([Said(what, "contact", now, payload={"person_ids": people, "kind": "contact"})])


def _tell_manager(row: Contact, now: datetime) -> None:
    """Have the named manager of the customer told, unless they led the contact themselves (B7)."""
    manager = row.customer.manager_id if row.customer else None
    if manager is not None and manager != row.owner_id:
        say([Said(OF_MANAGED, f"contact/{row.pk}", now, payload={"contact": row.pk})])


def _seat(row: Contact, state: SeatStateKind, now: datetime) -> None:
    """Show at the seat what the person is doing, of conversations that are led by talking."""
    if row.owner is not None and row.channel in SPOKEN:
        SeatState.choose(row.owner, state, now)
