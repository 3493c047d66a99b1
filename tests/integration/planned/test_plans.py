"""A planned outage from the draft to restoration: approval, notice, who is concerned, told in person, late changes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import CaseClock
from open95598.foundation import clock
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.events.registry import Heard
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person
from open95598.project.demo import outages as demonstration
from open95598.registry.customers.models import AccountParty, UsagePoint
from open95598.registry.grid import services as grid
from open95598.registry.grid.models import GridDevice, GridPoint
from open95598.service.planned import conflicts, counting, events, hooks, queries, services
from open95598.service.planned.models import Affected, CareTask, Count, PlannedOutage

NOW = MONDAY + timedelta(hours=2)
START = NOW + timedelta(days=10)
END = START + timedelta(hours=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(**more: Any) -> dict[str, Any]:
    return {
        "information": "planned", "devices": ["T1"], "starts_at": START, "ends_at": END, "cause": "maintenance",
        "scope": "芙蓉路88号阳光花园1至5栋", "work_kind": "maintenance", "work": "更换配变",
    } | more  # fmt: skip


def fresh(row: PlannedOutage) -> PlannedOutage:
    found: PlannedOutage = PlannedOutage.objects.system("a test").select_related("case").get(pk=row.pk)
    return found


def act(row: PlannedOutage, name: str, actor: Actor, at: datetime = NOW, **data: Any) -> PlannedOutage:
    casework.perform(row.pk, name, actor, at, data=data)
    return fresh(row)


def approved(planner: Actor, approver: Actor, **more: Any) -> PlannedOutage:
    row = services.plan(planner, told(**more), NOW)
    act(row, "submit_plan", planner)
    return act(row, "approve_plan", approver)


def concerned(row: PlannedOutage) -> set[str]:
    rows = Affected.objects.system("a test").filter(plan=row, gone_at=None)
    return set(rows.values_list("account__number", flat=True))


def running(row: PlannedOutage) -> dict[str, datetime]:
    return dict(CaseClock.objects.filter(case=row.pk, state="running").values_list("name", "due_at"))


def counted(row: PlannedOutage) -> list[tuple[str, int, int]]:
    return list(Count.objects.filter(plan=row).order_by("number").values_list("when", "added", "removed"))


def test_a_plan_goes_its_way_each_step_within_its_limit(registry: Registry, planner: Actor, approver: Actor) -> None:
    row = services.plan(planner, told(), NOW)
    assert (row.line, row.case.unit.code, row.published_at) == ("湘江线", "X11", None)
    act(row, "submit_plan", planner)
    with pytest.raises((Impossible, Forbidden)):
        act(row, "approve_plan", planner)
    row = act(row, "approve_plan", approver)
    assert running(row) == {"outage_notice": START - 7 * DAY}
    assert concerned(row) == {"4300000001", "4300000002", "4300000003"}
    assert (row.points, row.known, row.customers, row.protected, row.important) == (3, 3, 3, 1, 0)
    row = act(row, "announce_plan", planner, NOW + HOUR)
    assert (row.revision, row.published_at, running(row)) == (
        1, NOW + HOUR, {"outage_start": START + timedelta(minutes=5)},
    )  # fmt: skip
    with pytest.raises(Impossible, match=r"announced start|公告的停电时间"):
        act(row, "begin_outage", planner, START - HOUR)
    with pytest.raises(Impossible, match=r"life support|生命支持"):
        act(row, "begin_outage", planner, START)
    act(row, "care_told", planner, customer=registry.who["曾国强"].pk, how="visited", said="已上门，备有发电机")
    assert not hooks.dark_by_plan(["B1"], START)
    row = act(row, "begin_outage", planner, START)
    assert hooks.dark_by_plan(["B1", "B2", "B4", "T1", "F1", "?"], START) == {"B1", "B2", "T1"}
    assert running(row) == {"outage_restore": END + timedelta(minutes=5)}
    with pytest.raises(Impossible):
        act(row, "extend_planned", planner, START + HOUR, ends_at=END, reason="雨")
    row = act(row, "extend_planned", planner, START + HOUR, ends_at=END + HOUR, reason="雨")
    assert (row.revision, row.late_change) == (2, False)
    assert running(row) == {"outage_restore": END + HOUR + timedelta(minutes=5)}
    casework.perform(row.pk, "restore_planned", planner, END + timedelta(minutes=3), occurred_at=END)
    row = fresh(row)
    assert (row.is_open, row.actual_start, row.actual_end, row.revision) == (False, START, END, 3)
    figure = counting.by_unit(approver.rights, START.date().replace(day=1))[0].figures  # type: ignore[arg-type]
    assert (figure.in_time, figure.plans, figure.entered_in_time) == (1, 1, 1)


def test_who_is_concerned_is_computed_again_and_what_changed_is_on_record(
    registry: Registry, planner: Actor, approver: Actor
) -> None:
    row = approved(planner, approver, devices=["F1"])
    assert (row.points, row.known, row.customers) == (5, 4, 4)
    assert set(CareTask.objects.system("t").filter(plan=row).values_list("why", flat=True)) == {"protected", "grade2"}
    act(row, "announce_plan", planner)
    registry.make("新户", "X11", "4300000077", "湘江市东湖区韶山路12号")
    point = UsagePoint.objects.system("t").get(agreement__account__number="4300000077")
    GridPoint.objects.create(code="PN", device=GridDevice.objects.system("t").get(code="B2"), usage_point=point)
    heard = Heard(0, "planned.recount", "t", START - 7 * DAY, row.pk,
                  {"moment": "week", "starts_at": START.isoformat()})  # fmt: skip
    events.recount(heard, START - 7 * DAY)
    assert "4300000077" in concerned(row)
    act(row, "switch_over", planner, kept="T2")
    assert concerned(row) == {"4300000001", "4300000002", "4300000003", "4300000077"}
    assert counted(row) == [("submitted", 4, 0), ("approval", 0, 0), ("week", 1, 0), ("switching", 0, 1)]
    assert fresh(row).care_open == 1
    last = Entry.objects.filter(case_id=row.pk, kind="case.affected_counted").order_by("-pk").first()
    assert last is not None
    assert json.loads(last.body)["data"]["removed"] == 1
    act(row, "switch_over", planner, kept="T2", off_again=True)
    assert "4300000005" in concerned(row)
    assert fresh(row).care_open == 2
    for wrong in ("T3", "F1", "nowhere"):
        with pytest.raises(Invalid):
            act(row, "switch_over", planner, kept=wrong)
    stale = Heard(0, "planned.recount", "t", NOW, row.pk, {"moment": "day", "starts_at": NOW.isoformat()})
    before = counted(row)
    events.recount(stale, NOW)
    assert counted(row) == before


def test_what_is_dark_already_is_counted_apart(registry: Registry, planner: Actor, approver: Actor) -> None:
    grid.switch(GridDevice.objects.system("t").get(code="B1").pk, True, "page", HOUSE, NOW)
    row = approved(planner, approver)
    assert (row.points, row.dark) == (3, 2)
    assert conflicts.of(row, approver.rights).dark == 2  # type: ignore[arg-type]


def test_plans_for_the_same_customers_stand_against_each_other(
    registry: Registry, planner: Actor, approver: Actor
) -> None:
    first = approved(planner, approver, devices=["F1"])
    near = services.plan(planner, told(starts_at=START + 3 * DAY, ends_at=END + 3 * DAY), NOW)
    beside = services.plan(planner, told(devices=["F2"]), NOW)
    row = services.plan(planner, told(starts_at=START + HOUR), NOW)
    act(row, "submit_plan", planner)
    found = conflicts.of(fresh(row), approver.rights)  # type: ignore[arg-type]
    assert [one.pk for one in found.overlapping] == [first.pk]
    assert [one.pk for one in found.joinable] == [near.pk]
    assert found.often == 3
    assert fresh(row).clashes == 1
    assert not conflicts.of(beside, approver.rights).any  # type: ignore[arg-type]
    elsewhere = registry.world.actor("unit_manager", "X22", NOW)
    assert conflicts.of(fresh(row), elsewhere.rights).elsewhere == 1  # type: ignore[arg-type]
    act(first, "cancel_plan", planner, reason="天气")
    assert not conflicts.of(fresh(row), approver.rights).overlapping  # type: ignore[arg-type]


def test_late_changes_count_as_late(registry: Registry, planner: Actor, approver: Actor) -> None:
    row = act(approved(planner, approver, information="temporary"), "announce_plan", planner)
    soon = START - HOUR
    moved = act(row, "move_plan", approver, soon, starts_at=START + 2 * DAY, ends_at=END + 2 * DAY, reason="暴雨")
    assert (moved.late_change, moved.revision, moved.first_starts_at) == (True, 2, START)
    assert running(moved) == {"outage_start": START + 2 * DAY + timedelta(minutes=5)}
    with pytest.raises(Impossible):
        act(row, "move_plan", approver, soon, starts_at=NOW, ends_at=END, reason="x")
    gone = act(moved, "cancel_plan", planner, soon, reason="取消")
    assert (gone.is_open, gone.revision) == (False, 3)


def test_information_about_one_customer_is_nobody_elses_business(registry: Registry, planner: Actor) -> None:
    row = services.plan(
        planner, {"information": "arrears", "account": "4300000001", "starts_at": NOW, "ends_at": END,
                  "cause": "arrears"}, NOW,
    )  # fmt: skip
    fault = services.plan(planner, told(information="fault", cause="failure", starts_at=NOW - HOUR), NOW)
    assert [one.pk for one in queries.public(NOW)] == [fault.pk]
    mine = AccountParty.objects.system("t").get(customer=registry.who["李小明"]).account_id
    assert {one.pk for one in queries.of_accounts([mine], NOW)} == {row.pk, fault.pk}
    assert concerned(row) == {"4300000001"}
    act(fault, "end_information", planner, NOW + HOUR)
    assert not queries.public(NOW + HOUR)


def test_what_cannot_be_planned_is_refused_with_its_reasons(registry: Registry, planner: Actor) -> None:
    wrong = told(devices=["T1", "nowhere"], starts_at=END, ends_at=START, cause="?", scope="", work="", work_kind="")
    with pytest.raises(Invalid) as refused:
        services.plan(planner, wrong, NOW)
    assert set(refused.value.fields) == {"devices", "ends_at", "cause", "scope", "work", "work_kind"}
    with pytest.raises(Invalid):
        services.plan(planner, told(starts_at=NOW - HOUR), NOW)
    # nobody typed where: it is said by the names that customers know
    assert services.plan(planner, told(scope=" "), NOW).scope == "东湖区阳光花园、韶山路"
    for role, unit in (("agent", "X11"), ("dispatcher", "X22")):
        stranger = registry.world.actor(role, unit, NOW)
        with pytest.raises((Forbidden, Invalid)):
            services.plan(stranger, told(), NOW)
    with pytest.raises(NotFound):
        queries.get(registry.world.actor("dispatcher", "X22", NOW).rights, services.plan(planner, told(), NOW).pk)  # type: ignore[arg-type]


def test_pages_and_interface(registry: Registry, planner: Actor, approver: Actor, client: Client) -> None:
    person = Person.objects.get(pk=planner.person_id)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    row = approved(planner, approver)
    for path in ("", "new/", "figures/", f"{row.pk}/", f"{row.pk}/customers/", f"{row.pk}/actions/care_told/"):
        page = client.get(f"/planned-outages/{path}")
        assert page.status_code == 200, path
        assert "曾国强" not in page.content.decode()
    token = people.make_token(person, "t", [], NOW)
    head: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    ahead = clock.now() + 10 * DAY
    body = {
        "devices": ["T3"], "starts_at": ahead.isoformat(), "ends_at": (ahead + HOUR).isoformat(),
        "cause": "construction", "area": "桃花村", "work_kind": "construction", "work": "立杆",
    }  # fmt: skip
    made = client.post("/api/v1/planned-outages", json.dumps(body), "application/json", **head)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    done = client.post(f"/api/v1/planned-outages/{pk}/actions/submit_plan", "{}", "application/json", **head)
    assert done.json()["state"] == "submitted"
    assert "approve_plan" not in done.json()["possible_actions"]
    listed = client.get("/api/v1/planned-outages", {"open": "true"}, **head).json()["items"]
    assert {one["id"] for one in listed} == {row.pk, pk}


def test_the_demonstration_begins_with_a_few_outages(registry: Registry, planner: Actor, approver: Actor) -> None:
    assert demonstration.announce(NOW) == 3
    assert demonstration.announce(NOW) == 3
    rows = PlannedOutage.objects.system("a test").order_by("pk").values_list("case__state", flat=True)
    assert list(rows) == ["announced", "approved", "submitted"]
