"""The processes of the house: the billing system's runs where one is connected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from open95598.project import house

ROOT = Path(__file__).resolve().parents[3]


def test_the_feed_of_the_billing_system_runs_where_there_is_one(monkeypatch: Any) -> None:
    monkeypatch.delenv("OPEN95598_CIS_URL", raising=False)
    assert house.CIS not in [task.name for task in house.tasks(demo=False)]
    monkeypatch.setenv("OPEN95598_CIS_URL", "http://cis.example")
    tasks = {task.name: task for task in house.tasks(demo=False)}
    assert tasks[house.CIS].command[-1] == "cis-feed"
    assert tasks["web"].environment["OPEN95598_EXPECT"].endswith("indexer,outages,cis-feed")


def test_the_containers_example_runs_every_process_and_misses_each() -> None:
    told = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    processes = ("web", "events", *house.BACKGROUND)
    assert {name: told[name]["command"][0] for name in processes} == {name: name for name in processes}
    assert told["web"]["environment"]["OPEN95598_EXPECT"].split(",") == list(house.BACKGROUND)


@pytest.mark.parametrize(
    "page", ["deploy/systemd/open95598@.service", "docs/operators/running.md", "docs/operators/database.md"]
)
def test_the_systemd_example_names_every_process(page: str) -> None:
    text = (ROOT / page).read_text()
    assert [name for name in house.BACKGROUND if name not in text] == []
