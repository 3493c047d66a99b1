"""One box finds a customer: by phone, account, meter, name, its letters, or address with slips.

Nothing is looked for but through an index: phones, accounts and meters by their beginning; names by their beginning,
by their sounds, of organisations by pairs of sounds; addresses through the few names of places (forgiving) and then
the door within the place. ``docs/decisions/find-box.md`` says what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from open95598.foundation import masking, phones
from open95598.foundation.people.policy import Rights
from open95598.registry.customers import addresses, sounds
from open95598.registry.customers.addresses import Address
from open95598.registry.customers.kinds import PartyKind, PartyRole
from open95598.registry.customers.models import (
    AccountParty,
    ContactPoint,
    Customer,
    CustomerAccount,
    Meter,
    PlaceName,
    ServiceLocation,
    UsagePoint,
)
from open95598.registry.customers.scoping import reach

#: fewer digits than this find nothing: they would list customers rather than find one
LEAST_DIGITS = 4
#: how many accounts of a place are looked through for a name; how many names of places are compared
MOST_AT_PLACE, MOST_PLACES = 400, 300
#: how alike a place's name must be, and how far behind the best one another may stay
LIKE_ENOUGH, BEHIND = 0.45, 0.2
_NUMBER = re.compile(r"^\+?[0-9][0-9 ()\-]*$")
_CODE = re.compile(r"^(?=.*[0-9])[a-z0-9]{4,32}$")
_LETTERS = re.compile(r"^[a-z' ]{2,40}$")
_CHINESE = re.compile(r"[\u3400-\u9fff]")

PHONE, ACCOUNT, METER, NAME, SOUND, ADDRESS = "phone", "account", "meter", "name", "sound", "address"


@dataclass(frozen=True)
class Hit:
    """A customer found, with one of their accounts ("" when they have none), masked. ``how``: by what it was found."""

    customer_id: int
    name: str
    organisation: bool
    tier: str
    importance: str
    protected: bool
    account_id: int | None
    account: str
    address: str
    unit: str
    how: str


@dataclass(frozen=True)
class _Found:
    """A row before it is dressed: by its customer, by its account, or by both."""

    customer_id: int | None
    account_id: int | None
    how: str


def find(rights: Rights, text: str, limit: int = 10) -> list[Hit]:
    """Return who and what a text may mean, best first, among the accounts that ``rights`` reach.

    Several words narrow each other: a name and an address. Never more than 50; text beyond 80 characters is cut.
    """
    text, limit = " ".join(text.replace("\0", "").split())[:80], max(1, min(limit, 50))
    units = reach(rights)
    if units == [] or len(text) < 2:
        return []
    plain = sounds.normal(text)
    if _NUMBER.match(text):
        digits = phones.national(re.sub(r"[^0-9+]", "", plain)).lstrip("+")
        found = _by_number(digits, units, limit) if len(digits) >= LEAST_DIGITS else []
        if not found and "-" in text:
            return []
        return _dress(found, units, limit)
    if _CODE.match(plain):
        return _dress(_by_number(plain.upper(), units, limit) or _by_number(plain, units, limit), units, limit)
    words = [sounds.normal(word) for word in text.split(" ")]
    if _LETTERS.match(text.casefold()):
        return _dress(_by_letters("".join(words).replace("'", ""), units, limit), units, limit)
    return _dress(_by_words(words, units, limit), units, limit)


def by_phone(rights: Rights, phone: str, limit: int = 20) -> list[int]:
    """Return the ids of the customers who can be reached at exactly this number, within ``rights``; [] for nonsense."""
    try:
        value = phones.national(phones.plain(phone))
    except ValueError:
        return []
    rows = ContactPoint.objects.within(reach(rights)).filter(kind="phone", value=value, valid_to=None)
    return list(rows.order_by("-preferred", "customer_id").values_list("customer_id", flat=True)[:limit])


def _by_number(digits: str, units: list[int] | None, limit: int) -> list[_Found]:
    found: list[_Found] = []
    contacts = ContactPoint.objects.within(units).filter(value__startswith=digits, valid_to=None)
    found += [_Found(pk, None, PHONE) for pk in contacts.values_list("customer_id", flat=True)[:limit]]
    accounts = CustomerAccount.objects.within(units).filter(number__startswith=digits)
    found += [_Found(None, pk, ACCOUNT) for pk in accounts.values_list("pk", flat=True)[:limit]]
    if len(found) < limit:
        meters = Meter.objects.within(units).filter(number__startswith=digits, removed_on=None)
        of_meters = meters.values_list("point__agreement__account_id", flat=True)
        found += [_Found(None, pk, METER) for pk in of_meters[:limit]]
    return found


def _by_letters(letters: str, units: list[int] | None, limit: int) -> list[_Found]:
    """Whole sounds before initials before beginnings."""
    rows = Customer.objects.within(units).filter(closed_at=None)
    ways = [Q(sounds=letters), Q(initials=letters), Q(sounds__startswith=letters), Q(initials__startswith=letters)]
    ways = ways if len(letters) > 2 else ways[1:2]
    return [_Found(pk, None, SOUND) for pk in _first(rows, ways, limit)]


def _by_words(words: Sequence[str], units: list[int] | None, limit: int) -> list[_Found]:
    if len(words) > 1:
        for at in range(len(words)):
            if _may_be_name(words[at]):
                found = _named_at(words[at], "".join((*words[:at], *words[at + 1 :])), units, limit)
                if found:
                    return found
        return [] if any(map(_LETTERS.match, words)) else _at("".join(words), units, limit)
    word = words[0]
    parts = addresses.parse(word)
    if parts.has_door:
        return _at(word, units, limit)
    found = [_Found(pk, None, NAME) for pk in _by_name(word, units, limit)] if _may_be_name(word) else []
    if len(found) < limit:
        found += _at(word, units, limit - len(found))
    if not found:
        found = [_Found(pk, None, SOUND) for pk in _by_sound(word, units, limit)]
    return found


def _may_be_name(word: str) -> bool:
    return (bool(_CHINESE.match(word)) and not any(c.isdigit() for c in word)) or bool(_LETTERS.match(word))


def _by_name(word: str, units: list[int] | None, limit: int) -> list[int]:
    rows = Customer.objects.within(units).filter(closed_at=None)
    ways = [Q(name=word), Q(name__startswith=word)]
    if len(word) >= 3 and (keys := sounds.keys(word)):
        ways.append(Q(kind=PartyKind.ORGANISATION, keys__contains=keys))
    return _first(rows, ways, limit)


def _by_sound(word: str, units: list[int] | None, limit: int) -> list[int]:
    """Names that sound like the word: another character for the same sound is the commonest slip."""
    letters, _initials = sounds.of_name(word)
    rows = Customer.objects.within(units).filter(closed_at=None)
    return _first(rows, (Q(sounds=letters), Q(sounds__startswith=letters)), limit) if len(letters) > 2 else []


def _first(rows: Any, ways: Iterable[Q], limit: int) -> list[int]:
    """Return the ids that the first ways give, each way asked only while there are too few."""
    found: list[int] = []
    for way in ways:
        if len(found) < limit:
            given = rows.filter(way).values_list("pk", flat=True)[: limit + len(found)]
            found += [pk for pk in given if pk not in found]
    return found[:limit]


def _named_at(name: str, address: str, units: list[int] | None, limit: int) -> list[_Found]:
    """Return those at an address whose name, or its sounds or initials, begin so."""
    accounts = [row.account_id for row in _at(address, units, MOST_AT_PLACE)]
    if not accounts:
        return []
    letters = name if _LETTERS.match(name) else sounds.of_name(name)[0]
    like = Q(customer__name__startswith=name) | Q(customer__sounds__startswith=letters)
    like |= Q(customer__initials__startswith=letters) if _LETTERS.match(name) else Q()
    rows = AccountParty.objects.system("the accounts are within the rights").filter(
        like, account__in=accounts, valid_to=None
    )
    pairs = rows.values_list("customer_id", "account_id")[: limit * 3]
    return [_Found(customer, account, NAME) for customer, account in dict.fromkeys(pairs)][:limit]


def _at(text: str, units: list[int] | None, limit: int) -> list[_Found]:
    """Return the accounts at an address; the fuller what was said of the door is met, the earlier."""
    parts = addresses.parse(text)
    for name, kind in ((parts.community, "community"), (parts.road, "road"), (parts.community, "road")):
        if not name:
            continue
        if places := places_like(name, parts, kind):
            found = _behind_door(places, parts, kind, units, limit)
            if found:
                return [_Found(None, pk, ADDRESS) for pk in found]
    return []


def places_like(name: str, parts: Address, kind: str) -> list[int]:
    """Return the ids of the places whose name, alias or former name is like ``name``, best first.

    One character may be wrong, missing or too many; another character of the same sound costs nothing. What was said
    of town, district and city must not speak against it.
    """
    ways = sounds.forgiving(name)
    if not ways:
        return []
    rows = PlaceName.objects.filter(place__kind=kind).order_by()
    for part in ("city", "district", "town"):
        if said := getattr(parts, part):
            rows = rows.filter(Q(**{f"place__{part}": said}) | Q(**{f"place__{part}": ""}))
    best = _ranked(name, rows.filter(keys__contains=ways[0]))
    if not best and len(ways) > 1:
        slips = Q()
        for keys in ways[1:]:
            slips |= Q(keys__contains=keys)
        best = _ranked(name, rows.filter(slips))
    return best


def _ranked(name: str, rows: Any) -> list[int]:
    scores: dict[int, float] = {}
    for place_id, its in rows.values_list("place_id", "name")[:MOST_PLACES]:
        scores[place_id] = max(scores.get(place_id, 0.0), sounds.alike(name, its))
    top = max(scores.values(), default=0.0)
    good = [pk for pk, score in scores.items() if score >= max(LIKE_ENOUGH, top - BEHIND)]
    return sorted(good, key=lambda pk: -scores[pk])[:20]


def _behind_door(places: list[int], parts: Address, kind: str, units: list[int] | None, limit: int) -> list[int]:
    said = {"building": parts.building, "entrance": parts.entrance, "room": parts.room}
    if kind == "road":
        said["road_number"] = parts.number or (parts.building if not parts.room else "")
    said = {column: value for column, value in said.items() if value}
    locations = ServiceLocation.objects.filter(**{f"{kind}__in": places}).order_by()
    for ask in _less_and_less(said):
        found = UsagePoint.objects.within(units).filter(location__in=locations.filter(**ask), agreement__ended_on=None)
        ids = list(dict.fromkeys(found.values_list("agreement__account_id", flat=True)[: limit * 2]))
        if ids:
            return ids[:limit]
    return []


def _less_and_less(said: dict[str, str]) -> Iterable[dict[str, str]]:
    """All that was said; without what is often left out or mistaken; without the room; without the building."""
    yield said
    for left_out in (("entrance", "road_number"), ("entrance", "road_number", "room"), ("entrance", "building")):
        left = {column: value for column, value in said.items() if column not in left_out}
        if left and len(left) < len(said):
            yield left


def _dress(found: list[_Found], units: list[int] | None, limit: int) -> list[Hit]:
    """Return what is shown of the rows, each customer and account once. Two queries."""
    if not found:
        return []
    customers = {row.customer_id for row in found if row.account_id is None}
    accounts = {row.account_id for row in found if row.account_id is not None}
    parties = list(
        AccountParty.objects.within(units)
        .filter(Q(account__in=accounts) | Q(customer__in=customers), valid_to=None)
        .select_related("account__unit", "customer")
        .order_by("account__closed_on", "account_id", "role")[:500]
    )
    texts = dict(
        UsagePoint.objects.within(units)
        .filter(agreement__account__in={p.account_id for p in parties}, agreement__ended_on=None)
        .values_list("agreement__account_id", "location__text")
    )
    alone = {p.customer_id for p in parties}
    bare = {
        c.pk: c for c in Customer.objects.within(units).filter(pk__in=[c for c in customers if c not in alone])
    } if customers - alone else {}  # fmt: skip
    hits: dict[tuple[int, int | None], Hit] = {}
    for row in found:
        for party in _of(row, parties):
            hits.setdefault((party.customer_id, party.account_id), _hit(party.customer, party.account, texts, row.how))
        if row.customer_id is not None and row.customer_id in bare:
            hits.setdefault((row.customer_id, None), _hit(bare[row.customer_id], None, texts, row.how))
        if len(hits) >= limit:
            break
    return list(hits.values())[:limit]


def _of(row: _Found, parties: Sequence[AccountParty]) -> list[AccountParty]:
    if row.account_id is None:
        return [p for p in parties if p.customer_id == row.customer_id]
    there = [p for p in parties if p.account_id == row.account_id]
    if row.customer_id is not None:
        return [p for p in there if p.customer_id == row.customer_id][:1]
    owners = [p for p in there if p.role == PartyRole.OWNER]
    return (owners or there)[:1]


def _hit(customer: Customer, account: CustomerAccount | None, texts: dict[int, str], how: str) -> Hit:
    text = texts.get(account.pk, "") if account else ""
    organisation = customer.kind == PartyKind.ORGANISATION
    return Hit(
        customer_id=customer.pk,
        name=customer.name if organisation else masking.mask_name(customer.name),
        organisation=organisation,
        tier=customer.tier,
        importance=customer.importance,
        protected=customer.protected,
        account_id=account.pk if account else None,
        account=account.number if account else "",
        address=text if organisation else masking.mask_address(text),
        unit=account.unit.name if account else "",
        how=how,
    )
