"""Browsers that are told of outages, against a real push service: sealed, signed, replaced, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.test import Client
from tests.integration.outagenotices.test_notices import DAY, HOUR, NOW, START, act, announce
from tests.pushed import Reader, sender
from tests.receiving import Got, Receiving, receiving
from tests.registered import Registry

from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.notices import queries as messages
from open95598.foundation.notices.models import Message
from open95598.service.outagenotices import pushes, queries, sending, subscribing
from open95598.service.outagenotices.models import Broadcast, OutageNotice, Subscription
from open95598.service.planned.models import PlannedOutage


@pytest.fixture
def service(settings: Any) -> Iterator[Receiving]:
    settings.NOTICES = {"webhook_allow": ("127.0.0.1",), "timeout": 0.4, "push_contact": "mailto:95598@utility.example"}
    with receiving() as found:
        yield found


@pytest.fixture
def reader() -> Reader:
    return Reader()


def ask(service: Receiving, reader: Reader, text: str = "芙蓉路", name: str = "one", **more: Any) -> Subscription:
    given = {"language": "zh", "at_night": False, "about": "area"} | more
    about = given.pop("about")
    row = pushes.subscribe(about, text, f"{service.url}/send/{name}", reader.keys, NOW, **given)
    assert deliver() is Outcome.DONE
    return row


@pytest.fixture
def told(service: Receiving, reader: Reader) -> Subscription:
    row = ask(service, reader)
    service.got.clear()
    return row


@pytest.fixture
def announced(registry: Registry, told: Subscription, planner: Actor, approver: Actor) -> PlannedOutage:
    return announce(planner, approver)


def newest() -> Message:
    return Message.objects.filter(channel="push").latest("pk")


def deliver(at: Any = NOW) -> Outcome:
    sending.hand(at, 10**9)
    return deliver_next("notices.subscribed", newest().outbox_key, at)


def move(row: PlannedOutage, approver: Actor, days: int, at: Any = NOW) -> None:
    begins = START + days * DAY
    act(row, "move_plan", approver, at, starts_at=begins, ends_at=begins + HOUR, reason="暴雨")


@pytest.mark.usefixtures("registry")
def test_the_first_message_says_that_it_works(service: Receiving, reader: Reader) -> None:
    row = ask(service, reader)
    (got,) = service.got
    assert reader.read(got.body)["title"] == "停电通知已开通"
    assert got.path == "/send/one"
    again = ask(service, reader)
    row.refresh_from_db()
    assert (row.ended_at, again.ended_at) == (NOW, None), "the same wish is one subscription"
    other = ask(service, Reader(), language="en", name="two")
    assert other.language == "en"
    assert Message.objects.filter(channel="push").count() == 3


def test_what_is_told_can_be_read_by_that_browser_alone_and_says_who_sends_it(
    service: Receiving, reader: Reader, announced: PlannedOutage
) -> None:
    assert deliver() is Outcome.DONE
    (got,) = service.got
    said = reader.read(got.body)
    assert said["title"] == "停电通知"
    assert all(part in said["body"] for part in ("设备检修", "芙蓉路沿线", "湘江线", "95598"))
    assert (said["tag"], said["lang"], said["stop"]) == (f"outage-{announced.pk}", "zh-Hans", "退订")
    with pytest.raises(InvalidTag):
        Reader().read(got.body)
    assert sender(got, service.url, pushes.public_key(), NOW.timestamp()) == "mailto:95598@utility.example"
    assert {name: got.headers[name] for name in ("content-encoding", "urgency", "topic", "ttl")} == {
        "content-encoding": "aes128gcm", "urgency": "normal", "topic": f"outage-{announced.pk}",
        "ttl": str(3 * 24 * 3600),
    }  # fmt: skip
    message = newest()
    assert message.state == "sent"
    shown = messages.masked(message)
    assert "/send/one" not in shown.to and reader.keys[1] not in message.body
    cast = Broadcast.objects.system("t").get(case=announced.pk, what="announced")
    assert ("push", "sent", 1) in queries.states([cast.pk])[cast.pk]


def test_a_change_replaces_the_former_and_what_is_near_is_urgent(
    service: Receiving, reader: Reader, announced: PlannedOutage, approver: Actor
) -> None:
    deliver()
    at = START - 8 * DAY
    act(announced, "move_plan", approver, at, starts_at=at + 3 * HOUR, ends_at=at + 5 * HOUR, reason="暴雨")
    assert deliver(at) is Outcome.DONE
    first, second = service.got
    assert first.headers["topic"] == second.headers["topic"]
    assert (second.headers["urgency"], second.headers["ttl"]) == ("high", str(5 * 3600))
    said = reader.read(second.body)
    assert said["title"] == "停电变更" and "暴雨" in said["body"]


def test_by_account_no_place_is_told_and_in_english_where_wished(
    service: Receiving, registry: Registry, planner: Actor, approver: Actor
) -> None:
    reader = Reader()
    ask(service, reader, "4300000001", about="account", language="en")
    service.got.clear()
    announce(planner, approver)
    assert deliver() is Outcome.DONE
    said = reader.read(service.got[0].body)
    assert (said["title"], said["lang"], said["stop"]) == ("Outage notice", "en", "No more")
    assert "芙蓉路" not in said["body"] and "湘江线" not in said["body"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_not_told_again(
    service: Receiving, reader: Reader, announced: PlannedOutage, told: Subscription, approver: Actor, status: int
) -> None:
    second = Subscription.objects.get(pk=told.pk)
    second.pk, second.about = "00000000-0000-4000-8000-000000000001", "address"
    second.save(force_insert=True)
    service.behave = [status]
    assert deliver() is Outcome.DONE
    assert newest().state == "ended"
    assert not Subscription.objects.filter(ended_at=None).exists(), "all of that browser"
    move(announced, approver, 1)
    assert not OutageNotice.objects.filter(way="push", broadcast__what="changed").exists()


def test_a_busy_service_is_left_alone_for_as_long_as_it_says(
    service: Receiving, reader: Reader, announced: PlannedOutage
) -> None:
    service.behave, service.more = [429, "hang"], {"Retry-After": "600"}
    assert deliver() is Outcome.FAILED
    assert deliver(NOW + timedelta(minutes=9)) is Outcome.NOT_YET
    at = NOW + timedelta(minutes=11)
    assert deliver(at) is Outcome.FAILED, "no answer: once more, under the same topic"
    assert deliver(at + timedelta(minutes=1)) is Outcome.DONE
    assert len({got.headers["topic"] for got in service.got}) == 1
    assert Message.objects.filter(channel="push", case_id=announced.pk).count() == 1


def test_one_that_is_never_taken_ends_and_leaves_no_dead_letter(
    service: Receiving, reader: Reader, announced: PlannedOutage, told: Subscription, approver: Actor
) -> None:
    for turn in range(3):
        service.behave = [403]
        assert deliver(NOW + turn * HOUR) is Outcome.DONE
        assert newest().state == "failed"
        move(announced, approver, turn + 1, NOW + turn * HOUR)
    told.refresh_from_db()
    assert told.ended_at is not None


def test_at_night_only_who_wished_so(
    service: Receiving, reader: Reader, announced: PlannedOutage, approver: Actor
) -> None:
    wakeful = ask(service, Reader(), name="night", at_night=True)
    night = NOW + DAY + 11 * HOUR
    move(announced, approver, 1, night)
    sending.hand(night, 10**9)
    found = OutageNotice.objects.filter(broadcast__what="changed", way="push", fate="handed")
    assert [one.subscription_id for one in found] == [wakeful.pk]


def test_one_press_ends_it(service: Receiving, reader: Reader, announced: PlannedOutage, told: Subscription) -> None:
    deliver()
    out = reader.read(service.got[0].body)["out"]
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    told.refresh_from_db()
    assert told.ended_at is not None


@pytest.mark.parametrize(
    ("endpoint", "keys"),
    [
        ("https://127.0.0.1/x", None), ("https://10.0.0.1/x", None), ("http://8.8.8.8/x", None), ("x", None),
        ("https://8.8.8.8/" + "x" * 1000, None), ("", None), ("https://8.8.8.8/x", ("", "")),
        ("https://8.8.8.8/x", ("BAAA", "0123456789abcdefghijkl")), ("https://169.254.169.254/latest", None),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("registry")
def test_where_no_browser_can_be_is_not_called(
    endpoint: str, keys: Any, reader: Reader, settings: Any, client: Client
) -> None:
    settings.NOTICES = {"webhook_allow": ()}
    keys = keys or reader.keys
    with pytest.raises(Invalid):
        pushes.subscribe("area", "芙蓉路", endpoint, keys, NOW, language="zh", at_night=False)
    form = {"about": "area", "text": "芙蓉路", "endpoint": endpoint, "p256dh": keys[0], "auth": keys[1]}
    assert client.post("/portal/outages/push/", form).status_code == 422
    assert not Subscription.objects.exists() and not Message.objects.exists()


def test_a_service_that_moved_into_the_house_is_not_called_when_it_leaves(
    service: Receiving, announced: PlannedOutage, settings: Any
) -> None:
    settings.NOTICES = {"webhook_allow": ()}
    assert deliver() is Outcome.DONE
    assert (newest().state, service.got) == ("failed", [])


@pytest.mark.usefixtures("registry")
def test_the_page_takes_it_and_says_what_is_wrong(service: Receiving, reader: Reader, monkeypatch: Any) -> None:
    browser = Client(headers={"accept-language": "zh-CN"})
    shown = browser.get("/portal/outages/push/").content.decode()
    assert pushes.public_key() in shown
    worker = browser.get("/portal/outages/push-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    p256dh, auth = reader.keys
    form = {"about": "area", "text": "芙蓉路", "endpoint": f"{service.url}/send/1", "p256dh": p256dh, "auth": auth}
    assert "没有提供接收地址" in browser.post("/portal/outages/push/", form | {"endpoint": ""}).content.decode()
    unknown = browser.post("/portal/outages/push/", form | {"text": "没有这条路"})
    assert unknown.status_code == 422 and not Subscription.objects.exists()
    done = browser.post("/portal/outages/push/", form)
    assert done.status_code == 200 and "/portal/outages/out/" in done.content.decode()
    assert Subscription.objects.get().keys == f"{p256dh} {auth}"
    monkeypatch.setattr(subscribing, "MOST", 1)
    refused = browser.post("/portal/outages/push/", form | {"about": "account", "text": "4300000001"})
    assert refused.status_code == 422 and "最多1个订阅" in refused.content.decode()
    with pytest.raises(Impossible):
        pushes.subscribe("account", "4300000001", form["endpoint"], reader.keys, NOW, language="zh", at_night=False)


def test_a_long_text_still_fits_into_one_push(service: Receiving, reader: Reader, announced: PlannedOutage) -> None:
    row = Subscription.objects.get()
    body = pushes.document(row, "停电通知", "电" * 5000, "outage-1", NOW + HOUR, NOW)
    sent = pushes.outgoing(row, body, "long")
    from open95598.foundation.notices.services import send_many

    send_many([sent], NOW)
    assert deliver_next("notices.subscribed", newest().outbox_key, NOW) is Outcome.DONE
    got: Got = service.got[-1]
    assert reader.read(got.body)["body"].endswith("…")


def test_a_browser_whose_address_changed_says_so_itself(
    service: Receiving, announced: PlannedOutage, told: Subscription, settings: Any
) -> None:
    stranger, fresh = Client(enforce_csrf_checks=True), Reader()
    p256dh, auth = fresh.keys
    new = {"endpoint": f"{service.url}/send/new", "p256dh": p256dh, "auth": auth}
    for wrong in ({"old": f"{service.url}/send/other"}, {"old": told.to, "endpoint": "https://10.0.0.1/"},
                  {"old": told.to, "auth": "x"}):  # fmt: skip
        assert stranger.post("/portal/outages/push/moved/", new | wrong).status_code == 204
    assert stranger.post("/portal/outages/push/moved/", new).status_code == 403
    told.refresh_from_db()
    assert told.to == f"{service.url}/send/one"
    assert stranger.post("/portal/outages/push/moved/", new | {"old": told.to}).status_code == 204
    assert deliver() is Outcome.DONE
    assert service.got[-1].path == "/send/new"
    assert fresh.read(service.got[-1].body)["title"] == "停电通知"
