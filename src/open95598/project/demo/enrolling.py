"""Puts the made-up utility's customers on the registry's books: accounts by the registry's import, what the import does
not bring in a few statements beside it. Once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from open95598.casework.actors import Actor
from open95598.foundation import bulk
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook import store
from open95598.foundation.transfer.importers import Context, Parsed
from open95598.foundation.units.models import Unit
from open95598.project.demo import clientele
from open95598.project.demo.clientele import Client
from open95598.registry.customers import kinds, locating, services
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.importing import AccountsImporter
from open95598.registry.customers.models import (
    AccountFacts,
    AccountParty,
    Consent,
    ContactPoint,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    Place,
    UsagePoint,
)
from open95598.registry.grid import generating, loading
from open95598.registry.standing import services as standings
from open95598.registry.standing.models import IntegrityEntry

_WHY = "the demonstration's customers"
#: tiers that have somebody of their own
MANAGED = ("diamond", "platinum")


@transaction.atomic
def enrol(seed: int, founded: datetime, until: datetime, orders: int) -> int:
    """Make the customers of a history of so many orders, registered when the utility was ``founded``, with what their
    billing system says ``until``, unless there are any; return how many customers there are."""
    if CustomerAccount.objects.system("made already").exists():
        return Customer.objects.system(_WHY).count()
    found = clientele.clients(seed, day_of(until), clientele.known(orders))
    rows = [row for client in found for row in client.rows()]
    parsed = [Parsed(n, "", "", row) for n, row in enumerate(rows, 2)]
    importer, context = AccountsImporter(), Context(None, founded, 0)
    if refused := importer.check_many(parsed, context):
        raise AssertionError(f"the registry refuses the demonstration's customers: {refused}")
    importer.create_many(parsed, context)
    customers = _customers(found, founded)
    _consents(found, customers, seed, founded)
    _managers(found, customers)
    _terms(found)
    _facts(found, seed, until)
    _integrity(found, customers, seed, until)
    _grid(seed, founded)
    standings.count_all(until)
    for name, alias in clientele.ALIASES.items():
        for place in Place.objects.filter(name=name):
            locating.add_alias(place, alias)
    return len(found)


def _customers(found: Sequence[Client], founded: datetime) -> list[Customer]:
    """Return the rows of the customers, in their order; tenants are made here, and become parties."""
    owners = AccountParty.objects.system(_WHY).select_related("customer", "account")
    by_number = {party.account.number: party for party in owners}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={client.who.county for client in found})}
    tenants = [client for client in found if client.tenant is not None]
    made = Customer.objects.bulk_create(
        Customer(
            name=client.name, unit=units[client.who.county], created_at=founded, protected=client.protected,
            **services.heard_as({"kind": "person", "name": client.name}),
        )
        for client in tenants
    )  # fmt: skip
    ContactPoint.objects.bulk_create(
        ContactPoint(customer=row, value=client.who.phone, preferred=True, valid_from=founded)
        for row, client in zip(made, tenants, strict=True)
    )
    rents = dict(zip((client.who.phone for client in tenants), made, strict=True))
    AccountParty.objects.bulk_create(
        AccountParty(
            account=by_number[found[client.tenant or 0].accounts[-1]].account, customer=row,
            role=kinds.PartyRole.TENANT, valid_from=day_of(founded),
        )
        for row, client in zip(made, tenants, strict=True)
    )  # fmt: skip
    return [by_number[client.accounts[0]].customer if client.accounts else rents[client.who.phone] for client in found]


def _grid(seed: int, founded: datetime) -> None:
    """Make the grid up that feeds the customers: a substation and its feeders for every county's transformer areas."""
    hanging = UsagePoint.objects.system(_WHY).exclude(area="").order_by("area", "pk")
    areas: dict[int, dict[str, list[str]]] = {}
    ids: dict[str, int] = {}
    for pk, area, unit, number in hanging.values_list("pk", "area", "account__unit", "account__number"):
        code = f"{number}-{pk}"
        areas.setdefault(unit, {}).setdefault(area, []).append(code)
        ids[code] = pk
    actor = Actor.house("demo")
    for at, unit in enumerate(Unit.objects.filter(pk__in=areas).order_by("code")):
        middle = (112.6 + at % 5 * 0.25, 27.8 + at // 5 * 0.25)
        made = generating.around(areas[unit.pk], seed, unit.code, middle, unit.name)
        loading.bring(made, unit, f"demo {unit.code}", actor, founded, ids)
    loading.number("demo", actor, founded)


def _consents(found: Sequence[Client], customers: Sequence[Customer], seed: int, founded: datetime) -> None:
    """Give the numbers their names, some customers an e-mail address, and note what they agreed to."""
    dice = random.Random(f"{seed}/consents")  # noqa: S311
    numbers = {row.customer_id: row for row in ContactPoint.objects.system(_WHY).filter(kind="phone")}
    mails = []
    for client, customer in zip(found, customers, strict=True):
        numbers[customer.pk].label = client.label
        if client.organisation and dice.random() < 0.6:
            mails.append(ContactPoint(customer=customer, kind="email", value=f"yongdian{customer.pk}@example.com",
                                      label=client.label, valid_from=founded))  # fmt: skip
    ContactPoint.objects.system(_WHY).bulk_update(numbers.values(), ("label",), batch_size=1000)
    ContactPoint.objects.bulk_create(mails)
    shares = {"service": 0.95, "outage": 0.7, "bill": 0.6, "survey": 0.35, "news": 0.15}
    Consent.objects.bulk_create(
        Consent(contact=row, purpose=purpose, given_at=founded, how=dice.choice(("counter", "call", "online")))
        for row in (*numbers.values(), *mails)
        for purpose, share in shares.items()
        if dice.random() < share
    )


def _managers(found: Sequence[Client], customers: Sequence[Customer]) -> None:
    """Give those of a high tier their named manager: a handler of their county."""
    handlers: dict[int, list[Person]] = {}
    people = Person.objects.filter(assignments__role=Role.HANDLER, assignments__valid_to=None, is_active=True)
    for person in people.exclude(username="admin").order_by("pk").distinct():
        handlers.setdefault(person.unit_id, []).append(person)
    managed = []
    for client, customer in zip(found, customers, strict=True):
        there = handlers.get(customer.unit_id)
        if client.trade.tier in MANAGED and there:
            customer.manager = there[customer.pk % len(there)]
            managed.append(customer)
    Customer.objects.system(_WHY).bulk_update(managed, ("manager",))


def _terms(found: Sequence[Client]) -> None:
    """Note how much each account is agreed for, which the import does not read."""
    capacity = {number: client.trade.capacity for client in found for number in client.accounts}
    agreements = list(CustomerAgreement.objects.system(_WHY).select_related("account"))
    for agreement in agreements:
        agreement.capacity_kva = Decimal(capacity[agreement.account.number])
    CustomerAgreement.objects.system(_WHY).bulk_update(agreements, ("capacity_kva",), batch_size=1000)


def _facts(found: Sequence[Client], seed: int, until: datetime) -> None:
    """Write a year of bills of each account and what the billing system says now: most pay in time, few owe, and of
    these few are cut off."""
    dice = random.Random(f"{seed}/facts")  # noqa: S311
    ids = dict(CustomerAccount.objects.system(_WHY).values_list("number", "pk"))
    months = _months(day_of(until), 12)
    price = {"residential": Decimal("0.588"), "agricultural": Decimal("0.512")}
    facts, bills = [], []
    for client in found:
        yuan = price.get(client.trade.price_class, Decimal("0.792"))
        for number in client.accounts:
            its = [_bill(client, month, yuan, until, dice) for month in months if month >= client.opened_on]
            bills += [(ids[number], *bill) for bill in its]
            facts.append(_now(client, ids[number], its, until, dice))
    columns = {"account_id": "int8", "month": "varchar", "kwh": "numeric", "amount": "numeric", "due": "date",
               "paid": "numeric", "paid_on": "date"}  # fmt: skip
    bulk.copy("customers_accountbill", columns, bills)
    AccountFacts.objects.bulk_create(facts)


def _integrity(found: Sequence[Client], customers: Sequence[Customer], seed: int, until: datetime) -> None:
    """Enter into integrity files what was seen of some: late payment, merits, breaches."""
    dice, today = random.Random(f"{seed}/integrity"), day_of(until)  # noqa: S311
    rules = store.current(until).customers
    entries = []
    for client, customer in zip(found, customers, strict=True):
        chosen = []
        if client.pays < 0.5:
            chosen.append(("late_payment", "billing", "电费催缴通知单"))
        if client.organisation and dice.random() < 0.35:
            chosen.append((dice.choice(("load_given", "hazard_fixed", "always_in_time")), "other", "用电检查记录"))
        if client.organisation and not client.trade.importance and dice.random() < 0.06:
            chosen.append((dice.choice(("breach", "theft")), "inspection", "违约用电处理工单"))
        for code, source, evidence in chosen:
            kind, on = rules.kind(code), today - timedelta(days=dice.randint(20, 330))
            if kind is not None:
                entries.append(IntegrityEntry(
                    customer=customer, kind=code, points=kind.points, on=on,
                    expires_on=on + timedelta(days=365 * kind.years), source=source,
                    evidence=f"{evidence} {on:%Y-%m}", entered_at=until,
                ))  # fmt: skip
    IntegrityEntry.objects.bulk_create(entries)


def _months(today: date, count: int) -> list[date]:
    """Return the first days of the whole months before a day, the oldest first."""
    found, day = [], today.replace(day=1)
    for _ in range(count):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(day)
    return found[::-1]


#: a bill: month, kWh, yuan, due, paid, paid on
_Bill = tuple[str, Decimal, Decimal, date, Decimal | None, date | None]


def _bill(client: Client, month: date, price: Decimal, until: datetime, dice: random.Random) -> _Bill:
    kwh = Decimal(round(client.trade.kwh * dice.uniform(0.6, 1.5)))
    amount = (kwh * price).quantize(Decimal("0.01"))
    due = (month + timedelta(days=32)).replace(day=20)
    late = dice.random() > client.pays
    paid_on = due + timedelta(days=dice.randint(2, 45) if late else -dice.randint(0, 14))
    if paid_on > day_of(until):
        return f"{month:%Y-%m}", kwh, amount, due, None, None
    return f"{month:%Y-%m}", kwh, amount, due, amount, paid_on


def _now(client: Client, account: int, bills: Sequence[_Bill], until: datetime, dice: random.Random) -> AccountFacts:
    today = day_of(until)
    owed = [bill for bill in bills if bill[4] is None and bill[3] < today]
    arrears = sum((bill[2] for bill in owed), Decimal(0))
    stopped = bool(owed) and not client.trade.importance and not client.protected and dice.random() < 0.3
    as_of = until - timedelta(minutes=dice.randint(20, 500))
    last = bills[-1] if bills else None
    return AccountFacts(
        account_id=account, balance=-arrears if owed else Decimal(dice.randint(0, 20000)) / 100, arrears=arrears,
        owed_since=min((bill[3] for bill in owed), default=None),
        supply=kinds.SupplyState.STOPPED if stopped else kinds.SupplyState.ON,
        bill_month=last[0] if last else "", bill_kwh=last[1] if last else None, bill_amount=last[2] if last else None,
        bill_due=last[3] if last else None, bill_paid=last[4] if last else None, bill_paid_on=last[5] if last else None,
        reading=Decimal(dice.randint(2000, 90000)), read_at=_read_at(until), as_of=as_of, source="demonstration",
        sequence=1,
    )  # fmt: skip


def _read_at(until: datetime) -> datetime:
    first: date = day_of(until).replace(day=1)
    return until.replace(year=first.year, month=first.month, day=1, hour=1, minute=0, second=0, microsecond=0)
