"""Reads of customers and what belongs to them, within the reader's rights; masked unless it was asked to be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from open95598.foundation import masking
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers import facts as told
from open95598.registry.customers import finding
from open95598.registry.customers.facts import Facts
from open95598.registry.customers.finding import Hit
from open95598.registry.customers.kinds import PartyKind
from open95598.registry.customers.models import (
    AccountParty,
    Consent,
    ContactPoint,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    UsagePoint,
)

find = finding.find

__all__ = ["AccountCard", "Card", "ContactCard", "Hit", "account", "by_phone", "card", "customers", "find", "get"]


@dataclass(frozen=True)
class ContactCard:
    """A way to reach a customer as it is shown; ``consents``: purposes agreed to now."""

    pk: int
    kind: str
    value: str
    label: str
    preferred: bool
    consents: tuple[str, ...]


@dataclass(frozen=True)
class AccountCard:
    """An account as it is shown, with what its billing system told of it (``facts.known``: anything at all)."""

    pk: int
    number: str
    role: str
    unit: str
    address: str
    closed: bool
    agreement: CustomerAgreement | None
    meters: tuple[Meter, ...]
    facts: Facts


@dataclass(frozen=True)
class Card:
    """A customer as an agent sees them. Personal values are masked unless ``plain``; ``may_reveal``: may be asked."""

    pk: int
    name: str
    kind: str
    tier: str
    importance: str
    protected: bool
    manager: str
    unit: str
    version: int
    closed: bool
    merged_into: int | None
    contacts: tuple[ContactCard, ...]
    accounts: tuple[AccountCard, ...]
    plain: bool
    may_reveal: bool
    may_edit: bool


def customers(rights: Rights) -> QuerySet[Customer]:
    """Return the customers that one may see."""
    found: QuerySet[Customer] = Customer.objects.restrict(rights)
    return found


def get(rights: Rights, pk: int) -> Customer:
    """Return a customer. Raises ``NotFound`` also when they are not for these eyes."""
    found = customers(rights).select_related("unit", "manager").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such customer."))
    return found


def account(rights: Rights, number: str) -> CustomerAccount:
    """Return an account by its number. Raises ``NotFound`` also when it is not for these eyes."""
    rows = CustomerAccount.objects.restrict(rights)
    found: CustomerAccount | None = rows.select_related("unit").filter(number=number.strip()).first()
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


def by_phone(rights: Rights, phone: str) -> list[Customer]:
    """Return the customers who can be reached at exactly this number; [] when it is none."""
    ids = finding.by_phone(rights, phone)
    if not ids:
        return []
    rows = Customer.objects.restrict(rights).select_related("unit", "manager").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def account_of_phone(rights: Rights, phone: str) -> CustomerAccount | None:
    """Return the open account that a number leads to, when it leads to one only."""
    ids = finding.by_phone(rights, phone)
    parties = AccountParty.objects.restrict(rights).filter(customer__in=ids, valid_to=None, account__closed_on=None)
    found = list(parties.values_list("account_id", flat=True).distinct()[:2]) if ids else []
    if len(found) != 1:
        return None
    rows = CustomerAccount.objects.restrict(rights)
    one: CustomerAccount | None = rows.filter(pk=found[0]).first()
    return one


def card(customer: Customer, rights: Rights, now: datetime, *, plain: bool = False, most: int = 20) -> Card:
    """Return what an agent sees of a customer whom they may see. ``plain``: their reveal was journalled before.

    At most ``most`` accounts, those that one may see, the open ones first. A constant number of queries.
    """
    person = customer.kind == PartyKind.PERSON and not plain
    parties = list(
        AccountParty.objects.restrict(rights)
        .filter(Q(valid_to=None) | Q(valid_to=F("account__closed_on")), customer=customer)
        .select_related("account__unit")
        .order_by(F("account__closed_on").desc(nulls_first=True), "role", "account_id")[:most]
    )
    return Card(
        pk=customer.pk,
        name=masking.mask_name(customer.name) if person else customer.name,
        kind=customer.kind,
        tier=customer.tier,
        importance=customer.importance,
        protected=customer.protected,
        manager=customer.manager.name if customer.manager else "",
        unit=customer.unit.name,
        version=customer.version,
        closed=customer.closed_at is not None,
        merged_into=customer.merged_into_id,
        contacts=_contacts(customer, plain),
        accounts=_accounts(parties, rights, now, masked=person),
        plain=plain,
        may_reveal=_holds(rights, Permission.PERSONAL_REVEAL, customer),
        may_edit=customer.closed_at is None and _holds(rights, Permission.CUSTOMER_EDIT, customer),
    )


def masked_value(kind: str, value: str) -> str:
    """Return a contact's value as the screens show it before somebody asks."""
    if kind == "phone":
        return masking.mask_phone(value)
    if kind == "email":
        name, at, domain = value.partition("@")
        return f"{name[:1]}***{at}{domain}"
    return masking.mask_address(value) if kind == "post" else f"{value[:1]}***"


def _contacts(customer: Customer, plain: bool) -> tuple[ContactCard, ...]:
    rows = ContactPoint.objects.system("of a customer whom one may see")
    found = list(rows.filter(customer=customer, valid_to=None).order_by("-preferred", "pk")[:50])
    agreed: dict[int, list[str]] = defaultdict(list)
    consents = Consent.objects.system("of a customer whom one may see").filter(contact__in=found, withdrawn_at=None)
    for contact_id, purpose in consents.order_by("pk").values_list("contact_id", "purpose"):
        agreed[contact_id].append(purpose)
    return tuple(
        ContactCard(
            c.pk, c.kind, c.value if plain else masked_value(c.kind, c.value), c.label, c.preferred,
            tuple(agreed[c.pk]),
        )
        for c in found
    )  # fmt: skip


def _accounts(parties: list[AccountParty], rights: Rights, now: datetime, *, masked: bool) -> tuple[AccountCard, ...]:
    ids = [p.account_id for p in parties]
    why = "of accounts that one may see"
    agreements = {a.account_id: a for a in CustomerAgreement.objects.system(why).filter(account__in=ids).order_by("pk")}
    points = UsagePoint.objects.system(why).filter(agreement__in=[a.pk for a in agreements.values()])
    texts: Mapping[int, str] = dict(points.values_list("agreement__account_id", "location__text"))
    meters: dict[int, list[Meter]] = defaultdict(list)
    hanging: Any = Meter.objects.system(why).filter(point__agreement__account__in=ids, removed_on=None)
    for meter in hanging.select_related("point__agreement").order_by("pk"):
        meters[meter.point.agreement.account_id].append(meter)
    facts = told.of([p.account for p in parties], rights, now)
    return tuple(
        AccountCard(
            pk=p.account_id,
            number=p.account.number,
            role=p.role,
            unit=p.account.unit.name,
            address=masking.mask_address(texts.get(p.account_id, "")) if masked else texts.get(p.account_id, ""),
            closed=p.account.closed_on is not None,
            agreement=agreements.get(p.account_id),
            meters=tuple(meters[p.account_id]),
            facts=facts[p.account_id],
        )
        for p in parties
    )


def _holds(rights: Rights, permission: Permission, customer: Customer) -> bool:
    if rights.at(permission, customer.unit.lineage):
        return True
    rows = Customer.objects.restrict(rights, permission) if rights.anywhere(permission) else None
    return rows is not None and rows.filter(pk=customer.pk).exists()
