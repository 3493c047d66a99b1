"""A small utility for tests: a tree of units and people in every role, made through the models."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from open95598.casework.actors import Actor
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


@dataclass
class World:
    """The units by code, and people made on demand."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)

    def unit(self, code: str, level: str, parent: str | None, *territory: str, area: str = "city") -> Unit:
        """Make a unit below another."""
        above = self.units[parent] if parent else None
        row = Unit.objects.create(
            code=code, name=code, level=level, parent=above, territory=list(territory), area_type=area
        )
        row.lineage = [*(above.lineage if above else []), row.pk]
        row.save(update_fields=["lineage"])
        self.units[code] = row
        return row

    def person(self, role: Role | str, unit: str, *, name: str = "") -> Person:
        """Return the person who holds a role at a unit, making them once."""
        key = (str(role) + name, unit)
        if key not in self.people:
            person = Person.objects.create(
                username=f"{role}.{unit}.{name}".lower().strip("."),
                name=name or f"{role}@{unit}",
                unit=self.units[unit],
            )
            RoleAssignment.objects.create(person=person, role=role, unit=self.units[unit], valid_from=LONG_AGO)
            self.people[key] = person
        return self.people[key]

    def actor(self, role: Role | str, unit: str, now: datetime, *, name: str = "") -> Actor:
        """Return somebody with a role at a unit, ready to act."""
        person = self.person(role, unit, name=name)
        return Actor.of(person, rights.load(person, now), "page")


def small() -> World:
    """Return one headquarters, a province, two cities with two counties each, a team in the first county."""
    world = World()
    world.unit("HQ", "headquarters", None)
    world.unit("P1", "province", "HQ", "星沙省")
    world.unit("C1", "city", "P1", "湘江市")
    world.unit("C2", "city", "P1", "岳麓市")
    world.unit("X11", "county", "C1", "东湖区")
    world.unit("X12", "county", "C1", "西山县", area="rural")
    world.unit("X21", "county", "C2", "北城区")
    world.unit("X22", "county", "C2", "南岭县", area="remote")
    world.unit("T111", "team", "X11", "东湖区解放路")
    return world


def fault(**more: object) -> dict[str, object]:
    """Return the facts of a plain fault."""
    facts = {
        "kind": "fault",
        "category": "fault.lv",
        "description": "家里突然没电，楼道灯也不亮，邻居家也没电。",
        "contact_name": "李小明",
        "contact_phone": "13812345678",
        "address": "湘江市东湖区芙蓉路88号3栋2单元501",
        "channel": "phone",
    }
    return facts | more
