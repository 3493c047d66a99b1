"""Writes of the integrity file, of tiers and account managers, and the daily count of the ratings.

Each change stands in the customer's stream of the journal; whoever enters something bad is not the one who decides
about an objection to it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import bulk
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.people import rights as people
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.registry.customers import services as customers
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import PartyKind, Tier
from open95598.registry.customers.models import Customer
from open95598.registry.standing import facts, formulas, periods
from open95598.registry.standing.models import EntrySource, IntegrityEntry, ManagerPeriod, Score, TierPeriod

#: entries may be made of what happened so many days ago at most
OLDEST = 3650
#: customers whose ratings are stored a statement
CHUNK = 500
_WHY = "a customer whose right was asked"


@dataclass(frozen=True)
class NewEntry:
    """An entry of the integrity file: what of (a code of the rulebook), when (a local day), where it is from."""

    kind: str
    on: date
    source: str
    evidence: str
    words: str = ""


def enter(pk: int, given: NewEntry, actor: Actor, now: datetime) -> IntegrityEntry:
    """Enter something good or bad into a customer's integrity file. Raises ``Invalid``, ``Forbidden``, ``NotFound``."""
    with transaction.atomic():
        customer = customers.locked(pk, actor)
        rule = store.current(now, tuple(customer.unit.lineage)).customers.kind(given.kind)
        today, wrong = day_of(now), {}
        evidence, words = _text(given.evidence), _text(given.words)
        if rule is None:
            wrong["kind"] = _("Say what the entry is about.")
        if given.source not in EntrySource.values:
            wrong["source"] = _("Say where the entry is from.")
        if not 0 < len(evidence) <= 200:
            wrong["evidence"] = _("Name the paper or number that proves it, in up to 200 characters.")
        if len(words) > 1000:
            wrong["words"] = _("At most %(limit)s characters.") % {"limit": 1000}
        if given.on > today or (today - given.on).days > OLDEST:
            wrong["on"] = _("The day lies in the past, at most ten years ago.")
        if wrong or rule is None:
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        entry: IntegrityEntry = IntegrityEntry.objects.create(
            customer=customer, kind=rule.code, points=rule.points, on=given.on, expires_on=_years(given.on, rule.years),
            source=given.source, evidence=evidence, words=words, entered_by_id=actor.person_id, entered_at=now,
        )  # fmt: skip
        told = {"entry": entry.pk, "integrity": rule.code, "points": rule.points, "text": words}
        customers.write(customer, "customer.integrity_entered", actor, now, told)
        count([customer], now)
    return entry


def object_to(entry_id: int, objection: str, actor: Actor, now: datetime) -> IntegrityEntry:
    """Note that the customer objects to an entry, once. Raises ``Impossible`` when they did, ``Invalid``."""
    with transaction.atomic():
        entry, customer = _locked(entry_id, actor, Permission.CUSTOMER_EDIT)
        if entry.objected_at is not None or entry.removed:
            raise Impossible(_("There was an objection to this entry already."))
        entry.objection, entry.objected_by_id, entry.objected_at = _said(objection, "objection"), actor.person_id, now
        entry.save(update_fields=["objection", "objected_by", "objected_at"])
        told = {"entry": entry.pk, "integrity": entry.kind, "text": entry.objection}
        customers.write(customer, "customer.integrity_objected", actor, now, told)
    return entry


def decide(entry_id: int, remove: bool, decision: str, actor: Actor, now: datetime) -> IntegrityEntry:
    """Decide about an objection: the entry is removed, or stays. Needs CASE_APPROVE at the customer's unit.

    Raises ``Forbidden`` for whoever entered it, ``Impossible`` without an objection, or when it was decided.
    """
    with transaction.atomic():
        entry, customer = _locked(entry_id, actor, Permission.CASE_APPROVE)
        if entry.objected_at is None or entry.decided_at is not None:
            raise Impossible(_("There is no objection that waits for a decision."))
        if actor.person_id is not None and actor.person_id in (entry.entered_by_id, entry.objected_by_id):
            raise Forbidden(_("You made the entry or wrote the objection: somebody else decides."))
        entry.removed, entry.decision = remove, _said(decision, "decision")
        entry.decided_by_id, entry.decided_at = actor.person_id, now
        entry.save(update_fields=["removed", "decision", "decided_by", "decided_at"])
        kind = "customer.integrity_removed" if remove else "customer.integrity_kept"
        told = {"entry": entry.pk, "integrity": entry.kind, "text": entry.decision}
        customers.write(customer, kind, actor, now, told)
        count([customer], now)
    return entry


def set_tier(pk: int, tier: str, reason: str, actor: Actor, now: datetime) -> Customer:
    """Give a customer a tier, or none. Needs CUSTOMER_CARE at their unit; the reason stays with the period."""
    if tier not in Tier.values:
        raise Invalid(_("Some fields need your attention."), fields={"tier": _("There is no such tier.")})
    with transaction.atomic():
        customer = customers.locked(pk, actor)
        customers.must(actor, customer.unit, Permission.CUSTOMER_CARE)
        reason = customers.reason_of(reason)
        done = customers.change(pk, {"tier": tier}, actor, now)
        TierPeriod.objects.system(_WHY).filter(customer=done, valid_from=now, valid_to=None).update(reason=reason)
    return done


def name_manager(pk: int, manager_id: int | None, delegate_id: int | None, actor: Actor, now: datetime) -> Customer:
    """Name a customer's account manager and who stands in for them (None: nobody). Needs CUSTOMER_CARE at their unit.

    Both must be able to see the customer. Raises ``Invalid`` naming the field.
    """
    with transaction.atomic():
        customer = customers.locked(pk, actor)
        customers.must(actor, customer.unit, Permission.CUSTOMER_CARE)
        wrong: dict[str, Any] = {}
        for field, person_id in (("manager", manager_id), ("delegate", delegate_id)):
            if person_id is not None and not _sees(person_id, customer, now):
                wrong[field] = _("This person does not see the customer.")
        if delegate_id is not None and delegate_id == manager_id:
            wrong["delegate"] = _("Nobody stands in for themselves.")
        if delegate_id is not None and manager_id is None:
            wrong["delegate"] = _("Without a manager nobody stands in.")
        if wrong:
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        done = customers.change(pk, {"manager_id": manager_id}, actor, now)
        if manager_id is None:
            return done
        rows = ManagerPeriod.objects.system(_WHY).filter(customer=done, valid_to=None)
        present: ManagerPeriod | None = rows.first()
        if present is None or present.delegate_id != delegate_id:
            if present is None or present.valid_from < now:
                periods.end_manager(done, manager_id, now)
                ManagerPeriod.objects.create(
                    customer=done, manager_id=manager_id, delegate_id=delegate_id, valid_from=now,
                    by_id=actor.person_id,
                )  # fmt: skip
            else:
                rows.update(delegate_id=delegate_id)
            told = {"manager_id": manager_id, "delegate": delegate_id}
            customers.write(done, "customer.manager_named", actor, now, told)
    return done


def count_all(now: datetime) -> int:
    """Count the ratings of everybody who is in the lists (daily); return how many customers.

    Those are organisations, and persons of a tier, of importance, on life support, or with an integrity file; everybody
    else's ratings are computed when somebody looks.
    """
    wanted = (
        Q(kind=PartyKind.ORGANISATION) | ~Q(tier="") | ~Q(importance="") | Q(protected=True)
        | Q(pk__in=IntegrityEntry.objects.system("the nightly count").values("customer_id"))
    )  # fmt: skip
    rows = Customer.objects.system("the nightly count").filter(wanted, closed_at=None).select_related("unit")
    done = 0
    for chunk in bulk.chunked(rows.order_by("pk").iterator(CHUNK), CHUNK):
        count(chunk, now)
        done += len(chunk)
    return done


def count(rows: Collection[Customer], now: datetime) -> None:
    """Compute and store the ratings of some customers."""
    by_unit: dict[int, list[Customer]] = {}
    for customer in rows:
        by_unit.setdefault(customer.unit_id, []).append(customer)
    scores = []
    for its in by_unit.values():
        rules = store.current(now, tuple(its[0].unit.lineage))
        gathered = facts.gather(its, rules.customers, now)
        for customer in its:
            for rating in rules.customers.ratings:
                one = formulas.compute(rating, gathered[customer.pk])
                scores.append(Score(
                    customer=customer, rating=rating.code, points=one.points, band=one.band.code if one.band else "",
                    known=one.known, rulebook=rules.version, computed_at=now,
                ))  # fmt: skip
    Score.objects.bulk_create(
        scores, update_conflicts=True, unique_fields=("customer", "rating"),
        update_fields=("points", "band", "known", "rulebook", "computed_at"),
    )  # fmt: skip


def _locked(entry_id: int, actor: Actor, permission: Permission) -> tuple[IntegrityEntry, Customer]:
    rows = IntegrityEntry.objects.system("its customer's right is asked")
    entry: IntegrityEntry | None = rows.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(_("There is no such entry."))
    customer = customers.locked(entry.customer_id, actor, permission=permission)
    entry.refresh_from_db(from_queryset=IntegrityEntry.objects.system("read again under the lock"))
    return entry, customer


def _sees(person_id: int, customer: Customer, now: datetime) -> bool:
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    return person is not None and people.load(person, now).at(Permission.CUSTOMER_VIEW, customer.unit.lineage)


def _years(on: date, years: int) -> date:
    """Return the same day so many years later; the 28th of February for the 29th."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)


def _text(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _said(text: str, field: str) -> str:
    text = _text(text)
    if not 0 < len(text) <= 1000:
        wrong = {field: _("Say it in up to %(limit)s characters.") % {"limit": 1000}}
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return text
