"""What the check of the rulebook finds wrong with tiers, integrity file and formulas: file, line and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from open95598.foundation.rulebook.files import check_root
from open95598.foundation.rulebook.yamltext import Broken

ROOT = Path(__file__).resolve().parents[3] / "rulebooks"
FILE = Path("cn") / "2025-01-01" / "customers.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "cn" / "2025-01-01", tmp_path / "rulebooks" / "cn" / "2025-01-01")
    return tmp_path / "rulebooks"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("code: diamond", "code: gold", "unknown tier 'gold'"),
        ("[manager, fast,", "[manager, faster,", "unknown entitlement 'faster'"),
        ("priority: key", "priority: quick", "unknown priority 'quick'"),
        ("visit_every: 30", "visit_every: 0", "'visit_every' belongs to the entitlement 'visits'"),
        ("points: -60", "points: -600", "greater than or equal to -100"),
        ("fact: late_payments", "fact: lateness", "unknown fact 'lateness'"),
        ("{up_to: 1, points: 27}", "{up_to: 9, points: 27}", "steps must rise"),
        ("{up_to: 6, points: 6}, {points: 0}]", "{up_to: 6, points: 6}]", "has no 'up_to'"),
        ("{up_to: 0, points: 30}", "{up_to: 0, points: 29}", "no value gives all 30 points"),
        ("{dedicated: 10,", "{dedicatd: 10,", "unknown source 'dedicatd'"),
        ("12 个月中迟交 {value} 次", "12 个月中迟交 {times} 次", "may hold {value} and nothing else"),
        ("en: No tier}, least: 0}", "en: No tier}, least: 3}",
         "gap: no band begins at 0"),
        ("fault: 180", "falt: 180", "unknown kind 'falt'"),
        ("code: late_payment,", "code: theft,", "'theft' is there twice"),
    ],
)  # fmt: skip
def test_a_slip_is_found_where_it_is(root: Path, old: str, new: str, reason: str) -> None:
    path = root / FILE
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(Broken) as caught:
        check_root(root)
    said = [str(problem) for problem in caught.value.problems]
    line = text[: text.index(old)].count("\n") + 1
    found = [one for one in said if reason in one]
    assert found, said
    assert all("customers.yaml:" in one for one in found)
    assert any(abs(int(one.split("customers.yaml:")[1].split(":")[0]) - line) <= 4 for one in found), (line, found)
