"""The board of a unit's crews: who is on duty, where, with what in hand; what has no crew yet, and whom to send.

The plan is made when it is looked at (``assigning``): minutes are whole, so that all who look in the same minute see
the same, and it is worked out once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.crew_rows import CrewRules
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.service.crews import assigning, gathering, queries, values
from open95598.service.crews.gathering import ON_SITE, Work
from open95598.service.crews.models import Crew, Duty
from open95598.service.crews.queries import Where
from open95598.service.crews.values import Missing, Plan, Stop, Why
from open95598.service.workorders import directory, personal, wording

#: work that lasts longer than it usually does is taken to be done in so many minutes
SOON = 10
#: crews that are offered for some work, beside the one proposed
OFFERED = 15


@dataclass(frozen=True)
class InHand:
    """Something that a crew has, with when it should be there and done (None: nothing is known of the way)."""

    work: Work
    url: str
    state: Any
    arrives: datetime | None
    leaves: datetime
    late: bool


@dataclass
class Team:
    """A crew as the board shows it."""

    crew: Crew
    duty: Duty | None
    where: Where | None
    skills: frozenset[str]
    skill_names: str
    in_hand: list[InHand]
    free_at: datetime
    value: values.Crew
    stops: list[Proposal] = field(default_factory=list)

    @property
    def free(self) -> bool:
        """Whether it is on duty and has nothing in hand."""
        return self.duty is not None and not self.in_hand


@dataclass
class Proposal:
    """Work without a crew, with the crew that is proposed; ``why``: in words. ``first``: it would go there next."""

    work: Work
    url: str
    state: Any
    place: str
    stop: Stop | None = None
    team: Team | None = None
    arrives: datetime | None = None
    late: int = 0
    first: bool = False
    why: str = ""
    able: list[Team] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What the page's form sends: the case, its version, who has it."""
        return f"{self.work.case.pk}.{self.work.case.version}.{self.work.owner_id or ''}"


@dataclass
class Board:
    """The page's content for one reader at one moment; ``now`` in whole minutes for the plan."""

    rights: Rights
    unit: UnitFacts
    now: datetime

    @cached_property
    def rules(self) -> CrewRules:
        """What the unit's rulebook says of crews."""
        return store.current(self.now, tuple(self.unit.lineage)).crews

    @cached_property
    def moment(self) -> datetime:
        """The moment of the plan: the beginning of the minute."""
        return self.now.replace(second=0, microsecond=0)

    @cached_property
    def path(self) -> list[UnitFacts]:
        """The units above that the reader may look at, from the top."""
        near = [u for u in directory.units() if u.id in self.unit.lineage]
        return [u for u in near if self.rights.at(Permission.OVERVIEW_VIEW, u.lineage)]

    @cached_property
    def below(self) -> list[UnitFacts]:
        """The units directly below."""
        return [u for u in directory.units() if u.lineage[:-1] == self.unit.lineage]

    @cached_property
    def _crews(self) -> list[Crew]:
        rows = queries.crews(self.rights)
        # a crew of a unit above serves those below as well
        return [row for row in rows if self.unit.id in row.unit.lineage or row.unit_id in self.unit.lineage]

    @cached_property
    def gathered(self) -> gathering.Gathered:
        """What there is to do, and what is in hand."""
        return gathering.gather(self.rights, self.unit.id, self._crews, self.now)

    @cached_property
    def teams(self) -> list[Team]:
        """The crews: those on duty first, by unit and name."""
        duties = queries.on_duty([row.pk for row in self._crews], self.now)
        found = [self._team(row, duties.get(row.pk)) for row in self._crews]
        return sorted(found, key=lambda one: one.duty is None)

    @property
    def on_duty(self) -> list[Team]:
        """Those of them that are on duty."""
        return [team for team in self.teams if team.duty is not None]

    def _team(self, crew: Crew, duty: Duty | None) -> Team:
        skills = frozenset(code for person in crew.members.all() for code in person.skills)
        names = [one.label.in_(get_language()) for one in self.rules.skills if one.code in skills]
        where = queries.where(crew, self.now)
        own = {p.pk for p in crew.members.all()}
        works = [work for pk in sorted(own) for work in self.gathered.in_hand.get(pk, ())]
        works.sort(key=lambda w: (w.case.state not in ON_SITE, w.case.state in gathering.WITHOUT, w.limit or self.now,
                                  w.case.pk))  # fmt: skip
        speed = self.rules.speed(crew.unit.area_type)
        at, place, hands = self.moment, where.place if where else None, []
        for work in works:
            one = self._in_hand(work, at, place, speed)
            hands.append(one)
            at, place = max(at, one.leaves), work.place or place
        minutes = max(0.0, (at - self.moment).total_seconds() / 60)
        value = values.Crew(str(crew.pk), place, minutes, skills, tuple(crew.unit.lineage), float(speed))
        return Team(crew, duty, where, skills, _listed(names), hands, at, value)

    def _in_hand(self, work: Work, at: datetime, place: values.Place | None, speed: int) -> InHand:
        """Return what a crew has, from the moment and place where it is free for it."""
        state = wording.state(work.case.kind, work.case.state, work.case.flow_version)
        order = work.order
        there = order.arrived_at if order is not None else None
        if there is None and work.outage is not None:
            there = work.outage.crew_arrived_at
        if there is not None and (order is None or order.case.state in ON_SITE):
            leaves = max(there + timedelta(minutes=work.lasts),
                         self.moment + timedelta(minutes=SOON))  # fmt: skip
            return InHand(work, case_url(work), state, None, leaves, False)
        way = self.rules.unknown_travel
        if place is not None and work.place is not None:
            way = round(values.distance(place, work.place) * self.rules.detour / 100 / speed * 60)
        arrives = at + timedelta(minutes=way)
        late = work.limit is not None and arrives > work.limit
        return InHand(work, case_url(work), state, arrives, arrives + timedelta(minutes=work.lasts), late)

    @cached_property
    def plan(self) -> Plan:
        """The assignment of all work without a crew to the crews on duty."""
        rules = self.rules
        weights = values.Weights(
            float(rules.late_minute), float(rules.late_once), rules.detour / 100, float(rules.unknown_travel)
        )
        jobs = [work.job(rules, self.moment) for work in self.gathered.waiting]
        return assigning.assign(jobs, [team.value for team in self.on_duty], weights)

    @cached_property
    def proposals(self) -> list[Proposal]:
        """The work without a crew: what is late or nearly so first."""
        by_crew = {team.value.key: team for team in self.on_duty}
        stops = {
            stop.job: (by_crew[crew], number, stop)
            for crew, route in self.plan.routes.items()
            for number, stop in enumerate(route)
        }
        found = []
        for work in self.gathered.waiting:
            state = wording.state(work.case.kind, work.case.state, work.case.flow_version)
            row = Proposal(work, case_url(work), state, place_of(work))
            job = work.job(self.rules, self.moment)
            row.able = _near([team for team in self.on_duty if values.eligible(team.value, job)], work.place)
            if job.key in stops:
                row.team, number, row.stop = stops[job.key]
                row.able = row.able if row.team in row.able else [row.team, *row.able]
                row.arrives = self.moment + timedelta(minutes=round(row.stop.arrives))
                row.late, row.first = round(row.stop.late), number == 0
                row.why = self._why(row, row.stop, number, by_crew)
                row.team.stops.append(row)
            else:
                row.why = self._missing(work, self.plan.open.get(job.key, Missing.NO_CREW))
            found.append(row)
        for team in self.on_duty:
            team.stops.sort(key=lambda one: one.arrives or self.now)
        return found

    def _why(self, row: Proposal, stop: Stop, number: int, by_crew: dict[str, Team]) -> str:
        """Say why this crew: what else was looked at, and when that would be there."""
        if stop.why == Why.AFTER:
            return ngettext("After %(n)s other job.", "After %(n)s other jobs.", number) % {"n": number}
        if stop.why == Why.ONLY:
            return _("No other crew on duty can do it.")
        other = by_crew[stop.other]
        told = {"crew": other.crew.name, "at": f"{self._time(stop.other_arrives)}"}
        if stop.why == Why.BETTER:
            return _("%(crew)s could be there at %(at)s, and is needed elsewhere.") % told
        return _("The first to be there; %(crew)s at %(at)s.") % told

    def _missing(self, work: Work, why: Missing) -> str:
        if why == Missing.NO_CREW:
            return _("No crew is on duty.")
        names = _listed([self.rules.skill(code).in_(get_language()) for code in work.needs])
        return _("No crew on duty here has the skills: %(names)s.") % {"names": names}

    def _time(self, minutes: float) -> str:
        return f"{timezone.localtime(self.moment + timedelta(minutes=round(minutes))):%H:%M}"

    @property
    def sendable(self) -> bool:
        """Whether there is anything that some crew can be sent to."""
        return any(row.able for row in self.proposals)

    @property
    def figures(self) -> list[tuple[Any, int, str]]:
        """The figures at the top: name, number, what a number above zero means."""
        return [
            (_("Crews on duty"), len(self.on_duty), ""),
            (_("Nothing in hand"), sum(team.free for team in self.on_duty), ""),
            (_("Without a crew"), len(self.proposals), "warning"),
            (_("Would arrive late"), sum(row.late > 0 for row in self.proposals), "danger"),
            (_("Nobody can be proposed"), sum(row.team is None for row in self.proposals), "danger"),
        ]


def _near(teams: list[Team], place: values.Place | None) -> list[Team]:
    """Return the crews that are offered for some work: the nearest of them, where there are many."""
    if len(teams) <= OFFERED:
        return teams

    def far(team: Team) -> float:
        here = team.value.place
        return math.inf if here is None or place is None else math.dist(here, place)

    return sorted(teams, key=far)[:OFFERED]


def case_url(work: Work) -> str:
    """Return the address of the page of an outage or an order."""
    if work.outage is not None:
        return reverse("outages:case", args=(work.outage.pk,))
    return reverse("workorders:case", args=(work.number,))


def place_of(work: Work) -> str:
    """Return where it is, as anybody may read it: the device, or the order's masked address."""
    if work.outage is not None:
        return work.outage.place
    return personal.shown(work.order)["address"] if work.order is not None else ""


def _listed(words: list[str]) -> str:
    """Return words in a row, as the reader's language puts them."""
    return (", " if (get_language() or "").startswith("en") else "、").join(words)
