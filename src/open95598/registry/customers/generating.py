"""A registry that is made up, quickly: for benchmarks and trials. The same for the same seed; goes on where it stopped.

One transaction a chunk of accounts; what is there is told by the account numbers, so that a run that was killed goes
on with the chunks that are missing, and several processes can share the work.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from open95598.foundation import bulk
from open95598.foundation.errors import Impossible
from open95598.foundation.units.models import Unit, UnitLevel
from open95598.registry.customers import invented, loading, sounds
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import PlaceKind
from open95598.registry.customers.models import CustomerAccount, Place, PlaceName

CHUNK = 10_000
#: the account numbers of made-up accounts begin so
PREFIX = "95"


@dataclass(frozen=True)
class _District:
    """A county with its made-up places and their ids."""

    unit_id: int
    area: str
    spots: list[invented.Spot]
    place_ids: list[int]


def generate(
    accounts: int,
    seed: int,
    now: datetime,
    progress: Callable[[int], None] | None = None,
    *,
    part: tuple[int, int] = (0, 1),
) -> int:
    """Make accounts with all that hangs on them until there are ``accounts``; return how many were added.

    ``part`` (k, n): every nth chunk from the kth on only, while other processes make the others.
    Needs units of the level county. Raises ``Impossible`` without. Nothing is told to the journal but that it was done.
    """
    units = list(Unit.objects.filter(level=UnitLevel.COUNTY, closed_on=None).order_by("code"))
    if not units:
        raise Impossible("There is no county unit to give customers to.")
    with transaction.atomic():
        bulk.execute("SELECT pg_advisory_xact_lock(hashtext('made-up places'))", [])
        districts = [_district(seed, unit, accounts // len(units)) for unit in units]
    added = 0
    for chunk in _missing(accounts):
        if chunk.start // CHUNK % part[1] != part[0]:
            continue
        with transaction.atomic():
            _chunk(chunk, seed, districts, now)
        added += len(chunk)
        if progress:
            progress(chunk.stop)
    if added:
        with connection.cursor() as cursor:
            for name in (*loading.TABLES, "place", "placename"):
                cursor.execute(f"ANALYZE {loading.table(name)}")
    return added


def _missing(accounts: int) -> list[range]:
    """Return the chunks that are not there yet; of the last one that a smaller registry ended in, the rest."""
    there = CustomerAccount.objects.system("how far the made-up ones reach").filter(number__startswith=PREFIX)
    last = there.order_by("-number").values_list("number", flat=True).first()
    behind = int(last[len(PREFIX) :]) + 1 if last and len(last) == 12 else 0
    firsts = {f"{PREFIX}{first:010d}": first for first in range(0, accounts, CHUNK)}
    begun = {firsts[number] for number in there.filter(number__in=list(firsts)).values_list("number", flat=True)}
    missing = [range(first, min(first + CHUNK, accounts)) for first in firsts.values() if first not in begun]
    if behind % CHUNK and behind < accounts:
        missing.insert(0, range(behind, min(behind - behind % CHUNK + CHUNK, accounts)))
    return missing


def _district(seed: int, unit: Unit, accounts: int) -> _District:
    names = [t for t in unit.territory if not t.isdigit()]
    district = next((t for t in names if t.endswith(("区", "县", "市"))), unit.name)[:30]
    above = unit.parent
    city = next((t for t in (above.territory if above else []) if not t.isdigit()), "")[:30]
    found = invented.spots(seed, unit.code, accounts)
    there = {(p.kind, p.name, p.town): p.pk for p in Place.objects.filter(district=district, city=city)}
    new = [s for s in found if (s.kind, s.name, s.town) not in there]
    made = Place.objects.bulk_create(
        [
            Place(kind=PlaceKind(s.kind), city=city, district=district, town=s.town, name=s.name, units=[unit.pk])
            for s in new
        ]
    )
    PlaceName.objects.bulk_create([PlaceName(place=p, name=p.name, keys=sounds.keys(p.name)) for p in made])
    there |= {(p.kind, p.name, p.town): p.pk for p in made}
    return _District(unit.pk, city + district, found, [there[s.kind, s.name, s.town] for s in found])


def _chunk(indexes: range, seed: int, districts: list[_District], now: datetime) -> None:
    dice, today = random.Random(f"{seed}/{indexes.start}"), day_of(now)  # noqa: S311
    names = ("customer", "contactpoint", "customeraccount", "accountparty", "customeragreement", "servicelocation",
             "usagepoint", "meter")  # fmt: skip
    fresh = {name: loading.ids(name, len(indexes)) for name in names}
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in loading.TABLES}
    for at, index in enumerate(indexes):
        place = districts[dice.randrange(len(districts))]
        home = invented.home(dice, index, place.spots)
        customer, contact, account, party, agreement, location, point, meter = (fresh[name][at] for name in names)
        spot = place.spots[home.spot]
        road = home.spot if spot.kind == "road" else spot.on
        opened = today - timedelta(days=dice.randint(30, 9000))
        letters, initials = sounds.of_name(home.name)
        rows["customer"].append((
            customer, "organisation" if home.organisation else "person", home.name, letters, initials,
            sounds.keys(home.name) if home.organisation else [], place.unit_id, False, _important(dice, home),
            dice.random() < 0.0005, _tier(dice, home), now, 1, 0, b"",
        ))  # fmt: skip
        rows["contactpoint"].append((contact, customer, "phone", home.phone, "", True, now))
        rows["customeraccount"].append((account, home.number, place.unit_id, opened, 1))
        rows["accountparty"].append((party, account, customer, "owner", opened))
        rows["customeragreement"].append((
            agreement, account, "direct", "commercial" if home.organisation else "residential", "lv", "ordinary", "3",
            Decimal(8), opened, None,
        ))  # fmt: skip
        rows["servicelocation"].append((
            location, invented.text_of(home, place.spots, place.area), place.place_ids[road] if road >= 0 else None,
            home.road_number, None if spot.kind == "road" else place.place_ids[home.spot], home.building,
            home.entrance, home.room,
        ))  # fmt: skip
        rows["usagepoint"].append((point, agreement, location, f"TA{place.unit_id}-{home.spot}", account))
        rows["meter"].append((meter, home.meter, point, Decimal(1), opened))
        rows["accountfacts"].append(_facts(dice, account, now))
    for name, its in rows.items():
        loading.copy(name, its)


def _facts(dice: random.Random, account: int, now: datetime) -> tuple[Any, ...]:
    owes = dice.random() < 0.03
    balance = -Decimal(dice.randint(500, 60000)) / 100 if owes else Decimal(dice.randint(0, 50000)) / 100
    kwh = Decimal(dice.randint(20, 900))
    supply = "stopped" if owes and dice.random() < 0.2 else "on"
    return (
        account, balance, max(-balance, Decimal(0)), supply, f"{now:%Y-%m}", (kwh * Decimal("0.588")).quantize(
            Decimal("0.01")), kwh, Decimal(dice.randint(100, 90000)), now, now, "generated", 1,
    )  # fmt: skip


def _tier(dice: random.Random, home: invented.Home) -> str:
    chance = dice.random() * (1 if home.organisation else 20)
    return "diamond" if chance < 0.01 else "platinum" if chance < 0.04 else "silver" if chance < 0.12 else ""


def _important(dice: random.Random, home: invented.Home) -> str:
    return ("grade1" if dice.random() < 0.3 else "grade2") if home.organisation and dice.random() < 0.01 else ""
