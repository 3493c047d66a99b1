"""Webhooks that somebody subscribed to, against a real server that is called: proved, signed, once, paused, ended."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.integration.outagenotices.test_notices import DAY, HOUR, NOW, START, act, announce, told
from tests.receiving import Got, Receiving, is_signed, receiving
from tests.registered import HOUSE, Registry

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.clock import FixedClock
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.events import backoff, relay
from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices import calling
from open95598.foundation.notices import queries as messages
from open95598.foundation.notices.models import Message, Notice
from open95598.foundation.notices.services import Outgoing, send, send_many
from open95598.foundation.notices.subscribers import TRIES
from open95598.foundation.people.models import Person
from open95598.foundation.people.services import make_token
from open95598.service.outagenotices import preparing, queries, sending, subscribing, webhooks
from open95598.service.outagenotices.models import Broadcast, OutageNotice, Subscription
from open95598.service.outagenotices.sources import INCIDENT
from open95598.service.outages.models import Outage
from open95598.service.planned.models import PlannedOutage

TALL = 10**9


@pytest.fixture
def server(settings: Any) -> Iterator[Receiving]:
    settings.NOTICES = {"webhook_allow": ("127.0.0.1",), "timeout": 0.4}
    with receiving() as found:
        yield found


@pytest.fixture
def owner(registry: Registry) -> Actor:
    return registry.world.actor("integration", "X11", NOW)


def make(who: Actor, url: str, **more: Any) -> Subscription:
    given = {"url": url, "about": "area", "text": "芙蓉路", "owner": "", "language": "zh", "at_night": False} | more
    return webhooks.make(given, who, NOW)


@pytest.fixture
def hook(owner: Actor, server: Receiving) -> Subscription:
    row = make(owner, f"{server.url}/hook?key=9", owner="it@hospital.example")
    assert webhooks.check(row, owner, NOW).taken
    server.got.clear()
    return row


@pytest.fixture
def announced(planner: Actor, approver: Actor, registry: Registry) -> PlannedOutage:
    return announce(planner, approver)


def deliver(clock_at: Any = NOW) -> Outcome:
    """Hand over what waits, and let the outbox try the newest message once."""
    sending.hand(clock_at, TALL)
    message = Message.objects.filter(channel="webhook").latest("pk")
    return deliver_next("notices.subscribed", message.outbox_key, clock_at)


def newest() -> Message:
    return Message.objects.filter(channel="webhook").latest("pk")


def test_nothing_is_told_before_the_url_gave_the_challenge_back(
    server: Receiving, owner: Actor, planner: Actor, approver: Actor
) -> None:
    row = make(owner, f"{server.url}/hook")
    announce(planner, approver)
    assert not OutageNotice.objects.filter(way="webhook").exists()
    server.behave = ["deaf", 500, 302, "hang"]
    for _each in range(4):
        tried = webhooks.check(row, owner, NOW)
        assert not tried.taken and tried.said
        assert webhooks.state(row) == "unproved"
    assert [got.path for got in server.got] == ["/hook"] * 4, "a redirect is not followed"
    assert webhooks.check(row, owner, NOW).taken
    assert webhooks.state(row) == "active"
    assert all(is_signed(webhooks.secret(row), got) for got in server.got)
    announce(planner, approver)
    assert OutageNotice.objects.filter(way="webhook").count() == 1


def test_a_call_is_signed_has_our_id_and_the_fields_of_the_public_feed(
    hook: Subscription, server: Receiving, announced: PlannedOutage, approver: Actor, client: Client
) -> None:
    assert told(announced, "announced")["webhook waiting"] == 1
    assert deliver() is Outcome.DONE
    (got,) = server.got
    message = newest()
    assert messages.masked(message).to == f"{server.url}/…"
    assert (message.state, message.subscriber) == ("sent", f"outage/{hook.pk}")
    assert (got.path, got.headers["webhook-id"]) == ("/hook?key=9", str(message.ref))
    assert is_signed(webhooks.secret(hook), got)
    assert not is_signed(webhooks.secret(hook), Got("", got.headers, got.body + b" "))
    assert abs(int(got.headers["webhook-timestamp"]) - NOW.timestamp()) < 1
    assert got.document["type"] == "outage.announced"
    feed = client.get("/portal/outages/outages.json").json()["outages"][0]
    data = got.document["data"]
    assert {name: data[name] for name in feed if name != "updateTime"} == {
        name: value for name, value in feed.items() if name != "updateTime"
    }
    assert set(data) - set(feed) == {"unsubscribe"}
    cast = Broadcast.objects.system("t").get(case=announced.pk, what="announced")
    assert ("webhook", "sent", 1) in queries.states([cast.pk])[cast.pk]
    act(announced, "move_plan", approver, NOW, starts_at=START + DAY, ends_at=START + DAY + HOUR, reason="暴雨")
    deliver(NOW + timedelta(minutes=1))
    changed = server.got[-1].document
    assert (changed["type"], changed["data"]["revision"]) == ("outage.changed", 2)
    assert changed["data"]["statusReason"] == "暴雨"
    path = "/" + changed["data"]["unsubscribe"].split("/", 3)[3]
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    hook.refresh_from_db()
    assert hook.ended_at is not None


def test_a_lost_answer_is_repeated_under_the_same_id(
    hook: Subscription, server: Receiving, announced: PlannedOutage
) -> None:
    server.behave = ["hang", 503]
    assert deliver() is Outcome.FAILED
    at = NOW + timedelta(minutes=1)
    assert deliver(at) is Outcome.FAILED
    assert deliver(at + timedelta(minutes=1)) is Outcome.DONE
    assert {got.headers["webhook-id"] for got in server.got} == {str(newest().ref)}
    assert len({got.body for got in server.got}) == 1
    assert Message.objects.filter(channel="webhook").count() == 1


def test_who_is_busy_says_for_how_long(hook: Subscription, server: Receiving, announced: PlannedOutage) -> None:
    server.behave, server.more = [429], {"Retry-After": "3600"}
    assert deliver() is Outcome.FAILED
    assert deliver(NOW + timedelta(minutes=59)) is Outcome.NOT_YET
    assert deliver(NOW + timedelta(minutes=61)) is Outcome.DONE


def test_an_answer_without_end_is_cut_off(hook: Subscription, server: Receiving, announced: PlannedOutage) -> None:
    server.behave = ["flood"]
    assert deliver() is Outcome.DONE
    assert len(newest().answer) == 200
    assert server.flooded < 10_000_000, "what it had in its buffers, and no more"
    began = time.monotonic()
    server.behave = ["drip", "stammer"]
    assert webhooks.test(hook, webhooks.OUTSIDE, NOW).taken, "it said 200, whatever else it had to say"
    assert not webhooks.test(hook, webhooks.OUTSIDE, NOW).taken
    assert time.monotonic() - began < 4, "hung up on after twice the time-out each"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "https://127.0.0.1/x", "https://localhost/", "https://10.1.2.3/", "https://169.254.169.254/",
     "https://[::1]/", "https://[::ffff:10.0.0.1]/", "http://8.8.8.8/", "https://user:pw@8.8.8.8/", "ftp://8.8.8.8/",
     "https://8.8.8.8:99999/", "nonsense", "https://8.8.8.8/ x", "https://8.8.8.8/" + "x" * 400],
)  # fmt: skip
def test_addresses_inside_the_house_are_refused_when_asked_for(owner: Actor, url: str, settings: Any) -> None:
    settings.NOTICES = {"webhook_allow": ()}
    with pytest.raises(Invalid) as refused:
        make(owner, url)
    assert set(refused.value.fields) == {"url"}
    assert "127" not in str(refused.value.fields) and "10." not in str(refused.value.fields)


def test_an_address_that_moved_into_the_house_is_not_called_when_it_leaves(
    hook: Subscription, server: Receiving, announced: PlannedOutage, settings: Any
) -> None:
    settings.NOTICES = {"webhook_allow": ()}
    assert deliver() is Outcome.DONE, "no dead letter of the house"
    assert (newest().state, server.got) == ("failed", [])


def test_after_three_messages_given_up_it_is_paused_and_its_owner_told(
    hook: Subscription, server: Receiving, announced: PlannedOutage, approver: Actor, owner: Actor
) -> None:
    at = NOW
    for turn in range(3):
        server.behave = [400] if turn else [500] * TRIES
        tries = 1
        while deliver(at) is Outcome.FAILED:
            at += backoff.delay(tries, 1.0)
            tries += 1
        assert tries == (1 if turn else TRIES)
        assert newest().state == "failed"
        hook.refresh_from_db()
        assert (hook.failures, hook.paused_at is not None) == (turn + 1, turn == 2)
        begins = START + (turn + 1) * DAY
        act(announced, "move_plan", approver, at, starts_at=begins, ends_at=begins + HOUR, reason="暴雨")
    assert not OutageNotice.objects.filter(way="webhook", broadcast__what="changed", fate="waiting").exists()
    mail = Message.objects.get(to="it@hospital.example")
    assert "127.0.0.1" in mail.body and "key=9" not in mail.body
    assert Notice.objects.get(kind="outage.webhook").person_id == owner.person_id
    kinds = Entry.objects.filter(stream="outage-webhooks").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["webhook.subscribed", "webhook.proved", "webhook.paused"]
    page = re.search(r"http\S+", mail.body)
    assert page is not None
    path, browser = "/" + page[0].split("/", 3)[3], Client(headers={"accept-language": "zh-CN"})
    assert "已停用" in browser.get(path).content.decode()
    assert browser.post(path, {"act": "check"}).status_code == 200
    hook.refresh_from_db()
    assert (hook.paused_at, hook.failures) == (None, 0)
    hook.failures = 2
    hook.save()
    begins = START + 9 * DAY
    act(announced, "move_plan", approver, at, starts_at=begins, ends_at=begins + HOUR, reason="大风")
    assert deliver(at + HOUR) is Outcome.DONE
    hook.refresh_from_db()
    assert hook.failures == 0, "one that is taken forgives those before"


def test_gone_ends_it_and_what_waits_for_an_ended_one_does_not_leave(
    hook: Subscription, server: Receiving, announced: PlannedOutage, owner: Actor
) -> None:
    server.behave = [410]
    assert deliver() is Outcome.DONE
    hook.refresh_from_db()
    assert hook.ended_at is not None
    assert newest().state == "ended"
    again = make(owner, f"{server.url}/again")
    webhooks.check(again, owner, NOW)
    server.got.clear()
    Subscription.objects.filter(pk=again.pk).update(ended_at=NOW)
    Message.objects.filter(pk=newest().pk).update(state="waiting", subscriber=f"outage/{again.pk}")
    message = newest()
    from open95598.foundation.events.services import Said, say

    say([Said("message.subscribed", message.outbox_key, NOW, payload={"message_id": message.pk})])
    assert deliver_next("notices.subscribed", message.outbox_key, NOW) is Outcome.DONE
    assert (newest().state, server.got) == ("ended", [])


def test_at_night_only_who_wished_so(
    hook: Subscription, server: Receiving, owner: Actor, announced: PlannedOutage, approver: Actor
) -> None:
    wakeful = make(owner, f"{server.url}/night", at_night=True)
    webhooks.check(wakeful, owner, NOW)
    sending.hand(NOW, TALL)
    night = NOW + DAY + 11 * HOUR
    act(announced, "move_plan", approver, night, starts_at=START + DAY, ends_at=START + DAY + HOUR, reason="暴雨")
    sending.hand(night, TALL)
    found = OutageNotice.objects.filter(broadcast__what="changed", way="webhook", fate="handed")
    assert [one.subscription_id for one in found] == [wakeful.pk]


def test_one_url_with_two_subscriptions_is_called_once_and_each_secret_fits(
    hook: Subscription, server: Receiving, owner: Actor, planner: Actor, approver: Actor
) -> None:
    second = make(owner, hook.to, about="account", text="4300000001")
    webhooks.check(second, owner, NOW)
    server.got.clear()
    announce(planner, approver)
    assert deliver() is Outcome.DONE
    (got,) = server.got
    assert is_signed(webhooks.secret(hook), got) and is_signed(webhooks.secret(second), got)


def test_on_the_customers_pages_a_code_proves_the_owner_and_a_challenge_the_address(
    server: Receiving, registry: Registry, planner: Actor, approver: Actor
) -> None:
    browser = Client(headers={"accept-language": "zh-CN"})
    given = {"url": f"{server.url}/own", "about": "account", "text": "4300000001", "to": "13511112222"}
    assert browser.get("/portal/outages/webhooks/").status_code == 200
    wrong = browser.post("/portal/outages/webhooks/", given | {"url": "https://192.168.1.1/"})
    assert wrong.status_code == 422 and "公网" in wrong.content.decode()
    assert not Message.objects.exists(), "nothing half done"
    assert browser.post("/portal/outages/webhooks/", given).status_code == 302
    code = re.search(r"(?<!\d)\d{6}(?!\d)", Message.objects.get(to="13511112222").body)
    assert code is not None
    address = browser.post("/portal/outages/confirm/", {"code": code[0]})["Location"]
    row = Subscription.objects.get(owner="13511112222")
    assert webhooks.secret(row) in browser.get(address).content.decode()
    assert Client().get(address.replace(address.split("/")[-2], "x" * 24)).status_code == 404
    server.behave = [500]
    assert "HTTP 500" in browser.post(address, {"act": "check"}).content.decode()
    assert server.got[-1].document["type"] == "webhook.challenge"
    assert browser.post(address, {"act": "check"}).status_code == 200
    assert webhooks.secret(row) not in browser.get(address).content.decode(), "shown until it is checked"
    browser.post(address, {"act": "test"})
    assert server.got[-1].document["type"] == "webhook.test"
    announce(planner, approver)
    assert deliver() is Outcome.DONE
    data = server.got[-1].document["data"]
    assert (data["communityDescriptor"], data["line"], data["metersAffected"]) == ("", "", None), "not proved theirs"
    browser.post(address, {"act": "end"})
    assert browser.get(address).status_code == 404


def test_the_house_sees_tries_and_stops_them_masked(
    hook: Subscription, server: Receiving, registry: Registry, client: Client
) -> None:
    Subscription.objects.filter(pk=hook.pk).update(owner="13511112222")
    leader = registry.world.person("shift_leader", "P1")
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/outage-notices/webhooks/").content.decode()
    assert f"{server.url}/…" in page
    assert "key=9" not in page and "13511112222" not in page
    client.post(f"/outage-notices/webhooks/{hook.pk}/test/")
    assert server.got[-1].document["type"] == "webhook.test"
    client.post(f"/outage-notices/webhooks/{hook.pk}/stop/")
    hook.refresh_from_db()
    assert hook.ended_at is not None
    assert Entry.objects.filter(kind="webhook.ended", actor_id=leader.pk).exists()
    assert client.post(f"/outage-notices/webhooks/{hook.pk}/test/").status_code == 404
    client.force_login(registry.world.person("agent", "P1"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/outage-notices/webhooks/").status_code == 403


def test_the_api_makes_checks_tries_and_ends_ones_own(server: Receiving, registry: Registry, clock: FixedClock) -> None:
    system, other = registry.world.person("integration", "X11"), registry.world.person("integration", "X12")

    def call(who: Person, method: str, path: str, body: Any = None, **headers: str) -> Any:
        api = Client(headers={"authorization": f"Bearer {make_token(who, 't', (), clock.now())}"} | headers)
        given = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(api, method)(f"/api/v1/outage-webhooks{path}", **given)

    body = {"url": f"{server.url}/api", "about": "account", "text": "4300000001"}
    made = call(system, "post", "", body, **{"idempotency-key": "one"})
    assert made.status_code == 201, made.content
    assert call(system, "post", "", body, **{"idempotency-key": "one"}).json() == made.json()
    pk = made.json()["id"]
    assert made.json()["state"] == "unproved"
    secret = call(system, "get", f"/{pk}").json()["secret"]
    assert call(other, "get", f"/{pk}").status_code == 404
    assert call(system, "post", f"/{pk}/check").json() == {"taken": True, "said": "", "state": "active"}
    assert is_signed(secret, server.got[-1])
    assert call(system, "get", f"/{pk}").json()["secret"] is None
    server.behave = [500]
    assert call(system, "post", f"/{pk}/test").json()["taken"] is False
    assert [one["id"] for one in call(system, "get", "").json()["items"]] == [pk]
    assert call(other, "get", "").json()["items"] == []
    for bad, field in (
        ({"url": "https://10.0.0.1/"}, "url"), ({"text": "43999"}, "text"), ({"owner": "x"}, "owner"),
        ({"about": "area", "text": "没有这条路"}, "text"), ({"text": "4300000014"}, "text"),
    ):  # fmt: skip
        refused = call(system, "post", "", body | bad)
        assert refused.status_code == 422, (bad, refused.content)
        assert field in json.dumps(refused.json())
    assert call(system, "delete", f"/{pk}").status_code == 204
    assert call(system, "get", f"/{pk}").status_code == 404


def test_an_account_has_so_many_and_what_was_never_proved_is_forgotten(
    server: Receiving, owner: Actor, planner: Actor, monkeypatch: Any
) -> None:
    monkeypatch.setattr(webhooks, "MOST", 1)
    make(owner, f"{server.url}/a")
    with pytest.raises(Impossible):
        make(owner, f"{server.url}/b")
    paused = make(planner, f"{server.url}/c")
    Subscription.objects.filter(pk=paused.pk).update(proved_at=NOW, paused_at=NOW)
    assert subscribing.tidy(NOW + 2 * DAY) == 0
    assert subscribing.tidy(NOW + 8 * DAY) == 1
    assert (subscribing.tidy(NOW + 91 * DAY), subscribing.tidy(NOW + 130 * DAY)) == (0, 1)


def test_of_an_incident_the_first_call_announces_it_and_by_account_no_word_says_where(
    server: Receiving, owner: Actor, registry: Registry
) -> None:
    area, mine = make(owner, f"{server.url}/area"), make(owner, f"{server.url}/own", language="en", about="account",
                                                        text="4300000001")  # fmt: skip
    for row in (area, mine):
        assert webhooks.check(row, owner, NOW).taken
    Subscription.objects.filter(pk=mine.pk).update(by=None)
    Subscription.objects.filter(pk=area.pk).update(proved_at=None)
    fields = {"device": "F1", "device_name": "湘江线", "device_kind": 1, "actual_start": NOW}
    opening = casework.Opening("outage", registry.world.units["X11"].pk, fields | {"original_customers_served": 5})
    incident = casework.open_many([opening], HOUSE, NOW)[0].typed
    Case.objects.system("t").filter(pk=incident.pk).update(state="confirmed")
    preparing.prepare(INCIDENT, incident.pk, "case.confirm_outage", {}, NOW)
    assert deliver() is Outcome.DONE
    own = server.got[-1].document
    assert (own["type"], own["data"]["outageKind"]) == ("outage.announced", "unplanned")
    shown = INCIDENT.shown(incident.pk).told
    assert shown.scope_en and shown.line
    told_all = json.dumps(own, ensure_ascii=False)
    assert not any(where in told_all for where in (shown.scope, shown.scope_en, shown.line))
    Subscription.objects.filter(pk=area.pk).update(proved_at=NOW)
    Outage.objects.system("t").filter(pk=incident.pk).update(estimated_to=NOW + HOUR)
    preparing.prepare(INCIDENT, incident.pk, "case.estimate_outage", {}, NOW + HOUR)
    sending.hand(NOW + HOUR, TALL)
    for message in Message.objects.filter(channel="webhook", state="waiting"):
        assert deliver_next("notices.subscribed", message.outbox_key, NOW + HOUR) is Outcome.DONE
    types = {got.path: got.document["type"] for got in server.got[-2:]}
    assert types == {"/area": "outage.announced", "/own": "outage.changed"}


def test_who_does_not_answer_keeps_nobody_waiting(
    hook: Subscription, server: Receiving, announced: PlannedOutage, settings: Any, monkeypatch: Any
) -> None:
    """After three times without an answer it is left alone for half a minute; its owner's own check lifts that."""
    moments = [1000.0]
    monkeypatch.setattr(calling.time, "monotonic", lambda: moments[0])
    server.behave = ["hang"] * 3
    at = NOW
    for _each in range(3):
        assert deliver(at) is Outcome.FAILED
        at += timedelta(minutes=5)
    assert deliver(at) is Outcome.FAILED
    assert len(server.got) == 3, "it was not called"
    assert deliver(at + timedelta(seconds=29)) is Outcome.NOT_YET
    moments[0] += 31
    server.behave = ["hang"]
    assert deliver(at + HOUR) is Outcome.FAILED
    assert len(server.got) == 4
    moments[0] += 31
    deliver(at + 2 * HOUR)
    assert len(server.got) == 4, "twice as long"
    assert webhooks.check(hook, webhooks.OUTSIDE, NOW).taken
    assert deliver(at + 4 * HOUR) is Outcome.DONE


def test_strangers_go_by_lanes_of_their_own(hook: Subscription, server: Receiving, announced: PlannedOutage) -> None:
    """However many addresses of strangers do not answer, two workers wait for them at most."""
    outside = [Outgoing("webhook", hook.to, "t", "{}", f"lane/{n}", subscriber=f"outage/{hook.pk}") for n in range(25)]
    send_many(outside, NOW)
    send("sms", "13812345678", "", "x", NOW, "lane/sms")
    relay.nudge(NOW)
    jobs = ProcrastinateJob.objects.filter(task_name="events.deliver")
    lanes = [job.lock for job in jobs if job.args["subscriber"] == "notices.subscribed"]
    assert Counter(lanes) == {"notices.subscribed/0": 3, "notices.subscribed/1": 2}
    assert all(len(job.args["keys"]) <= 5 for job in jobs if job.lock)
    assert [job.lock for job in jobs if job.args["subscriber"] == "notices.send"] == [None]
