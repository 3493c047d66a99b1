"""The rows of a rulebook about crews: skills, speeds, lengths of work, what counts in an assignment (2.3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from open95598.foundation.words import Label


@dataclass(frozen=True)
class CrewSkill:
    """Something that a member of a crew is trained for."""

    code: str
    label: Label
    source: str = ""


@dataclass(frozen=True)
class CrewWork:
    """Work in the field: faults of which categories (and what is below them), outages of which kinds of device, the
    skills that a crew needs for it, and for how many minutes it lasts on site."""

    code: str
    categories: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    lasts: int = 60
    source: str = ""


@dataclass(frozen=True)
class CrewRules:
    """What a rulebook says about crews. Lengths in minutes.

    ``speeds``: km/h by kind of area; a road is ``detour`` percent of the straight line. ``unknown_travel``: travel to a
    place that is not known. A position older than ``fresh`` is marked, one older than ``forgotten`` counts no more.
    ``shift``: how long a duty lasts that says nothing else. An assignment costs ``late_minute`` for each minute and
    ``late_once`` for each time that a crew arrives late, and one for each hour that a customer is dark; an important
    user counts as so many customers, one on life support as ``protected``. ``priorities``: so many times as much.
    """

    speeds: Mapping[str, int] = field(default_factory=dict)
    detour: int = 130
    unknown_travel: int = 30
    fresh: int = 15
    forgotten: int = 720
    shift: int = 720
    late_minute: int = 5
    late_once: int = 30
    important: int = 100
    protected: int = 300
    priorities: Mapping[str, int] = field(default_factory=dict)
    skills: tuple[CrewSkill, ...] = ()
    work: tuple[CrewWork, ...] = ()
    source: str = ""

    def speed(self, area: str) -> int:
        """Return how fast a crew of such an area is, in km/h."""
        return self.speeds.get(area, 30)

    def times(self, priority: str) -> int:
        """Return how many times as much an order of this priority counts."""
        return self.priorities.get(priority, 1)

    def skill(self, code: str) -> Label:
        """Return a skill in words; one that is not known any more is called by its code."""
        return next((one.label for one in self.skills if one.code == code), Label(code, code))

    def of_category(self, category: str) -> CrewWork:
        """Return the work that a fault of a category is: the row with the longest category that it lies in."""
        fitting = [
            (len(prefix), row)
            for row in self.work
            for prefix in row.categories
            if category == prefix or category.startswith(f"{prefix}.")
        ]
        return max(fitting, key=lambda one: one[0])[1] if fitting else CrewWork("")

    def of_device(self, kind: str) -> CrewWork:
        """Return the work that an outage of a kind of device (``feeder``, ``box`` …) is."""
        return next((row for row in self.work if kind in row.devices), CrewWork(""))
