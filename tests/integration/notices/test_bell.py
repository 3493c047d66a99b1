"""The bell rings once for each thing, and people are told by the channels they can be reached by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from open95598.foundation.events.models import Event
from open95598.foundation.notices.models import Message, Notice
from open95598.foundation.notices.services import notify, read, tell
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(now: datetime) -> list[Person]:
    unit = Unit.objects.create(code="HQ", name="HQ", level="headquarters", lineage=[1])
    told: list[dict[str, Any]] = [
        {"username": "li", "phone": "13800000001", "email": "li@x.example"},
        {"username": "wang", "phone": "13800000002", "language": "en"},
        {"username": "zhao"},
        {"username": "gone", "phone": "13800000004", "is_active": False},
    ]
    return [Person.objects.create(name=p["username"], unit=unit, **p) for p in told]


def bells() -> list[list[int]]:
    return [e.payload["person_ids"] for e in Event.objects.filter(type="bell").order_by("id")]


def test_once_for_each_person_and_key(people: list[Person], now: datetime) -> None:
    li, wang, *_ = (p.pk for p in people)
    assert notify([li], "case.opened", "新工单", now=now, key="k") == [li]
    assert notify([li, wang, wang], "case.opened", "新工单", now=now, key="k") == [wang]
    assert notify([li, wang], "case.opened", "新工单", now=now, key="k") == []
    assert notify([], "case.opened", "x", now=now, key="k") == []
    assert bells() == [[li], [wang]]


def test_reading_is_ones_own_and_counts_what_changed(people: list[Person], now: datetime) -> None:
    li, wang, *_ = (p.pk for p in people)
    for key in "abc":
        notify([li, wang], "x", "y", now=now, key=key)
    first = Notice.objects.filter(person_id=li).order_by("id")[0]
    assert read(wang, now, [first.pk]) == 0
    assert read(li, now, [first.pk]) == 1
    assert read(li, now) == 2
    assert read(li, now) == 0
    assert Notice.objects.filter(person_id=wang, read_at=None).count() == 3


def test_people_are_told_once_in_their_language(people: list[Person], now: datetime) -> None:
    li, wang, zhao, gone = (p.pk for p in people)
    title, body = Label("到达现场即将超时", "Arrival is due soon"), Label("工单 HQ-1", "Order HQ-1")
    for kind in ("clock.warned", "clock.escalated"):
        for _time in range(2):
            tell([li, wang, zhao, gone], ["sms"], kind, title, body, 7, now=now, key=kind)
        texts = [(m.to, m.body) for m in Message.objects.filter(key__startswith=f"{kind}/").order_by("to")]
        assert texts == [
            ("13800000001", "到达现场即将超时\n工单 HQ-1"),
            ("13800000002", "Arrival is due soon\nOrder HQ-1"),
        ]
        # no telephone: the bell; gone: nothing at all
        assert [n.person_id for n in Notice.objects.filter(kind=kind)] == [zhao]


def test_bell_and_sms_both_when_both_are_asked_for(people: list[Person], now: datetime) -> None:
    li = people[0].pk
    title, body = Label("超时", "Overdue"), Label("工单", "Order")
    tell([li], ["bell", "sms", "email"], "clock.breached", title, body, 8, now=now, key="event/1")
    notice = Notice.objects.get(person_id=li)
    assert (notice.title, notice.case_id, notice.kind) == ({"zh": "超时", "en": "Overdue"}, 8, "clock.breached")
    assert sorted(Message.objects.values_list("channel", "to")) == [("email", "li@x.example"), ("sms", "13800000001")]
