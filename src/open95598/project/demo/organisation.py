"""Brings the made-up utility to life through the services of units and people. Idempotent."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.units import services as units
from open95598.foundation.units.changes import By
from open95598.foundation.units.models import Unit
from open95598.project.demo import utility
from open95598.project.demo.words import data

#: what the journal names as the doer
BY = By(None, "demonstration")


def build_units(now: datetime) -> dict[str, Unit]:
    """Make the units that are missing, as of ``now`` (aware UTC, before the history begins); return all by code."""
    made = {unit.code: unit for unit in Unit.objects.all()}
    opens_on = units.today(now)

    def unit(code: str, name: str, level: str, parent: str | None, area: str, territory: tuple[str, ...]) -> None:
        if code not in made:
            made[code] = units.create(
                code=code,
                name=name,
                level=level,
                parent=made[parent] if parent else None,
                area_type=area,
                territory=territory,
                opens_on=opens_on,
                now=now,
                by=BY,
            )

    with transaction.atomic():
        unit(*utility.HEADQUARTERS, "headquarters", None, "city", ())
        code, name, place = utility.PROVINCE
        unit(code, name, "province", utility.HEADQUARTERS[0], "city", (place,))
        for city in utility.CITIES:
            unit(city.code, city.name, "city", code, "city", (city.place,))
            for county in city.counties:
                unit(county.code, county.name, "county", city.code, county.area, (county.place,))
                for team in county.teams:
                    unit(team.code, team.name, "team", county.code, county.area, team.roads)
    return made


@transaction.atomic
def build_people(by_code: dict[str, Unit], now: datetime, told: Callable[[int, int], None]) -> None:
    """Make the accounts that are missing, as of ``now``; ``told(done, of)`` hears how it goes."""
    dice = random.Random(95598)  # noqa: S311 names are drawn, not secrets
    password = make_password(settings.DEMO_PASSWORD)
    known = set(Person.objects.values_list("username", flat=True))
    posts = utility.posts()
    taken = {post.name for post in posts if post.name}
    for number, post in enumerate(posts, 1):
        name = post.name or _new_name(dice, taken)
        phone = f"139{dice.randrange(10**8):08d}"
        if post.username in known:
            continue
        machine = post.roles[0][0] == "integration"
        people.hire(
            username=post.username,
            name=name,
            unit=by_code[post.home],
            employee_number=f"YJ{number:05d}",
            phone="" if machine else phone,
            encoded_password=None if machine else password,
            must_change_password=False,
            demo=post.listed,
            roles=[(role, by_code[code]) for role, code in post.roles],
            actor=people.HOUSE,
            now=now,
        )
        told(number, len(posts))


def by_role() -> dict[tuple[str, int], list[Person]]:
    """Return the utility's people by (role, unit id), those with one role only, in the order of their accounts.

    The account that holds every role is left out: it belongs to whoever tries the demonstration.
    """
    found: dict[tuple[str, int], list[Person]] = {}
    rows = RoleAssignment.objects.filter(valid_to=None, person__is_active=True).exclude(person__username="admin")
    for row in rows.select_related("person").order_by("person__username"):
        found.setdefault((row.role, row.unit_id), []).append(row.person)
    return found


def _new_name(dice: random.Random, taken: set[str]) -> str:
    names = data("names")
    while True:
        name = dice.choice(names["surnames"]) + dice.choice(names["given"])
        if name not in taken:
            taken.add(name)
            return name
