"""Puts things into a running house's home, in a process of its own: ``python -m tests.e2e.seed WHAT JSON``."""
# ruff: noqa: E402 (Django is set up before anything of ours is imported)

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "open95598.project.settings")

import django

django.setup()

from open95598.casework import services as casework
from open95598.foundation import clock
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit
from open95598.service.workorders import services
from tests import world as worlds

NAMES = {
    "HQ": "湖光电力公司", "P1": "星沙省电力公司", "C1": "湘江供电公司", "C2": "岳麓供电公司", "X11": "东湖供电中心",
    "X12": "西山供电所", "X21": "北城供电中心", "X22": "南岭供电所", "T111": "解放路配电抢修班",
}  # fmt: skip
PEOPLE = (
    (Role.AGENT, "P1", "王芳"), (Role.SHIFT_LEADER, "P1", "刘建国"), (Role.DISPATCHER, "P1", "陈静"),
    (Role.CALLBACK_CLERK, "P1", "赵敏"), (Role.HANDLER, "X11", "李强"), (Role.CREW_MEMBER, "X11", "周伟"),
    (Role.HANDLER, "X12", "欧阳慧琳"), (Role.UNIT_MANAGER, "C1", "孙丽"), (Role.ADMINISTRATOR, "HQ", "管理员"),
)  # fmt: skip


def world(password: str) -> dict[str, Any]:
    """Make the small utility with one person a role; accounts are ``role.unit`` in lower case."""
    from django.contrib.auth.hashers import make_password

    made = worlds.small()
    for code, name in NAMES.items():
        Unit.objects.filter(code=code).update(name=name)
    hashed, now = make_password(password), clock.now()
    for role, unit, name in PEOPLE:
        person = made.person(role, unit)
        Person.objects.filter(pk=person.pk).update(
            name=name, username=f"{role}.{unit}".lower(), password=hashed, password_changed_at=now, theme="light"
        )
    return {"people": [p.username for p in Person.objects.all()]}


def orders(count: int = 120) -> dict[str, Any]:
    """Register many orders of all kinds, some long, some on their way, some late."""
    from open95598.casework.actors import Actor
    from open95598.foundation.people import rights
    from open95598.foundation.rulebook import store

    now = clock.now()
    agent = Person.objects.get(username="agent.p1")
    actor = Actor.of(agent, rights.load(agent, now), "page")
    handler = Person.objects.get(username="handler.x11")
    rules = store.current(now)
    kinds = ["fault", "consultation", "complaint", "service_request", "opinion", "suggestion", "praise"]
    leaves = {k: [c.code for top in rules.categories(k) for c in top.walk() if not c.children] for k in kinds}
    numbers = []
    for n in range(count):
        kind = kinds[n % len(kinds)] if n % 3 else "fault"
        at = now - timedelta(minutes=7 * n % 5000)
        facts = worlds.fault(
            kind=kind,
            category=leaves[kind][n % len(leaves[kind])],
            contact_name=f"客户{n}",
            contact_phone=f"1380000{n:04d}",
            address=f"湘江市{'东湖区' if n % 4 else '西山县'}芙蓉路{n}号{n % 7 + 1}栋{n % 3 + 1}单元{n % 30}01",
            description=("整栋楼停电，空调和电梯都不能用，家里有老人。" * (12 if n % 17 == 0 else 1)) + f"（{n}）",
            anonymous=n % 23 == 5,
            confidential=n % 19 == 3,
            priority="urgent" if n % 13 == 1 else "",
        )
        order = services.register(actor, {k: v for k, v in facts.items() if v != ""}, at)
        numbers.append(order.number)
        if order.case.state == "dispatched" and n % 5 == 0 and order.case.unit.code == "X11":
            hand = Actor.of(handler, rights.load(handler, now), "page")
            casework.perform(order.case_id, "accept", hand, at + timedelta(minutes=2))
    return {"numbers": numbers}


def twins(phone: str) -> dict[str, Any]:
    """Register two orders of one caller about one matter, the first of them accepted by the county's handler."""
    from open95598.casework.actors import Actor
    from open95598.foundation.people import rights

    now = clock.now()

    def hands(account: str) -> Actor:
        person = Person.objects.get(username=account)
        return Actor.of(person, rights.load(person, now), "page")

    facts = worlds.fault(
        kind="consultation", category="consultation.bill", contact_phone=phone, unit="X11",
        description="上月电费突然多了一倍，请核对抄表数。",
    )  # fmt: skip
    agent = hands("agent.p1")
    made = [services.register(agent, facts, now - timedelta(minutes=m)) for m in (9, 4)]
    for order in made:
        if order.case.state == "created":
            unit = Unit.objects.get(code="X11").pk
            casework.perform(order.case_id, "dispatch", hands("dispatcher.p1"), now, data={"unit": unit})
    casework.perform(made[0].case_id, "accept", hands("handler.x11"), now)
    return {"numbers": [order.number for order in made]}


def portal_code(number: str) -> dict[str, Any]:
    """Wait for the text message with the code for an order; there is no gateway, so that it stays in the outbox."""
    import re
    import time

    from open95598.foundation.notices.models import Message
    from open95598.service.portal.models import Challenge

    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        keys = [f"portal/code/{pk}" for pk in Challenge.objects.filter(number=number).values_list("pk", flat=True)]
        if found := Message.objects.filter(key__in=keys).order_by("-id").first():
            return {"code": re.findall(r"(?<!\d)\d{6}(?!\d)", found.body)[0]}
        time.sleep(0.2)
    raise AssertionError("no code was sent")


if __name__ == "__main__":
    result = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps(result, ensure_ascii=False))
