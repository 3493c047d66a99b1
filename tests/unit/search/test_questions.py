"""The frozen questions of the bench name items that there are, K1 to K10 among them, and none stands twice."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]


def test_the_frozen_questions_name_items_that_there_are() -> None:
    items = {
        item["code"]
        for file in (ROOT / "rulebooks" / "cn" / "knowledge" / "items").glob("*.yaml")
        for item in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader).get("items", ())
    }
    rows = yaml.safe_load((ROOT / "bench" / "questions" / "customers.yaml").read_text(encoding="utf-8"))["questions"]
    asked = {code for row in rows for code in ([row["a"]] if isinstance(row["a"], str) else row["a"])}
    assert len(rows) >= 200
    assert len({row["q"] for row in rows}) == len(rows)
    assert asked <= items
    assert {"K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10"} <= asked
