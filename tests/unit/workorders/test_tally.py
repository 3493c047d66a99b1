"""What an event adds to the tally."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from open95598.service.workorders.tally import Told, counts

ZONE = ZoneInfo("Asia/Shanghai")
TREE = {1: [1], 2: [1, 2], 3: [1, 2, 3], 4: [1, 2, 4], 5: [1, 5]}
AT = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)  # 01:30 on the 2nd in Shanghai


def told(action, unit, before=None, **more):
    return Told(action, AT, "fault", unit, before, **more)


def units(rows, column):
    return {key[0]: row[column] for key, row in rows.items() if row.get(column)}


def test_an_order_arrives_where_it_is_opened_and_above():
    rows = counts(told("opened", 3), TREE, ZONE)
    assert units(rows, "arrived") == {1: 1, 2: 1, 3: 1}
    assert {key[1:] for key in rows} == {(date(2026, 3, 2), 1, "fault")}


def test_dispatching_counts_only_in_the_parts_it_enters():
    assert units(counts(told("dispatch", 3, 1), TREE, ZONE), "arrived") == {2: 1, 3: 1}
    assert units(counts(told("transfer", 4, 3), TREE, ZONE), "arrived") == {4: 1}
    assert units(counts(told("transfer", 5, 3), TREE, ZONE), "arrived") == {5: 1}
    assert counts(told("return", 1, 3), TREE, ZONE) == {}
    assert counts(told("note", 3, 3), TREE, ZONE) == {}


def test_closing_lengths_and_ratings():
    assert units(counts(told("archive", 3, 3, source="callback", target="archived"), TREE, ZONE), "closed")[2] == 1
    arrived = counts(told("arrive", 3, 3, took=timedelta(minutes=41)), TREE, ZONE)
    assert units(arrived, "on_site_minutes") == {1: 41, 2: 41, 3: 41}
    rated = counts(told("call_back", 3, 3, satisfaction="fair"), TREE, ZONE)
    assert units(rated, "rated")[3] == 1
    assert units(rated, "content") == {}
    assert counts(told("call_back", 3, 3, satisfaction="no_rating"), TREE, ZONE) == {}
