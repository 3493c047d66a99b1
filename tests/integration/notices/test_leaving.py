"""Messages leave the house through the outbox, over real connections to receivers that misbehave."""

from __future__ import annotations

import email
import json
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from tests import world as worlds

from open95598.casework import services as casework
from open95598.foundation.clock import FixedClock
from open95598.foundation.errors import Invalid
from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.events.models import Delivery, Event
from open95598.foundation.notices import signing
from open95598.foundation.notices.models import Message
from open95598.foundation.notices.services import Outgoing, send, send_many, tell
from open95598.foundation.people.models import Person
from open95598.foundation.words import Label
from open95598.service.workorders import services as orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ways_out(settings: Any, gateway: Any, mail_server: Any, tmp_path: Path) -> dict[str, Any]:
    settings.NOTICES = {
        "sms_url": f"{gateway.url}/sms",
        "sms_status_url": f"{gateway.url}/sms/{{id}}",
        "sms_token": "token",
        "smtp_url": mail_server.url,
        "mail_from": "95598@utility.example",
        "webhook_secret": "secret",
        "webhook_allow": ("127.0.0.1",),
        "drop_dir": tmp_path,
        "timeout": 0.5,
    }
    return settings.NOTICES


def deliver(message: Message, now: datetime) -> Outcome:
    outcome = deliver_next("notices.send", message.outbox_key, now)
    message.refresh_from_db()
    return outcome


def sms(now: datetime, key: str = "k", **more: Any) -> Message:
    return send("sms", "13812345678", "", "您的工单已派发", now, key, **more)


def test_one_message_for_a_key_and_nothing_personal_in_the_event(gateway: Any, now: datetime) -> None:
    message = sms(now)
    assert sms(now) == message
    assert (Message.objects.count(), Delivery.objects.filter(subscriber="notices.send").count()) == (1, 1)
    assert Event.objects.get(type="message.due").payload == {"message_id": message.pk}
    assert gateway.requests == [], "nothing leaves inside the caller's transaction"

    assert deliver(message, now) is Outcome.DONE
    assert (message.state, message.sent_at) == ("sent", now)
    ((_, path, headers, body),) = gateway.requests
    assert (path, headers["Idempotency-Key"], headers["Authorization"]) == ("/sms", str(message.ref), "Bearer token")
    assert json.loads(body) == {"id": str(message.ref), "to": "13812345678", "text": "您的工单已派发"}


def test_a_rolled_back_caller_sends_nothing(now: datetime) -> None:
    with transaction.atomic():
        sms(now)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()


def test_a_busy_gateway_is_tried_again_and_a_refusal_is_a_dead_letter(gateway: Any, clock: FixedClock) -> None:
    gateway.behave = [503, 429, 200]
    message = sms(clock.now())
    for expected in (Outcome.FAILED, Outcome.FAILED, Outcome.DONE):
        assert deliver(message, clock.now()) is expected
        clock.advance(timedelta(minutes=1))
    gateway.behave = [422]
    refused = sms(clock.now(), "other")
    assert deliver(refused, clock.now()) is Outcome.DEAD
    assert "HTTP 422: answer 422" in Delivery.objects.get(key=refused.outbox_key).error


def test_a_lost_answer_is_asked_for_and_the_message_is_not_doubled(gateway: Any, clock: FixedClock) -> None:
    gateway.behave = ["hang"]
    message = sms(clock.now())
    assert deliver(message, clock.now()) is Outcome.DONE
    assert (message.state, message.answer) == ("sent", "accepted")
    assert [r[0] for r in gateway.requests] == ["POST", "GET"]

    gateway.behave = ["lose"]
    lost = sms(clock.now(), "lost")
    assert deliver(lost, clock.now()) is Outcome.FAILED, "the gateway does not have it: again later"
    clock.advance(timedelta(minutes=1))
    assert deliver(lost, clock.now()) is Outcome.DONE
    assert len(gateway.had) == 2


def test_where_nobody_can_be_asked_the_state_says_so(gateway: Any, now: datetime, ways_out: dict[str, Any]) -> None:
    ways_out["sms_status_url"] = ""
    gateway.behave = ["hang"]
    message = sms(now)
    assert deliver(message, now) is Outcome.DONE
    assert (message.state, message.sent_at) == ("unknown", None)
    assert deliver(message, now) is Outcome.EMPTY, "it is not sent a second time on a guess"


def test_quiet_hours_hold_a_message_back(gateway: Any, clock: FixedClock) -> None:
    message = sms(clock.now(), not_before=clock.now() + timedelta(hours=10))
    assert deliver(message, clock.now()) is Outcome.NOT_YET
    clock.advance(timedelta(hours=10))
    assert deliver(message, clock.now()) is Outcome.DONE


def test_what_waits_for_somebody_who_is_recused_meanwhile_does_not_leave(gateway: Any, clock: FixedClock) -> None:
    world, now = worlds.small(), clock.now()
    order = orders.register(world.actor("agent", "P1", now), worlds.fault(), now)
    away, other = world.person("handler", "X11"), world.person("unit_manager", "X11")
    Person.objects.filter(pk=away.pk).update(phone="13900000001")
    Person.objects.filter(pk=other.pk).update(phone="13900000002")
    title = Label("工单已超时", "Overdue")
    tell([away.pk, other.pk], ["sms"], "clock.breached", title, title, order.pk, now=now, key="late")
    data = {"person": away.pk, "note": "投诉对象"}
    casework.perform(order.pk, "recuse", world.actor("supervisor", "C1", now), now, data=data)
    theirs, others = Message.objects.get(person=away), Message.objects.get(person=other)
    assert deliver(theirs, now) is Outcome.DONE and deliver(others, now) is Outcome.DONE
    assert (theirs.state, theirs.body, theirs.sent_at) == ("withheld", "", None)
    assert others.state == "sent"
    assert [json.loads(body)["to"] for _method, _path, _headers, body in gateway.requests] == ["13900000002"]


def test_a_webhook_is_signed_and_goes_where_it_may(gateway: Any, clock: FixedClock, ways_out: dict[str, Any]) -> None:
    now = clock.now()
    message = send("webhook", f"{gateway.url}/hook", "opened", "{}", now, "w", case_id=7)
    assert deliver(message, now) is Outcome.DONE
    ((_, path, headers, body),) = gateway.requests
    assert path == "/hook"
    assert headers["Host"] == gateway.url.removeprefix("http://")
    assert signing.verify("secret", headers[signing.HEADER], body, now + timedelta(minutes=4))
    assert json.loads(body)["id"] == str(message.ref) == headers["X-Open95598-Id"]

    gateway.behave = [302]
    redirected = send("webhook", f"{gateway.url}/hook", "", "", now, "r")
    assert deliver(redirected, now) is Outcome.DEAD
    ways_out["webhook_allow"] = ()
    inside = send("webhook", f"{gateway.url}/hook", "", "", now, "i")
    assert deliver(inside, now) is Outcome.DEAD
    assert "127.0.0.1 is inside" in Delivery.objects.get(key=inside.outbox_key).error
    assert len(gateway.requests) == 2


def test_mail_leaves_with_our_id_and_its_answers_are_understood(mail_server: Any, clock: FixedClock) -> None:
    def mail(key: str) -> Message:
        return send("email", "li@customer.example", "工单回复", "已恢复送电。", clock.now(), key)

    first = mail("1")
    assert deliver(first, clock.now()) is Outcome.DONE
    assert f"Message-ID: <{first.ref}@open95598>" in mail_server.mails[0]

    for command, answer, expected in (
        ("RCPT", "550 no such box", Outcome.DEAD),
        ("RCPT", "451 later", Outcome.FAILED),
        ("DATA", "552 too large", Outcome.DEAD),
        ("MAIL", None, Outcome.FAILED),
    ):
        mail_server.answers = {command: answer}
        assert deliver(mail(f"{command} {answer}"), clock.now()) is expected
    mail_server.answers = {"END": None}  # hangs up after it has the text
    unsure = mail("unsure")
    assert deliver(unsure, clock.now()) is Outcome.DONE
    assert unsure.state == "unknown"
    mail_server.answers = {}
    forged = send("email", "a@b.example\nBcc: all@b.example", "s", "b", clock.now(), "forged")
    assert deliver(forged, clock.now()) is Outcome.DEAD


def test_a_file_appears_whole_once_and_nowhere_else(now: datetime, tmp_path: Path) -> None:
    message = send("file", "cis", "subject", "正文", now, "f")
    assert deliver(message, now) is Outcome.DONE
    (path,) = tmp_path.rglob("*.json")
    assert path == tmp_path / "cis" / f"{message.ref}.json"
    assert json.loads(path.read_text())["body"] == "正文"
    for bad in ("../outside", "/etc", "a/b", ".hidden"):
        assert deliver(send("file", bad, "", "", now, bad), now) is Outcome.DEAD
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


def test_what_cannot_be_sent_is_refused_with_reasons(now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        send("pigeon", " ", "", "x" * 20_000, now, "k")
    assert set(refused.value.fields) == {"channel", "to", "body"}


@pytest.mark.django_db(transaction=True)
def test_two_callers_with_one_key_make_one_message(now: datetime) -> None:
    from django.db import connections

    found: list[int] = []

    def call() -> None:
        found.append(sms(now, "same").pk)
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 4
    message = Message.objects.get(pk=found[0])
    assert Delivery.objects.filter(subscriber="notices.send", key=message.outbox_key).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE event, delivery")


def test_an_email_says_where_one_post_ends_it_and_others_say_nothing(mail_server: Any, now: datetime) -> None:
    out = "https://utility.example/portal/outages/out/1/abc/one-click/"
    given = [Outgoing("email", "a@example.com", "停电通知", "正文", "k1", unsubscribe=out),
             Outgoing("email", "b@example.com", "停电通知", "正文", "k2")]  # fmt: skip
    for pk in send_many(given, now).values():
        assert deliver(Message.objects.get(pk=pk), now) is Outcome.DONE
    with_way, without = (email.message_from_string(text) for text in mail_server.mails)
    assert with_way["List-Unsubscribe"] == f"<{out}>"
    assert with_way["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert without["List-Unsubscribe"] is None
