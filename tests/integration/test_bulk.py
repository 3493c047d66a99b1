"""Rows by the thousand: what the planner knows of them."""

from __future__ import annotations

import pytest

from open95598.foundation import bulk

pytestmark = pytest.mark.django_db


def test_the_planner_learns_of_a_table_that_grew_and_only_of_that() -> None:
    for name in ("sample_grown", "sample_still"):
        bulk.execute(f"CREATE TABLE {name} (id int)")
        bulk.execute(f"ANALYZE {name}")
    assert bulk.refresh_statistics(["sample_grown", "sample_still"]) == []
    bulk.execute("INSERT INTO sample_grown SELECT generate_series(1, 5000)")
    assert bulk.refresh_statistics(["sample_grown", "sample_still"]) == ["sample_grown"]
    assert bulk.fetch("SELECT reltuples FROM pg_class WHERE relname = 'sample_grown'") == [(5000.0,)]
    assert bulk.refresh_statistics(["sample_grown", "sample_still"]) == []
