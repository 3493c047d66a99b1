"""Crews: put together, on duty, where they are; what has no crew gets one, once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests import world as worlds
from tests.integration.crews.conftest import Crewed
from tests.registered import fill

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Notice
from open95598.foundation.people import hooks as people
from open95598.service.crews import events, queries, services
from open95598.service.crews.board import Board
from open95598.service.crews.models import Duty, Position
from open95598.service.crews.services import Sent
from open95598.service.outages import reporting
from open95598.service.workorders import directory


def board(house: Crewed, role: str = "dispatcher", unit: str = "X11") -> Board:
    """Return the board as somebody sees it."""
    directory.forget()
    actor = house.actor(role, unit)
    facts = next(one for one in directory.units() if one.code == unit)
    assert actor.rights is not None
    return Board(actor.rights, facts, house.clock.now())


def sent(row: Any, crew: Any) -> Sent:
    """Return what the page sends for a row of the board."""
    return Sent(row.work.case.pk, crew.pk, row.work.case.version, None, row.arrives)


def test_an_outage_gets_the_crew_that_is_proposed_and_its_order_goes_along(house: Crewed) -> None:
    first, *_others = house.calls()
    [outage] = house.outages()
    page = board(house)
    [row] = page.proposals
    assert row.work.outage is not None
    assert (row.work.outage.pk, row.work.customers) == (outage.pk, outage.original_customers_served)
    assert row.team is not None
    assert row.arrives is not None
    assert row.work.protected >= 1, "somebody on life support hangs below it"
    [result] = services.send([sent(row, row.team.crew)], house.actor("dispatcher"), house.clock.now())
    assert result.refusal is None
    first.case.refresh_from_db()
    assert (first.case.state, first.case.owner_id) == ("dispatched", row.team.crew.lead_id)
    bells = Notice.objects.filter(kind="crew.sent", case_id=first.pk)
    assert {bell.person_id for bell in bells} == {p.pk for p in row.team.crew.members.all()}
    told = Entry.objects.get(case_id=first.pk, kind="case.assign_crew")
    assert row.team.crew.lead_id is not None
    assert str(row.team.crew.lead_id) in told.body
    # it is in the crew's hands now, and in nobody's list of what waits
    after = board(house)
    assert after.proposals == []
    [team] = [team for team in after.teams if team.crew.pk == row.team.crew.pk]
    assert [one.work.case.pk for one in team.in_hand] == [outage.pk]
    assert not team.free
    assert team.free_at > house.clock.now()
    # it sets out as ever, and the outage follows
    from open95598.casework import services as casework

    lead = house.world.actor("crew_member", "X11", house.clock.now(), name=f"{row.team.crew.name}长")
    for action in ("accept", "send_crew", "arrive"):
        casework.perform(first.pk, action, lead, house.clock.now())
        house.follow()
    assert house.state(outage) == "crew_sent"
    [team] = [team for team in board(house).teams if team.crew.pk == row.team.crew.pk]
    assert [(one.work.case.pk, one.arrives) for one in team.in_hand] == [(outage.pk, None)]


def test_an_outage_that_nobody_reported_gets_a_crew_of_its_own(house: Crewed) -> None:
    now = house.clock.now()
    reporting.take([reporting.Told("switch", "scada_open", now, device="F2")], Actor.house("test"), now)
    house.follow(minutes=1)
    [outage] = house.outages()
    [row] = board(house).proposals
    assert row.team is not None
    [result] = services.send([sent(row, row.team.crew)], house.actor("dispatcher"), house.clock.now())
    assert result.refusal is None
    outage.case.refresh_from_db()
    assert (outage.case.state, outage.case.owner_id) == ("crew_sent", row.team.crew.lead_id)
    [late] = services.send([sent(row, house.second)], house.actor("dispatcher"), house.clock.now())
    assert isinstance(late.refusal, Impossible)
    assert board(house).proposals == []


def test_two_dispatchers_at_once_send_one_crew(house: Crewed) -> None:
    house.calls()
    [outage] = house.outages()
    [row] = board(house).proposals
    now = house.clock.now()
    assert services.send([sent(row, house.first)], house.actor("dispatcher"), now)[0].crew == house.first
    [late] = services.send([sent(row, house.second)], house.world.actor("shift_leader", "X11", now), now)
    assert isinstance(late.refusal, Impossible)
    assert row.work.order is not None
    row.work.order.case.refresh_from_db()
    assert row.work.order.case.owner_id == house.first.lead_id
    assert house.state(outage) != "crew_sent", "it follows when the crew sets out"


def test_a_fault_is_dispatched_to_the_crew_once_and_not_taken_from_it_by_an_oversight(house: Crewed) -> None:
    order = house.call("13812345678", category="fault.metering")
    services.change(house.first, "北组", house.first.lead_id, [], house.actor("dispatcher"), house.clock.now(),
                    (112.0, 28.2))  # fmt: skip
    house.member("北组长", "low_voltage", "metering")
    page = board(house)
    rows = {row.work.case.pk: row for row in page.proposals}
    row = rows[order.pk]
    assert row.team is not None
    assert row.team.crew == house.first
    assert [team.crew for team in row.able] == [house.first], "the other crew does not know meters"
    assert "没有其他" in row.why or "No other" in row.why
    now, dispatcher = house.clock.now(), house.actor("dispatcher")
    [result] = services.send([sent(row, house.first)], dispatcher, now)
    assert result.refusal is None, result.refusal
    order.case.refresh_from_db()
    assert (order.case.state, order.case.owner_id) == ("dispatched", house.first.lead_id)
    # whoever looked before is told, whatever crew they choose
    again = Sent(order.pk, house.second.pk, None, None)
    [late] = services.send([again], dispatcher, now)
    assert isinstance(late.refusal, Impossible)
    order.case.refresh_from_db()
    assert order.case.owner_id == house.first.lead_id
    # whoever says from whom it is taken may do so
    [other] = services.send([Sent(order.pk, house.second.pk, None, house.first.lead_id)], dispatcher, now)
    assert other.refusal is None
    order.case.refresh_from_db()
    assert order.case.owner_id == house.second.lead_id


def test_a_crew_under_way_keeps_what_it_has(house: Crewed) -> None:
    order = house.call("13812345678", category="fault.lv.box")
    row = next(row for row in board(house).proposals if row.work.case.pk == order.pk)
    services.send([sent(row, house.second)], house.actor("dispatcher"), house.clock.now())
    lead = house.world.person("crew_member", "X11", name="南组长")
    mate = house.world.actor("crew_member", "X11", house.clock.now(), name="南组长")
    from open95598.casework import services as casework

    for action in ("accept", "send_crew"):
        casework.perform(order.pk, action, mate, house.clock.now())
    house.call("13900001111", category="fault.lv.box", address="湘江市东湖区芙蓉路1号")
    page = board(house)
    [team] = [team for team in page.teams if team.crew == house.second]
    assert [one.work.case.pk for one in team.in_hand] == [order.pk]
    assert team.in_hand[0].arrives is not None
    assert order.pk not in {row.work.case.pk for row in page.proposals}
    order.case.refresh_from_db()
    assert order.case.owner_id == lead.pk


def test_duties_do_not_overlap_and_positions_end_with_them(house: Crewed) -> None:
    now, dispatcher = house.clock.now(), house.actor("dispatcher")
    with pytest.raises(Impossible):
        services.begin_duty(house.first, dispatcher, now)
    with pytest.raises(Invalid):
        services.begin_duty(house.first, dispatcher, now, now - timedelta(hours=1))
    services.report(house.first, 112.01, 28.01, dispatcher, now, accuracy=12.0)
    services.report(house.first, 112.02, 28.02, dispatcher, now)
    assert Position.objects.get(crew=house.first).x == 112.02, "the last one, and no other"
    [one] = [w for w in queries.positions(dispatcher.rights, house.world.units["X11"].pk, now) if w.crew == house.first]  # type: ignore[arg-type]
    assert (one.place, one.fresh, one.source) == ((112.02, 28.02), True, "phone")
    later = now + timedelta(minutes=40)
    old = queries.where(queries.get(dispatcher.rights, house.first.pk), later)  # type: ignore[arg-type]
    assert old is not None
    assert (old.age, old.fresh) == (40, False)
    services.end_duty(house.first, dispatcher, later)
    assert not Position.objects.filter(crew=house.first).exists()
    assert not Duty.objects.filter(crew=house.first, ends_at__gt=later).exists()
    with pytest.raises(Impossible):
        services.report(house.first, 112.0, 28.0, dispatcher, later)
    for x, y in ((181.0, 0.0), (float("nan"), 0.0), (0.0, -91.0)):
        with pytest.raises(Invalid):
            services.report(house.second, x, y, dispatcher, now)
    assert not Entry.objects.filter(stream=f"crew/{house.first.pk}", body__contains="112.0").exists()
    kinds = list(Entry.objects.filter(stream=f"crew/{house.first.pk}").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["crew.made", "crew.on_duty", "crew.off_duty"]


def test_who_may_tell_of_a_crew(house: Crewed) -> None:
    now = house.clock.now()
    mate = house.world.actor("crew_member", "X11", now, name="北组员")
    services.report(house.first, 112.0, 28.0, mate, now)
    with pytest.raises(Forbidden):
        services.report(house.second, 112.0, 28.0, mate, now)
    stranger = house.world.actor("dispatcher", "X21", now)
    with pytest.raises(Forbidden):
        services.end_duty(house.first, stranger, now)
    with pytest.raises(NotFound):
        queries.get(stranger.rights, house.first.pk)  # type: ignore[arg-type]
    agent = house.world.actor("agent", "P1", now)
    assert agent.rights is not None
    assert queries.positions(agent.rights, house.world.units["X11"].pk, now) == []
    [result] = services.send([Sent(1, house.first.pk)], agent, now)
    assert isinstance(result.refusal, NotFound)


def test_a_crew_is_where_it_arrived(house: Crewed) -> None:
    order = house.call("13812345678", category="fault.lv.box")
    row = next(row for row in board(house).proposals if row.work.case.pk == order.pk)
    services.send([sent(row, house.second)], house.actor("dispatcher"), house.clock.now())
    lead = house.world.actor("crew_member", "X11", house.clock.now(), name="南组长")
    from open95598.casework import services as casework
    from open95598.foundation.events.models import Event
    from open95598.foundation.events.registry import Heard

    for action in ("accept", "send_crew", "arrive"):
        casework.perform(order.pk, action, lead, house.clock.now())
    said = Event.objects.filter(type="case.arrive", case_id=order.pk).get()
    events.arrived(Heard(said.pk, said.type, said.key, said.at, said.case_id, said.payload), house.clock.now())
    found = Position.objects.get(crew=house.second)
    assert found.source == "arrived"
    assert (found.x, found.y) == row.work.place


def test_somebody_who_leaves_leaves_their_crew(house: Crewed) -> None:
    lead = house.world.person("crew_member", "X11", name="北组长")
    for hook in people.succession:
        hook(lead, house.clock.now())
    house.first.refresh_from_db()
    mate = house.world.person("crew_member", "X11", name="北组员")
    assert house.first.lead_id == mate.pk
    for hook in people.succession:
        hook(mate, house.clock.now())
    house.first.refresh_from_db()
    assert house.first.closed_at is not None


def test_crews_stand_on_the_map_for_those_who_work_with_them(house: Crewed, client: Client) -> None:
    services.report(house.first, 112.0, 28.005, house.actor("dispatcher"), house.clock.now())
    client.force_login(house.world.person("dispatcher", "X11"))
    page = client.get("/outages/map/").content.decode()
    assert "map-pin is-crews" in page
    assert f"/crews/{house.first.pk}/" in page
    client.force_login(house.world.person("agent", "P1"))
    assert "map-pin is-crews" not in client.get("/outages/map/").content.decode()


def test_bad_crews_are_refused_by_field(house: Crewed) -> None:
    dispatcher, now, unit = house.actor("dispatcher"), house.clock.now(), house.world.units["X11"]
    stranger = house.world.person("crew_member", "X21")
    with pytest.raises(Invalid) as refused:
        services.make(unit, "  ", stranger.pk, [], dispatcher, now, (float("nan"), 1.0))
    assert set(refused.value.fields) == {"name", "lead", "base"}
    with pytest.raises(Invalid) as refused:
        services.make(unit, "北组", house.first.lead_id, [], dispatcher, now)
    assert set(refused.value.fields) == {"name"}


def test_pages(house: Crewed, client: Client, django_assert_max_num_queries: Any) -> None:
    house.calls()
    order = house.call("13900001111", category="fault.lv.box", address="湘江市东湖区芙蓉路1号")
    client.force_login(house.world.person("dispatcher", "X11"))
    with django_assert_max_num_queries(45):
        page = client.get("/crews/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "北组" in text
    [outage] = house.outages()
    assert outage.number in text
    assert "13900001111" not in text
    rows = board(house).proposals
    form = {f"crew-{row.work.case.pk}": row.team.crew.pk for row in rows if row.team}
    key = next(row.key for row in rows if row.work.outage is not None)
    back = client.post("/crews/send/", {"send": [key], "unit": house.world.units["X11"].pk, **form}, follow=True)
    assert back.status_code == 200
    assert outage.lead is not None
    assert outage.lead.owner_id in {house.first.lead_id, house.second.lead_id}
    # pressed again from a page that is old: said, and nothing done
    back = client.post("/crews/send/", {"only": key, **form}, follow=True)
    assert outage.number in back.content.decode() or "未派出" in back.content.decode()
    assert client.post("/crews/send/", {"send": ["x.y", "1.1.1"]}, follow=True).status_code == 200
    assert client.get(f"/crews/{house.first.pk}/").status_code == 200
    assert client.get("/crews/new/").status_code == 200
    bad = client.post(f"/crews/{house.first.pk}/", {"name": "", "lead": house.first.lead_id})
    assert bad.status_code == 422
    client.force_login(house.world.person("crew_member", "X11", name="北组员"))
    assert client.get("/crews/").status_code == 403
    page = client.get("/crews/mine/")
    assert "北组" in page.content.decode()
    told = client.post(f"/crews/{house.first.pk}/position/", {"x": "112.3", "y": "28.1", "accuracy": "9"})
    assert told.status_code == 200
    assert Position.objects.get(crew=house.first).y == 28.1
    wrong = client.post(f"/crews/{house.first.pk}/position/", {"x": "here", "y": ""}, HTTP_ACCEPT="application/json")
    assert wrong.status_code == 422
    assert client.post(f"/crews/{house.second.pk}/position/", {"x": "1", "y": "1"}).status_code == 404
    client.post(f"/crews/{house.first.pk}/duty/", {"end": "1", "back": "mine"})
    assert not Position.objects.filter(crew=house.first).exists()
    assert order.pk


def test_interface(house: Crewed, client: Client) -> None:
    house.calls()
    [outage] = house.outages()
    client.force_login(house.world.person("dispatcher", "X11"))
    told = client.get("/api/v1/crews?unit=X11").json()
    assert {crew["name"] for crew in told["crews"]} == {"北组", "南组"}
    [row] = told["proposals"]
    assert row["case"] == outage.pk
    body = {"send": [{"case": row["case"], "crew": row["crew"], "version": row["version"]}]}
    done = client.post("/api/v1/crews/send", body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1").json()
    assert done["results"] == [{"case": outage.pk, "crew": row["crew"], "problem": None}]
    again = client.post("/api/v1/crews/send", body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k1").json()
    assert again == done, "asked again with the same key, it is the same answer"
    late = client.post("/api/v1/crews/send", body, content_type="application/json").json()
    assert late["results"][0]["problem"]["status"] == 409
    put = client.put(f"/api/v1/crews/{row['crew']}/position", {"longitude": 112.0, "latitude": 28.0},
                     content_type="application/json")  # fmt: skip
    assert put.status_code == 204
    assert client.delete(f"/api/v1/crews/{row['crew']}/duty").status_code == 204
    assert client.post(f"/api/v1/crews/{row['crew']}/duty", {}, content_type="application/json").status_code == 200
    client.force_login(house.world.person("agent", "P1"))
    assert client.get("/api/v1/crews").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_press_together(clock: Any) -> None:
    """Each in a connection of its own: one crew is sent, the others are told."""
    house = Crewed(fill(worlds.small()), clock)
    order = house.call("13812345678", category="fault.lv.box")
    now = house.clock.now()
    actors = [house.world.actor("dispatcher", "X11", now, name=f"d{n}") for n in range(4)]
    gate, results = Barrier(4), []

    def press(number: int) -> None:
        try:
            gate.wait(10)
            crew = house.first if number % 2 else house.second
            results.extend(services.send([Sent(order.pk, crew.pk)], actors[number], now))
        finally:
            connection.close()

    threads = [Thread(target=press, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(result.crew is not None for result in results) == 1
    assert len(results) == 4
    assert Entry.objects.filter(case_id=order.pk, kind="case.assign_crew").count() == 1
