"""The engine made anew from the tables, after a start, a kill, or another version of the grid.

What stands is its own checkpoint: an outage that is settled is put back where it is (``Engine.adopt``), so that only
reports that may still say something are told again: those within the rules' window, those of open outages, and the last
word of each switch. All of it in the order in which it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db.models import Q

from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.registry.grid import loading
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import NOWHERE, Topology
from open95598.service.outages import flows
from open95598.service.outages.inference.engine import Engine
from open95598.service.outages.inference.reports import Report, Status
from open95598.service.outages.kinds import Apart
from open95598.service.outages.models import Outage, OutageReport

log = structlog.get_logger(__name__)

_WHY = "the engine is fed from all that was told"
#: the engine's minutes are counted from here
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
#: what the engine never sees: known to be no evidence before
KEPT_APART = (Apart.UNKNOWN_PLACE, Apart.IMPOSSIBLE_TIME, Apart.DOUBTED, Apart.PLANNED)
#: so long a switch's last word is believed
SWITCHES = timedelta(days=7)
_STATUS: Mapping[str, Status] = {"unconfirmed": Status.UNCONFIRMED, "probable": Status.PROBABLE}


def minutes(at: datetime) -> float:
    """Return a moment in the engine's minutes."""
    return (at - EPOCH).total_seconds() / 60.0


def moment(at: float) -> datetime:
    """Return the moment of the engine's minutes, to the second."""
    return EPOCH + timedelta(seconds=round(at * 60.0))


class Map:
    """Which device is where: codes of the grid ↔ positions of the topology. Codes are looked up as they are needed."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._position: dict[str, int] = {}
        self._code: dict[int, str] = {}

    def learn(self, codes: Iterable[str]) -> None:
        """Look up codes that are not known yet, in one query."""
        wanted = [code for code in dict.fromkeys(codes) if code and code not in self._position]
        if wanted:
            rows = GridDevice.objects.system(_WHY).filter(code__in=wanted).values_list("code", "pk")
            ids = dict(rows)
            places = self.topology.positions([ids.get(code, 0) for code in wanted]).tolist()
            self._position |= dict(zip(wanted, places, strict=True))

    def position(self, code: str) -> int | None:
        """Return the position of a code that was learnt; None where the topology does not have it."""
        found = self._position.get(code, NOWHERE)
        return None if found == NOWHERE else found

    def codes(self, positions: Iterable[int]) -> dict[int, str]:
        """Return the codes of positions, in one query for those not known yet."""
        wanted = list(dict.fromkeys(positions))
        if lost := [at for at in wanted if at not in self._code]:
            ids = {int(self.topology.ids[at]): at for at in lost}
            rows = GridDevice.objects.system(_WHY).filter(pk__in=ids).values_list("pk", "code")
            self._code |= {ids[pk]: code for pk, code in rows}
        return {at: self._code.get(at, "") for at in wanted}


@dataclass
class Built:
    """An engine with what it was made from; ``of``: the engine's outage → ours (the case)."""

    engine: Engine
    map: Map
    of: dict[int, int]
    grid: int


def build(grid: int, rules: OutageRules, now: datetime) -> Built:
    """Return the engine as it stands by the tables at ``now``; ``grid``: the version in force."""
    topology, _findings = loading.topology_now()
    built = Built(Engine(topology, rules), Map(topology), {}, grid)
    since = now - timedelta(minutes=rules.window)
    standing = list(_standing(now - timedelta(minutes=rules.reopened_within)))
    reports = list(_reports(rules, since, now))
    built.map.learn([*(row.device for row in standing), *(row.device for row in reports)])
    for _at, _number, what in sorted(_steps(standing, reports), key=lambda step: step[:2]):
        if isinstance(what, OutageReport):
            tell(built, what)
        elif isinstance(what, Outage):
            _adopt(built, what)
        else:
            _end(built, what[0], what[1])
    built.engine.advance(minutes(now))
    _recognise(built)
    log.info("outages.rebuilt", reports=len(reports), standing=len(standing), known=len(built.of))
    return built


def tell(built: Built, row: OutageReport) -> Any:
    """Tell the engine a report; return what it did, None where it has no such place. ``KeyError``: no such source."""
    place = built.map.position(row.device)
    if place is None:
        return None
    at = minutes(min(row.at, row.received_at))  # a clock that is a little ahead does not move ours
    report = Report(row.pk, at, place, row.source, point=row.point, caller=row.caller or None)
    return built.engine.report(report)


def _standing(restored_since: datetime) -> Iterator[Outage]:
    """Yield the outages that stand, and those restored so lately that the dark again is told as the same trouble."""
    rows = Outage.objects.system(_WHY).select_related("case")
    lately = Q(actual_end__gte=restored_since) & ~Q(case__state__in=("merged", "withdrawn"))
    yield from rows.filter(Q(is_open=True, settled=True, actual_end=None) | lately).order_by("pk")


def _reports(rules: OutageRules, since: datetime, now: datetime) -> Iterator[OutageReport]:
    """Yield the reports that may still say something, as they were taken."""
    rows = OutageReport.objects.system(_WHY).filter(taken__isnull=False).exclude(device="")
    rows = rows.exclude(apart__in=KEPT_APART).exclude(found_wrong=True)
    switches = [one.code for one in rules.sources if one.says in ("open", "closed")]
    last = rows.filter(source__in=switches, at__gte=now - SWITCHES).order_by("device", "-at", "-pk").distinct("device")
    of_open = Q(outage__is_open=True, outage__actual_end=None)
    wanted = rows.exclude(source__in=switches).filter(Q(at__gte=since) | of_open)
    yield from wanted.order_by("taken")
    yield from last


def _steps(standing: Iterable[Outage], reports: Iterable[OutageReport]) -> Iterator[tuple[datetime, int, Any]]:
    """Yield everything with its time; of one moment reports come first."""
    for row in reports:
        yield row.received_at, row.taken or 0, row
    for outage in standing:
        begun = outage.case.opened_at
        yield begun, 2**62, outage
        if outage.actual_end is not None or outage.case.state == "partly_restored":
            ended = outage.actual_end or outage.case.state_since
            yield max(ended, begun + timedelta(microseconds=1)), 2**62, (outage, ended)


def _adopt(built: Built, outage: Outage) -> None:
    place = built.map.position(outage.device)
    if place is None:
        return  # the grid no longer has it: people alone know how it stands
    status = _STATUS.get(outage.case.state, Status.CONFIRMED)
    at, started = minutes(outage.case.opened_at), minutes(outage.actual_start)
    built.of[built.engine.adopt(place, at, started, status)] = outage.pk


def _end(built: Built, outage: Outage, at: datetime) -> None:
    number = next((number for number, pk in built.of.items() if pk == outage.pk), None)
    if number is not None and built.engine.incidents[number].is_open:
        built.engine.restore(number, minutes(at))


def _recognise(built: Built) -> None:
    """Find among the engine's outages those that were open, but did not stand: at the same place, else nearest."""
    rows = Outage.objects.system(_WHY).filter(is_open=True, settled=False, case__state__in=flows.DARK)
    loose = list(rows.order_by("pk"))
    built.map.learn(row.device for row in loose)
    for row in loose:
        place = built.map.position(row.device)
        if place is None:
            continue
        free = [one for one in built.engine.open_incidents() if one.id not in built.of]
        topology = built.map.topology
        near = [one for one in free if topology.below(one.device, place) or topology.below(place, one.device)]
        near.sort(key=lambda one: (built.engine.feeders.of[one.device] != built.engine.feeders.of[place], one.id))
        if near:
            built.of[near[0].id] = row.pk
