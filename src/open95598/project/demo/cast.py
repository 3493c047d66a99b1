"""Who of the utility's people does a step, and with which unit: the bridge from ``behaviour`` to the services."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.casework import recusal
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.project.demo import organisation, sheets, utility
from open95598.project.demo.behaviour import Situation, Step
from open95598.service.portal import accounts as portal

#: desk or role of a step → role, and the levels of unit at which it is held, nearest first
DESKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "agent": ("agent", ("province",)),
    "dispatcher": ("dispatcher", ("province",)),
    "callback": ("callback_clerk", ("province",)),
    "confidential": ("confidential_clerk", ("province",)),
    "handler": ("handler", ("team", "county", "city")),
    "manager": ("unit_manager", ("county", "city", "province")),
    "approver": ("unit_manager", ("county", "city", "province")),
    "auditor": ("quality_auditor", ("county", "city", "province", "headquarters")),
    "auditor_above": ("quality_auditor", ("county", "city", "province", "headquarters")),
    "supervisor": ("supervisor", ("county", "city", "province")),
    "second_supervisor": ("supervisor", ("province", "headquarters")),
    "crew": ("crew_member", ("team", "county")),
    "above": ("unit_manager", ("county", "city", "province", "headquarters")),
    "far_above": ("unit_manager", ("county", "city", "province", "headquarters")),
}
#: desk → how many levels above the case's unit it begins
_ABOVE = {"above": 1, "far_above": 2, "auditor_above": 1}
#: who is named on the order itself
_NAMED: Mapping[str, Callable[[Case, Any], int | None]] = {
    "owner": lambda case, typed: case.owner_id,
    "keeper": lambda case, typed: typed.keeper_id,
    "asked_keeper": lambda case, typed: typed.keeper_asked_id,
    "appellant": lambda case, typed: typed.by_id,
}
#: a confidential order is for whoever leads the unit
_IN_CONFIDENCE = {
    "handler": "manager", "accepter": "manager", "owner": "manager", "agent": "dispatcher",
    "customer_or_agent": "dispatcher",
}  # fmt: skip


class Cast:
    """The people and units of the utility, looked up once; their rights as of one moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.by_code = {unit.code: unit for unit in self.units.values()}
        self._by_role = organisation.by_role()
        self._people = {p.pk: p for people in self._by_role.values() for p in people}
        self._actors: dict[int, Actor] = {}
        self.portal = portal.of_house(now)

    def actor(self, person: Person) -> Actor:
        """Return a person ready to act, with the rights they have."""
        if person.pk not in self._actors:
            self._actors[person.pk] = Actor.of(person, rights.load(person, self.now), "simulation")
        return self._actors[person.pk]

    def person(self, person_id: int | None) -> Actor | None:
        """Return one of the utility's people ready to act; None for nobody, and for anybody else."""
        found = self._people.get(person_id or 0)
        return self.actor(found) if found is not None else None

    def of_role(self, role: str, unit: Unit) -> list[Actor]:
        """Return those who hold a role at a unit, those on the sign-in page first."""
        people = sorted(self._by_role.get((role, unit.pk), ()), key=lambda person: not person.demo)
        return [self.actor(person) for person in people]

    def is_ours(self, person_id: int | None) -> bool:
        """Say whether it is nobody, or one of the people whom the demonstration may let act."""
        return person_id is None or person_id in self._people

    def knows(self, unit_ids: Iterable[int]) -> bool:
        """Say whether all these units were there when the cast was looked up."""
        return all(pk in self.units for pk in unit_ids)

    def agent(self, key: str) -> Actor:
        """Return the agent who takes a call."""
        people = self._by_role["agent", self.by_code[utility.PROVINCE[0]].pk]
        return self.actor(people[_chance(key) % len(people)])

    def doer(self, step: Step, case: Case, typed: Any, key: str, *, listed: bool = False) -> Actor | None:
        """Return who does a step on a case (``typed``: its row); None when nobody of the utility can.

        ``listed``: rather somebody whose account stands on the sign-in page, so that whoever tries it finds the order.
        """
        if step.who == "speaker":  # who told a sealed order is known to the confidential clerk only
            step = replace(step, who="caller" if getattr(typed, "sealed", False) else "owner")
        if step.who in _NAMED and not (step.who == "owner" and case.owner_id is None):
            return self.person(_NAMED[step.who](case, typed))
        if step.who == "customer" or (step.who == "customer_or_agent" and getattr(typed, "source", "") == "portal"):
            return portal.actor(self.portal)
        lineage = [self.units[pk] for pk in reversed(case.scope)]
        if step.who in ("auditor", "supervisor"):  # each level of review is one unit further up
            lineage = lineage[case.review_level :]
        if step.who in _ABOVE:
            lineage = lineage[_ABOVE[step.who] :] or lineage[-1:]
        for desk in self._desks(step.who, case, typed):
            role, levels = DESKS[desk]
            pool = [
                person
                for unit in lineage
                if unit.level in levels
                for person in self._by_role.get((role, unit.pk), ())
                if person.pk not in case.recused_people
            ]
            if desk == "approver" and case.owner_id in {p.pk for p in pool}:  # nobody approves what they asked for
                pool = [p for p in pool if p.unit_id != case.unit_id]
            if step.who == "far_above":  # the second round is for somebody else than the first
                pool = [p for p in pool if p.pk not in (typed.decided_by_id, typed.by_id)]
            nearest = [p for p in pool if p.unit_id == pool[0].unit_id]
            if listed and (shown := [p for p in nearest if p.demo]):
                return self.actor(shown[0])
            if nearest:
                return self.actor(nearest[_chance(f"{key}/{desk}/{case.review_level}") % len(nearest)])
        return None

    def _desks(self, who: str, case: Case, typed: Any) -> tuple[str, ...]:
        if who == "urged":  # whoever has it, else those with whom it still is
            return ("manager" if case.confidential else "handler", "dispatcher")
        if who == "caller":  # who told a sealed order is known to the confidential clerk only
            return ("confidential" if getattr(typed, "sealed", False) else "callback",)
        if who == "answerer":  # for the unit, whoever handles there or heads it
            return ("manager",) if case.confidential else ("handler", "manager")
        if case.confidential:
            return (_IN_CONFIDENCE.get(who, who),)
        if who == "customer_or_agent":
            return ("agent",)
        if who not in ("accepter", "owner"):
            return (who,)
        if case.kind != "fault":
            return ("handler",)
        needs_station = self.station_of(typed.address) is not None and self.units[case.unit_id].level == "county"
        return ("handler", "crew") if needs_station else ("crew", "handler")

    def data(self, step: Step, case: Case, address: str, home: str, key: str) -> dict[str, Any]:
        """Return a step's data with units and people in the place of ``@…``. ``home``: the county (code) concerned."""
        if step.data.get("sheet") == "@sheet":
            return {"sheet": sheets.filled(case, key)}
        if step.data.get("person") == "@handler":
            return dict(step.data) | {"person": self._colleague(case, key)}
        if step.data.get("person") == "@recused":
            return dict(step.data) | {"person": next(iter(case.recused_people), None)}
        if step.data.get("person") == "@agent":
            return dict(step.data) | {"person": self.agent(f"{key}/next").person_id}
        wanted = step.data.get("unit")
        if not isinstance(wanted, str) or not wanted.startswith("@"):
            return dict(step.data)
        county = self.by_code[home]
        if wanted == "@station":
            chosen = self.station_of(address) or county
        elif wanted in ("@home", "@again"):
            chosen = county if case.kind != "report" else self.units[county.lineage[-2]]
        else:  # somebody beside: another county of the same city
            others = [u for u in self.units.values() if u.parent_id == county.parent_id and u.pk != case.unit_id]
            chosen = others[_chance(key) % len(others)]
        if case.recused_units:
            chosen = self.units[recusal.stand_in(chosen.lineage, case.recused_units)]
        return dict(step.data) | {"unit": chosen.pk}

    def _colleague(self, case: Case, key: str) -> int | None:
        """Return somebody at the order's unit, or above it, who does not have the order."""
        for pk in reversed(case.scope):
            people = [p.pk for p in self._by_role.get(("handler", pk), ()) if p.pk != case.owner_id]
            if len(people) > 1:  # somebody is left who can handle it
                return people[_chance(key) % len(people)]
        return None

    def station_of(self, address: str) -> Unit | None:
        """Return the power-supply station at an address, if there is one."""
        code = utility.station_at(address)
        return self.by_code[code] if code else None

    def county_of(self, case: Case, address: str) -> str:
        """Return the code of the county that an order concerns."""
        for pk in reversed(case.scope):
            if self.units[pk].level == "county":
                return self.units[pk].code
        for _city, county in utility.counties():
            if county.place in address:
                return county.code
        within = [c for city, c in utility.counties() if self.by_code[city.code].pk in case.scope]
        everywhere = within or [c for _city, c in utility.counties()]
        return next((c.code for c in everywhere if any(e in address for e in c.estates)), everywhere[0].code)

    def situation(
        self, case: Case, typed: Any, place: str, done: Mapping[str, int], *, twin: str = "", earlier: str = ""
    ) -> Situation:
        """Return what ``behaviour`` must know of a case; see ``Situation`` for ``done``, ``twin`` and ``earlier``."""
        unit = self.units[case.unit_id]
        station = self.station_of(typed.address) if case.kind == "fault" and unit.level == "county" else None
        more = {
            name: getattr(typed, name)
            for name in (
                "category",
                "cause",
                "attempts",
                "reopenings",
                "satisfaction",
                "extension",
                "source",
                "substantiated",
                "call_at",
                "anonymous",
                "sealed",
            )
            if hasattr(typed, name)
        }
        return Situation(
            kind=case.kind,
            category=more.pop("category", ""),
            state=case.state,
            version=case.version,
            level=unit.level,
            area=unit.area_type,
            since=max(filter(None, (case.state_since, getattr(typed, "contacted_at", None)))),
            opened_at=case.opened_at,
            now_with_station=station is not None,
            place=place,
            contacted=bool(getattr(typed, "contacted_at", None)),
            review_level=case.review_level,
            done=done,
            twin=twin,
            earlier=earlier,
            **more,
        )


def _chance(key: str) -> int:
    """Return the same number for the same key."""
    return zlib.crc32(key.encode())
