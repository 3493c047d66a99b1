"""The made-up utility's crews: those of its repair teams and stations, what they are trained for, where they stand."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from open95598.casework.actors import Actor
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.project.demo import utility
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.crews import queries, services
from open95598.service.crews.models import Crew, PositionSource

HOUSE = Actor.house("demonstration")
#: what the members of a crew are trained for, the lead first; a crew's turn decides which of these it is
TRAINED = (
    (("low_voltage", "medium_voltage"), ("low_voltage", "metering"), ("medium_voltage",)),
    (("low_voltage", "medium_voltage", "cable"), ("low_voltage", "metering"), ("low_voltage", "live_line")),
    (("low_voltage", "metering"), ("low_voltage",), ("low_voltage",)),
)
#: the first duty lasts longer, so that there is somebody also for who comes a day later
FIRST = timedelta(hours=36)
_WHY = "the demonstration's crews"
_DIGITS = ("一", "二")


def stand(now: datetime, seed: int) -> int:
    """Put the people of each repair team and station together to crews, once, and begin their duty as of ``now``;
    return how many crews there are."""
    known = Crew.objects.system(_WHY).count()
    if known:
        return known
    units = {unit.code: unit for unit in Unit.objects.all()}
    made = 0
    for _city, county in utility.counties():
        for team in county.teams:
            home = units[team.code]
            members = list(Person.objects.filter(unit=home, assignments__role="crew_member", is_active=True)
                           .distinct().order_by("-demo", "username"))  # fmt: skip
            for number, part in enumerate(_parts(members)):
                unit = home if team.station else units[county.code]
                name = f"{team.name}{_DIGITS[number]}组"
                _crew(name, unit, part, made, random.Random(f"{seed}/{team.code}/{number}"), now)  # noqa: S311
                made += 1
    return made


def _parts(members: list[Person]) -> list[list[Person]]:
    """Return who goes out together: two crews where there are people enough."""
    return [members[:2], members[2:]] if len(members) > 3 else [members] if members else []


def _crew(name: str, unit: Unit, members: list[Person], turn: int, dice: random.Random, now: datetime) -> None:
    for person, skills in zip(members, TRAINED[turn % len(TRAINED)], strict=False):
        people.change(person, actor=people.HOUSE, now=now, skills=sorted(skills))
    places = _places(unit)
    base = dice.choice(places) if places else None
    crew = services.make(unit, name, members[0].pk, [p.pk for p in members], HOUSE, now, base)
    services.begin_duty(crew, HOUSE, now, now + FIRST)
    if places and dice.random() < 0.7:
        services.report(crew, *dice.choice(places), HOUSE, now, source=PositionSource.DESK)


def _places(unit: Unit) -> list[tuple[float, float]]:
    """Return where the transformers of a unit, or of the one above it, are."""
    rows = GridDevice.objects.system(_WHY).filter(kind=DeviceKind.TRANSFORMER, x__isnull=False, y__isnull=False)
    for lineage in (unit.lineage, unit.lineage[:-1]):
        found = list(rows.filter(unit__lineage__contains=lineage).order_by("pk").values_list("x", "y"))
        if found:
            return found
    return []


def change_shift(_cast: object, now: datetime) -> None:
    """Begin the next duty of every crew whose last one is over."""
    rows = list(Crew.objects.system(_WHY).filter(closed_at=None).select_related("unit"))
    on = queries.on_duty([row.pk for row in rows], now)
    for row in rows:
        if row.pk not in on:
            services.begin_duty(row, HOUSE, now)
