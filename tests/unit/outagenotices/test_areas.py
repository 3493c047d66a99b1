"""Areas of the public map: nobody can be told apart from fewer than the least number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from open95598.service.outagenotices import areas
from open95598.service.outagenotices.areas import Area, Spot

SPOTS = st.lists(
    st.builds(Spot, st.floats(112, 113), st.floats(27, 28), st.integers(1, 120)), max_size=60
)  # fmt: skip


def leaves(area: Area) -> list[Area]:
    return list(areas.leaves(area))


@given(SPOTS, st.integers(1, 200))
def test_every_area_holds_enough_and_few_are_left_out(spots: list[Spot], fewest: int) -> None:
    root = areas.build(spots, fewest)
    total = sum(one.points for one in spots)
    if root is None:
        assert total < fewest or not spots
        return
    found = leaves(root)
    told = [at for leaf in found for at in leaf.spots]
    assert len(told) == len(set(told))
    for at in set(range(len(spots))) - set(told):
        assert areas.at(root, spots[at].x, spots[at].y) is None, "of what is left out nothing is told"
    for leaf in found:
        assert leaf.points == sum(spots[at].points for at in leaf.spots) >= fewest
        assert leaf.width >= areas.NARROWEST
        for at in leaf.spots:
            assert areas.at(root, spots[at].x, spots[at].y) is leaf


@given(SPOTS, st.floats(111, 114), st.floats(26, 29), st.floats(0.001, 2), st.floats(0.001, 1))
def test_what_is_drawn_fills_the_window_without_overlap(
    spots: list[Spot], x: float, y: float, width: float, finest: float
) -> None:
    root = areas.build(spots, 20)
    if root is None:
        return
    box = (x, y, x + width, y + width)
    shown = list(areas.drawn(root, box, finest))
    assert all(one.meets(box) and one.points >= 20 for one in shown)
    assert len({at for one in shown for at in one.spots}) == sum(len(one.spots) for one in shown)
    inside = {at for at, one in enumerate(spots) if x < one.x < x + width and y < one.y < y + width}
    told = {at for leaf in leaves(root) for at in leaf.spots}
    assert inside & told <= {at for one in shown for at in one.spots}


def test_a_lonely_farm_stays_with_its_surroundings() -> None:
    town = [Spot(112 + n / 100, 27 + n / 100, 100) for n in range(10)]
    farm = Spot(112.9, 27.9, 1)
    root = areas.build([*town, farm], 50)
    assert root is not None
    assert len(leaves(root)) > 3
    assert areas.at(root, farm.x, farm.y) is None
    far = areas.build([*town, Spot(112.0, 28.9, 1)], 50)
    assert far is not None
    assert areas.at(far, 112.0, 28.9) is None
    assert areas.at(far, 112.0, 27.0) is not None
    hamlet = areas.build([*town, Spot(112.0, 28.9, 49)], 50)
    assert hamlet is not None
    assert hamlet.parts == () or areas.at(hamlet, 112.0, 28.9) is None
    assert areas.at(root, 120, 30) is None
    assert areas.build([farm], 50) is None
    alone = areas.build(town, 50)
    assert alone is not None
    assert len(leaves(alone)) > 3
