"""The figures of 2.4 made of real orders: counts, rights, what people enter, the cases behind, paper, sheet and API."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.satisfaction import queries, services
from open95598.control.satisfaction.models import Entered
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.journal import queries as journal
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import rights
from open95598.foundation.people.policy import Permission
from open95598.foundation.people.services import make_token
from open95598.service.workorders import directory
from open95598.service.workorders import services as orders
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
HOUSE = Actor.house("test")
MARCH = date(2026, 3, 1)


@pytest.fixture
def world(clock: Any) -> worlds.World:
    return worlds.small()


def unit_of(world: worlds.World, code: str) -> Any:
    return next(u for u in directory.units() if u.id == world.units[code].pk)


def ended(world: worlds.World, clock: Any, unit: str, rating: str, *, urges: int = 0, **more: Any) -> WorkOrder:
    """Make an opinion of a unit that is archived with a rating given by phone."""
    facts = worlds.fault(kind="opinion", unit=unit, **more)
    order = orders.register(world.actor("agent", "P1", clock.now()), facts, clock.now())

    def act(action: str, **data: Any) -> None:
        clock.advance(timedelta(seconds=30))
        casework.perform(order.pk, action, HOUSE, clock.now(), data=data)

    if Case.objects.system("t").get(pk=order.pk).state == "created":
        act("dispatch", unit=world.units[unit].pk)
    for _n in range(urges):
        act("urge", reason="not_handled")
    handler = world.actor("handler", unit, clock.now())
    for action, data in (
        ("accept", {}), ("evaluate", {"evaluation": "adopt"}), ("reply", {"answer": "已改进。", "result": "solved"}),
    ):  # fmt: skip
        clock.advance(timedelta(seconds=30))
        casework.perform(order.pk, action, handler, clock.now(), data=data)
    while Case.objects.system("t").get(pk=order.pk).state == "replied":
        act("approve")
    clerk = world.actor("callback_clerk", "P1", clock.now())
    outcome = {"outcome": "satisfied"} if rating != "unsatisfied" else {"outcome": "explained", "reason": "slow"}
    casework.perform(order.pk, "call_back", clerk, clock.now(), data=outcome | {"satisfaction": rating})
    act("archive")
    return order


def category(kind: str) -> str:
    from open95598.foundation.rulebook import store

    rules = store.current(worlds.MONDAY)
    return rules.categories(kind)[0].code


def test_counts_are_those_of_the_orders_and_each_leads_to_them(world: Any, clock: Any, client: Any) -> None:
    opinion = category("opinion")
    liked = ended(world, clock, "X11", "satisfied", category=opinion)
    often = ended(world, clock, "X11", "unsatisfied", urges=2, category=opinion, contact_phone="13800000001")
    ended(world, clock, "X12", "very_satisfied", category=opinion, contact_phone="13800000002")
    ended(world, clock, "X21", "fair", category=opinion, contact_phone="13800000003")
    complaint = worlds.fault(kind="complaint", category="complaint.service", unit="X11", contact_phone="13800000004")
    orders.register(world.actor("agent", "P1", clock.now()), complaint, clock.now())
    manager = world.person("unit_manager", "C1")
    mine = rights.load(manager, clock.now())
    found = queries.figures(mine, unit_of(world, "C1"), MARCH, clock.now())
    often_line, content_line, *_rest = found.service.lines
    assert (often_line.numerator, often_line.denominator) == (1, 3)
    assert (content_line.numerator, content_line.denominator) == (2, 3)
    assert [(r.name, r.rated, r.content, r.small) for r in found.by_unit] == [("X11", 2, 1, True), ("X12", 1, 1, True)]
    assert [(str(r.name), r.rated) for r in found.by_person] == [("callback_clerk@P1", 3)]
    assert [n for _label, n in found.reasons] == [1]
    assert found.norm.missing == ("calls", "customers")
    services.enter(world.units["C1"], MARCH, {"calls": "1 000", "customers": "10000"}, Actor.of(manager, mine, "page"),
                   clock.now())  # fmt: skip
    again = queries.figures(mine, unit_of(world, "C1"), MARCH, clock.now())
    # d = 1000/100 × 0.5 + 10000/1000 × 0.5 = 10; one complaint of class 1: 100 − 0.7 × 1/10 × 100 = 93
    assert again.norm.value == Decimal(93)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/satisfaction/").content.decode()
    assert "93.00" in page
    assert "(1 − 1 / 3) × 100" in page
    behind = client.get("/satisfaction/behind/?what=often&month=2026-03").content.decode()
    assert often.number in behind
    assert liked.number not in behind
    unhappy = client.get("/satisfaction/behind/?what=not_content&month=2026-03").content.decode()
    assert often.number in unhappy
    assert client.get("/satisfaction/behind/?what=nonsense").status_code == 404
    document = client.get("/satisfaction/indices.pdf?month=2026-03")
    assert document.content.startswith(b"%PDF")
    sheet = client.get("/satisfaction/indices.xlsx?month=2026-03")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    assert Entry.objects.filter(kind="satisfaction.exported").count() == 1


def test_a_confidential_case_is_in_nobodys_figures_who_must_not_know_of_it(world: Any, clock: Any, client: Any) -> None:
    report = worlds.fault(
        kind="report", category=category("report"), unit="X11", disclosed="反映一名员工违规，请核查。"
    )
    order = orders.register(world.actor("confidential_clerk", "P1", clock.now()), report, clock.now())
    if Case.objects.system("t").get(pk=order.pk).state == "created":
        casework.perform(order.pk, "dispatch", HOUSE, clock.now(), data={"unit": world.units["X11"].pk})
    unit = unit_of(world, "X11")
    manager, handler = world.person("unit_manager", "X11"), world.person("handler", "X11", name="王五")
    for person, seen in ((manager, 1), (handler, 0)):
        mine = rights.load(person, clock.now())
        assert queries.behind(mine, unit, MARCH, "reports", clock.now()).count() == seen
    Case.objects.system("t").filter(pk=order.pk).update(recused_people=[manager.pk])
    mine = rights.load(manager, clock.now())
    assert queries.behind(mine, unit, MARCH, "reports", clock.now()).count() == 0
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/satisfaction/behind/?what=reports&month=2026-03").content.decode()
    assert order.number not in page


def test_nobody_looks_beyond_their_units_or_enters_without_the_right(world: Any, clock: Any, client: Any) -> None:
    manager = world.person("unit_manager", "X11")
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/satisfaction/?unit={world.units['X12'].pk}").status_code == 403
    told = {"unit": world.units["X11"].pk, "month": "2026-03"}
    assert client.post("/satisfaction/enter/", told | {"calls": "1200", "media": "x"}).status_code == 422
    assert not Entered.objects.exists()
    assert client.post("/satisfaction/enter/", told | {"calls": "1200", "media": ""}).status_code == 302
    assert client.post("/satisfaction/enter/", told | {"calls": "1300"}).status_code == 302
    changes = [e.data for e in journal.audit(kind="satisfaction.entered", limit=9)][::-1]
    assert [(e["before"], e["value"]) for e in changes] == [(None, 1200), (1200, 1300)]
    mine = rights.load(manager, clock.now())
    with pytest.raises(Forbidden):
        services.enter(world.units["X12"], MARCH, {"calls": "1"}, Actor.of(manager, mine, "page"), clock.now())
    with pytest.raises(Invalid):
        services.enter(world.units["X11"], date(2026, 4, 1), {"calls": "1"}, Actor.of(manager, mine, "page"),
                       clock.now())  # fmt: skip
    # the city sees the sum of what its counties entered, until it enters its own
    services.enter(world.units["X12"], MARCH, {"calls": "700"}, above(world), clock.now())
    city = rights.load(world.person("unit_manager", "C1"), clock.now())
    calls = queries.figures(city, unit_of(world, "C1"), MARCH, clock.now()).inputs[0]
    assert (calls.value, calls.own, calls.parts) == (2000, False, 2)


def above(world: Any) -> Actor:
    person = world.person("supervisor", "P1")
    return Actor.of(person, rights.load(person, worlds.MONDAY), "page")


def test_the_interface_gives_the_same_figures(world: Any, clock: Any, client: Any) -> None:
    ended(world, clock, "X11", "satisfied", category=category("opinion"))
    person = world.person("supervisor", "P1")
    token = make_token(person, "t", [Permission.OVERVIEW_VIEW, Permission.CASE_VIEW], clock.now())
    bearer = {"authorization": f"Bearer {token}"}
    told = client.get("/api/v1/satisfaction?unit=C1&month=2026-03", headers=bearer).json()
    assert (told["unit"], told["month"], told["satisfaction"]["rated"]) == ("C1", "2026-03", 1)
    assert Decimal(str(told["service_index"]["value"])) == 100
    assert told["marketing_norm_rate"]["missing"] == ["calls", "customers"]
    assert client.get("/api/v1/satisfaction?unit=NOPE", headers=bearer).status_code == 403
    assert client.get("/api/v1/satisfaction?month=2026-99", headers=bearer).status_code == 422
