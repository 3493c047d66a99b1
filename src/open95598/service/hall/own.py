"""What a customer sees of their own account: the facts with their age, the contract, how we reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.foundation.masking import mask_phone
from open95598.registry.customers import facts as registry_facts
from open95598.registry.customers import kinds
from open95598.registry.customers import queries as registry
from open95598.registry.customers.models import (
    Consent,
    ContactPoint,
    CustomerAgreement,
    Meter,
    UsagePoint,
)
from open95598.service.hall.signing import Guest

#: why the rows of this room are read without anybody's rights
WHY = "the customer's own"


@dataclass(frozen=True)
class Line:
    """A fact: what, its value as it is shown, and whether it wants attention."""

    name: Any
    value: Any
    bad: bool = False


@dataclass(frozen=True)
class Facts:
    """What the billing system says of the account, as far as the customer may know it; ``as_of``: when it was so."""

    lines: tuple[Line, ...]
    as_of: datetime
    old: bool


@dataclass(frozen=True)
class Reach:
    """A way to reach the customer, masked; ``proved``: the phone by which they signed in."""

    pk: int
    kind: str
    kind_name: Any
    value: str
    label: str
    preferred: bool
    proved: bool
    agreed: tuple[tuple[str, Any, bool], ...]


def address(guest: Guest) -> str:
    """Return the supply address of the account; "" when none is known."""
    points = UsagePoint.objects.system(WHY).filter(agreement__account=guest.account, agreement__ended_on=None)
    found: str | None = points.order_by("pk").values_list("location__text", flat=True).first()
    return found or ""


def meters(guest: Guest) -> list[str]:
    """Return the numbers of the meters that hang at the account."""
    rows = Meter.objects.system(WHY).filter(point__agreement__account=guest.account, removed_on=None)
    return list(rows.order_by("pk").values_list("number", flat=True)[:20])


def agreement(guest: Guest) -> CustomerAgreement | None:
    """Return the supply contract, which is its owner's affair."""
    if not guest.held.owns:
        return None
    rows = CustomerAgreement.objects.system(WHY).filter(account=guest.account, ended_on=None)
    found: CustomerAgreement | None = rows.order_by("-pk").first()
    return found


def facts(guest: Guest, now: datetime) -> Facts | None:
    """Return what is known of balance, bill, reading and supply; None: nothing yet.

    Money is for whoever pays; a tenant sees no bill from before they moved in.
    """
    told = registry_facts.of_one(guest.account, None, now)
    if not told.known or told.current_at is None:
        return None
    pays = guest.held.pays
    lines = [Line(_("State of supply"), _supply(told), told.tone != "quiet")] if told.supply else []
    if pays:
        lines += [Line(_("Balance (yuan)"), told.balance)] if told.balance is not None else []
        lines += [Line(_("Arrears (yuan)"), told.arrears, told.owes)] if told.arrears is not None else []
        lines += [Line(_("Owed since"), told.owed_since)] if told.owes and told.owed_since else []
    if told.bill and (pays or told.bill.month >= f"{guest.held.since:%Y-%m}"):
        lines.append(Line(_("Last bill"), told.bill.month))
        lines += [Line(_("Amount of the bill (yuan)"), told.bill.amount)] if told.bill.amount is not None else []
        lines += [Line(_("Consumption of the bill (kWh)"), told.bill.kwh)] if told.bill.kwh is not None else []
    if told.reading:
        lines.append(Line(_("Last reading (kWh)"), told.reading.value))
    return Facts(tuple(lines), told.current_at, told.stale)


def _supply(told: registry_facts.Facts) -> str:
    return f"{told.supply_label} · {told.why_label}" if told.why_label else told.supply_label


def contacts(guest: Guest) -> list[Reach]:
    """Return how we reach the customer, masked, with what they agreed to; the preferred way first."""
    rows = ContactPoint.objects.system(WHY).filter(customer=guest.customer, valid_to=None)
    found = list(rows.order_by("-preferred", "pk")[:20])
    given: dict[int, set[str]] = {}
    consents = Consent.objects.system(WHY).filter(contact__in=found, withdrawn_at=None)
    for contact_id, purpose in consents.values_list("contact_id", "purpose"):
        given.setdefault(contact_id, set()).add(purpose)
    return [
        Reach(
            row.pk,
            row.kind,
            kinds.ContactKind(row.kind).label,
            mask_phone(row.value) if row.kind == "phone" else registry.masked_value(row.kind, row.value),
            row.label,
            row.preferred,
            row.kind == "phone" and row.value == guest.visit.phone,
            tuple((p.value, p.label, p.value in given.get(row.pk, ())) for p in kinds.Purpose),
        )
        for row in found
    ]
