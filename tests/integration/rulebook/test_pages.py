"""The pages of rulebook and calendars: who sees them, what they say in both languages, what they change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from open95598.foundation.calendars import store as calendars
from open95598.foundation.calendars.models import CalendarDay
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.rulebook import services, store
from open95598.foundation.units.models import Unit, UnitLevel

pytestmark = pytest.mark.django_db
SECTIONS = ("categories", "limits", "routing", "callback", "escalation", "handling", "lists")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    store.forget()
    calendars.forget()
    yield
    store.forget()
    calendars.forget()


@pytest.fixture
def enter(client: Client, now: datetime) -> Any:
    """Give a function that signs somebody in with a role at headquarters."""

    def go(role: str, language: str = "zh-hans") -> Client:
        unit = Unit.objects.create(code="HQ", name="总部", level=UnitLevel.HEADQUARTERS)
        unit.lineage = [unit.pk]
        unit.save()
        person = Person.objects.create(username=role, name=role, unit=unit, language=language)
        RoleAssignment.objects.create(person=person, role=role, unit=unit, valid_from=datetime(2020, 1, 1, tzinfo=UTC))
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return go


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_readable(enter: Any, section: str) -> None:
    response = enter("agent").get("/rulebook/", {"section": section})
    assert response.status_code == 200
    assert "cn/2025-01-01" in response.content.decode()


def test_limits_are_said_in_words_of_both_languages(enter: Any) -> None:
    client = enter("agent")
    chinese = client.get("/rulebook/?section=limits").content.decode()
    assert "4个工作日" in chinese
    assert "working day" not in chinese
    Person.objects.update(language="en")
    english = client.get("/rulebook/?section=limits").content.decode()
    assert "4 working days" in english
    assert "工作日" not in english.split('id="content"')[-1].split("</main>")[0]


def test_an_unknown_version_is_not_found(enter: Any) -> None:
    assert enter("agent").get("/rulebook/?version=cn/1999-01-01").status_code == 404


def test_history_and_difference_show_a_new_version(enter: Any, tmp_path: Path, now: datetime) -> None:
    root = tmp_path / "rulebooks"
    shutil.copytree(django_settings.RULEBOOKS, root)
    shutil.copytree(root / "cn" / "2025-01-01", root / "cn" / "2026-06-01")
    limits = root / "cn" / "2026-06-01" / "limits.yaml"
    limits.write_text(limits.read_text().replace("kinds: [complaint], limit: 4wd", "kinds: [complaint], limit: 3wd"))
    services.publish(root, None, now)
    client = enter("agent")
    assert "cn/2026-06-01" in client.get("/rulebook/history/").content.decode()
    page = client.get("/rulebook/difference/").content.decode()
    assert "complaint-answer" in page
    assert "<del>4个工作日</del>" in page
    assert "<ins>3个工作日</ins>" in page
    assert "fault-arrive-city" not in page


def test_a_person_without_a_role_sees_no_rules(client: Client) -> None:
    assert client.get("/rulebook/").status_code == 302


def test_the_year_shows_swapped_days_and_only_managers_change_it(enter: Any) -> None:
    client = enter("agent")
    page = client.get("/calendars/cn/2026/").content.decode()
    assert "is-swapped" in page
    assert "/calendars/cn/day/" not in page
    assert client.post("/calendars/cn/day/2026-03-04/", {"intervals": "", "kind": "other"}).status_code == 403
    assert client.post("/calendars/cn/2026/seed/").status_code == 403
    assert not CalendarDay.objects.exists()


def test_a_manager_sets_and_clears_a_day(enter: Any) -> None:
    client = enter("administrator")
    assert client.get("/calendars/")["Location"] == "/calendars/cn/2026/"
    assert client.post("/calendars/cn/2026/seed/").status_code == 302
    form = {"intervals": "09:00-12:00", "kind": "other", "note": "盘点"}
    assert client.post("/calendars/cn/day/2026-03-04/", form).status_code == 302
    assert calendars.get("cn").intervals(date(2026, 3, 4)) == ((540, 720),)
    page = client.get("/calendars/cn/day/2026-03-04/").content.decode()
    assert "盘点" in page
    bad = client.post("/calendars/cn/day/2026-03-04/", {**form, "intervals": "12:00-09:00"})
    assert bad.status_code == 422
    assert 'value="12:00-09:00"' in bad.content.decode()
    assert client.post("/calendars/cn/day/2026-03-04/", {"clear": "1"}).status_code == 302
    assert not CalendarDay.objects.filter(date=date(2026, 3, 4)).exists()


def test_a_year_not_published_is_marked(enter: Any) -> None:
    client = enter("agent")
    assert "暂定" in client.get("/calendars/cn/2031/").content.decode()
    assert "暂定" not in client.get("/calendars/cn/2026/").content.decode()
    assert client.get("/calendars/cn/9999/").status_code == 404
    assert client.get("/calendars/nobody/2026/").status_code == 404


def test_the_weekly_pattern_is_refused_by_day(enter: Any) -> None:
    client = enter("administrator")
    form = {f"day{i}": "08:00-12:00" for i in range(6)} | {"day6": "x"}
    assert client.post("/calendars/cn/2026/week/", form).status_code == 422
    assert client.post("/calendars/cn/2026/week/", form | {"day6": ""}).status_code == 302
    assert calendars.get("cn").nominal_day == 240
