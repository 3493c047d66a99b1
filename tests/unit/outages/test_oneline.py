"""The one-line tree of a feeder."""

from __future__ import annotations

from open95598.service.outages.oneline import Device, lines

#: F over K1 (T1, T2) and K2 (T3 with two boxes, T4)
FEEDER = [
    Device(n, n, rgt, 1, code, "", points)
    for n, (code, rgt, points) in enumerate(
        [("F", 9, 50), ("K1", 4, 20), ("T1", 3, 10), ("T2", 4, 10), ("K2", 9, 30), ("T3", 8, 20), ("X1", 7, 9),
         ("X2", 8, 11), ("T4", 9, 10)]
    )
]  # fmt: skip


def drawn(**given: object) -> list[tuple[str, int, bool, int, int]]:
    told = {"outages": {}, "dark": (), "reports": ()} | given
    return [(one.device.code, one.depth, one.dark, one.reports, one.folded) for one in lines(FEEDER, **told)]  # type: ignore[arg-type]


def test_the_way_to_what_is_dark_is_drawn_with_what_stands_beside_it() -> None:
    assert drawn(outages={5: "TD-1"}, dark={5}, reports=[6, 6, 7]) == [
        ("F", 0, False, 3, 0),
        ("K1", 1, False, 0, 2),
        ("K2", 1, False, 3, 0),
        ("T3", 2, True, 3, 0),
        ("X1", 3, True, 2, 0),
        ("X2", 3, True, 1, 0),
        ("T4", 2, False, 0, 0),
    ]


def test_what_is_restored_in_part_is_dark_only_where_it_still_is() -> None:
    told = drawn(outages={4: "TD-1", 8: "TD-2"}, dark={8})
    assert [one[:3] for one in told] == [
        ("F", 0, False), ("K1", 1, False), ("K2", 1, False), ("T3", 2, False), ("T4", 2, True)
    ]  # fmt: skip
    assert told[3][4] == 2


def test_a_whole_feeder_in_the_dark_is_dark_to_the_last_line_that_is_drawn() -> None:
    assert drawn(outages={0: "TD-1"}, dark={0}) == [("F", 0, True, 0, 0), ("K1", 1, True, 0, 2), ("K2", 1, True, 0, 4)]
