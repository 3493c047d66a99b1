"""Triage, needed facts, similar orders and the score of an order, through the API and the services."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from tests import world as worlds

from open95598.casework import services as casework
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.events import delivery
from open95598.foundation.people.policy import Permission, Role
from open95598.foundation.people.rights import load
from open95598.foundation.people.services import make_token
from open95598.foundation.rulebook import store
from open95598.service.intake.triage import Said
from open95598.service.workorders import attaching, scoring, services, similar
from open95598.service.workorders.models import OrderScore, WorkOrder

pytestmark = pytest.mark.django_db
NOW = worlds.MONDAY
AT_HOME = [Said("danger", "none"), Said("dark", "all"), Said("neighbours", "alight"), Said("credit", "fine")]


@pytest.fixture
def world():
    similar.forget()
    return worlds.small()


@pytest.fixture
def agent(world):
    return world.actor(Role.AGENT, "P1", NOW)


def client(world, role: Role, unit: str = "P1") -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(world.person(role, unit), 'test', [], NOW)}"})


def post(api: Client, path: str, body: object):
    return api.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def facts(**more: object) -> dict[str, object]:
    given = worlds.fault(**more)
    return {name: value for name, value in given.items() if value is not None}


# triage


def test_a_triage_fills_in_category_and_priority_and_stays_on_the_order(world, agent) -> None:
    said = [Said("danger", "none"), Said("dark", "all"), Said("neighbours", "dark"), Said("announced", "outside"),
            Said("scope", "estate"), Said("since", skipped="not_known")]  # fmt: skip
    order = services.register(agent, facts(category=None), NOW, triage=said)
    assert (order.category, order.priority) == ("fault.hv.equipment", "urgent")
    assert order.triage["outcome"] == "crew"
    assert order.triage["answers"][-1] == {"question": "since", "skipped": "not_known"}


def test_what_the_seat_chooses_stands_above_the_triage(agent) -> None:
    order = services.register(
        agent, facts(category="fault.lv.box", priority="normal"), NOW, triage=[Said("danger", "low")]
    )
    assert (order.category, order.priority, order.triage["priority"]) == ("fault.lv.box", "normal", "safety")


def test_self_help_closes_at_once_with_what_was_said(agent) -> None:
    said = [*AT_HOME, Said("switch", "tripped"), Said("reclose", "restored")]
    order = services.register(agent, facts(category=None), NOW, triage=said, answer="已指导客户合闸恢复。")
    assert not order.case.is_open
    assert (order.triage["does"], order.category, order.closed_at_once) == (
        "self_help",
        "fault.customer.resident",
        True,
    )


def test_paid_and_still_dark_must_be_a_service_request(agent) -> None:
    said = [*AT_HOME[:3], Said("credit", "paid")]
    with pytest.raises(Invalid) as caught:
        services.register(agent, facts(category=None), NOW, triage=said)
    assert "service_request" in str(caught.value.fields["kind"])
    order = services.register(agent, facts(kind="service_request", category=None), NOW, triage=said)
    assert (order.case.kind, order.category) == ("service_request", "service_request.reconnect")


def test_the_api_takes_and_shows_a_triage_and_names_the_step_that_does_not_fit(world) -> None:
    api = client(world, Role.AGENT)
    forms = api.get("/api/v1/triage").json()
    assert forms["forms"][0]["first"] == "danger"
    steps = [{"question": "danger", "answer": "none"}, {"question": "dark", "answer": "bright"}]
    refused = post(api, "/work-orders", facts(triage=steps))
    assert refused.status_code == 422
    assert "2" in refused.json()["errors"]["triage"][0]
    steps[1]["answer"] = "part"
    done = post(api, "/work-orders", facts(triage=steps))
    assert done.status_code == 201, done.content
    shown = api.get(f"/api/v1/work-orders/{done.json()['number']}").json()
    assert shown["triage"]["answers"][1] == {"question": "dark", "answer": "part"}
    assert shown["triage"]["outcome"] is None


# needed facts


def test_fields_that_are_needed_are_refused_by_name_and_other_gaps_are_shown(world) -> None:
    api = client(world, Role.AGENT)
    refused = post(api, "/work-orders", facts(address=None, contact_phone=None))
    assert set(refused.json()["errors"]) == {"address", "contact_phone"}
    done = post(api, "/work-orders", facts(description="没电了")).json()
    assert [gap["fact"] for gap in done["gaps"]] == ["danger", "scope", "when", "whose"]
    assert done["gaps"][0]["ask"]["zh"].endswith("？")
    assert done["score"] is None, "an agent is not shown the score"


# the score


def test_the_score_is_kept_at_registration_and_counted_again_with_the_answer(world, agent) -> None:
    said = "上个月电费翻倍，要求营业厅核实，户号1234567890"
    bill = facts(kind="complaint", category="complaint.business.price.bill", description=said)
    order = services.register(agent, bill, NOW)
    kept = OrderScore.objects.get(pk=order.pk)
    assert (kept.points, kept.gaps) == (100, 0)
    WorkOrder.objects.system("test").filter(pk=order.pk).update(answer="抱歉，我们高度重视。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delivery WHERE subscriber = 'workorders.score'")
        assert cursor.fetchone() == (0,)
    assert scoring.count_again(NOW) == 1
    assert OrderScore.objects.get(pk=order.pk).points < 90


def test_an_answer_is_judged_when_it_is_given(world, agent) -> None:
    new = services.NewOrder(facts(kind="consultation", category="consultation.bill.price"))
    (order,) = services.register_many(agent, [new], NOW, route=False)
    before = OrderScore.objects.get(pk=order.pk).points
    casework.perform(order.pk, "answer_at_once", agent, NOW, data={"answer": "抱歉，您必须自己查。"})
    delivery.deliver_keys("workorders.score", [f"case/{order.pk}"])
    assert OrderScore.objects.get(pk=order.pk).points < before


def test_the_score_is_shown_to_those_with_the_right_to_it(world, agent) -> None:
    order = services.register(agent, facts(), NOW)
    shown = client(world, Role.QUALITY_AUDITOR).get(f"/api/v1/work-orders/{order.number}").json()["score"]
    assert shown["points"] == OrderScore.objects.get(pk=order.pk).points
    assert sum(line["of"] for line in shown["lines"]) > 0
    lost = [line for line in shown["lines"] if line["points"] < line["of"]]
    assert lost and all(line["remarks"] for line in lost)
    assert client(world, Role.AGENT).get(f"/api/v1/work-orders/{order.number}").json()["score"] is None


# similar orders


def test_the_same_matter_is_found_by_phone_place_and_words(world, agent) -> None:
    order = services.register(agent, facts(), NOW)
    later = NOW + timedelta(minutes=30)
    rights = load(world.person(Role.AGENT, "P1"), later)
    again = similar.find(
        rights, later, phone="13812345678", address="芙蓉路88号3栋2单元501", text="家里突然没电", kind="fault"
    )
    assert [one.row["number"] for one in again] == [order.number]
    assert again[0].similar.likely
    assert set(again[0].similar.reasons) == {"phone", "room", "words"}
    assert again[0].last_kind.startswith("case.")
    neighbour = similar.find(rights, later, phone="13900000000", address="湘江市东湖区芙蓉路88号5栋")
    assert [one.similar.reasons for one in neighbour] == [("estate",)]
    assert similar.find(rights, later, phone="13900000000", address="湘江市东湖区韶山路9号", text="咨询电价") == []


def test_only_what_one_may_see_is_found(world, agent) -> None:
    services.register(agent, facts(kind="report", category="report.theft", unit="X11"), NOW)
    kept_secret = services.register(agent, facts(confidential=True), NOW)
    elsewhere = load(world.person(Role.HANDLER, "X21"), NOW)
    assert similar.find(elsewhere, NOW, phone="13812345678") == []
    seat = load(world.person(Role.AGENT, "P1", name="other"), NOW)
    found = similar.find(seat, NOW, phone="13812345678", address=str(worlds.fault()["address"]))
    assert [one.row["number"] for one in found] == [kept_secret.number], "a report is not shown to another seat"
    assert "phone" not in found[0].similar.reasons, "nor that it was this number that called"


def test_a_further_call_becomes_a_note_and_an_urge_as_long_as_the_rules_allow(world, agent) -> None:
    order = services.register(agent, facts(), NOW)
    said = {"description": "还没有人来", "contact_phone": "13812345678"}
    urged = [attaching.attach(agent, order, said, NOW).urged for _call in range(3)]
    most = store.current(NOW).urge.most_before_half
    assert urged == [n < most for n in range(3)]
    assert order.urge_count() == most
    with pytest.raises(Invalid):
        attaching.attach(agent, order, {"description": " "}, NOW)


def test_nothing_is_attached_to_a_closed_order(world, agent) -> None:
    order = services.register(
        agent, facts(kind="consultation", category="consultation.bill.price"), NOW, answer="已解答。"
    )
    with pytest.raises(Impossible):
        attaching.attach(agent, order, {"description": "还想问"}, NOW)


def test_the_api_finds_and_attaches_once(world) -> None:
    api = client(world, Role.AGENT)
    number = post(api, "/work-orders", facts()).json()["number"]
    items = api.get("/api/v1/work-orders/similar", {"phone": "138-1234-5678", "text": "没电"}).json()["items"]
    assert [item["number"] for item in items] == [number]
    assert "13812345678" not in json.dumps(items)
    key = {"HTTP_IDEMPOTENCY_KEY": "again"}
    body = json.dumps({"description": "还没来电"})
    path = f"/api/v1/work-orders/{number}/attach"
    first = api.post(path, body, content_type="application/json", **key)
    assert first.json() == {"number": number, "urged": True, "why_not_urged": None}
    assert api.post(path, body, content_type="application/json", **key).content == first.content
    assert WorkOrder.objects.system("test").get(number=number).urge_count() == 1


def test_those_who_see_scores_are_those_who_judge() -> None:
    from open95598.foundation.people.policy import GRANTS

    holders = {role for role, held in GRANTS.items() if Permission.CASE_QUALITY_VIEW in held}
    assert Role.AGENT not in holders and Role.HANDLER not in holders
    assert {Role.QUALITY_AUDITOR, Role.SHIFT_LEADER, Role.SUPERVISOR} <= holders


def test_words_to_a_customer_are_looked_over_while_they_are_written(world, clock):
    client = Client()
    client.force_login(world.person("agent", "P1"), backend="django.contrib.auth.backends.ModelBackend")
    said = client.post("/orders/speech/", {"text": "<b>抱歉</b>，没办法", "kind": "fault"}).content.decode()
    assert "对不起" in said and "没办法" in said and "<b>抱歉" not in said
    assert "<li>" not in client.post("/orders/speech/", {"text": "已恢复送电。", "kind": "fault"}).content.decode()
    assert client.post("/orders/speech/", {"text": "\x00"}).status_code == 200
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    casework.perform(order.pk, "accept", world.actor("handler", "X11", clock.now()), clock.now())
    handler = Client()
    handler.force_login(world.person("handler", "X11"), backend="django.contrib.auth.backends.ModelBackend")
    form = handler.get(f"/orders/{order.number}/actions/terminate/").content.decode()
    assert "data-coach-url" in form
