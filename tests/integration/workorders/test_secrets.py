"""A report does not exist for those without the right to it, and telephone numbers stay where they belong."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import world as worlds
from tests.integration.test_every_page import NO_ORDERS, address, routes
from tests.planted import Planted

from open95598.casework import services as casework
from open95598.foundation.events.delivery import deliver_keys
from open95598.foundation.events.models import Delivery
from open95598.foundation.live import hooks as live
from open95598.foundation.people import rights
from open95598.foundation.people.services import make_token
from open95598.foundation.rulebook import store
from open95598.foundation.transfer import exports
from open95598.service.workorders import services, tally

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
PHONE = "13987654321"
SECRET = "某班长私自收取客户费用"
#: those who see the unit's orders and have no right to confidential ones
WITHOUT = (("agent", "P1"), ("handler", "X11"), ("crew_member", "X11"))


@pytest.fixture
def world() -> worlds.World:
    return worlds.small()


def browser_of(person: Any) -> Client:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def report(world: worlds.World, now: Any) -> Any:
    """Register a report about the county whose people look, and let something happen on it."""
    leaf = next(c.code for top in store.current(now).categories("report") for c in top.walk() if not c.children)
    facts = worlds.fault(kind="report", category=leaf, description=SECRET, contact_phone=PHONE, contact_name="举报人")
    leader = world.actor("shift_leader", "P1", now)
    made = services.register(leader, facts, now)
    casework.perform(made.case_id, "note", leader, now, data={"text": f"{SECRET}，已联系{PHONE}"})
    return made


def deliver_all() -> None:
    """Do what the worker does with all that was said."""
    waiting = Delivery.objects.filter(state="pending").order_by().values_list("subscriber", "key").distinct()
    for subscriber, key in list(waiting):
        deliver_keys(subscriber, [key])


def seen(browser: Client, there: Planted, *, whole: bool) -> dict[str, str]:
    """Return every page and some searches, without what differs by itself."""
    left_out = ("api/", "metrics", "profile/second-factor/", *(() if whole else NO_ORDERS))  # a secret drawn anew
    asked = [(route, address(route, there)) for route in routes() if not route.startswith(left_out)]
    asked += [
        (f"searched {path}", path)
        for path in (
            f"/orders/?q={SECRET}", f"/orders/?q={PHONE}", "/orders/?kind=report", "/orders/?scope=all",
            f"/search/?q={SECRET}", f"/search/?q={PHONE}",
        )
    ]  # fmt: skip
    found = {}
    for name, path in asked:
        answer = browser.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer["Content-Type"].startswith("text/html"):
            found[name] = f"{answer.status_code} {_alike(body.decode())}"
    hints = {"contact_phone": PHONE, "address": "湘江市东湖区芙蓉路88号3栋2单元501", "description": SECRET}
    found["hints"] = _alike(browser.post(reverse("workorders:hints"), hints).content.decode())
    return found


def _alike(page: str) -> str:
    """Return a page without the tokens that are drawn anew each time."""
    page = re.sub(r'"c[0-9a-f]{8}"', "", page)  # a chart's id
    return re.sub(r'name="(?:csrfmiddlewaretoken|form_key|token|key)" value="[^"]*"|"X-CSRFToken": ?"[^"]*"', "", page)


@pytest.mark.parametrize(("role", "unit"), WITHOUT)
def test_a_report_changes_nothing_that_people_without_the_right_see(
    world: worlds.World, clock: Any, role: str, unit: str
) -> None:
    now = clock.now()
    order = services.register(world.actor("agent", "P1", now), worlds.fault(), now)
    deliver_all()
    person, leading = world.person(role, unit), world.person("shift_leader", "P1")
    browser, there = browser_of(person), Planted(world, person, order)
    whole = (role, unit) == WITHOUT[0]
    before = seen(browser, there, whole=whole)
    secret = report(world, now)
    deliver_all()
    after = seen(browser, there, whole=whole)
    assert not {name for name in before if before[name] != after[name]}
    assert not [name for name, text in after.items() if secret.number in text or (PHONE in text and PHONE not in name)]
    # those with the right do see a difference, so the comparison can fail
    leader = browser_of(leading)
    assert secret.number in leader.get("/orders/?kind=report").content.decode()

    mine = rights.load(person, now)
    assert live.visible(mine, {secret.case_id, order.case_id}) == {order.case_id}
    for query in ({}, {"kind": "report"}, {"q": SECRET}):
        assert secret.pk not in {row.pk for row in exports.listing_of("orders").query(mine, query)}


@pytest.mark.parametrize(("role", "unit"), WITHOUT)
def test_a_report_is_not_there_by_its_number(world: worlds.World, now: Any, role: str, unit: str) -> None:
    secret = report(world, now)
    person = world.person(role, unit)
    browser = browser_of(person)
    number = secret.number
    for name, more in (
        ("case", ()), ("timeline", ()), ("slip", ()), ("registered", ()), ("action", ("note",)), ("attachment", (1,)),
    ):  # fmt: skip
        answer = browser.get(reverse(f"workorders:{name}", args=(number, *more)))
        assert answer.status_code in (403, 404), name
        assert SECRET not in answer.content.decode()
    for name, more, data in (
        ("reveal", (), {"why": "看看"}), ("action", ("note",), {"text": "x"}), ("attach", (), {}),
    ):  # fmt: skip
        assert browser.post(reverse(f"workorders:{name}", args=(number, *more)), data).status_code in (403, 404), name
    rows = [browser.get(reverse("workorders:row", args=(pk,))).content for pk in (secret.case_id, 999_999_999)]
    assert rows[0].replace(str(secret.case_id).encode(), b"") == rows[1].replace(b"999999999", b"")

    api = Client(headers={"authorization": f"Bearer {make_token(person, 'test', [], now)}"})
    there, nowhere = f"/api/v1/work-orders/{number}", "/api/v1/work-orders/20260302-P1-000000000"
    for path in ("", "/timeline"):
        assert api.get(there + path).status_code == 404
        assert _without(number, api.get(there + path)) == _without("20260302-P1-000000000", api.get(nowhere + path))
    acted = [
        api.post(f"{at}/actions/note", json.dumps({"text": "x"}), content_type="application/json")
        for at in (there, nowhere)
    ]
    assert acted[0].status_code == acted[1].status_code == 404
    assert number not in api.get("/api/v1/work-orders").content.decode()
    assert number not in api.get("/api/v1/work-orders", {"kind": "report"}).content.decode()


def test_figures_leave_out_what_the_reader_is_recused_from(world: worlds.World, now: Any) -> None:
    for _n in range(2):
        services.register(world.actor("agent", "P1", now), worlds.fault(), now)
    named, other = world.person("unit_manager", "X11"), world.person("unit_manager", "X11", name="2")
    about = services.register(world.actor("agent", "P1", now), worlds.fault(), now)
    casework.perform(about.case_id, "recuse", world.actor("supervisor", "P1", now), now,
                     data={"person": named.pk, "note": "被投诉人"})  # fmt: skip
    deliver_all()
    unit = world.units["P1"].pk

    def figures(person: Any) -> tuple[int, int]:
        day = tally.day(rights.load(person, now), unit, now)
        return day.today["arrived"], sum(day.by_hour)

    assert figures(other) == (3, 3)
    assert figures(named) == (2, 2)
    report(world, now)
    deliver_all()
    assert figures(other) == (3, 3), "no report is counted, not even for those who may see it"
    tally.rebuild(now)
    assert figures(other) == (3, 3) and figures(named) == (2, 2)


def _without(number: str, answer: Any) -> str:
    return str(answer.content.decode().replace(number, "…"))


@pytest.mark.parametrize(
    "body",
    [
        {"contact_phone": [PHONE]}, {"contact_phone": {"n": PHONE}}, {"contact_phone": PHONE, "category": "no.such"},
        {"contact_phone": f"{PHONE}x"}, {"contact_phone": PHONE, "kind": 7}, {"contact_phone": PHONE, "channel": None},
    ],
)  # fmt: skip
def test_a_refusal_does_not_repeat_the_number(world: worlds.World, now: Any, body: dict[str, Any]) -> None:
    token = make_token(world.person("agent", "P1"), "test", [], now)
    api = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)
    answer = api.post("/api/v1/work-orders", json.dumps(worlds.fault() | body), content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert PHONE not in answer.content.decode()


def test_a_broken_page_says_nothing_of_what_was_sent(
    world: worlds.World, now: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot keep {PHONE}")

    monkeypatch.setattr(services, "register", breaks)
    token = make_token(world.person("agent", "P1"), "test", [], now)
    api = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)
    facts = worlds.fault(contact_phone=PHONE)
    answer = api.post("/api/v1/work-orders", json.dumps(facts), content_type="application/json")
    assert answer.status_code == 500
    assert PHONE not in answer.content.decode()
    person = browser_of(world.person("agent", "P1"))
    person.raise_request_exception = False
    page = person.post(reverse("workorders:register"), facts)
    assert page.status_code == 500
    assert "RuntimeError" not in page.content.decode() and PHONE not in page.content.decode()
