"""From the hall into the chat, what a tier entitles to; at the outer zone neither hall nor chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.integration.hall.conftest import ACCOUNT, NAME, browser
from tests.registered import Registry

from open95598.foundation.people.policy import Role
from open95598.service.chat import queries
from open95598.service.chat.models import Chat
from open95598.service.portal.pages import operators

pytestmark = pytest.mark.django_db


def test_who_is_signed_in_chats_as_that_customer(home: Callable[..., Client], registry: Registry) -> None:
    client = home()
    assert "无需再次验证手机号" in client.get("/hall/chat/").content.decode()
    answer = client.post("/hall/chat/", {"topic": "bill"})
    assert answer["Location"] == "/portal/chat/"
    row = Chat.objects.system("test").select_related("contact__customer", "contact__account").get()
    assert (row.proved, row.front) == (True, False)
    assert (row.contact.customer.name, row.contact.account.number) == (NAME, ACCOUNT)
    assert row.contact.party == f"c{row.contact.customer_id}"
    assert client.get("/portal/chat/").status_code == 200
    assert "验证手机号" not in client.get("/portal/chat/").content.decode()
    client.post("/hall/leave/")
    assert not client.cookies["chat"].value, "on a shared phone nobody reads it afterwards"


def test_a_tier_waits_before_others(home: Callable[..., Client], registry: Registry, clock: Any) -> None:
    plain = browser()
    plain.post("/portal/chat/begin/", {"name": "自称钻石客户", "topic": "bill"})
    clock.advance(timedelta(minutes=1))
    registry.who[NAME].tier = "diamond"
    registry.who[NAME].save()
    home().post("/hall/chat/", {"topic": "bill"})
    agent = registry.world.actor(Role.AGENT, "P1", clock.now())
    assert agent.rights is not None
    waiting = queries.waiting(agent.rights)
    assert [(row.proved, row.front) for row in waiting] == [(True, True), (False, False)]


def test_nobody_else_gets_in(registry: Registry) -> None:
    assert browser().post("/hall/chat/", {"topic": "bill"})["Location"].startswith("/hall/")
    assert not Chat.objects.system("test").exists()


def test_a_tier_says_what_it_entitles_to(home: Callable[..., Client], registry: Registry, clock: Any) -> None:
    client = home()
    assert "您的工单优先处理" not in client.get("/hall/account/").content.decode()
    customer = registry.who[NAME]
    customer.tier, customer.manager = "diamond", registry.world.person(Role.DISPATCHER, "P1")
    customer.save()
    shown = client.get("/hall/account/").content.decode()
    assert "您的工单优先处理" in shown
    assert "报装期间" in shown
    assert customer.manager.name in shown
    assert "停电提前" not in shown, "what does not happen is not promised"


def test_the_outer_zone_says_that_they_are_not_here(rf: Any) -> None:
    answer = operators.not_offered(rf.get("/hall/", headers={"accept-language": "zh-CN"}), "hall")
    assert answer.status_code == 404
    assert "95598" in answer.content.decode()
