"""One box finds a customer: by phone, account, meter, name, its letters, or address with slips.

Nothing is looked for but through an index: phones, accounts and meters by their beginning; names by their beginning,
by their sounds, of organisations by pairs of sounds; addresses through the few names of places (forgiving) and then
the door within the place. ``docs/decisions/find-box.md`` says what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from open95598.foundation import masking, phones
from open95598.foundation.people.policy import Rights
from open95598.registry.customers import addresses, asking, sounds
from open95598.registry.customers.addresses import Address
from open95598.registry.customers.asking import Units
from open95598.registry.customers.kinds import PartyKind
from open95598.registry.customers.models import ContactPoint
from open95598.registry.customers.scoping import reach

#: characters of a question that are read
LONGEST = 80
#: fewer digits than this find nothing: they would list customers rather than find one
LEAST_DIGITS = 4
#: places of one name that are looked behind the doors of
MOST_ALIKE = 20
#: and those among whose people a name is looked for
MOST_FOR_NAMES = 5
#: how alike a place's name must be, and how far behind the best one another may stay
LIKE_ENOUGH, BEHIND = 0.45, 0.2
_NUMBER = re.compile(r"^\+?[0-9][0-9 ()\-]*$")
_CODE = re.compile(r"^(?=.*[0-9])[a-z0-9]{4,32}$")
_LETTERS = re.compile(r"^[a-z' ]{2,40}$")
_CHINESE = re.compile(r"[\u3400-\u9fff]")

BY_NUMBER, BY_LETTERS, BY_WORDS = "number", "letters", "words"
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
    text, limit = " ".join(text.replace("\0", "").split())[:LONGEST], max(1, min(limit, 50))
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


def asked_by(text: str) -> str:
    """Return by what kind of thing a text asks for somebody; "" for one that is too short to find anybody."""
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    if _NUMBER.match(text):
        return BY_NUMBER if sum(sign.isdigit() for sign in text) >= LEAST_DIGITS else ""
    if len(text) < 2:
        return ""
    if _CODE.match(sounds.normal(text)):
        return BY_NUMBER
    return BY_LETTERS if _LETTERS.match(text.casefold()) else BY_WORDS


def by_phone(rights: Rights, phone: str, limit: int = 20) -> list[int]:
    """Return the ids of the customers who can be reached at exactly this number, within ``rights``; [] for nonsense."""
    try:
        value = phones.national(phones.plain(phone))
    except ValueError:
        return []
    rows = ContactPoint.objects.within(reach(rights)).filter(kind="phone", value=value, valid_to=None)
    return list(rows.order_by("-preferred", "customer_id").values_list("customer_id", flat=True)[:limit])


def _by_number(digits: str, units: Units, limit: int) -> list[_Found]:
    rows = asking.by_number(digits, units, limit)
    return [_Found(pk, None, how) if how == PHONE else _Found(None, pk, how) for how, pk in rows]


def _by_letters(letters: str, units: Units, limit: int) -> list[_Found]:
    """Whole sounds before initials before beginnings."""
    whole = [("c.sounds = %s", letters), ("c.initials = %s", letters)]
    if len(letters) <= 2:
        return _these(asking.customers(whole[1:], units, limit), SOUND)
    found = asking.customers(whole, units, limit)
    if len(found) < limit:
        begins = asking.beginning(letters)
        found += asking.customers([("c.sounds LIKE %s", begins), ("c.initials LIKE %s", begins)], units, 2 * limit)
    return _these(found, SOUND)[:limit]


def _these(ids: Iterable[int], how: str) -> list[_Found]:
    return [_Found(pk, None, how) for pk in dict.fromkeys(ids)]


def _by_words(words: Sequence[str], units: Units, limit: int) -> list[_Found]:
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


def _by_name(word: str, units: Units, limit: int) -> list[int]:
    found = asking.customers([("c.name = %s", word), ("c.name LIKE %s", asking.beginning(word))], units, limit)
    if len(found) < limit and len(word) >= 3 and (keys := sounds.keys(word)):
        # the kind is said by the keys: persons have none
        found += asking.customers([("c.keys @> %s::int[]", keys)], units, 2 * limit)
    return list(dict.fromkeys(found))[:limit]


def _by_sound(word: str, units: Units, limit: int) -> list[int]:
    """Names that sound like the word: another character for the same sound is the commonest slip."""
    letters, _initials = sounds.of_name(word)
    if len(letters) <= 2:
        return []
    return asking.customers([("c.sounds = %s", letters), ("c.sounds LIKE %s", asking.beginning(letters))], units, limit)


def _named_at(name: str, address: str, units: Units, limit: int) -> list[_Found]:
    """Return those at an address whose name, or its sounds or initials, begin so."""
    letters = name if _LETTERS.match(name) else sounds.of_name(name)[0]
    begins = {"name": name, "sounds": letters} | ({"initials": letters} if _LETTERS.match(name) else {})
    return _at(address, units, limit, begins)


def _at(text: str, units: Units, limit: int, begins: Mapping[str, str] | None = None) -> list[_Found]:
    """Return the accounts at an address; the fuller what was said of the door is met, the earlier.

    ``begins``: of parties of whom one of these columns begins so.
    """
    parts = addresses.parse(text)
    for name, kind in ((parts.community, "community"), (parts.road, "road"), (parts.community, "road")):
        if name and (places := places_like(name, parts, kind, units)):
            places = places[:MOST_FOR_NAMES] if begins else places
            for door in _less_and_less(_door(parts, kind)):
                if begins and (named := asking.named(places, kind, door, begins, units, limit)):
                    return [_Found(customer, account, NAME) for customer, account in named]
                if not begins and (found := asking.behind(places, kind, door, units, limit)):
                    return [_Found(None, account, ADDRESS) for account in found]
    return []


def places_like(name: str, parts: Address, kind: str, units: Units = None) -> list[int]:
    """Return the ids of the places whose name, alias or former name is like ``name``, best first.

    One character may be wrong, missing or too many; another character of the same sound costs nothing. What was said
    of town, district and city must not speak against it. ``units``: only where one of them has accounts.
    """
    ways = sounds.forgiving(name)
    if not ways:
        return []
    said = {part: value for part in ("city", "district", "town") if (value := getattr(parts, part))}
    return _ranked(name, asking.places(ways, kind, said, units))


def _ranked(name: str, rows: Iterable[tuple[int, str]]) -> list[int]:
    scores: dict[int, float] = {}
    for place_id, its in rows:
        scores[place_id] = max(scores.get(place_id, 0.0), sounds.alike(name, its))
    top = max(scores.values(), default=0.0)
    good = [pk for pk, score in scores.items() if score >= max(LIKE_ENOUGH, top - BEHIND)]
    return sorted(good, key=lambda pk: -scores[pk])[:MOST_ALIKE]


def _door(parts: Address, kind: str) -> dict[str, str]:
    said = {"building": parts.building, "entrance": parts.entrance, "room": parts.room}
    if kind == "road":
        said["road_number"] = parts.number or (parts.building if not parts.room else "")
    return {column: value for column, value in said.items() if value}


def _less_and_less(said: dict[str, str]) -> Iterable[dict[str, str]]:
    """All that was said; without what is often left out or mistaken; without the room; without the building."""
    yield said
    for left_out in (("entrance", "road_number"), ("entrance", "road_number", "room"), ("entrance", "building")):
        left = {column: value for column, value in said.items() if column not in left_out}
        if left and len(left) < len(said):
            yield left


def _dress(found: Sequence[_Found], units: Units, limit: int) -> list[Hit]:
    """Return what is shown of the rows, each customer and account once."""
    if not found:
        return []
    hits: dict[tuple[int, int | None], Hit] = {}
    for row in asking.dressed([(each.customer_id, each.account_id) for each in found], units, limit):
        key = (row["customer_id"], row["account_id"])
        if key not in hits:
            hits[key] = _hit(row, found[row["at"] - 1].how)
    return list(hits.values())[:limit]


def _hit(row: Mapping[str, Any], how: str) -> Hit:
    text, organisation = row["address"] or "", row["kind"] == PartyKind.ORGANISATION
    return Hit(
        customer_id=row["customer_id"],
        name=row["name"] if organisation else masking.mask_name(row["name"]),
        organisation=organisation,
        tier=row["tier"],
        importance=row["importance"],
        protected=row["protected"],
        account_id=row["account_id"],
        account=row["number"] or "",
        address=text if organisation else masking.mask_address(text),
        unit=row["unit"] or "",
        how=how,
    )
