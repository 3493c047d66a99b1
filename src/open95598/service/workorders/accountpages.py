"""Orders and the registry: which account an order is about, what its page says of it, a customer's orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Invalid
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook.customer_rows import TIERS
from open95598.registry.customers import hooks as registry
from open95598.registry.customers import listing
from open95598.registry.customers import queries as customers
from open95598.registry.customers.models import AccountParty, ContactPoint, Customer, CustomerAccount
from open95598.service.workorders import hooks, wording
from open95598.service.workorders.models import WorkOrder

if TYPE_CHECKING:
    from open95598.service.workorders.casepage import CasePage

#: how many orders a customer's page shows; how many customers of a number the seat's form
SHOWN, CALLERS = 15, 3
#: fewer digits are no caller's number
LEAST_DIGITS = 7


def account_of(facts: Mapping[str, Any], actor: Actor, *, lenient: bool) -> CustomerAccount | None:
    """Return the account that a new order is about: the one whose number was given, else the only one of the phone.

    ``lenient``: it comes from another system, whose accounts need not be known here: an unknown number is passed over.
    Raises ``Invalid`` for a number that the actor does not see, or that is not known.
    """
    number = str(facts.get("account") or "").strip()
    if number:
        rows: Any = CustomerAccount.objects
        rows = rows.system("an order's account") if actor.rights is None else rows.restrict(actor.rights)
        found: CustomerAccount | None = rows.filter(number=number).first()
        if found is None and not lenient:
            wrong = {"account": _("There is no such account.")}
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        return found
    phone = str(facts.get("contact_phone") or "")
    return _only_one(phones.national(phone)) if len(phone) >= LEAST_DIGITS else None


def accounts_of(phones_: Collection[str]) -> dict[str, CustomerAccount]:
    """Return the open account of each number that leads to one only, by the number as it was given. One query."""
    plain = {phone: phones.national(phone) for phone in phones_ if len(phone) >= LEAST_DIGITS}
    why = "which accounts orders of long ago are about"
    parties = AccountParty.objects.system(why).filter(
        customer__contacts__kind="phone", customer__contacts__value__in=set(plain.values()),
        customer__contacts__valid_to=None, valid_to=None, account__closed_on=None,
    )  # fmt: skip
    found: dict[str, set[CustomerAccount]] = {}
    rows = parties.select_related("account").annotate(phone=F("customer__contacts__value"))
    for party in rows:
        found.setdefault(party.phone, set()).add(party.account)
    return {phone: next(iter(its)) for phone, number in plain.items() if len(its := found.get(number, set())) == 1}


def tiers_of(account_ids: Collection[int]) -> dict[int, str]:
    """Return the highest tier among the present parties of accounts, those that have one (B7). One query."""
    ranks = {tier: rank for rank, tier in enumerate(TIERS)}
    parties = AccountParty.objects.system("whose orders are handled first").filter(
        account__in=account_ids, valid_to=None, customer__tier__in=TIERS, customer__closed_at=None
    )
    found: dict[int, str] = {}
    for account_id, tier in parties.values_list("account_id", "customer__tier"):
        found[account_id] = min(tier, found.get(account_id, tier), key=ranks.__getitem__)
    return found


def _only_one(phone: str) -> CustomerAccount | None:
    """Return the open account that a plain number leads to, when it leads to one only. One query."""
    why = "which account an order is about"
    contacts = ContactPoint.objects.system(why).filter(kind="phone", value=phone, valid_to=None)
    parties = AccountParty.objects.system(why).filter(
        customer__in=contacts.values("customer_id"), valid_to=None, account__closed_on=None
    )
    found = {party.account_id: party.account for party in parties.select_related("account")[:5]}
    return next(iter(found.values())) if len(found) == 1 else None


def panel(page: CasePage) -> hooks.Panel | None:
    """Return what the registry says of an order's account, for whoever may see it."""
    order, rights = page.order, page.actor.rights
    if order.account_id is None or order.confidential or rights is None or not rights.anywhere(_VIEW):
        return None
    parties = AccountParty.objects.restrict(rights).filter(account=order.account_id, valid_to=None, role="owner")
    owner = parties.select_related("customer__unit", "customer__manager").first()
    if owner is None:
        return None
    card = customers.card(owner.customer, rights, page.now)
    mine = [account for account in card.accounts if account.pk == order.account_id]
    content = {"card": card, "accounts": mine, "tags": _tags(card)}
    return hooks.Panel("workorders/_account.html", content)


def callers(rights: Rights, phone: str, now: datetime) -> list[dict[str, Any]]:
    """Return whose number somebody calls from: for the seat's form. [] when nobody's, or without the right to see."""
    if len(phone) < LEAST_DIGITS or not rights.anywhere(_VIEW):
        return []
    found = []
    for customer in customers.by_phone(rights, phone)[:CALLERS]:
        card = customers.card(customer, rights, now, most=5)
        open_, recent = _counts(rights, customer)
        found.append(
            {
                "card": card,
                "tags": _tags(card),
                "accounts": card.accounts,
                "open": open_,
                "recent": recent,
            }
        )
    return found


def orders_panel(customer: Customer, rights: Rights) -> registry.Panel | None:
    """Return the newest orders of a customer, for whoever may see them."""
    if not rights.anywhere(Permission.CASE_VIEW):
        return None
    rows = _orders(rights, customer).select_related("case", "case__unit").order_by("-case_id")[:SHOWN]
    language = get_language()
    shown = [
        {
            "url": reverse("workorders:case", args=(row.number,)),
            "number": row.number,
            "kind": wording.kind(row.case.kind).in_(language),
            "state": wording.state(row.case.kind, row.case.state, row.case.flow_version).in_(language),
            "open": row.case.is_open,
            "unit": row.case.unit.name,
            "at": row.case.opened_at,
        }
        for row in rows
    ]
    return registry.Panel("workorders/_customer_orders.html", shown)


def open_orders(customer: Customer, rights: Rights, most: int = SHOWN) -> list[WorkOrder]:
    """Return a customer's open orders that one may see, the newest first. Three queries."""
    rows = _orders(rights, customer).filter(case__is_open=True)
    return list(rows.select_related("case").order_by("-case_id")[:most])


def _orders(rights: Rights, customer: Customer) -> Any:
    """Return a customer's orders: of their accounts, and from their numbers where no account is noted.

    Orders whose teller asked for secrecy are not among them: they must not be found by who told them.
    """
    why = "a customer whom one may see"
    parties = AccountParty.objects.restrict(rights).filter(customer=customer)
    accounts = list(parties.values_list("account_id", flat=True)[:200])
    contacts = ContactPoint.objects.system(why).filter(customer=customer, kind="phone", valid_to=None)
    numbers = list(contacts.values_list("value", flat=True)[:20])
    about = Q(account__in=accounts) | Q(account=None, contact_phone__in=numbers)
    return WorkOrder.objects.restrict(rights).filter(about, confidential=False, sealed=False)


def _counts(rights: Rights, customer: Customer) -> tuple[int, int]:
    """Return how many of a customer's newest orders there are that are open, and how many in all."""
    rows = list(_orders(rights, customer).order_by("-case_id").values_list("case__is_open", flat=True)[:SHOWN])
    return sum(rows), len(rows)


def _tags(card: customers.Card) -> Any:
    return listing.tags(card.tier, card.importance, card.protected)


_VIEW = Permission.CUSTOMER_VIEW


def register() -> None:
    """Show accounts on orders and orders on customers (once, when Django starts)."""
    hooks.further_panels.append(panel)
    registry.panels.append(orders_panel)
