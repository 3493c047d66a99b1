"""Published rulebooks: immutable, composed, found by date and unit; amendments reach open cases once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from open95598.foundation.errors import NotFound
from open95598.foundation.rulebook import hooks, services, store
from open95598.foundation.rulebook.models import Publication
from open95598.foundation.rulebook.yamltext import Broken
from open95598.foundation.units.models import Unit, UnitLevel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_published(db: None) -> Iterator[None]:
    Publication.objects.all().delete()
    store.forget()
    yield
    store.forget()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(settings.RULEBOOKS, tmp_path / "rulebooks")
    return tmp_path / "rulebooks"


def second(root: Path, *, day: str = "2026-04-01", amends: bool = False) -> None:
    first = root / "cn" / "2025-01-01"
    shutil.copytree(first, root / "cn" / day)
    limits = root / "cn" / day / "limits.yaml"
    limits.write_text(limits.read_text().replace("kinds: [complaint], limit: 4wd", "kinds: [complaint], limit: 3wd"))
    if amends:
        (root / "cn" / day / "amends.yaml").write_text(
            "amends_open_cases:\n"
            "  - code: shorter\n"
            "    clocks: [answer]\n"
            "    kinds: [complaint]\n"
            "    reason: {zh: 监管要求缩短时限, en: The regulator shortened the limit}\n"
        )


def overlay(root: Path, unit: str, *, limit: str = "30min") -> Path:
    folder = root / "overlays" / "bj" / "2026-03-01"
    folder.mkdir(parents=True)
    (folder / "local.yaml").write_text(
        f"rulebook:\n  applies_to: {unit}\nlimits:\n  - code: fault-arrive-city\n    limit: {limit}\n"
    )
    return folder


def test_an_installation_without_rulebooks_publishes_those_that_come_with_it(now: datetime) -> None:
    rules = store.current(now)
    assert rules.version == "cn/2025-01-01"
    assert Publication.objects.get().version == rules.version
    limit = rules.limit("answer", kind="complaint")
    assert limit is not None
    assert (limit.minutes, limit.calendar) == (4 * 480, "cn")


def test_publishing_twice_changes_nothing(root: Path, now: datetime) -> None:
    assert services.publish(root, None, now).new == ("cn/2025-01-01",)
    again = services.publish(root, None, now)
    assert (again.new, again.unchanged) == ((), ("cn/2025-01-01",))


def test_a_changed_file_under_a_published_version_is_named(root: Path, now: datetime) -> None:
    services.publish(root, None, now)
    limits = root / "cn" / "2025-01-01" / "limits.yaml"
    lines = limits.read_text().splitlines()
    number = next(i for i, line in enumerate(lines) if "fault-accept" in line)
    lines[number] = lines[number].replace("3min", "4min")
    limits.write_text("\n".join(lines) + "\n")
    with pytest.raises(Broken) as broken:
        services.publish(root, None, now)
    assert str(broken.value).startswith(f"cn/2025-01-01/limits.yaml:{number + 1}: published on 2026-03-02")
    store.forget()
    rule = store.get("cn/2025-01-01").limit("accept", kind="fault")
    assert rule is not None
    assert rule.minutes == 3


def test_the_version_in_force_goes_by_the_local_date(root: Path, now: datetime) -> None:
    second(root)
    services.publish(root, None, now)
    midnight = datetime(2026, 3, 31, 16, tzinfo=UTC)  # 1 April, 00:00 in Shanghai
    assert store.current(midnight - timedelta(seconds=1)).version == "cn/2025-01-01"
    assert store.current(midnight).version == "cn/2026-04-01"
    assert store.current(datetime(2001, 1, 1, tzinfo=UTC)).version == "cn/2025-01-01"
    old, new = store.get("cn/2025-01-01"), store.get("cn/2026-04-01")
    assert old.limit("answer", kind="complaint").minutes == 4 * 480  # type: ignore[union-attr]
    assert new.limit("answer", kind="complaint").minutes == 3 * 480  # type: ignore[union-attr]


def test_a_case_is_judged_after_the_files_are_gone(root: Path, now: datetime) -> None:
    second(root)
    services.publish(root, None, now)
    shutil.rmtree(root)
    store.forget()
    store._build.cache_clear()
    assert store.get("cn/2026-04-01").category("fault.hv").label.zh == "高压故障"
    with pytest.raises(NotFound):
        store.get("cn/1999-01-01")


def test_an_overlay_reaches_its_unit_and_those_below_only(root: Path, now: datetime) -> None:
    top = Unit.objects.create(code="HQ", name="总部", level=UnitLevel.HEADQUARTERS)
    city = Unit.objects.create(code="BJ", name="北京", level=UnitLevel.CITY, parent=top)
    overlay(root, "BJ")
    services.publish(root, None, now)
    ours = store.current(now, [top.pk, city.pk, 999])
    assert ours.version == "cn/2025-01-01+bj/2026-03-01"
    assert ours.limit("arrive", kind="fault", area="city").minutes == 30  # type: ignore[union-attr]
    assert ours.limit("arrive", kind="fault", area="rural").minutes == 90  # type: ignore[union-attr]
    assert store.current(now, [top.pk]).limit("arrive", kind="fault", area="city").minutes == 45  # type: ignore[union-attr]
    assert store.current(datetime(2026, 2, 1, tzinfo=UTC), [top.pk, city.pk]).version == "cn/2025-01-01"


def test_a_wrong_overlay_names_its_own_file_and_line(root: Path, now: datetime) -> None:
    overlay(root, "BJ", limit="soon")
    with pytest.raises(Broken) as broken:
        services.publish(root, None, now)
    assert "bj/2026-03-01/local.yaml:5" in str(broken.value)
    assert "soon" in str(broken.value)
    assert not Publication.objects.exists()


def test_amendments_are_applied_once_when_their_day_has_come(root: Path, now: datetime) -> None:
    second(root, amends=True)
    services.publish(root, None, now)
    seen: list[tuple[str, tuple[str, ...]]] = []

    @hooks.on_amendment
    def hook(version: str, amendments: object, at: datetime) -> None:
        seen.append((version, amendments[0].clocks))  # type: ignore[index]

    try:
        assert services.apply_amendments(now) == []
        april = datetime(2026, 4, 1, 2, tzinfo=UTC)
        assert services.apply_amendments(april) == ["cn/2026-04-01"]
        assert services.apply_amendments(april) == []
    finally:
        hooks.amendment.remove(hook)
    assert seen == [("cn/2026-04-01", ("answer",))]
    between = store.amendments_between("cn/2025-01-01", "cn/2026-04-01")
    assert [a.reason.zh for a in between] == ["监管要求缩短时限"]
    assert store.amendments_between("cn/2026-04-01", "cn/2026-04-01") == ()


def test_publication_is_journalled(root: Path, now: datetime) -> None:
    services.publish(root, None, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, body FROM journal_entry WHERE stream = 'rulebook'")
        kind, body = cursor.fetchone()
    assert kind == "rulebook.published"
    assert "cn/2025-01-01" in body


def test_looking_up_again_and_again_asks_nothing(now: datetime, django_assert_num_queries, monkeypatch) -> None:
    monkeypatch.setattr(store, "_FRESH_SECONDS", 60.0)  # however slow the machine is
    store.current(now)  # publishes
    store.current(now)  # sees it
    with django_assert_num_queries(0):
        for _ in range(100):
            store.current(now)
            store.get("cn/2025-01-01")
