"""The processes of the house: the billing system's runs where one is connected."""

from __future__ import annotations

from typing import Any

from open95598.project import house


def test_the_feed_of_the_billing_system_runs_where_there_is_one(monkeypatch: Any) -> None:
    monkeypatch.delenv("OPEN95598_CIS_URL", raising=False)
    assert house.CIS not in [task.name for task in house.tasks(demo=False)]
    monkeypatch.setenv("OPEN95598_CIS_URL", "http://cis.example")
    tasks = {task.name: task for task in house.tasks(demo=False)}
    assert tasks[house.CIS].command[-1] == "cis-feed"
    assert tasks["web"].environment["OPEN95598_EXPECT"].endswith("indexer,outages,cis-feed")
