"""Laws of the inference: order of what comes together, evidence below, vetoes, replaying, sums kept along the way."""

from __future__ import annotations

from math import isclose

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.outages.test_engine import GRID, RULES

from open95598.service.outages.inference.belief import Node
from open95598.service.outages.inference.engine import Engine
from open95598.service.outages.inference.reports import Report, Status

_BOXES = [at for at in range(len(GRID)) if GRID.kinds[at] == 4]
_SMALL = settings(max_examples=25, deadline=None)
places = st.lists(st.sampled_from(_BOXES[:40]), min_size=1, max_size=25)


def played(reports: list[tuple[float, int, str]]) -> Engine:
    engine = Engine(GRID, RULES)
    for n, (at, place, source) in enumerate(reports):
        engine.report(Report(n, at, place, source))
    return engine


def told(engine: Engine) -> list[tuple[int, Status, bool]]:
    return [(one.device, one.status, one.settled) for one in engine.open_incidents()]


@given(places, st.randoms(use_true_random=False))
@_SMALL
def test_the_order_of_reports_at_one_moment_does_not_matter(boxes: list[int], dice: object) -> None:
    shuffled = list(boxes)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = (played([(10.0, box, "order") for box in order]) for order in (boxes, shuffled))
    for top, node in one.belief.nodes.items():
        assert node.n == two.belief.nodes[top].n
        # but for the last digits of sums in another order
        assert abs(one.belief.share(top) - two.belief.share(top)) < 1e-9


@given(places, st.sampled_from(_BOXES[:40]))
@_SMALL
def test_one_more_report_below_a_device_never_lowers_it_against_its_siblings(boxes: list[int], more: int) -> None:
    engine = played([(10.0, box, "order") for box in boxes])
    way = engine.feeders.way(more)
    transformer, section = way[1], way[2]
    siblings = (
        [kid for kid in engine.belief.nodes[section].kids if kid != transformer]
        if section in engine.belief.nodes
        else []
    )
    before = {kid: _odds(engine, transformer) - _odds(engine, kid) for kid in siblings}
    engine.report(Report(999, 10.0, more, "order"))
    for kid, ahead in before.items():
        assert _odds(engine, transformer) - _odds(engine, kid) >= ahead - 1e-9


def _odds(engine: Engine, top: int) -> float:
    node = engine.belief.nodes.get(top)
    return node.odds if node is not None and node.n else -30.0


@given(places, st.integers(0, 24))
@_SMALL
def test_what_telemetry_says_is_closed_is_never_named(boxes: list[int], when: int) -> None:
    reports = [(float(n), box, "order") for n, box in enumerate(boxes)]
    way = Engine(GRID, RULES).feeders.way(boxes[0])
    veto = way[1]
    reports.insert(min(when, len(reports)), (float(min(when, len(reports) - 1)), veto, "scada_closed"))
    engine = Engine(GRID, RULES)
    closed = False
    for n, (at, place, source) in enumerate(reports):
        engine.report(Report(n, at, place, source))
        closed = closed or source == "scada_closed"
        assert not (closed and any(one.device == veto for one in engine.open_incidents()))


_SAID = ["order"] * 8 + ["has_light", "single", "still_out"]
steps = st.lists(
    st.tuples(
        st.floats(0, 9),
        st.sampled_from(_BOXES[:60]),
        st.sampled_from(_SAID),
    ),
    min_size=1,
    max_size=40,
)


@given(steps, st.integers(0, 39))
@_SMALL
def test_replayed_it_is_the_same_and_sums_along_the_way_are_those_counted_anew(
    told_steps: list[tuple[float, int, str]], restored: int
) -> None:
    def play() -> Engine:
        engine, now = Engine(GRID, RULES), 0.0
        for n, (gap, place, source) in enumerate(told_steps):
            now += gap
            engine.report(Report(n, now, place, source))
            if n == restored and engine.open_incidents():
                engine.restore(engine.open_incidents()[0].id, now)
        return engine

    one, two = play(), play()
    assert told(one) == told(two)
    for top, node in one.belief.nodes.items():
        kids = [one.belief.nodes[kid] for kid in node.kids if kid in one.belief.nodes and kid not in one.belief.hidden]
        assert isclose(node.below, sum(kid.z for kid in kids), abs_tol=1e-6), top
        before = (node.n, node.first, round(node.gain, 6), round(node.tail, 6))
        one.belief._recount(top)
        assert before == (node.n, node.first, round(node.gain, 6), round(node.tail, 6))


def test_a_node_without_evidence_says_nothing() -> None:
    node = Node()
    assert node.z == 0.0
    assert node.odds == float("-inf")
