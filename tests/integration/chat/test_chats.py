"""Chats over the real database: written once, led by one, given back when their agent is gone."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests import world as worlds
from tests.integration.chat.conftest import key

from open95598.foundation.errors import Forbidden, Impossible, Invalid, TooMany
from open95598.foundation.events.models import Event
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Message
from open95598.foundation.people import services as people
from open95598.service.chat import customer, desk, proofs, queries, sweeping
from open95598.service.chat.kinds import State
from open95598.service.chat.models import Chat, Line, Presence
from open95598.service.contacts import services as contacts
from open95598.service.contacts.models import Contact, ContactOrder
from open95598.service.workorders import services as workorders

pytestmark = pytest.mark.django_db


def fresh(chat: Chat) -> Chat:
    rows = Chat.objects.system("test").select_related("contact", "contact__owner")
    row: Chat = rows.get(pk=chat.pk)
    return row


def journal(chat: Chat) -> list[str]:
    return list(Entry.objects.filter(stream=chat.contact.stream).order_by("id").values_list("kind", flat=True))


def sent(message: Message) -> str:
    """Return the code in a text message."""
    found = re.search(r"\d{6}", message.body)
    assert found is not None
    return found[0]


def told(chat: Chat) -> list[str]:
    return list(Event.objects.filter(key=f"chat/{chat.pk}").order_by("id").values_list("type", flat=True))


def test_a_chat_is_a_contact_from_the_first_word_to_what_came_of_it(world, clock, begun) -> None:
    chat, _token = begun(name="李小明", phone="138 1234 5678", email="li@example.com")
    contact = Contact.objects.system("test").get(pk=chat.pk)
    assert (contact.channel, contact.state, contact.owner, contact.began_at) == ("chat", "open", None, clock.now())
    assert contact.phone == "13812345678"
    clock.advance(timedelta(seconds=30))
    actor, agent = world.actor("agent", "P1", clock.now()), world.person("agent", "P1")
    chat = desk.take_next(actor, agent, clock.now())
    assert chat is not None
    customer.say(chat, key(1), "上月电费突然多了一倍", clock.now())
    desk.say(chat, actor, key(1), "您好，请告诉我户号。", clock.now())
    desk.note(chat, actor, key(2), "像是换过表", clock.now())
    with pytest.raises(Invalid):
        desk.end(chat, actor, "", clock.now())
    clock.advance(timedelta(minutes=4))
    desk.end(chat, actor, "answered", clock.now())
    contact.refresh_from_db()
    assert (contact.state, contact.outcome, contact.owner) == ("done", "answered", agent)
    assert contact.words == "上月电费突然多了一倍", "the customer's own words, for whoever looks at it later"
    assert journal(chat) == ["contact.began", "contact.passed", "contact.ended", "contact.done"]
    assert [t for t in told(chat) if t != "chat.said"] == ["chat.waiting", "chat.taken", "chat.ended"]
    letter = Message.objects.get(to="li@example.com")
    assert "户号" in letter.body
    assert "像是换过表" not in letter.body, "a note is the desk's"
    assert fresh(chat).origin == ""
    with pytest.raises(Impossible):
        customer.say(chat, key(9), "还有一个问题", clock.now())


def test_what_is_sent_twice_is_one_line_and_each_side_has_its_own_keys(clock, taken, world) -> None:
    chat, actor = taken(), world.actor("agent", "P1", clock.now())
    first = customer.say(chat, key(1), "你好", clock.now())
    assert customer.say(chat, key(1), "你好", clock.now()).pk == first.pk
    assert desk.say(chat, actor, key(1), "您好", clock.now()).pk != first.pk
    customer.end(chat, clock.now())
    assert customer.say(chat, key(1), "你好", clock.now()).pk == first.pk, "on doubt also after the end"
    numbers = list(Line.objects.filter(chat=chat).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, fresh(chat).last + 1))
    for wrong in ("", "short", "x" * 41, "with blanks in it", "<script>alert(1)</script>"):
        with pytest.raises(Invalid):
            customer.say(chat, wrong, "你好", clock.now())


def test_words_that_may_not_go_out_are_held_until_the_agent_is_sure(clock, taken, world) -> None:
    chat, actor = taken(), world.actor("agent", "P1", clock.now())
    with pytest.raises(desk.Ill) as held:
        desk.say(chat, actor, key(1), "漏保坏了，您必须自己换。", clock.now())
    assert held.value.advice
    assert not chat.lines.filter(side="agent").exists()
    assert desk.say(chat, actor, key(1), "漏保坏了，您必须自己换。", clock.now(), sure=True).seq


def test_it_is_handed_to_another_agent_with_a_note_or_to_a_group_that_takes_it_first(
    clock, taken, begun, world
) -> None:
    chat, actor, other = taken(), world.actor("agent", "P1", clock.now()), world.person("agent", "P1", name="乙")
    with pytest.raises(Invalid) as away:
        desk.hand_to(chat, actor, other, "问峰谷电价", clock.now())
    assert set(away.value.fields) == {"to"}, "nobody is handed a chat who is not there"
    desk.present(other.pk, clock.now())
    with pytest.raises(Invalid):
        desk.hand_to(chat, actor, other, "  ", clock.now())
    chat = desk.hand_to(chat, actor, other, "问峰谷电价", clock.now())
    assert fresh(chat).contact.owner == other
    with pytest.raises(Forbidden):
        desk.say(chat, actor, key(2), "您好", clock.now())
    waits, _token = begun()
    second = world.actor("agent", "P1", clock.now(), name="乙")
    desk.hand_on(chat, second, world.units["P1"], "请专家看", clock.now() + timedelta(minutes=1))
    queue = queries.waiting(actor.rights)
    assert [row.pk for row in queue] == [chat.pk, waits.pk], "whoever waited already comes first"
    assert journal(chat).count("contact.passed") == 3


def test_chats_of_an_agent_who_is_gone_go_back_to_the_front_and_no_others(clock, taken, begun, world) -> None:
    lost, there = taken(), taken(by="乙")
    waits, _token = begun()
    clock.advance(timedelta(seconds=65))
    desk.present(world.person("agent", "P1", name="乙").pk, clock.now())
    customer.seen(waits, 0, 0, False, clock.now())
    assert sweeping.sweep(clock.now()) == (0, 0), "silent, but not for too long"
    clock.advance(timedelta(seconds=10))
    assert sweeping.sweep(clock.now()) == (1, 0)
    assert (fresh(lost).state, fresh(lost).front, fresh(lost).contact.owner) == (State.WAITING, True, None)
    assert fresh(there).state == State.TALKING
    actor = world.actor("agent", "P1", clock.now(), name="乙")
    assert [row.pk for row in queries.waiting(actor.rights)] == [lost.pk, waits.pk]
    assert lost.lines.filter(text="gone").exists(), "the customer is told"
    with pytest.raises(Forbidden):
        desk.say(lost, world.actor("agent", "P1", clock.now()), key(1), "我回来了", clock.now())
    taken_again = desk.take_next(actor, world.person("agent", "P1", name="乙"), clock.now())
    assert taken_again is not None
    assert taken_again.pk == lost.pk
    assert fresh(lost).taken_at < clock.now(), "it was answered the first time"


def test_whoever_leaves_the_house_leaves_no_chat_behind(clock, taken, world) -> None:
    chat = taken()
    people.leave(world.person("agent", "P1"), actor=people.HOUSE, now=clock.now())
    assert fresh(chat).state == State.WAITING


def test_a_customer_who_goes_away_while_waiting_was_not_served(clock, begun) -> None:
    chat, _token = begun()
    customer.say(chat, key(1), "有人吗", clock.now())
    clock.advance(timedelta(minutes=4))
    assert sweeping.sweep(clock.now()) == (0, 1)
    row = fresh(chat)
    assert (row.state, row.contact.state, row.contact.outcome, row.contact.words) == (
        "given_up",
        "done",
        "lost",
        "有人吗",
    )


def test_an_agent_leads_so_many_and_an_address_may_let_so_many_wait(clock, taken, begun, world, now) -> None:
    for _n in range(4):
        taken()
    chat, _token = begun()
    with pytest.raises(Impossible):
        desk.take(chat, world.actor("agent", "P1", clock.now()), world.person("agent", "P1"), clock.now())
    for _n in range(3):
        customer.begin({}, "203.0.113.7", clock.now())
    with pytest.raises(TooMany):
        customer.begin({}, "203.0.113.7", clock.now())
    for n in range(30):
        customer.say(chat, key(n), f"第{n}条", clock.now())
    with pytest.raises(TooMany):
        customer.say(chat, key(31), "太快了", clock.now())
    with pytest.raises(Invalid):
        customer.say(fresh(chat), key(32), "长" * 2001, clock.now())


def test_what_it_costs_to_wait_is_said_honestly(clock, begun, taken, world) -> None:
    assert queries.outlook(None, clock.now()).wait is None, "nobody is at the desk"
    for _n in range(4):
        taken()
    desk.present(world.person("agent", "P1").pk, clock.now())
    chat, _token = begun()
    found = queries.outlook(chat, clock.now())
    assert (found.place, found.wait, found.manned) == (1, 120, True)


def test_a_message_becomes_an_order_and_sent_twice_one(clock, begun, world) -> None:
    chat, token = begun()
    customer.say(chat, key(1), "我家电表黑屏", clock.now())
    facts = {"text": "请回电", "phone": "13812345678", "name": "李小明"}
    with pytest.raises(Invalid) as wrong:
        customer.leave(chat, {"text": "请回电"}, key(2), "10.0.0.9", clock.now())
    assert set(wrong.value.fields) == {"contact_phone"}
    for _twice in range(2):
        customer.leave(chat, facts, key(2), "10.0.0.9", clock.now())
    link = ContactOrder.objects.get(contact=chat.pk)
    order = workorders.WorkOrder.objects.system("test").get(pk=link.case_id)
    assert (link.how, order.case.kind) == ("made", "consultation")
    assert "我家电表黑屏\n请回电" in order.description
    row = fresh(chat)
    assert (row.state, row.contact.outcome, row.contact.state) == ("left", "order", "done")
    clock.advance(timedelta(hours=14))  # past midnight
    with pytest.raises(Impossible):
        customer.begin({}, "10.0.0.8", clock.now())
    later, token = customer.leave(None, facts, key(3), "10.0.0.8", clock.now())
    assert (later.state, bool(token)) == (State.LEFT, True)


def test_a_phone_is_proved_by_a_code_and_guessed_by_nobody(clock, begun) -> None:
    chat, _token = begun()
    proofs.ask(chat, "138 1234 5678", clock.now())
    code = sent(Message.objects.get(to="13812345678"))
    for _n in range(5):
        with pytest.raises(Invalid):
            proofs.give(chat, "000000" if code != "000000" else "111111", clock.now())
    with pytest.raises(Invalid):
        proofs.give(chat, code, clock.now())
    proofs.ask(chat, "13812345678", clock.now())
    code = sent(Message.objects.filter(to="13812345678").latest("pk"))
    assert proofs.give(chat, code, clock.now()).proved
    proofs.ask(chat, "13812345678", clock.now())
    with pytest.raises(TooMany):
        proofs.ask(chat, "13812345678", clock.now())


def test_of_a_sealed_order_nothing_stays_once_the_chat_is_over(clock, taken, world) -> None:
    chat, actor = taken(phone="13812345678", email="li@example.com"), world.actor("agent", "P1", clock.now())
    customer.say(chat, key(1), "我要举报抄表员收钱", clock.now())
    facts = worlds.fault(kind="report", category="report.conduct.power_abuse")
    order = workorders.register(actor, facts, clock.now())
    contacts.link(chat.contact, order, "made", actor, clock.now())
    desk.end(chat, actor, "order", clock.now())
    assert not chat.lines.filter(text__contains="举报").exists()
    assert (fresh(chat).contact.phone, fresh(chat).email, fresh(chat).contact.hushed) == ("", "", True)


@pytest.mark.django_db(transaction=True)
def test_two_threads_write_at_once_and_every_line_has_its_place(clock, taken, world) -> None:
    chat, actor = taken(), world.actor("agent", "P1", clock.now())
    start, wrong = threading.Barrier(4), []

    def write(side: str, name: int) -> None:
        try:
            start.wait(10)
            for n in range(8):  # both customer's threads send the same eight lines
                if side == "customer":
                    customer.say(chat, key(n), f"第{n}条", clock.now())
                else:
                    desk.say(chat, actor, key(100 * name + n), f"答{n}", clock.now())
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=write, args=a) for a in (("customer", 1), ("customer", 2), ("agent", 3), ("agent", 4))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    rows = list(chat.lines.order_by("seq").values_list("seq", "side", "text"))
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [text for _seq, side, text in rows if side == "customer"] == [f"第{n}条" for n in range(8)]
    assert sum(side == "agent" for _seq, side, _text in rows) == 16


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_ask_at_once_get_different_chats(clock, begun, world) -> None:
    both, got = [begun()[0].pk for _n in range(2)], []
    people_ = [(world.actor("agent", "P1", clock.now(), name=n), world.person("agent", "P1", name=n)) for n in "甲乙"]
    start = threading.Barrier(2)

    def take(actor: Any, agent: Any) -> None:
        try:
            start.wait(10)
            got.append(desk.take_next(actor, agent, clock.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=one) for one in people_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(row.pk for row in got if row is not None) == sorted(both)
    assert Presence.objects.count() == 2
