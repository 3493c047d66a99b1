"""Why a device is named, as data: "17 of 212 below T-043 called in 9 minutes, none below T-044". Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.service.outages.inference.naming import Naming

#: devices beside it that are told of, alternatives that are ranked
_BESIDE, _RANKED = 3, 6


@dataclass(frozen=True)
class Below:
    """How many usage points are below a device, and how many of them reported."""

    device: int
    reports: int
    points: int


@dataclass(frozen=True)
class Alternative:
    """A device that may be open instead (or besides, when it is inside), and how probable that is, from 0 to 1."""

    device: int
    probability: float


@dataclass(frozen=True)
class Explanation:
    """Why an outage is where it is. ``here``: the device itself; ``minutes`` between its first and last report (0
    without); ``speaking`` and ``silent``: the largest devices beside it with and without reports; ``light``:
    something below it says that there is light; ``in_line``: devices that darken the same customers, so that reports
    cannot tell them apart; ``ranked``: the most probable devices, the likeliest first, of those on the way up and
    next below."""

    here: Below
    minutes: float
    speaking: tuple[Below, ...]
    silent: tuple[Below, ...]
    light: bool
    in_line: tuple[int, ...]
    ranked: tuple[Alternative, ...]


def explain(engine: Naming, incident_id: int) -> Explanation:
    """Explain an open outage. Raises ``KeyError`` for an unknown one."""
    incident = engine.incidents[incident_id]
    feeders, belief = engine.feeders, engine.belief
    top = feeders.of[incident.device]
    node = belief.nodes.get(top)
    times = [at for at, _id in belief.reports(top)]
    above = feeders.up[top]
    beside: list[Below] = []
    if above >= 0:
        near = {feeders.of[child] for one in feeders.members(above) for child in feeders.topology.children(one)}
        near -= {top, above}
        beside = [
            Below(feeders.likeliest(at), len(belief.reports(at)), feeders.points[at])
            for at in near
            if feeders.points[at]
        ]
    beside.sort(key=lambda one: (-one.reports, -one.points, one.device))
    return Explanation(
        Below(incident.device, len(times), feeders.points[top]),
        times[-1] - times[0] if times else 0.0,
        tuple(one for one in beside if one.reports)[:_BESIDE],
        tuple(one for one in beside if not one.reports)[:_BESIDE],
        node is not None and node.light > 0 and node.light_at >= node.first,
        tuple(at for at in feeders.members(top) if at != incident.device),
        ranking(engine, top),
    )


def ranking(engine: Naming, top: int) -> tuple[Alternative, ...]:
    """Return the most probable open devices around a class: on its way up, and next below, should none of those be
    open."""
    way, _known = engine.way(top)
    belief, feeders = engine.belief, engine.feeders
    along = belief.along(way)
    found = [Alternative(feeders.likeliest(at, belief.blocked), p) for at, p in zip(way, along, strict=True) if p > 0]
    node = belief.nodes.get(top)
    left = 1.0
    for at in way:
        left *= 1.0 - belief.share(at)
    kids = [kid for kid in sorted(node.kids) if kid not in belief.hidden and belief.share(kid) > 0] if node else []
    found += [Alternative(feeders.likeliest(kid, belief.blocked), left * belief.share(kid)) for kid in kids]
    return tuple(sorted(found, key=lambda one: (-one.probability, one.device))[:_RANKED])
