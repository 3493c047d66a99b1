"""The utility of the outages' tests, with places on its grid and two crews in the county."""

from __future__ import annotations

from typing import Any

import pytest
from tests import world as worlds
from tests.integration.outages.conftest import House, grid
from tests.registered import fill

from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Role
from open95598.registry.grid.models import GridDevice
from open95598.service.crews import services
from open95598.service.crews.models import Crew


class Crewed(House):
    """The house with crews: ``first`` knows low and medium voltage and stands north, ``second`` low only, south."""

    def __init__(self, registry: Any, clock: Any) -> None:
        super().__init__(registry, clock)
        for number, row in enumerate(GridDevice.objects.system("a test").order_by("pk")):
            GridDevice.objects.system("a test").filter(pk=row.pk).update(x=112.0, y=28.0 + number / 1000)
        self.first = self.crew("北组", ("low_voltage", "medium_voltage"), (112.0, 28.2))
        self.second = self.crew("南组", ("low_voltage",), (112.0, 28.0))

    def member(self, name: str, *skills: str) -> Person:
        """Return somebody of the county's crews."""
        person = self.world.person(Role.CREW_MEMBER, "X11", name=name)
        Person.objects.filter(pk=person.pk).update(skills=list(skills))
        return person

    def crew(self, name: str, skills: tuple[str, ...], base: tuple[float, float]) -> Crew:
        """Put two people together, on duty from now."""
        lead, mate = self.member(f"{name}长", *skills), self.member(f"{name}员")
        dispatcher, now = self.actor("dispatcher"), self.clock.now()
        made = services.make(self.world.units["X11"], name, lead.pk, [mate.pk], dispatcher, now, base)
        services.begin_duty(made, dispatcher, now)
        return made


__all__ = ("grid",)


@pytest.fixture
def house(db: None, clock: Any) -> Crewed:
    """Return the utility with its crews."""
    return Crewed(fill(worlds.small()), clock)
