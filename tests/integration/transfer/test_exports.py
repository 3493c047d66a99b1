"""Exports: few rows at once and masked, many after another's approval, fetched once, all in the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import rights as people_rights
from open95598.foundation.people import services
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Rights
from open95598.foundation.transfer import exports, vault
from open95598.foundation.transfer.models import ExportRequest, ExportState
from open95598.foundation.transfer.reading import read_table
from open95598.foundation.units import services as units
from open95598.foundation.units.changes import HOUSE
from open95598.foundation.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(now: datetime) -> Unit:
    return units.create(code="HQ", name="总部", level="headquarters", parent=None, now=now, by=HOUSE)


@pytest.fixture
def make(unit: Unit, now: datetime) -> Callable[..., Person]:
    def make(username: str, role: str = "") -> Person:
        person = services.hire(
            username=username,
            unit=unit,
            actor=services.HOUSE,
            now=now,
            name=f"王{username}",
            phone="13812345678",
        )
        if role:
            services.assign_role(person, role, unit, actor=services.HOUSE, now=now)
        return person

    return make


def rights(person: Person, now: datetime) -> Rights:
    return people_rights.load(person, now)


def test_few_rows_come_at_once_masked_and_marked(make: Any, now: datetime) -> None:
    agent = make("li", "agent")
    outcome = exports.export(rights(agent, now), agent, "sample.people", {}, now)
    assert outcome.file is not None
    table = read_table(outcome.file)
    (row,) = table
    assert row.cells == {"账号": "li", "姓名": "王**", "电话": "138****5678"}
    assert table.header_row == 2, "row 1 says who and when"
    entry = Entry.objects.get(stream="transfer")
    assert entry.kind == "export.made" and entry.actor_id == agent.pk


def test_without_the_right_nothing(make: Any, now: datetime) -> None:
    crew = make("crew", "crew_member")
    with pytest.raises(Forbidden):
        exports.export(rights(crew, now), crew, "sample.people", {}, now)


def test_many_rows_need_a_reason_and_somebody_else(make: Any, now: datetime, settings: Any) -> None:
    settings.EXPORT_DIRECT_LIMIT = 2
    leader, other = make("leader", "shift_leader"), make("other", "shift_leader")
    agent = make("li", "agent")
    with pytest.raises(Invalid):
        exports.export(rights(leader, now), leader, "sample.people", {}, now)
    asked = exports.export(
        rights(leader, now), leader, "sample.people", {"begins": ""}, now, with_personal=True, reason="月度核查"
    ).request
    assert asked is not None and asked.rows == 3
    assert exports.to_decide(rights(leader, now)) == [] and exports.to_decide(rights(agent, now)) == []
    assert exports.to_decide(rights(other, now)) == [asked]
    for nobody in (leader, agent):
        with pytest.raises(NotFound):
            exports.decide(rights(nobody, now), nobody, asked.pk, approve=True, note="", now=now)
    exports.decide(rights(other, now), other, asked.pk, approve=True, note="", now=now)
    with pytest.raises(Impossible):
        exports.decide(rights(other, now), other, asked.pk, approve=False, note="too late", now=now)
    exports.make(asked.pk, now)
    exports.make(asked.pk, now)  # a job that runs twice makes one file
    asked.refresh_from_db()
    assert (asked.state, asked.made_rows) == (ExportState.READY, 3)
    with pytest.raises(NotFound):
        exports.take(other, asked.pk, now)
    with exports.take(leader, asked.pk, now) as file:
        phones = [row.cells["电话"] for row in read_table(file)]
    assert phones == ["13812345678"] * 3, "approved with personal data"
    with pytest.raises(Impossible):
        exports.take(leader, asked.pk, now)
    kinds = Entry.objects.filter(stream="transfer").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["export.asked", "export.approved", "export.ready", "export.taken"]


def test_refusing_needs_words_and_files_expire(make: Any, now: datetime, settings: Any) -> None:
    settings.EXPORT_DIRECT_LIMIT = 0
    agent, leader = make("li", "agent"), make("leader", "shift_leader")

    def ask() -> ExportRequest:
        request = exports.export(rights(agent, now), agent, "sample.people", {}, now, reason="走访名单").request
        assert request is not None
        return request

    refused = ask()
    with pytest.raises(Invalid):
        exports.decide(rights(leader, now), leader, refused.pk, approve=False, note=" ", now=now)
    assert (
        exports.decide(rights(leader, now), leader, refused.pk, approve=False, note="不需要", now=now).state
        == "refused"
    )
    exports.make(refused.pk, now)
    refused.refresh_from_db()
    assert refused.state == ExportState.REFUSED

    late = ask()
    exports.decide(rights(leader, now), leader, late.pk, approve=True, note="", now=now)
    exports.make(late.pk, now)
    late.refresh_from_db()
    after = now + timedelta(hours=24)
    with pytest.raises(Impossible):
        exports.take(agent, late.pk, after)
    assert exports.expire(after) == 1
    assert not vault.path("exports", late.file_key).exists()


def test_the_file_has_the_rights_of_the_moment_it_is_made(make: Any, now: datetime, settings: Any) -> None:
    settings.EXPORT_DIRECT_LIMIT = 0
    agent, leader = make("li", "agent"), make("leader", "shift_leader")
    request = exports.export(rights(agent, now), agent, "sample.people", {}, now, reason="走访名单").request
    assert request is not None
    exports.decide(rights(leader, now), leader, request.pk, approve=True, note="", now=now)
    agent.assignments.all().delete()
    exports.make(request.pk, now)
    request.refresh_from_db()
    assert request.state == ExportState.FAILED
