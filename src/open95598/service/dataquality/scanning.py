"""The registry read through in pieces, as rows for the checks. Each reader can be held to a few of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from open95598.foundation import bulk, phones
from open95598.registry.customers.kinds import ContactKind, PartyKind, PartyRole
from open95598.registry.customers.models import (
    AccountFacts,
    AccountParty,
    ContactPoint,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    UsagePoint,
)
from open95598.registry.customers.models import Customer as CustomerRow
from open95598.service.dataquality.checks import About
from open95598.service.dataquality.rows import (
    Account,
    Agreement,
    AlikeMeters,
    AtOneDoor,
    Customer,
    Hanging,
    Namesakes,
    SharedPhone,
)

#: accounts or customers read at a time; groups looked at at a time
CHUNK, GROUPS = 5000, 1000
_WHY = "the house looks through its registry"


def accounts(ids: Sequence[int] | None = None) -> Iterator[Account]:
    """Yield the open accounts, or those of ``ids``. Six queries a chunk."""
    for chunk in _chunks(CustomerAccount.objects.system(_WHY).filter(closed_on=None), ("pk", "number", "unit_id"), ids):
        pks = [pk for pk, _number, _unit in chunk]
        parties: Any = AccountParty.objects.system(_WHY).filter(account__in=pks, role=PartyRole.OWNER, valid_to=None)
        owners = dict(parties.order_by("-pk").values_list("account_id", "customer_id"))
        agreements: dict[int, list[Agreement]] = defaultdict(list)
        contracts: Any = CustomerAgreement.objects.system(_WHY).filter(account__in=pks)
        for pk, *its in contracts.values_list("account_id", "nature", "valid_from", "expires_on", "ended_on"):
            agreements[pk].append(Agreement(*its))
        placed: dict[int, list[bool]] = defaultdict(list)
        points: Any = UsagePoint.objects.system(_WHY).filter(account__in=pks)
        for pk, road, community in points.values_list("account_id", "location__road_id", "location__community_id"):
            placed[pk].append(road is not None or community is not None)
        hanging: dict[int, int] = defaultdict(int)
        meters: Any = Meter.objects.system(_WHY).filter(point__account__in=pks, removed_on=None)
        for pk in meters.values_list("point__account_id", flat=True):
            hanging[pk] += 1
        facts: Any = AccountFacts.objects.system(_WHY).filter(account__in=pks, gone=True)
        gone = set(facts.values_list("account_id", flat=True))
        for pk, number, unit_id in chunk:
            yield Account(
                pk, number, unit_id, owners.get(pk), tuple(agreements[pk]), tuple(placed[pk]), hanging[pk], pk in gone
            )  # fmt: skip


def customers(ids: Sequence[int] | None = None) -> Iterator[Customer]:
    """Yield the open customers, or those of ``ids``. Three queries a chunk."""
    names = ("pk", "unit_id", "kind", "protected", "sounds", "name")
    for chunk in _chunks(CustomerRow.objects.system(_WHY).filter(closed_at=None), names, ids):
        pks = [row[0] for row in chunk]
        ways: dict[int, int] = defaultdict(int)
        callable_: dict[int, int] = defaultdict(int)
        contacts: Any = ContactPoint.objects.system(_WHY).filter(customer__in=pks, valid_to=None)
        for pk, kind, value in contacts.values_list("customer_id", "kind", "value"):
            ways[pk] += 1
            callable_[pk] += kind == ContactKind.PHONE and _can_be_called(value)
        owned: dict[int, int] = defaultdict(int)
        parties: Any = AccountParty.objects.system(_WHY).filter(
            customer__in=pks, role=PartyRole.OWNER, valid_to=None, account__closed_on=None
        )
        for pk in parties.values_list("customer_id", flat=True):
            owned[pk] += 1
        for pk, unit_id, kind, protected, sounds, name in chunk:
            organisation = kind == PartyKind.ORGANISATION
            yield Customer(
                pk, unit_id, organisation, protected, sounds or name, ways[pk], callable_[pk], owned[pk]
            )  # fmt: skip


def shared_phones(ids: Sequence[int] | None = None) -> Iterator[SharedPhone]:
    """Yield the phone numbers that several open customers gave, or those of the customers ``ids``."""
    rows: Any = ContactPoint.objects.system(_WHY).filter(kind=ContactKind.PHONE, valid_to=None)
    if ids is None:
        values = [value for (value,) in bulk.fetch(
            "SELECT value FROM customers_contactpoint WHERE kind = 'phone' AND valid_to IS NULL"
            " GROUP BY value HAVING count(*) > 1"
        )]  # fmt: skip
    else:
        values = sorted(set(rows.filter(customer__in=ids).values_list("value", flat=True)))
    names = ("value", "pk", "customer_id", "customer__unit_id", "customer__kind", "customer__sounds", "customer__name")
    for start in range(0, len(values), GROUPS):
        groups: dict[str, dict[int, tuple[int, Customer]]] = defaultdict(dict)
        its: Any = rows.filter(value__in=values[start : start + GROUPS], customer__closed_at=None)
        for value, contact, pk, unit_id, kind, sounds, name in its.order_by("pk").values_list(*names):
            who = Customer(pk, unit_id, kind == PartyKind.ORGANISATION, protected=False, heard=sounds or name)
            groups[value].setdefault(pk, (contact, who))
        for group in groups.values():
            if len(group) > 1:
                ordered = tuple(who for _contact, who in (group[pk] for pk in sorted(group)))
                yield SharedPhone(min(contact for contact, _who in group.values()), ordered)


def namesakes(ids: Sequence[int] | None = None) -> Iterator[Namesakes]:
    """Yield the open organisations of one unit that are called the same, or those like the customers ``ids``."""
    mine = (
        ""
        if ids is None
        else (" AND (unit_id, name) IN (SELECT unit_id, name FROM customers_customer WHERE id = ANY(%s))")
    )
    found = bulk.fetch(
        "SELECT unit_id, array_agg(id ORDER BY id) FROM customers_customer"  # noqa: S608 (one of two constants)
        f" WHERE kind = 'organisation' AND closed_at IS NULL{mine} GROUP BY unit_id, name HAVING count(*) > 1",
        [] if ids is None else [list(ids)],
    )
    for unit_id, pks in found:
        yield Namesakes(tuple(Customer(pk, unit_id, organisation=True, protected=False, heard="") for pk in pks))


def at_one_door(ids: Sequence[int] | None = None) -> Iterator[AtOneDoor]:
    """Yield owners of one name at one address, or those like the customers ``ids``; who shares a phone is left out."""
    mine = (
        ""
        if ids is None
        else " AND (c.unit_id, c.name) IN (SELECT unit_id, name FROM customers_customer WHERE id = ANY(%s))"
    )
    found = bulk.fetch(
        "SELECT array_agg(DISTINCT c.id ORDER BY c.id) FROM customers_customer c"  # noqa: S608 (one of two constants)
        " JOIN customers_accountparty y ON y.customer_id = c.id AND y.role = 'owner' AND y.valid_to IS NULL"
        " JOIN customers_customeraccount a ON a.id = y.account_id AND a.closed_on IS NULL"
        " JOIN customers_usagepoint u ON u.account_id = a.id JOIN customers_servicelocation l ON l.id = u.location_id"
        " WHERE c.kind = 'person' AND c.closed_at IS NULL AND (l.community_id IS NOT NULL OR l.road_id IS NOT NULL)"
        f" AND l.road_number || l.building || l.room <> ''{mine}"
        " GROUP BY c.unit_id, c.name, l.road_id, l.community_id, l.road_number, l.building, l.entrance, l.room"
        " HAVING count(DISTINCT c.id) > 1",
        [] if ids is None else [list(ids)],
    )
    contacts: Any = ContactPoint.objects.system(_WHY).filter(kind=ContactKind.PHONE, valid_to=None)
    for start in range(0, len(found), GROUPS):
        groups = [pks for (pks,) in found[start : start + GROUPS]]
        wanted = {pk for pks in groups for pk in pks}
        called: dict[int, set[str]] = defaultdict(set)
        for pk, value in contacts.filter(customer__in=wanted).values_list("customer_id", "value"):
            called[pk].add(value)
        units = dict(CustomerRow.objects.system(_WHY).filter(pk__in=wanted).values_list("pk", "unit_id"))
        for first, *others in groups:
            its = [first, *(pk for pk in others if not called[pk] & called[first])]
            if len(its) > 1:
                yield AtOneDoor(
                    tuple(Customer(pk, units[pk], organisation=False, protected=False, heard="") for pk in its)
                )


def alike_meters(ids: Sequence[int] | None = None) -> Iterator[AlikeMeters]:
    """Yield the meters at different accounts whose numbers differ in zeros before them only, or those of accounts."""
    mine = (
        ""
        if ids is None
        else (
            " WHERE ltrim(m.number, '0') IN (SELECT ltrim(x.number, '0') FROM customers_meter x"
            " JOIN customers_usagepoint y ON y.id = x.point_id WHERE x.removed_on IS NULL AND y.account_id = ANY(%s))"
        )
    )
    found = bulk.fetch(
        "SELECT array_agg(m.id ORDER BY m.id) FROM customers_meter m"  # noqa: S608 (one of two constants)
        f"{mine}{' AND' if mine else ' WHERE'} m.removed_on IS NULL AND ltrim(m.number, '0') <> ''"
        " GROUP BY ltrim(m.number, '0') HAVING count(*) > 1",
        [] if ids is None else [list(ids)],
    )
    names = ("pk", "point__account_id", "point__account__number", "point__account__unit_id")
    for start in range(0, len(found), GROUPS):
        groups = [pks for (pks,) in found[start : start + GROUPS]]
        wanted: Any = Meter.objects.system(_WHY).filter(pk__in=[pk for pks in groups for pk in pks])
        rows = {row[0]: Hanging(*row) for row in wanted.values_list(*names)}
        for pks in groups:
            yield AlikeMeters(tuple(rows[pk] for pk in pks if pk in rows))


#: the sorts of rows → their reader
READERS: Mapping[About, Callable[[Sequence[int] | None], Iterator[Any]]] = {
    About.CUSTOMER: customers, About.ACCOUNT: accounts, About.METERS: alike_meters, About.PHONE: shared_phones,
    About.NAMESAKES: namesakes, About.DOOR: at_one_door,
}  # fmt: skip


def _chunks(rows: Any, names: tuple[str, ...], ids: Sequence[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows by rising keys, so many at a time; the first name is the key."""
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk").values_list(*names)[:CHUNK]):
        yield chunk
        last = chunk[-1][0]


def _can_be_called(value: str) -> bool:
    try:
        phones.plain(value)
    except ValueError:
        return False
    return True
