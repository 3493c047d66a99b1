"""Bulletins: whom they reach, who acknowledges, corrections, proposals from the desks, the interface, who may not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import world as worlds

from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Notice
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person
from open95598.foundation.people.services import make_token
from open95598.service.bulletins import events, queries, services
from open95598.service.bulletins.models import Bulletin, Receipt, Wording
from open95598.service.workorders import directory
from open95598.service.workorders import services as orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
TOLD = {
    "title": "10kV东湖线故障",
    "text": "东湖线跳闸，芙蓉路一带停电，预计14时恢复。",
    "severity": "urgent",
    "words": "芙蓉路，东湖线",
}
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def world(clock: Any) -> worlds.World:
    made = worlds.small()
    directory.forget()
    return made


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(world: worlds.World, clock: Any, unit: str = "P1", **more: Any) -> Bulletin:
    actor = world.actor("shift_leader", unit, clock.now())
    return services.post(actor, {**TOLD, **more}, world.units[unit], clock.now())


def waits_for(world: worlds.World, role: str, unit: str, clock: Any) -> list[Bulletin]:
    return queries.waiting(rights.load(world.person(role, unit), clock.now()), clock.now())


def test_it_reaches_the_desks_of_its_unit_and_below_and_is_acknowledged_once(world: worlds.World, clock: Any) -> None:
    inside, below, beside = world.person("agent", "P1"), world.person("agent", "X11"), world.person("agent", "C2")
    world.person("crew_member", "X11")
    row = post(world, clock, "P1")
    of_c1 = post(world, clock, "C1", title="仅湘江市")
    assert waits_for(world, "agent", "X11", clock) == [of_c1, row]
    assert waits_for(world, "agent", "P1", clock) == [row], "nothing from below"
    assert of_c1 not in waits_for(world, "agent", "C2", clock)
    reached = set(queries.desks(row.unit_id, clock.now()))
    assert {inside, below, beside} <= reached and world.person("crew_member", "X11") not in reached
    told = Event.objects.filter(type=services.CHANGED, key=row.stream).latest("id")
    assert set(told.payload["person_ids"]) == {p.pk for p in reached} - {world.person("shift_leader", "C1").pk}
    strip = browser(below).get("/bulletins/strip/").content.decode()
    assert "仅湘江市" in strip and 'data-hotkey="alt+g"' in strip
    address, sent = f"/bulletins/{of_c1.pk}/acknowledge/", {"version": "1"}
    answer = browser(below).post(address, sent, headers=IN_PLACE).content.decode()
    assert "东湖线" in answer and "仅湘江市" not in answer, "the next one follows"
    browser(below).post(address, sent, headers=IN_PLACE)
    assert Receipt.objects.filter(bulletin=of_c1).count() == 1
    found = queries.roll(of_c1, clock.now())
    assert [who for who, _at in found.seen] == [below] and below not in found.missing
    assert "bulletin-strip" not in browser(world.person("crew_member", "X11")).get("/").content.decode()


def test_a_correction_is_acknowledged_anew_and_what_it_said_stays(world: worlds.World, clock: Any) -> None:
    agent, leader = world.actor("agent", "P1", clock.now()), world.actor("shift_leader", "P1", clock.now())
    row = post(world, clock)
    services.acknowledge(row, agent, clock.now(), version=1)
    assert waits_for(world, "agent", "P1", clock) == []
    with pytest.raises(Invalid, match=r"\w"):
        services.correct(row, leader, {**TOLD, "words": list(row.words)}, "", clock.now())
    fixed = services.correct(row, leader, {**TOLD, "text": "预计16时恢复。"}, "改时间", clock.now(), version=1)
    assert (fixed.version, waits_for(world, "agent", "P1", clock)) == (2, [row])
    with pytest.raises(Stale):
        services.acknowledge(row, agent, clock.now(), version=1)
    with pytest.raises(Stale):
        services.correct(row, leader, {**TOLD, "text": "第三版"}, "", clock.now(), version=1)
    assert list(Wording.objects.filter(bulletin=row).order_by("version").values_list("text", "why")) == [
        (TOLD["text"], ""), ("预计16时恢复。", "改时间"),
    ]  # fmt: skip
    services.withdraw(row, leader, "已恢复供电", clock.now())
    assert waits_for(world, "agent", "P1", clock) == []
    with pytest.raises(Impossible):
        services.acknowledge(row, agent, clock.now())
    page = browser(world.person("agent", "P1")).get("/bulletins/?q=16时").content.decode()
    assert "10kV东湖线故障" in page, "the archive finds it by its words"
    assert "10kV东湖线故障" not in browser(world.person("agent", "P1")).get("/bulletins/?q=18时").content.decode()


def test_it_holds_from_its_time_until_its_end_and_brings_itself_to_mind(world: worlds.World, clock: Any) -> None:
    agent = world.person("agent", "P1")
    now = clock.now()
    row = post(world, clock, valid_from=now + timedelta(hours=1), valid_until=now + timedelta(hours=3))
    assert waits_for(world, "agent", "P1", clock) == []
    due = Event.objects.filter(type=services.DUE, key=row.stream).order_by("at")
    assert [event.at for event in due] == [now + timedelta(hours=1), now + timedelta(hours=3)]
    clock.advance(timedelta(hours=1))
    said = Event.objects.filter(type=services.CHANGED, key=row.stream).count()
    events.due(due[0], clock.now())
    assert Event.objects.filter(type=services.CHANGED, key=row.stream).count() == said + 1
    assert waits_for(world, "agent", "P1", clock) == [row]
    unseen = Event.objects.get(type=services.UNSEEN, key=row.stream)
    clock.advance(timedelta(minutes=15))
    for _twice in range(2):
        events.unseen(unseen, clock.now())
    assert Notice.objects.filter(person=agent, kind="bulletin.unseen").count() == 1
    clock.advance(timedelta(hours=2))
    assert waits_for(world, "agent", "P1", clock) == []
    with pytest.raises(Impossible):
        services.remind(row, world.actor("shift_leader", "P1", clock.now()), clock.now())


def test_a_desk_tells_its_leader_who_posts_it_or_does_not(world: worlds.World, clock: Any) -> None:
    agent, leader = world.person("agent", "P1"), world.person("shift_leader", "P1")
    order = orders.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    desk = browser(agent)
    assert "/bulletins/propose/?order=" in desk.get(f"/orders/{order.number}/").content.decode()
    assert order.number in desk.get(f"/bulletins/propose/?order={order.number}").content.decode()
    sent = {**TOLD, "order": order.number}
    assert desk.post("/bulletins/propose/", sent).status_code == 302
    row = Bulletin.objects.system("test").get()
    assert (row.state, row.order_id, row.unit) == ("proposed", order.pk, agent.unit)
    assert Notice.objects.filter(person=leader, kind="bulletin.proposed").exists()
    assert waits_for(world, "agent", "P1", clock) == []
    with pytest.raises(NotFound):
        queries.get(rights.load(world.person("agent", "P1", name="another"), clock.now()), row.pk)
    posted = browser(leader).post(f"/bulletins/{row.pk}/edit/", {**sent, "title": "外线故障：东湖线", "version": "1"})
    assert posted.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.title, row.posted_by) == ("posted", "外线故障：东湖线", leader)
    assert Notice.objects.filter(person=agent, kind="bulletin.decided").exists()
    other = services.propose(world.actor("agent", "P1", clock.now()), TOLD, agent.unit, clock.now())
    assert browser(leader).post(f"/bulletins/{other.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert browser(leader).post(f"/bulletins/{other.pk}/withdraw/", {"reason": "已在公告"}).status_code == 302
    other.refresh_from_db()
    assert (other.state, other.reason) == ("declined", "已在公告")


def test_who_leads_no_shift_there_posts_nothing_and_no_number_of_a_person_goes_to_all(
    world: worlds.World, clock: Any
) -> None:
    row = post(world, clock)
    agent, elsewhere = world.actor("agent", "P1", clock.now()), world.actor("shift_leader", "C2", clock.now())
    for act in (
        lambda: services.post(agent, TOLD, world.units["P1"], clock.now()),
        lambda: services.post(elsewhere, TOLD, world.units["C1"], clock.now()),
        lambda: services.correct(row, elsewhere, TOLD, "", clock.now()),
        lambda: services.withdraw(row, agent, "x", clock.now()),
        lambda: services.remind(row, agent, clock.now()),
        lambda: services.propose(world.actor("administrator", "HQ", clock.now()), TOLD, world.units["HQ"], clock.now()),
    ):
        with pytest.raises(Forbidden):
            act()
    report = orders.register(
        agent, worlds.fault(kind="report", category="report.theft", description="有人窃电，楼下商铺"), clock.now()
    )
    bad = {"title": "", "text": "请回电13912345678", "severity": "loud", "words": "路", "category": "no.such",
           "order": report.number, "valid_until": clock.now() - timedelta(hours=1)}  # fmt: skip
    with pytest.raises(Invalid) as refused:
        services.post(world.actor("shift_leader", "P1", clock.now()), bad, world.units["P1"], clock.now())
    assert set(refused.value.fields) == {"title", "text", "severity", "words", "category", "order", "valid_until"}
    assert browser(world.person("agent", "P1")).get("/bulletins/new/").status_code == 403
    hostile = post(world, clock, title="<script>alert(1)</script>")
    shown = browser(world.person("agent", "P1")).get(f"/bulletins/{hostile.pk}/").content.decode()
    assert "<script>alert(1)" not in shown and "&lt;script&gt;alert(1)" in shown


def test_what_concerns_the_matter_stands_beside_the_seats_form(world: worlds.World, clock: Any) -> None:
    post(world, clock)
    post(world, clock, "C2", title="另一个城市", words="芙蓉路")
    agent = browser(world.person("agent", "P1"))
    typed = {"kind": "fault", "address": "湘江市东湖区芙蓉路88号", "description": "没电"}
    shown = agent.post("/orders/new/hints/", typed).content.decode()
    assert 'id="bulletins-concerning"' in shown and "10kV东湖线故障" in shown and "另一个城市" not in shown
    typed["address"] = "湘江市西山县"
    assert 'id="bulletins-concerning"' not in agent.post("/orders/new/hints/", typed).content.decode()
    with CaptureQueriesContext(connection) as asked:
        queries.waiting(rights.load(world.person("agent", "P1"), clock.now()), clock.now())
    assert len(asked) <= 4  # three of them are the rights


def test_another_system_posts_corrects_asks_who_has_seen_and_withdraws(world: worlds.World, clock: Any) -> None:
    def api(role: str, unit: str = "P1") -> Client:
        token = make_token(world.person(role, unit), "test", [], clock.now())
        return Client(headers={"authorization": f"Bearer {token}"}, content_type="application/json")

    leader, agent = api("shift_leader"), api("agent")

    def send(who: Client, path: str, body: Any, **headers: str) -> Any:
        return who.post(f"/api/v1/bulletins{path}", json.dumps(body), content_type="application/json", headers=headers)

    body = {**TOLD, "words": ["芙蓉路"]}
    made = send(leader, "", body, **{"idempotency-key": "k1"})
    assert made.status_code == 201 and send(leader, "", body, **{"idempotency-key": "k1"}).json() == made.json()
    pk = made.json()["id"]
    assert send(agent, "", body).status_code == 403
    assert send(agent, "", {**body, "propose": True}).json()["state"] == "proposed"
    assert [one["id"] for one in agent.get("/api/v1/bulletins?holds=true&q=东湖线").json()["items"]] == [pk]
    assert send(agent, f"/{pk}/acknowledge", {}, **{"if-match": '"1"'}).status_code == 200
    assert list(leader.get(f"/api/v1/bulletins/{pk}/roll").json()["seen"]) == [world.person("agent", "P1").username]
    assert agent.get(f"/api/v1/bulletins/{pk}/roll").status_code == 403
    fixed = send(leader, f"/{pk}/correct", {**body, "text": "已恢复一半"}, **{"if-match": '"1"'})
    assert fixed.json()["version"] == 2
    assert send(leader, f"/{pk}/correct", {**body, "text": "又"}, **{"if-match": '"1"'}).status_code == 412
    assert send(leader, f"/{pk}/remind", {}).json()["people"] >= 1
    assert send(leader, f"/{pk}/withdraw", {"reason": "已恢复"}).json()["state"] == "withdrawn"
    assert agent.get("/api/v1/bulletins?holds=true").json()["items"] == []
