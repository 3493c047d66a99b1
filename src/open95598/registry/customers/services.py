"""Writes of customers themselves: create, change, close, and to show what is masked. Each stands in the journal.

``contacts``, ``accounts`` and ``merging`` write the rest, through ``locked`` and ``write`` of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.services import Draft, append
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit
from open95598.registry.customers import hooks, sounds
from open95598.registry.customers.kinds import Importance, PartyKind, Tier
from open95598.registry.customers.models import Customer

#: columns whose values are somebody's and lie apart in the journal
PERSONAL = frozenset({"name", "value", "text", "label"})
#: how a customer is looked after: changed by holders of CUSTOMER_CARE at the customer's unit only
CARE = frozenset({"tier", "manager_id", "importance", "protected"})


@dataclass(frozen=True)
class NewCustomer:
    """What a customer is registered with. ``unit_id``: the unit that looks after them."""

    name: str
    unit_id: int
    kind: str = PartyKind.PERSON
    importance: str = Importance.NONE
    protected: bool = False
    tier: str = Tier.NONE
    manager_id: int | None = None


def create(given: NewCustomer, actor: Actor, now: datetime) -> Customer:
    """Register a customer. Raises ``Invalid``, ``Forbidden`` where a right does not reach the unit (``CARE``)."""
    unit = tree.get(given.unit_id)
    must(actor, unit)
    values = checked({field.name: getattr(given, field.name) for field in fields(given)})
    must_care(actor, unit, {name for name in CARE if values[name]})
    with transaction.atomic():
        customer = Customer.objects.create(**values, **heard_as(values), created_at=now)
        shown = {name: value for name, value in values.items() if value not in ("", None, False)}
        write(customer, "customer.created", actor, now, shown, raise_version=False)
    return customer


def change(pk: int, values: Mapping[str, Any], actor: Actor, now: datetime, *, version: int | None = None) -> Customer:
    """Change a customer's own columns; those that stay as they were are not told. Returns the customer.

    What is in ``CARE`` needs CUSTOMER_CARE at the customer's unit, another unit the right at both. Raises ``NotFound``,
    ``Forbidden``, ``Invalid``, ``Stale`` when ``version`` is not the present one.
    """
    unknown = set(values) - {field.name for field in fields(NewCustomer)}
    if unknown:
        raise Invalid(_("Some fields need your attention."), fields=dict.fromkeys(unknown, _("Unknown field.")))
    with transaction.atomic():
        customer = locked(pk, actor, version=version)
        wanted = checked({**{name: getattr(customer, name) for name in values}, **values})
        changed = {name: value for name, value in wanted.items() if value != getattr(customer, name)}
        if not changed:
            return customer
        if CARE & changed.keys():
            must_care(actor, customer.unit, changed.keys())
        if "unit_id" in changed:
            must(actor, customer.unit)
            must(actor, tree.get(changed["unit_id"]))
        before = {name: getattr(customer, name) for name in changed}
        changed_all = {**changed, **(heard_as({"kind": customer.kind, "name": customer.name, **changed}))}
        for name, value in changed_all.items():
            setattr(customer, name, value)
        customer.save(update_fields=list(changed_all))
        write(customer, "customer.changed", actor, now, changed, before=before)
        for hear in hooks.changes:
            hear(customer, changed, before, actor, now)
        if "unit_id" in changed:
            reckon_spread(customer)
    return customer


def close(pk: int, reason: str, actor: Actor, now: datetime, *, version: int | None = None) -> Customer:
    """Close a customer who is party of no open account any more. Raises ``Impossible`` while they are."""
    with transaction.atomic():
        customer = locked(pk, actor, version=version)
        parties = customer.parties.system("whether the customer still has accounts")
        if parties.filter(valid_to=None, account__closed_on=None).exists():
            raise Impossible(_("The customer still has accounts."))
        customer.closed_at = now
        customer.save(update_fields=["closed_at"])
        write(customer, "customer.closed", actor, now, {"reason": reason_of(reason)})
    return customer


def reveal(pk: int, shown: list[str], why: str, actor: Actor, now: datetime) -> Customer:
    """Write down that ``actor`` is shown a customer's personal data and why; the caller then shows them.

    Raises ``Forbidden`` (no right at any unit of the customer; the house has no eyes), ``Invalid`` (no reason).
    """
    if actor.rights is None or actor.person_id is None:
        raise Forbidden(_("You may not see this customer's personal data."))
    with transaction.atomic():
        seen = Customer.objects.restrict(actor.rights).filter(pk=pk).values_list("pk", flat=True)
        may = Customer.objects.restrict(actor.rights, Permission.PERSONAL_REVEAL).filter(pk=pk).exists()
        if not seen:
            raise NotFound(_("There is no such customer."))
        if not may:
            raise Forbidden(_("You may not see this customer's personal data."))
        customer = Customer.objects.system("locked to be told").select_for_update(no_key=True).get(pk=pk)
        data = {"fields": sorted(set(shown)) or ["all"], "why": reason_of(why, "why")}
        write(customer, "customer.shown", actor, now, data, raise_version=False)
    return customer


def locked(
    pk: int, actor: Actor, *, version: int | None = None, permission: Permission = Permission.CUSTOMER_EDIT
) -> Customer:
    """Return a customer to be changed, locked until the end of the transaction.

    Raises ``NotFound`` when they are not for this actor's eyes, ``Forbidden`` when they may not be changed by them,
    ``Impossible`` when closed or merged, ``Stale`` when ``version`` is not the present one.
    """
    rows = Customer.objects.system("locked to be changed; the right is asked below")
    customer: Customer | None = rows.select_for_update(no_key=True).filter(pk=pk).first()
    if customer is None:
        raise NotFound(_("There is no such customer."))
    if actor.rights is not None:
        if not Customer.objects.restrict(actor.rights).filter(pk=pk).exists():
            raise NotFound(_("There is no such customer."))
        if not Customer.objects.restrict(actor.rights, permission).filter(pk=pk).exists():
            raise Forbidden(_("You may not change this customer."))
    if customer.closed_at is not None:
        raise Impossible(_("The customer is closed."))
    if version is not None and version != customer.version:
        raise Stale(
            _("Somebody changed this customer meanwhile. Look again before you save."), version=customer.version
        )
    return customer


def write(
    customer: Customer,
    kind: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    raise_version: bool = True,
) -> None:
    """Tell the journal and the events what happened to a customer, whose row the caller has locked; save its head.

    Values of ``PERSONAL`` names lie apart, so that they can be erased; ``before`` says what was there.
    """
    open_, personal = _apart(data)
    was, was_personal = _apart(before or {})
    personal |= {f"{name}_before": value for name, value in was_personal.items()}
    draft = Draft(
        customer, customer.stream, kind, now, actor.person_id, actor.name, None,
        {**open_, **({"before": was} if was else {}), "via": actor.via}, personal,
    )  # fmt: skip
    append([draft])
    if raise_version:
        customer.version += 1
    customer.save(update_fields=["journal_seq", "journal_head", "version"])
    say([Said(type=kind, key=customer.stream, at=now, payload={"customer": customer.pk})])


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """Return a customer's columns in their plain form. Raises ``Invalid`` naming the fields."""
    problems: dict[str, Any] = {}
    for name, choices in (("kind", PartyKind), ("importance", Importance), ("tier", Tier)):
        if name in values and values[name] not in choices.values:
            problems[name] = _("“%(value)s” is not known here.") % {"value": str(values[name])[:40]}
    if "name" in values:
        values["name"] = " ".join(str(values["name"]).replace("\0", "").split())
        if not 0 < len(values["name"]) <= 120:
            problems["name"] = _("Give the name, in up to 120 characters.")
    if "protected" in values:
        values["protected"] = bool(values["protected"])
    if values.get("manager_id") is not None:
        known = Person.objects.filter(pk=values["manager_id"], is_active=True).exists()
        problems |= {} if known else {"manager_id": _("There is no such person.")}
    if problems:
        raise Invalid(_("Some fields need your attention."), fields=problems)
    return values


def heard_as(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns by which a customer of this name is found."""
    letters, initials = sounds.of_name(values["name"])
    keys = sounds.keys(values["name"]) if values["kind"] == PartyKind.ORGANISATION else []
    return {"sounds": letters[:240], "initials": initials[:60], "keys": keys}


def reckon_spread(customer: Customer) -> None:
    """Note whether the customer has accounts of other units than their own. The caller has locked the customer."""
    parties = customer.parties.system("where the customer has accounts")
    spread = parties.exclude(account__unit_id=customer.unit_id).exists()
    if spread != customer.spread:
        customer.spread = spread
        customer.save(update_fields=["spread"])


def must(actor: Actor, unit: Unit, permission: Permission = Permission.CUSTOMER_EDIT) -> None:
    """Raise ``Forbidden`` unless the actor holds the permission at the unit."""
    if actor.rights is not None and not actor.rights.at(permission, unit.lineage):
        raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": unit.name}, permission=permission.value)


def may_care(actor: Actor, unit: Unit) -> bool:
    """Say whether the actor decides how customers of the unit are looked after."""
    return actor.rights is None or actor.rights.at(Permission.CUSTOMER_CARE, unit.lineage)


def must_care(actor: Actor, unit: Unit, changed: AbstractSet[str]) -> None:
    """Raise ``Forbidden``, naming the fields, when something of ``CARE`` changes and the actor may not change it."""
    if (asked := CARE & changed) and not may_care(actor, unit):
        why = _("Whoever leads the unit decides how a customer is looked after.")
        raise Forbidden(why, fields=dict.fromkeys(sorted(asked), why), permission=Permission.CUSTOMER_CARE.value)


def reason_of(reason: str, field: str = "reason") -> str:
    """Return a reason in its plain form. Raises ``Invalid`` without one."""
    reason = " ".join(reason.replace("\0", "").split())
    if not 0 < len(reason) <= 200:
        raise Invalid(_("Nothing was done."), fields={field: _("Give the reason, in up to 200 characters.")})
    return reason


def _apart(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    personal = {name: str(value) for name, value in data.items() if name in PERSONAL and value}
    return {name: _plain(value) for name, value in data.items() if name not in PERSONAL}, personal


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | list | dict) or value is None else str(value)
