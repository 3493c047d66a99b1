"""Whatever is reported, confirmed, restored, split and merged, in any order: the engine's books agree."""

from __future__ import annotations

from math import isclose
from random import Random

import pytest
from tests.unit.outages.test_engine import GRID, RULES

from open95598.service.outages.inference.engine import Engine
from open95598.service.outages.inference.explaining import explain
from open95598.service.outages.inference.reports import Report

_BOXES = [at for at in range(len(GRID)) if GRID.kinds[at] == 4][:30]
_SAID = ("order",) * 8 + ("has_light", "single", "still_out", "ping_light", "arrears", "scada_open", "scada_closed")


@pytest.mark.parametrize("seed", range(25))
def test_the_books_agree(seed: int) -> None:
    dice = Random(seed)
    engine, now = Engine(GRID, RULES), 0.0
    for number in range(dice.randint(5, 80)):
        now += dice.expovariate(0.3)
        _act(engine, dice, number, now)
        _agree(engine)
        for incident in engine.open_incidents():
            told = explain(engine, incident.id)
            assert told.here.device == incident.device
            assert all(0.0 < one.probability <= 1.0 + 1e-9 for one in told.ranked)


def _act(engine: Engine, dice: Random, number: int, now: float) -> None:
    place = dice.randrange(len(GRID)) if dice.random() < 0.2 else dice.choice(_BOXES)
    known = [one.id for one in engine.open_incidents()]
    throw = dice.random()
    if throw < 0.75 or not known:
        late = dice.choice((0, 0, 0, 30))
        point, caller = dice.choice((None, place)), dice.choice((None, None, "a"))
        engine.report(Report(number, now - late, place, dice.choice(_SAID), point=point, caller=caller))
        return
    one = dice.choice(known)
    device = engine.incidents[one].device
    inside = range(device, int(GRID.end[device]))
    if throw < 0.8:
        engine.confirm(place, now, one)
    elif throw < 0.86:
        engine.restore(one, now, [at for at in inside[1:] if dice.random() < 0.02][:2])
    elif throw < 0.9:
        engine.power_back(place, now)
    elif throw < 0.93:
        engine.split(one, dice.sample(inside, min(2, len(inside))), now)
    elif throw < 0.96 and len(known) > 1:
        two = dice.sample(known, 2)
        engine.merge(two, GRID.common([engine.incidents[n].device for n in two]), now)
    else:
        engine.advance(now + 60)


def _agree(engine: Engine) -> None:
    feeders, belief = engine.feeders, engine.belief
    standing = {feeders.of[one.device] for one in engine.open_incidents() if one.settled}
    assert belief.hidden == standing
    for one in engine.open_incidents():
        inside = feeders.way(one.device)[0]
        assert engine.of(inside) == one.id
    for top, node in belief.nodes.items():
        kids = [belief.nodes[kid] for kid in node.kids if kid in belief.nodes and kid not in standing]
        assert isclose(node.below, sum(kid.z for kid in kids), abs_tol=1e-6)
        below = [at for at in standing if at != top and feeders.topology.below(top, at)]
        outer = [at for at in below if not any(up in below for up in feeders.way(at)[1:])]
        assert node.masked == sum(feeders.points[at] for at in outer)
