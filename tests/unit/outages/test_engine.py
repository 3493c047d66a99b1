"""Which device is named, how it moves, what is certain: the engine on a grid of hand-made feeders."""

from __future__ import annotations

import pytest

from open95598.foundation.rulebook.outage_rows import OutageRules, ReportSource
from open95598.foundation.words import Label
from open95598.registry.grid.topology import Kind, Topology, build
from open95598.service.outages.inference.engine import Engine
from open95598.service.outages.inference.explaining import explain
from open95598.service.outages.inference.reports import Apart, Report, Status, What

_NAME = Label("来源", "Source")
RULES = OutageRules(
    sources=tuple(
        ReportSource(code, _NAME, says, wrong)
        for code, says, wrong in (
            ("order", "dark", 4.0), ("still_out", "dark", 1.0), ("has_light", "light", 3.0),
            ("ping_light", "light", 0.5),
            ("single", "single", 10.0), ("arrears", "arrears", 1.0), ("planned", "planned", 1.0),
            ("scada_open", "open", 0.1), ("scada_closed", "closed", 0.1),
        )
    )
)  # fmt: skip
SECTIONS, AREAS, BOXES, IN_BOX = 3, 6, 5, 10


def grid() -> Topology:
    """One substation, two feeders, each of 3 sections of 6 transformers of 5 boxes of 10 customers. Ids tell the place:
    feeder 1, section 12, transformer 123, box 1234."""
    ids, parents, kinds, hanging = [9], [-1], [int(Kind.SUBSTATION)], [0]

    def add(device: int, parent: int, kind: Kind, points: int = 0) -> None:
        ids.append(device)
        parents.append(parent)
        kinds.append(int(kind))
        hanging.append(points)

    for f in (1, 2):
        add(f, 9, Kind.FEEDER)
        for s in range(1, SECTIONS + 1):
            add(f * 10 + s, f, Kind.SECTION)
            for t in range(1, AREAS + 1):
                add(f * 100 + s * 10 + t, f * 10 + s, Kind.TRANSFORMER)
                for b in range(1, BOXES + 1):
                    add(f * 1000 + s * 100 + t * 10 + b, f * 100 + s * 10 + t, Kind.BOX, IN_BOX)
    return build(ids, parents, kinds, hanging)[0]


GRID = grid()


class House:
    """An engine with reports by device id."""

    def __init__(self) -> None:
        self.engine = Engine(GRID, RULES)
        self.next = 0

    def tell(self, at: float, device: int, source: str = "order", **more: object):
        """Report something at a device."""
        self.next += 1
        return self.engine.report(Report(self.next, at, GRID.position(device), source, **more))  # type: ignore[arg-type]

    def dark(self, start: float, devices: list[int]) -> None:
        """Report from these devices, one a minute."""
        for n, device in enumerate(devices):
            self.tell(start + n, device)

    @property
    def open(self) -> dict[int, Status]:
        """The ids of the devices with open outages, with their status."""
        return {int(GRID.ids[one.device]): one.status for one in self.engine.open_incidents()}

    def at(self, device: int) -> int:
        """The outage that a device lies in."""
        found = self.engine.of(GRID.position(device))
        assert found is not None
        return found


@pytest.fixture
def house() -> House:
    return House()


SECTION_12 = [1211, 1223, 1232, 1244, 1255, 1261, 1215, 1224]
#: calls of two transformers, and one of a third
TWO_OF_12 = [1211, 1241, 1221, 1212, 1242, 1213, 1243]


def test_one_caller_is_a_single_fault_and_no_outage(house: House) -> None:
    house.tell(0, 1111)
    assert house.open == {}


def test_two_of_one_box_name_the_box(house: House) -> None:
    house.dark(0, [1111, 1111])
    assert list(house.open) == [1111]


def test_two_boxes_of_a_transformer_name_the_transformer(house: House) -> None:
    house.dark(0, [1111, 1112, 1114])
    assert list(house.open) == [111]


def test_calls_all_over_a_section_name_it_and_not_the_feeder(house: House) -> None:
    house.dark(0, SECTION_12)
    assert list(house.open) == [12]


def test_the_outage_grows_and_keeps_its_number(house: House) -> None:
    house.dark(0, [1111, 1112, 1113])
    first = house.at(1111)
    house.dark(3, [*SECTION_12, 1311, 1322, 1333, 1344, 1121, 1132])
    assert list(house.open) == [1]
    assert house.at(1355) == first


def test_two_transformers_of_two_feeders_are_two_outages(house: House) -> None:
    house.dark(0, [1111, 2361, 1112, 2362, 1113, 2363])
    assert sorted(house.open) == [111, 236]


def test_the_same_customer_and_the_same_caller_count_once(house: House) -> None:
    house.tell(0, 1111, point=5)
    assert house.tell(1, 1111, point=5).apart is Apart.AGAIN
    house.tell(2, 1211, caller="a")
    for n, device in enumerate((1212, 1213, 1214, 1111)):
        assert house.tell(3 + n, device, caller="a").apart is Apart.CALLER
    assert house.open == {}


def test_arrears_and_planned_outages_are_no_evidence(house: House) -> None:
    for n in range(6):
        assert house.tell(n, 1111, "arrears").apart is Apart.ARREARS
        assert house.tell(n, 1111, "planned").apart is Apart.PLANNED
    assert house.open == {}


def test_one_alone_in_the_dark_speaks_against_the_box(house: House) -> None:
    house.dark(0, [1111, 1112])
    assert list(house.open) == [111]
    for n in range(3):
        house.tell(4 + n, 1114, "single")
    assert house.open == {}


def test_a_closed_switch_is_never_named(house: House) -> None:
    house.tell(0, 12, "scada_closed")
    house.dark(1, SECTION_12)
    assert 12 not in house.open
    later = House()
    later.dark(0, SECTION_12)
    assert list(later.open) == [12]
    later.tell(9, 12, "scada_closed")
    assert 12 not in later.open


def test_an_open_switch_confirms_at_once_and_takes_over_what_was_believed(house: House) -> None:
    house.dark(0, [1211, 1212, 1213])
    first = house.at(1211)
    house.tell(4, 12, "scada_open")
    assert house.open == {12: Status.CONFIRMED}
    assert house.at(1211) == first
    house.dark(5, [1221, 1222, 1223, 1224])
    assert house.open == {12: Status.CONFIRMED}


def test_unconfirmed_is_probable_after_a_quarter_of_an_hour(house: House) -> None:
    house.dark(0, [1111, 1112, 1113])
    assert house.open == {111: Status.UNCONFIRMED}
    changes = house.engine.advance(2 + RULES.probable_after)
    assert [change.what for change in changes] == [What.PROBABLE]
    assert house.open == {111: Status.PROBABLE}


def test_light_below_splits_what_was_believed_too_large(house: House) -> None:
    house.dark(0, TWO_OF_12)
    assert list(house.open) == [12]
    for n, device in enumerate((1222, 1231, 1251, 1262)):
        house.tell(9 + n, device, "ping_light")
    assert 12 not in house.open
    assert {121, 124} <= set(house.open)


def test_what_stays_dark_after_a_restoration_is_an_outage_of_its_own(house: House) -> None:
    house.dark(0, SECTION_12)
    first = house.at(1211)
    house.engine.restore(first, 60)
    assert house.open == {}
    assert house.tell(65, 1222).apart is Apart.LATE
    house.tell(80, 1211, "still_out")
    (nested,) = house.engine.open_incidents()
    assert nested.after == first
    assert nested.device in [GRID.position(1211), GRID.position(121)]
    with pytest.raises(KeyError):
        house.engine.restore(first, 81)


def test_restored_but_for_a_transformer(house: House) -> None:
    house.dark(0, SECTION_12)
    first = house.at(1211)
    house.engine.restore(first, 60, [GRID.position(123)])
    assert house.open == {123: Status.CONFIRMED}
    assert house.engine.open_incidents()[0].after == first


def test_a_dispatcher_splits_and_merges(house: House) -> None:
    house.dark(0, TWO_OF_12)
    first = house.at(1211)
    house.engine.split(first, [GRID.position(121), GRID.position(124)], 10)
    assert house.open == {121: Status.CONFIRMED, 124: Status.CONFIRMED}
    second = house.at(1241)
    assert house.engine.incidents[second].split_from == first
    house.engine.merge([first, second], GRID.position(12), 12)
    assert house.open == {12: Status.CONFIRMED}
    assert house.engine.incidents[second].merged_into == first


def test_a_transformer_first_and_an_hour_later_its_feeder(house: House) -> None:
    house.dark(0, [1111, 1112, 1113, 1114])
    house.dark(60, [1211, 1322, 1133, 1244, 1355, 1161, 1315, 1224, 1342, 1253])
    assert 1 in house.open


def test_the_explanation_counts_those_who_spoke_and_who_did_not(house: House) -> None:
    house.dark(0, [1111, 1112, 1113, 1114])
    told = explain(house.engine, house.at(1111))
    assert (told.here.reports, told.here.points, told.minutes) == (4, BOXES * IN_BOX, 3.0)
    assert told.speaking == ()
    assert [one.points for one in told.silent] == [50, 50, 50]
    assert told.ranked[0].device == GRID.position(111)
    assert told.ranked[0].probability > 0.9
    assert sum(one.probability for one in told.ranked) <= 1.0 + 1e-9


def test_what_stands_is_put_back_where_it_was() -> None:
    house = House()
    house.dark(0, [1111, 1112, 1113])
    number = house.engine.adopt(GRID.position(11), 20.0, -3.0, Status.PROBABLE)
    assert house.open == {11: Status.PROBABLE}
    assert house.engine.incidents[number].started == -3.0
    assert sorted(house.engine.reported(number)) == [1, 2, 3]
    house.dark(21, [1121, 1122])
    assert house.open == {11: Status.PROBABLE}
    house.engine.restore(number, 30.0)
    house.dark(45, [1111, 1112, 1113])
    [after] = house.engine.open_incidents()
    assert after.after == number


def test_what_somebody_found_to_be_none_is_forgotten() -> None:
    house = House()
    house.dark(0, [1111, 1112, 1113])
    number = house.at(1111)
    changes = house.engine.wrong(number, 5.0)
    assert [change.what for change in changes] == [What.WITHDRAWN]
    assert house.open == {}
    with pytest.raises(KeyError):
        house.engine.wrong(number, 6.0)
    house.tell(7, 1111)
    assert house.open == {}
    house.tell(8, 1112)
    house.tell(9, 1113)
    [again] = house.engine.open_incidents()
    assert again.after is None
