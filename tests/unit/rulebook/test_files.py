"""Errors of rulebook files name file, line and reason; rules that make no sense are found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from open95598.foundation.rulebook.files import check_root
from open95598.foundation.rulebook.yamltext import Broken, load

ROOT = Path(__file__).resolve().parents[3] / "rulebooks"
FIRST = Path("cn") / "2025-01-01"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT, tmp_path / "rulebooks")
    return tmp_path / "rulebooks"


def edit(root: Path, file: str, old: str, new: str) -> int:
    """Replace ``old``, which must be there, and return its line."""
    path = root / FIRST / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def broken(root: Path) -> list[str]:
    with pytest.raises(Broken) as caught:
        check_root(root)
    return [str(problem) for problem in caught.value.problems]


def test_what_comes_with_the_house_is_in_order() -> None:
    assert [one.rulebook.version for one in check_root(ROOT)] == ["cn/2025-01-01"]
    assert check_root(ROOT / "cn")[0].rulebook.version == check_root(ROOT / FIRST)[0].rulebook.version


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("limits.yaml", "limit: 2min", "limit: 2 minutes", "not a length of time"),
        ("limits.yaml", "limit: 2min", "limit: 0min", "not a length of time"),
        ("limits.yaml", "clock: accept", "clock: acept", "Input should be"),
        ("limits.yaml", "kinds: [report], limit: 24h", "kinds: [reprot], limit: 24h", "unknown kind 'reprot'"),
        ("limits.yaml", "[complaint.quality], limit: 15wd", "[complaint.qualty], limit: 15wd", "unknown category"),
        ("limits.yaml", "[complaint.quality], limit: 15wd", "[fault.hv], limit: 15wd", "is not of the kinds"),
        ("limits.yaml", 'channels: ["12398"]', 'channels: ["12399"]', "unknown channel '12399'"),
        ("limits.yaml", 'channels: ["12398"]', "channels: [12398]", "valid string"),
        ("escalation.yaml", "roles: [dispatcher, shift_leader]", "roles: [dispatcher, boss]", "unknown role 'boss'"),
        ("escalation.yaml", "after: 1wd, ", "", "'after' belongs to 'later'"),
        ("escalation.yaml", "after: 3wd", "after: 1h", "must follow each other"),
        ("callback.yaml", 'start: "12:00"', 'start: "25:00"', "not a time of day"),
        ("tracking.yaml", "roles: [shift_leader", "roles: [owner", "unknown role 'owner'"),
        ("tracking.yaml", "kinds: [fault]", "kinds: [falt]", "unknown kind 'falt'"),
        ("promises.yaml", "clock: arrive", "clock: arive", "unknown clock 'arive'"),
        ("promises.yaml", "[service_request.meter]", "[fault.lv]", "is not of the kinds"),
        ("callback.yaml", "attempts: 3", "attempts: 3\n  attempts: 4", "stands here twice"),
        ("handling.yaml", "grades: [important]", "grades: [importnt]", "unknown grade"),
        ("rulebook.yaml", "label: {zh: 投诉, en: Complaint}", "label: {zh: 投诉}", "both languages"),
        ("choices.yaml", "code: wrong_class", "code: wrong_unit", "stands twice"),
        ("texts.yaml", "texts:", "txts:", "unknown section"),
        ("triage.yaml", "to: neighbours, category", "to: neighbors, category", "dead end: 'neighbors'"),
        ("triage.yaml", "skip_to: scope", "skip_to: scpe", "dead end: 'scpe'"),
        ("triage.yaml", "first: danger", "first: dangr", "the first question 'dangr' does not exist"),
        ("triage.yaml", "category: fault.hv.line}", "category: fault.hv.lin}", "unknown category 'fault.hv.lin'"),
        ("triage.yaml", "priority: safety", "priority: safe", "unknown priority 'safe'"),
        ("triage.yaml", "kinds: [fault]", "kinds: [falt]", "unknown kind 'falt'"),
        ("intake.yaml", "questions: [since]", "questions: [sins]", "unknown question 'sins'"),
        ("intake.yaml", "facts: [place], refuse: true", "facts: [when], refuse: true", "only a field can be refused"),
        (
            "intake.yaml",
            "categories: [service_request.reconnect], facts: [paid]",
            "categories: [service_request.reconnect], facts: [payed]",
            "unknown fact 'payed'",
        ),
        ("intake.yaml", "words: [户号]\n    pattern: ", "pattern: '(a+)+' #", "a repeated group"),
        ("intake.yaml", "check: length, points: 10, least: 15", "check: length, points: 10", "needs 'least'"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(root: Path, file: str, old: str, new: str, reason: str) -> None:
    line = edit(root, file, old, new)
    problems = broken(root)
    near = [p for p in problems if reason in p and p.startswith(f"cn/2025-01-01/{file}:")]
    assert near, problems
    assert min(abs(int(p.split(":")[1]) - line) for p in near) <= 1, problems


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("to: credit, category", "to: dark, category", "a loop: dark → neighbours → dark"),
        ("to: arrears", "to: crew", "'arrears' is never reached"),
        ("        category: service_request.meter\n", "", "'verify' dispatches and needs a category"),
    ],
)
def test_a_triage_without_a_way_out_is_found(root: Path, old: str, new: str, reason: str) -> None:
    edit(root, "triage.yaml", old, new)
    assert any(reason in p and p.startswith("cn/2025-01-01/triage.yaml:") for p in broken(root))


def test_a_route_that_is_never_reached_is_found(root: Path) -> None:
    edit(root, "routing.yaml", "    kinds: [fault]\n    categories: [fault.hv]", "    kinds: [fault]")
    assert any("'fault-remote' is never reached: 'hv-fault' takes all" in p for p in broken(root))


def test_a_missing_last_route_is_a_gap(root: Path) -> None:
    edit(root, "routing.yaml", "  - code: everything\n", "  - code: everything\n    kinds: [praise]\n")
    assert any("gap: no last route" in p for p in broken(root))


def test_an_area_without_a_limit_is_a_gap(root: Path) -> None:
    edit(root, "limits.yaml", "areas: [rural, remote], limit: 4h", "areas: [rural], limit: 4h")
    assert any("gap: clock 'restore' of 'fault' has no limit in area 'remote'" in p for p in broken(root))


def test_two_rows_that_both_apply_are_an_overlap(root: Path) -> None:
    line = edit(root, "limits.yaml", "areas: [rural, remote], limit: 4h", "areas: [rural, remote, city], limit: 4h")
    assert any(f"limits.yaml:{line}: limits 'fault-restore-city' and" in p for p in broken(root))


def test_quiet_hours_must_not_overlap(root: Path) -> None:
    edit(root, "callback.yaml", 'start: "12:00"', 'start: "07:00"')
    assert any("quiet hours overlap" in p for p in broken(root))


def test_all_problems_are_told_at_once(root: Path) -> None:
    edit(root, "limits.yaml", "limit: 2min", "limit: soon")
    edit(root, "callback.yaml", "attempts: 3", "attempts: none")
    assert len(broken(root)) == 2


def test_folders_with_wrong_names_are_refused(root: Path) -> None:
    shutil.copytree(root / FIRST, root / "cn" / "next-year")
    assert any("not a date" in p for p in broken(root))


@pytest.mark.parametrize("text", ["", "- a", "a: [", "a: {b: 1", "\x00", "? [a]\n: b", "a: &x [1]\nb: *x"])
def test_what_is_not_a_plain_mapping_is_refused(text: str) -> None:
    with pytest.raises(Broken) as caught:
        load(text, "x.yaml")
    assert caught.value.problems[0].mark.file == "x.yaml"


def test_times_and_dates_stay_text() -> None:
    expected = {"a": "12:00", "b": "2026-01-01", "c": "yes", "d": "012", "e": 12}
    assert load("a: 12:00\nb: 2026-01-01\nc: yes\nd: 012\ne: 12", "x") == expected


def test_an_overlay_drops_changes_and_adds(root: Path) -> None:
    folder = root / "overlays" / "bj" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "local.yaml").write_text(
        "rulebook:\n  applies_to: BJ\n"
        "limits:\n  - {code: fault-record, drop: true}\n  - {code: fault-accept, limit: 5min}\n"
        "choices:\n  channels:\n    - {code: kiosk, label: {zh: 自助终端, en: Kiosk}}\n"
    )
    rules = check_root(root)[-1].rulebook
    assert rules.version == "cn/2025-01-01+bj/2026-01-01"
    assert rules.limit("record", kind="fault") is None
    assert rules.limit("accept", kind="fault").minutes == 5  # type: ignore[union-attr]
    assert rules.choice("channels", "kiosk").label.en == "Kiosk"
    assert rules.has_category("fault.hv", "fault")
    (folder / "local.yaml").write_text("rulebook:\n  applies_to: BJ\nlimits:\n  - {code: nobody, drop: true}\n")
    assert "nothing with the code 'nobody' to drop" in broken(root)[0]
    (folder / "local.yaml").write_text("limits: []\n")
    assert "applies_to" in broken(root)[0]
