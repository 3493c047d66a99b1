"""The interval numbering against a naive tree, and what is wrong with edges told and got over."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from open95598.registry.grid.topology import NOWHERE, Finding, Kind, Topology, UnknownDevice, Wrong, build


class Naive:
    """The same questions, answered by walking over dictionaries."""

    def __init__(self, edges: dict[int, int], hanging: dict[int, int]) -> None:
        self.edges, self.hanging = edges, hanging
        self.under: dict[int, list[int]] = defaultdict(list)
        for device, parent in edges.items():
            self.under[parent].append(device)

    def way(self, device: int) -> list[int]:
        way = [device]
        while self.edges[way[-1]] != NOWHERE:
            way.append(self.edges[way[-1]])
        return way

    def subtree(self, device: int) -> list[int]:
        found = [device]
        for child in self.under[device]:
            found += self.subtree(child)
        return found


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    """A forest in shuffled order: ids, parents' ids, usage points on each."""
    size = draw(st.integers(1, 30))
    ids = draw(st.lists(st.integers(0, 10_000), min_size=size, max_size=size, unique=True))
    parents = [draw(st.sampled_from([NOWHERE, *ids[:at]])) for at in range(size)]
    order = draw(st.permutations(range(size)))
    return (
        [ids[at] for at in order],
        [parents[at] for at in order],
        draw(st.lists(st.integers(0, 9), min_size=size, max_size=size)),
    )


@settings(max_examples=60, deadline=None)
@given(forests(), st.data())
def test_every_question_is_answered_as_by_a_walk(
    forest: tuple[list[int], list[int], list[int]], data: st.DataObject
) -> None:
    ids, parents, hanging = forest
    topology, findings = build(ids, parents, [Kind.SUBSTATION] * len(ids), hanging)
    naive = Naive(dict(zip(ids, parents, strict=True)), dict(zip(ids, hanging, strict=True)))
    assert not findings
    assert sorted(topology.ids.tolist()) == sorted(ids)
    name = topology.ids.tolist()
    for i, device in enumerate(name):
        assert topology.position(device) == i
        subtree = naive.subtree(device)
        assert name[i : topology.end[i]] == subtree
        assert topology.points(i) == sum(naive.hanging[one] for one in subtree)
        assert [name[at] for at in topology.ancestors(i)] == naive.way(device)
        assert [name[at] for at in topology.children(i)] == naive.under[device]
        assert topology.depth[i] == len(naive.way(device)) - 1
        assert all(topology.below(i, j) == (name[j] in subtree) for j in range(len(name)))
    some = data.draw(st.lists(st.sampled_from(range(len(name))), min_size=1, max_size=5))
    ways = [naive.way(name[at]) for at in some]
    shared = [device for device in ways[0] if all(device in way for way in ways)]
    assert topology.common(some) == (name.index(shared[0]) if shared else NOWHERE)
    assert topology.points_many(some).tolist() == [topology.points(at) for at in some]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(-1, 14), st.sampled_from(list(Kind)), st.integers(0, 3)), max_size=25
    )
)
def test_whatever_the_edges_every_device_stands_once_and_every_point_counts(
    rows: list[tuple[int, int, Kind, int]],
) -> None:
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    topology, findings = build(*columns)
    given = {row[0] for row in rows}
    assert sorted(topology.ids.tolist()) == sorted(given)
    assert topology.upto[-1] == sum(row[3] for row in rows)
    assert all(topology.parent[at] < at < topology.end[at] for at in range(len(topology)))
    told = {(one.code, one.device) for one in findings}
    roots = {int(topology.ids[at]) for at in topology.roots()}
    first = {row[0]: row for row in reversed(rows)}
    for root in roots:
        why = (
            {Wrong.LOOP} if first[root][1] in given else {Wrong.ORPHAN} if first[root][1] != NOWHERE else {Wrong.ISLAND}
        )
        assert (
            first[root][1:3] == (NOWHERE, Kind.SUBSTATION) or {code for code, device in told if device == root} >= why
        )


def grid() -> Topology:
    """A substation with two feeders, the first with a section, two areas and three boxes."""
    kinds = [
        Kind.SUBSTATION,
        Kind.FEEDER,
        Kind.FEEDER,
        Kind.SECTION,
        Kind.TRANSFORMER,
        Kind.TRANSFORMER,
        Kind.BOX,
        Kind.BOX,
        Kind.BOX,
    ]
    topology, findings = build(
        [1, 2, 3, 4, 5, 6, 7, 8, 9], [-1, 1, 1, 2, 4, 4, 5, 5, 6], kinds, [0, 0, 0, 0, 1, 0, 4, 3, 6]
    )
    assert findings == []
    return topology


def test_the_lowest_common_device_of_some_boxes() -> None:
    topology = grid()
    at = topology.position
    assert topology.common([at(7), at(8)]) == at(5)
    assert topology.common([at(8), at(9), at(7)]) == at(4)
    assert topology.common([at(9), at(3)]) == at(1)
    assert topology.common([at(9)]) == at(9)
    assert topology.common([]) == NOWHERE
    assert topology.points(at(5)) == 8
    assert topology.positions([9, 77, 1]).tolist() == [at(9), NOWHERE, at(1)]


def test_two_islands_have_nothing_in_common() -> None:
    topology, _ = build([1, 2], [-1, -1], [Kind.SUBSTATION, Kind.SUBSTATION], [0, 0])
    assert topology.common([0, 1]) == NOWHERE


def test_an_unknown_device_is_named() -> None:
    with pytest.raises(UnknownDevice, match="77"):
        grid().position(77)
    with pytest.raises(ValueError, match="77"):
        build([], [], [], [])[0].position(77)


def test_what_is_wrong_is_told() -> None:
    kinds = [Kind.SUBSTATION, Kind.SECTION, Kind.SECTION, Kind.FEEDER, Kind.BOX, Kind.TRANSFORMER, Kind.BOX]
    _, findings = build([1, 2, 3, 4, 5, 6, 7], [-1, 3, 4, 2, 99, 5, -1], kinds, [0] * 7)
    assert findings == [
        Finding(Wrong.ORPHAN, 5, (99,)),
        Finding(Wrong.LOOP, 4, (2, 3)),
        Finding(Wrong.ISLAND, 7),
        Finding(Wrong.LEVEL, 6, (5,)),
    ]


def test_a_device_that_comes_twice_stands_where_it_came_first() -> None:
    topology, findings = build([1, 2, 3, 3], [-1, 1, 1, 2], [0, 1, 1, 1], [0, 0, 2, 5])
    assert findings == [Finding(Wrong.DUPLICATE, 3, (2,))]
    assert topology.parent[topology.position(3)] == topology.position(1)
    assert topology.points(topology.position(3)) == 7


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        build([1, 2], [-1], [0, 1], [0, 0])
