"""Who is told when a clock warns or is missed: the ladder's roles, looked up in the tree of units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Q

from open95598.casework.clocks import Look
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.rights import belonging_to
from open95598.foundation.units.models import Unit


@dataclass(frozen=True)
class Call:
    """Who is told (ids of people), and by which channels."""

    recipients: list[int]
    channels: list[str]


class Addressed(Protocol):
    """What it depends on of a case who is told about it."""

    kind: str
    opened_by_unit_id: int
    owner_id: int | None
    scope: Any
    recused_people: Any
    recused_units: Any


class Directory:
    """Looks up who holds a role at a unit at one moment; remembers what it found, for a whole sweep."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._calls: dict[tuple[Any, ...], Call] = {}
        self._homes: dict[tuple[int, tuple[int, ...]], bool] = {}
        self._held: dict[int, dict[str, list[int]]] = {}
        self._levels: dict[int, str] | None = None

    def call(self, case: Addressed, rules: Any, clock: str, found: Look) -> Call:
        """Return whom the rulebook's ladder wants told of what the sweeper found. Recused people are left out."""
        facts = (
            rules.version, case.kind, clock, found.kind, found.warning_folded, found.escalated, case.owner_id,
            case.opened_by_unit_id, tuple(case.scope), tuple(case.recused_people),
            tuple(case.recused_units),
        )  # fmt: skip
        if facts not in self._calls:  # many cases of one team have the same people to tell
            self._calls[facts] = self._look_up(case, rules, clock, found)
        return self._calls[facts]

    def _look_up(self, case: Addressed, rules: Any, clock: str, found: Look) -> Call:
        when = {"warned": ("warn",), "breached": ("warn", "breach") if found.warning_folded else ("breach",)}
        steps = rules.ladder(case.kind, clock)
        if found.kind == "escalated":
            later = sorted({s.after_minutes for s in steps if s.when == "later"})[: found.escalated]
            chosen = [s for s in steps if s.when == "later" and later and s.after_minutes == later[-1]]
        else:
            chosen = [s for s in steps if s.when in when[found.kind]]
        recipients: list[int] = []
        channels: list[str] = []
        for step in chosen:
            recipients += self._people(case, step)
            channels += step.channels
        return Call(self._without_recused(recipients, case), list(dict.fromkeys(channels)))

    def holders(self, case: Addressed, level: str, roles: Iterable[str]) -> list[int]:
        """Return who holds one of the roles at the level above a case; nobody who is recused from it."""
        return list(dict.fromkeys(person for role in roles for person in self._nearest(case, level, role)))

    def at(self, case: Addressed, unit_id: int, roles: Iterable[str]) -> list[int]:
        """Return who holds one of the roles at a unit; nobody who is recused from the case."""
        return self._without_recused([p for role in roles for p in self._holders(unit_id, role)], case)

    def _without_recused(self, person_ids: list[int], case: Addressed) -> list[int]:
        """Return each of the people once, without those who are recused, themselves or with a unit of theirs."""
        people, units = set(case.recused_people), tuple(case.recused_units)
        left = [p for p in dict.fromkeys(person_ids) if p not in people]
        if not units:
            return left
        unknown = [p for p in left if (p, units) not in self._homes]
        away = belonging_to(unknown, units, self._now)
        self._homes |= {(p, units): p in away for p in unknown}
        return [p for p in left if not self._homes[p, units]]

    def _people(self, case: Addressed, step: Any) -> Iterable[int]:
        for role in step.roles:
            if role == "owner":
                if case.owner_id is not None:
                    yield case.owner_id
                continue
            yield from self._nearest(case, step.level, role)

    def _nearest(self, case: Addressed, level: str, role: str) -> list[int]:
        """Return who holds a role at the first unit of a level where somebody does who is not recused."""
        found = (self._without_recused(list(self._holders(unit, role)), case) for unit in self._units(case, level))
        return next((people for people in found if people), [])

    def _units(self, case: Addressed, level: str) -> list[int]:
        lineage = list(case.scope)
        if level == "own":
            # nobody holds the role in a small team: then the next unit above it answers
            return lineage[::-1][:2]
        if level == "parent":
            return lineage[-2:-1]
        if level == "opener":
            return [case.opened_by_unit_id]
        if self._levels is None:
            self._levels = dict(Unit.objects.values_list("pk", "level"))
        return [unit_id for unit_id in lineage if self._levels.get(unit_id) == level]

    def _holders(self, unit_id: int, role: str) -> list[int]:
        if unit_id not in self._held:
            rows = RoleAssignment.objects.filter(
                Q(valid_to=None) | Q(valid_to__gt=self._now),
                unit_id=unit_id,
                valid_from__lte=self._now,
                person__is_active=True,
            )
            held = self._held[unit_id] = {}
            for name, person in rows.order_by("person_id").values_list("role", "person_id").distinct():
                held.setdefault(name, []).append(person)
        return self._held[unit_id].get(role, [])
