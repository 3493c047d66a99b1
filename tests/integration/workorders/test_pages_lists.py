"""Register, my work, the work list, many orders at once, the search."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def world():
    return worlds.small()


@pytest.fixture
def browser(client, world):
    def sign_in(role, unit):
        client.force_login(world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def faults(world, now, count, **more):
    agent = world.actor("agent", "P1", now)
    facts = [worlds.fault(description=f"停电 {n}", contact_phone=f"1380000{n:04d}", **more) for n in range(count)]
    return services.register_many(agent, [services.NewOrder(f) for f in facts], now)


# register ------------------------------------------------------------------------------------------------------------


def test_the_seat_registers_and_is_led_to_the_number(browser, now):
    agent = browser("agent", "P1")
    answer = agent.post(reverse("workorders:register"), worlds.fault())
    order = WorkOrder.objects.system("test").get()
    assert answer.url == reverse("workorders:registered", args=(order.number,))
    text = agent.get(answer.url).content.decode()
    assert order.number in text and "接单" in text


def test_bad_fields_are_named_and_nothing_typed_is_lost(browser):
    facts = worlds.fault(contact_phone="call me", address="", description="这段描述不能丢失")
    page = browser("agent", "P1").post(reverse("workorders:register"), facts)
    text = page.content.decode()
    assert page.status_code == 422
    assert "这段描述不能丢失" in text and "call me" in text
    assert re.search(r'has-error" data-field="contact_phone"', text)
    assert re.search(r'has-error" data-field="address"', text)
    in_place = browser("agent", "P1").post(reverse("workorders:register"), facts, headers=IN_PLACE)
    assert set(in_place.json()["errors"]) == {"contact_phone", "address"}
    assert not WorkOrder.objects.system("test").exists()


def test_the_same_form_sent_twice_is_one_order(browser):
    agent = browser("agent", "P1")
    facts = worlds.fault() | {"form_key": "abc123"}
    first = agent.post(reverse("workorders:register"), facts, headers=IN_PLACE)
    second = agent.post(reverse("workorders:register"), facts, headers=IN_PLACE)
    assert first["HX-Redirect"] == second["HX-Redirect"]
    assert WorkOrder.objects.system("test").count() == 1


def test_what_can_be_answered_at_once_is_closed_at_once(browser, now):
    from open95598.foundation.rulebook import store

    top = store.current(now).categories("consultation")[0]
    leaf = next(c.code for c in top.walk() if not c.children)
    facts = worlds.fault(kind="consultation", category=leaf) | {"at_once": "1"}
    agent = browser("agent", "P1")
    assert agent.post(reverse("workorders:register"), facts).status_code == 422
    done = agent.post(reverse("workorders:register"), facts | {"answer": "电价表已告知。"})
    assert done.status_code == 302
    assert WorkOrder.objects.system("test").select_related("case").get().case.state == "archived"


def test_hints_show_earlier_orders_masked_and_where_it_goes(browser, world, now):
    (order,) = faults(world, now, 1)
    agent = browser("agent", "P1")
    typed = worlds.fault(contact_phone="138 0000 0000", address="")
    text = agent.post(reverse("workorders:hints"), typed, headers=IN_PLACE).content.decode()
    assert order.number in text and "13800000000" not in text
    there = worlds.fault(contact_phone="")
    text = agent.post(reverse("workorders:hints"), there, headers=IN_PLACE).content.decode()
    assert "X11" in text and "东湖区" in text  # the proposed unit and the reason
    assert order.number in text  # the same place
    nothing = agent.post(reverse("workorders:hints"), {"kind": "fault"}, headers=IN_PLACE).content.decode()
    assert order.number not in nothing


def test_those_who_register_nothing_do_not_come_here(browser):
    assert browser("crew_member", "X11").get(reverse("workorders:register")).status_code == 403


# my work -------------------------------------------------------------------------------------------------------------


def test_my_work_counts_what_waits_for_my_roles(browser, world, clock):
    orders = faults(world, clock.now(), 3)
    handler = world.actor("handler", "X11", clock.now())
    casework.perform(orders[0].case_id, "accept", handler, clock.now())
    text = browser("handler", "X11").get(reverse("workorders:my_work")).content.decode()
    counts = dict(re.findall(r'data-queue="(\w+)">[^<]*<span class="tab-count[^"]*">(\d+)', text))
    assert counts == {"mine": "1", "accept": "2"}
    assert orders[0].number in text and orders[1].number not in text
    waiting = browser("handler", "X11").get(reverse("workorders:my_work") + "?queue=accept").content.decode()
    assert orders[1].number in waiting and orders[0].number not in waiting
    elsewhere = browser("handler", "X21").get(reverse("workorders:my_work") + "?queue=accept").content.decode()
    assert orders[1].number not in elsewhere


def test_who_registered_an_order_keeps_it_among_their_promises_until_it_is_closed(browser, world, now):
    (order,) = faults(world, now, 1)
    where = reverse("workorders:my_work") + "?queue=promised"
    assert order.number in browser("agent", "P1").get(where).content.decode()
    casework.perform(order.pk, "withdraw", Actor(None, "portal", None, "portal"), now)
    assert order.number not in browser("agent", "P1").get(where).content.decode()


def test_home_leads_to_my_work(browser):
    assert browser("agent", "P1").get("/").url == reverse("workorders:my_work")


# the work list -------------------------------------------------------------------------------------------------------


def listed(client, query=""):
    text = client.get(reverse("workorders:list") + query).content.decode()
    return re.findall(r"data-open>\s*(\d{8}-[0-9A-Z-]+)", text), text


def test_the_list_shows_open_orders_due_first_and_masks_people(browser, world, clock):
    early = faults(world, clock.now(), 1)[0]
    clock.advance(timedelta(minutes=30))
    late = faults(world, clock.now(), 1)[0]
    numbers, text = listed(browser("agent", "P1"))
    assert numbers == [early.number, late.number]
    assert "13800000000" not in text and "88号" not in text
    newest, _text = listed(browser("agent", "P1"), "?sort=newest")
    assert newest == [late.number, early.number]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=fault", 2), ("?kind=complaint", 0), ("?state=dispatched", 2), ("?state=accepted", 0),
        ("?category=fault.lv", 2), ("?category=fault.hv", 0), ("?late=over", 0),
        ("?late=in_time", 2), ("?priority=normal", 2), ("?priority=urgent", 0),
        ("?channel=phone", 2), ("?channel=app", 0), ("?owner=nobody", 2), ("?q=停电", 2), ("?q=13800000001", 1),
        ("?q=无关词", 0), ("?show=closed", 0), ("?show=all", 2), ("?opened_from=2026-03-02", 2),
        ("?opened_to=2026-03-01", 0), ("?unit=%00", 2), ("?kind=%00", 2), ("?cursor=", 2),
    ],
)  # fmt: skip
def test_filters_narrow(browser, world, now, query, expected):
    facts = [worlds.fault(description="停电", contact_phone=f"1380000000{n}", priority="normal") for n in range(2)]
    services.register_many(world.actor("agent", "P1", now), [services.NewOrder(f) for f in facts], now)
    assert len(listed(browser("agent", "P1"), query)[0]) == expected


def test_a_unit_stands_for_all_below_it(browser, world, now):
    faults(world, now, 1)
    agent = browser("agent", "P1")
    assert len(listed(agent, f"?unit={world.units['C1'].pk}")[0]) == 1
    assert len(listed(agent, f"?unit={world.units['C2'].pk}")[0]) == 0


def test_pages_follow_each_other_without_loss(browser, world, now):
    everything = {o.number for o in faults(world, now, 120)}
    agent = browser("agent", "P1")
    seen, query = [], ""
    for _page in range(4):
        numbers, text = listed(agent, query)
        seen += numbers
        following = re.search(r'rel="next" href="[^"?]*(\?[^"]+)"', text)
        if not following:
            break
        query = following[1].replace("&amp;", "&")
    assert len(seen) == 120 and set(seen) == everything
    assert "120" in listed(agent)[1]


def test_the_list_costs_the_same_however_many_rows(browser, world, now, django_assert_num_queries, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from open95598.foundation.rulebook import store

    monkeypatch.setattr(store, "_FRESH_SECONDS", 1e6)  # looked up once a second otherwise: not what is counted here
    agent = browser("agent", "P1")
    faults(world, now, 2)
    listed(agent)
    with CaptureQueriesContext(connection) as few:
        listed(agent)
    faults(world, now, 45)
    with django_assert_num_queries(len(few)):
        numbers, _text = listed(agent)
    assert len(numbers) == 47
    assert len(few) <= 17


def test_a_row_fetches_itself_again_and_goes_when_it_is_no_longer_to_be_seen(browser, world, now):
    (order,) = faults(world, now, 1)
    handler = browser("handler", "X11")
    where = reverse("workorders:row", args=(order.pk,))
    assert order.number in handler.get(where, headers=IN_PLACE).content.decode()
    assert browser("handler", "X21").get(where, headers=IN_PLACE).content == b""


# many at once --------------------------------------------------------------------------------------------------------


def test_what_is_refused_is_named_and_the_others_are_done(browser, world, now):
    orders = faults(world, now, 3)
    casework.perform(orders[1].case_id, "accept", world.actor("handler", "X11", now, name="other"), now)
    ids = {"ids": [str(o.pk) for o in orders]}
    handler = browser("handler", "X11")
    form = handler.post(reverse("workorders:bulk", args=("accept",)), ids, headers=IN_PLACE).content.decode()
    assert form.count('name="ids"') == 3 and "2 张" in form
    done = handler.post(reverse("workorders:bulk", args=("accept",)), ids | {"go": "1"}, headers=IN_PLACE)
    text = done.content.decode()
    assert "已完成 2 张" in text and orders[1].number in text and orders[0].number not in text
    states = dict(Case.objects.system("test").values_list("pk", "state"))
    assert [states[o.pk] for o in orders] == ["accepted"] * 3
    assert Case.objects.system("test").get(pk=orders[1].pk).owner.name == "other"


def test_only_what_all_selected_kinds_share_is_offered(browser, world, now):
    (fault,) = faults(world, now, 1)
    praise = services.register(
        world.actor("agent", "P1", now), worlds.fault(kind="praise", category=_leaf("praise", now)), now
    )
    ids = {"ids": [str(fault.pk), str(praise.pk)]}
    leader = browser("shift_leader", "P1")
    text = leader.post(reverse("workorders:bulk", args=("any",)), ids, headers=IN_PLACE).content.decode()
    assert "bulk/note/" in text and "bulk/dispatch/" not in text and "bulk/forward/" not in text
    refused = leader.post(reverse("workorders:bulk", args=("dispatch",)), ids | {"go": "1"}, headers=IN_PLACE)
    assert "派单" in refused.content.decode() and "bulk/note/" in refused.content.decode()


def test_a_wrong_form_changes_nothing(browser, world, now):
    orders = faults(world, now, 2)
    ids = {"ids": [str(o.pk) for o in orders], "go": "1", "reason": "because"}
    answer = browser("agent", "P1").post(reverse("workorders:bulk", args=("urge",)), ids, headers=IN_PLACE)
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["reason"]


def _leaf(kind, now):
    from open95598.foundation.rulebook import store

    return next(c.code for top in store.current(now).categories(kind) for c in top.walk() if not c.children)


# the search ----------------------------------------------------------------------------------------------------------


def test_the_search_finds_by_number_phone_and_words(browser, world, now):
    orders = faults(world, now, 2)
    agent = browser("agent", "P1")
    assert agent.post(reverse("web:search"), {"q": orders[0].number}).url.endswith(f"/{orders[0].number}/")
    assert agent.post(reverse("web:search"), {"q": "138 0000 0001"}).url.endswith(f"/{orders[1].number}/")
    text = agent.post(reverse("web:suggest"), {"q": "停电"}).content.decode()
    assert orders[0].number in text and "13800000000" not in text
    nobody = browser("handler", "X21").post(reverse("web:suggest"), {"q": "停电"}).content.decode()
    assert orders[0].number not in nobody
