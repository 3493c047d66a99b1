"""The pages of notices and messages: one's own, masked, by right, journalled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from open95598.foundation.clock import FixedClock
from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices import config, hooks
from open95598.foundation.notices.models import DevSms, Notice
from open95598.foundation.notices.services import notify, send
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.units.models import Unit

pytestmark = pytest.mark.django_db


def person(name: str, role: str, now: datetime) -> Person:
    unit = Unit.objects.filter(code="HQ").first()
    if unit is None:
        unit = Unit.objects.create(code="HQ", name="HQ", level="headquarters")
        unit.lineage = [unit.pk]
        unit.save()
    found = Person.objects.create(username=name, name=name, unit=unit)
    RoleAssignment.objects.create(person=found, role=role, unit=unit, valid_from=now - timedelta(days=1))
    return found


def browser(who: Person) -> Client:
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def agent(now: datetime) -> Person:
    return person("li", "agent", now)


@pytest.fixture
def leader(now: datetime) -> Person:
    return person("chen", "shift_leader", now)


def test_the_bell_counts_and_reading_is_ones_own(agent: Person, leader: Person, now: datetime) -> None:
    for n in range(3):
        notify([agent.pk], "case.opened", {"zh": f"工单{n}", "en": f"Order {n}"}, "", 7, now=now, key=f"k{n}")
    li, chen = browser(agent), browser(leader)
    assert "3 条未读通知" in li.get("/notices/bell/").content.decode()
    assert "没有未读通知" in chen.get("/notices/bell/").content.decode()

    first = Notice.objects.order_by("id")[0]
    for address in (f"/notices/{first.pk}/read/", f"/notices/{first.pk}/"):
        refused = chen.post(address) if "read" in address else chen.get(address)
        assert refused.status_code == 404
    assert li.post(f"/notices/{first.pk}/read/").status_code == 200
    assert Notice.objects.filter(read_at=None).count() == 2
    page = li.get("/notices/?unread=1").content.decode()
    assert "工单1" in page
    assert "工单0" not in page
    assert li.post("/notices/read/").status_code == 302
    assert not Notice.objects.filter(read_at=None).exists()


def test_a_notice_leads_to_its_case(agent: Person, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    notify([agent.pk], "case.opened", "工单", "", 7, now=now, key="k")
    (notice,) = Notice.objects.all()
    monkeypatch.setattr(hooks, "case_address", lambda case_id: f"/cases/{case_id}/")
    answer = browser(agent).get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/cases/7/")
    notice.refresh_from_db()
    assert notice.read_at == now


def test_strangers_are_sent_to_the_door() -> None:
    for address in ("/notices/", "/notices/bell/", "/messages/", "/outbox/"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "/sign-in/" in answer["Location"]


def test_messages_are_masked_until_revealed_which_is_written_down(agent: Person, leader: Person, now: datetime) -> None:
    message = send("sms", "13812345678", "", "您好,回拨 13987654321。", now, "k", case_id=7)
    chen = browser(leader)
    page = chen.get("/messages/").content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "13987654321" not in page

    shown = chen.post(f"/messages/{message.pk}/reveal/").content.decode()
    assert "13812345678" in shown
    assert "13987654321" in shown
    entry = Entry.objects.get(stream="messages")
    assert (entry.kind, entry.actor_id, entry.case_id) == ("message.revealed", leader.pk, 7)
    assert "138" not in entry.body

    # an agent may see personal data, but not what left the house
    assert browser(agent).get("/messages/").status_code == 403
    assert browser(agent).post(f"/messages/{message.pk}/reveal/").status_code in {403, 404}
    assert Entry.objects.filter(stream="messages").count() == 1


def test_the_page_says_what_is_in_the_way(leader: Person, clock: FixedClock, settings: Any) -> None:
    settings.NOTICES = {"sms_url": "http://127.0.0.1:9/", "timeout": 1}
    message = send("sms", "13812345678", "", "x", clock.now(), "k")
    assert deliver_next("notices.send", message.outbox_key, clock.now()) is Outcome.FAILED
    assert "the gateway cannot be reached" in browser(leader).get("/messages/").content.decode()


def test_pages_of_messages_follow_one_another(leader: Person, now: datetime) -> None:
    for n in range(60):
        send("file", "cis", f"file-{n:02}", "", now, f"k{n}")
    chen = browser(leader)
    first = chen.get("/messages/?channel=file").content.decode()
    assert "file-59" in first
    assert "file-09" not in first
    link = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = chen.get(f"/messages/{link}").content.decode()
    assert "file-09" in second
    assert "file-10" not in second
    assert "file-00" not in chen.get("/messages/?channel=sms").content.decode()


def test_the_development_gateway_takes_a_message_once_and_only_from_the_house(
    agent: Person, leader: Person, now: datetime, settings: Any
) -> None:
    told = {"id": "a-1", "to": "13812345678", "text": "停电通知"}
    house = {"Authorization": f"Bearer {config.derived('dev-sms')}"}
    client = Client(enforce_csrf_checks=True)

    def post(headers: dict[str, str], content: Any = told) -> int:
        return client.post("/dev/sms/gateway", content, content_type="application/json", headers=headers).status_code

    settings.DEMO = settings.DEBUG = False
    assert post(house) == 404
    assert browser(agent).get("/dev/sms/").status_code == 404
    settings.DEMO = True
    assert post({}) == 401
    assert post({"Authorization": "Bearer wrong"}) == 401
    assert post(house, {"id": "a-1"}) == 400
    assert not DevSms.objects.exists()
    assert [post(house), post(house)] == [200, 200]
    assert list(DevSms.objects.values_list("to", "text", "times")) == [("13812345678", "停电通知", 2)]
    assert client.get("/dev/sms/gateway/a-1", headers=house).status_code == 200
    assert client.get("/dev/sms/gateway/a-2", headers=house).status_code == 404
    assert browser(agent).get("/dev/sms/").status_code == 403, "numbers and codes of other people"
    assert "停电通知" in browser(leader).get("/dev/sms/").content.decode()


def test_the_house_reaches_its_own_gateway_over_http(live_server: Any, settings: Any, now: datetime) -> None:
    settings.DEMO, settings.SITE_URL = True, live_server.url
    message = send("sms", "13812345678", "", "您的工单已办结", now, "k")
    assert deliver_next("notices.send", message.outbox_key, now) is Outcome.DONE
    message.refresh_from_db()
    assert message.state == "sent"
    assert DevSms.objects.get().ref == str(message.ref)
