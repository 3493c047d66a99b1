"""Bringing known accounts up to date with what a table says of them: compared, then changed through the services.

What a row leaves empty stays as it is. Each change is dated and stands in the journal of its customer, as if a person
had made it; ``compare`` says the same beforehand, for a dry run and for the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import masking
from open95598.foundation.transfer.importers import Change, Parsed
from open95598.foundation.units.models import Unit
from open95598.registry.customers import accounts, contacts, kinds, services
from open95598.registry.customers.models import (
    AccountParty,
    ContactPoint,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    UsagePoint,
)

_WHY = "an import, whose right is asked for each row"
#: columns of a row that are the owner's, and those that are the contract's
OWN = ("name", "kind", "importance", "tier", "protected")
TERMS = ("price_class", "source", "nature", "load_grade", "expires_on")
_CHOICES: Mapping[str, Any] = {
    "kind": kinds.PartyKind, "importance": kinds.Importance, "tier": kinds.Tier, "price_class": kinds.PriceClass,
    "source": kinds.SupplySource, "nature": kinds.SupplyNature, "load_grade": kinds.LoadGrade,
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """An account as it stands: what a row is compared with. ``agreement`` and ``point`` None: there is none."""

    account: CustomerAccount
    unit: str
    owner: Customer | None
    agreement: CustomerAgreement | None
    point: UsagePoint | None
    meter: Meter | None
    phones: frozenset[str]


def known(numbers: Sequence[str]) -> dict[str, Known]:
    """Return the accounts of these numbers that there are, as they stand. Six queries, however many."""
    rows: Any = CustomerAccount.objects.system(_WHY).filter(number__in=numbers).select_related("unit")
    found: dict[int, CustomerAccount] = {row.pk: row for row in rows}
    parties: Any = AccountParty.objects.system(_WHY).filter(account__in=found, role="owner", valid_to=None)
    owners: dict[int, Customer] = {p.account_id: p.customer for p in parties.select_related("customer__unit")}
    agreements: Any = CustomerAgreement.objects.system(_WHY).filter(account__in=found, ended_on=None).order_by("pk")
    terms: dict[int, CustomerAgreement] = {a.account_id: a for a in agreements}
    points: Any = UsagePoint.objects.system(_WHY).filter(account__in=found).select_related("location").order_by("-pk")
    at: dict[int, UsagePoint] = {p.account_id: p for p in points}  # the first one of each
    meters: Any = Meter.objects.system(_WHY).filter(point__in=at.values(), removed_on=None).order_by("-pk")
    hanging: dict[int, Meter] = {m.point_id: m for m in meters}
    reached: Any = ContactPoint.objects.system(_WHY).filter(customer__in=owners.values(), valid_to=None, kind="phone")
    numbers_: dict[int, set[str]] = {}
    for customer_id, value in reached.values_list("customer_id", "value"):
        numbers_.setdefault(customer_id, set()).add(value)
    return {
        account.number: Known(
            account, account.unit.code, owner := owners.get(pk), terms.get(pk), point := at.get(pk),
            hanging.get(point.pk) if point else None, frozenset(numbers_.get(owner.pk, ()) if owner else ()),
        )
        for pk, account in found.items()
    }  # fmt: skip


def compare(rows: Sequence[Parsed]) -> dict[int, list[Change]]:
    """Return by row what it would change of the account that it names; rows of accounts that are new are left out."""
    there = known([row.values["number"] for row in rows])
    return {
        row.number: [_told(field, before, after, there[row.values["number"]]) for field, before, after in found]
        for row in rows
        if row.values["number"] in there
        for found in [differences(row.values, there[row.values["number"]])]
    }


def differences(values: Mapping[str, Any], now: Known) -> list[tuple[str, Any, Any]]:
    """Return what differs as (field, before, after). Nothing for a closed account: it must be opened again first."""
    if now.owner is None or now.account.closed_on is not None:
        return []
    found: list[tuple[str, Any, Any]] = []

    def see(field: str, before: Any, same: Callable[[Any, Any], bool] = lambda a, b: bool(a == b)) -> None:
        after = values.get(field)
        if after not in (None, "") and not same(before, after):
            found.append((field, before, after))

    for field in OWN:
        see(field, getattr(now.owner, field), _alike if field == "name" else lambda a, b: bool(a == b))
    see("phone", "", lambda _none, number: number in now.phones)
    see("unit", now.unit)
    if now.point is not None:
        see("address", now.point.location.text, _alike)
        see("area", now.point.area)
        see("meter", now.meter.number if now.meter else "")
        if now.meter is not None and values.get("meter") in (None, "", now.meter.number):
            see("multiplier", now.meter.multiplier)
    for field in TERMS if now.agreement is not None else ():
        see(field, getattr(now.agreement, field))
    return found


def care(rows: Sequence[Parsed], actor: Actor) -> dict[int, set[str]]:
    """Return by row what it would change of how a customer is looked after where the actor may not change it.

    Only rows that say something of it are looked at; asked at the unit of the account's owner, as the service does.
    """
    said = [row for row in rows if any(row.values.get(field) for field in services.CARE)]
    there = known([row.values["number"] for row in said]) if said and actor.rights is not None else {}
    refused = {}
    for row in said:
        one = there.get(row.values["number"])
        if one is None or one.owner is None or services.may_care(actor, one.owner.unit):
            continue
        if fields := services.CARE & {field for field, _before, _after in differences(row.values, one)}:
            refused[row.number] = set(fields)
    return refused


def apply(rows: Sequence[Parsed], units: Mapping[str, Unit], actor: Actor, now: datetime) -> int:
    """Change what differs, in the caller's transaction; return of how many accounts something did."""
    there = known([row.values["number"] for row in rows])
    changed = 0
    for row in rows:
        one = there[row.values["number"]]
        found = {field: after for field, _before, after in differences(row.values, one)}
        if found:
            _change(one, found, row.values, units, actor, now)
            changed += 1
    return changed


def _change(
    one: Known, found: Mapping[str, Any], values: Mapping[str, Any], units: Mapping[str, Unit], actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    assert one.owner is not None
    number, why = one.account.number, _("import")
    if own := {field: found[field] for field in OWN if field in found}:
        services.change(one.owner.pk, own, actor, now)
    if "phone" in found:
        contacts.add(one.owner.pk, "phone", found["phone"], actor, now, purposes=(), how="import")
    if "address" in found:
        accounts.relocate(number, found["address"], why, actor, now)
    if {"unit", "area"} & set(found):
        unit = units[found["unit"]] if "unit" in found else None
        accounts.reassign(number, actor, now, unit=unit, area=found.get("area"))
    if terms := {field: found[field] for field in TERMS if field in found}:
        accounts.agree(number, _terms(one.agreement, terms), actor, now)
    if {"meter", "multiplier"} & set(found):
        hangs = one.meter.number if one.meter else ""
        kept = one.meter.multiplier if one.meter and "meter" not in found else Decimal(1)
        accounts.replace_meter(number, found.get("meter") or hangs, values.get("multiplier") or kept, actor, now)


def _terms(before: CustomerAgreement | None, terms: Mapping[str, Any]) -> accounts.Agreement:
    """Return the present contract with what changes of it; an ordinary supply has no end."""
    assert before is not None
    kept = accounts.Agreement(**{name: getattr(before, name) for name in vars(accounts.Agreement())})
    after = replace(kept, **terms)
    ends = after.nature in (kinds.SupplyNature.TEMPORARY, kinds.SupplyNature.SEASONAL)
    return after if ends else replace(after, expires_on=terms.get("expires_on"))


def _alike(before: str, after: str) -> bool:
    return " ".join(before.split()) == " ".join(after.split())


def _told(field: str, before: Any, after: Any, one: Known) -> Change:
    if field in _CHOICES:
        return Change(field, *(str(_CHOICES[field](value).label) for value in (before, after)))
    if field == "protected":
        return Change(field, *(_("yes") if value else _("no") for value in (before, after)))
    person = one.owner is not None and one.owner.kind == kinds.PartyKind.PERSON
    mask: Callable[[str], str] = {
        "name": masking.mask_name, "address": masking.mask_address,
    }.get(field, str) if person else str  # fmt: skip
    if field == "phone":
        mask = masking.mask_phone
    return Change(field, *("" if value is None else mask(str(value)) for value in (before, after)))
