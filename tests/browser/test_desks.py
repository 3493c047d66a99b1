"""Call-back desk by keys and the crew's page by thumb, in a real browser, at a time of day that is fixed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from open95598.casework import services as casework
from open95598.foundation.journal.models import Entry
from open95598.foundation.rulebook import store
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def answered(world, clock, number: int):
    """Register a fault that waits for its call-back."""
    facts = worlds.fault(contact_phone=f"1381234500{number}", contact_name="欧阳上官司马诸葛" * 3)
    order = services.register(world.actor("agent", "P1", clock.now()), facts, clock.now())
    crew = world.actor("crew_member", "X11", clock.now())
    rules = store.get(order.case.rulebook_version)
    steps = (
        ("accept", {}), ("send_crew", {}), ("arrive", {}),
        ("diagnose", {n: rules.choices(c)[0].code for n, c in (("cause", "fault_causes"), ("ownership", "ownership"))}),
        ("restore", {"result": rules.choices("results")[0].code}), ("reply", {"answer": "已恢复送电。"}),
    )  # fmt: skip
    for action, data in steps:
        clock.advance(timedelta(minutes=1))
        casework.perform(order.case_id, action, crew, clock.now(), data=data)
    return order


def state(order) -> str:
    return WorkOrder.objects.system("test").select_related("case").get(pk=order.pk).case.state


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_call_back_desk_by_keys_alone(open_page, world, clock, language):
    first, second = answered(world, clock, 1), answered(world, clock, 2)
    page = open_page(world.person("callback_clerk", "P1"), "/orders/call-backs/", language=language)
    expect(page.locator(f"[data-number='{first.number}']")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("a.desk-number")).to_have_text("13812345001")
    page.keyboard.press("1")
    page.keyboard.press("w")
    page.keyboard.press("n")
    page.keyboard.type("1 好评")  # keys are letters again while one writes
    expect(page.locator("#desk-note")).to_have_value("1 好评")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-number='{second.number}']")).to_be_visible()
    assert state(first) == "archived"
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-card .nothing")).to_be_visible()
    assert state(second) == "reviewed"
    clerk = world.person("callback_clerk", "P1")
    assert Entry.objects.get(case_id=first.pk, kind="case.call_back").actor_id == clerk.pk
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 320)])
def test_the_crew_by_one_thumb_and_through_a_dead_spot(open_page, world, clock, language, width):
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    page = open_page(
        world.person("crew_member", "X11"), "/crew/", language=language,
        viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True,
    )  # fmt: skip
    page.locator(".phone-card").tap()
    for following in ("accepted", "crew_dispatched", "arrived"):
        send = page.locator("#crew-send")
        box = send.bounding_box()
        assert box is not None and box["height"] >= 48 and box["y"] > 500
        send.dblclick()
        expect(page.locator("[name=version]")).not_to_have_value("2" if following == "accepted" else "x")
        page.wait_for_function("document.querySelector('.note.is-success')")
        expect(page.locator(f"#crew-form[action*='{_next(following)}']")).to_be_visible()
        assert state(order) == following
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("[name=ownership]").first.check()
    page.locator("[name=cause]").select_option(index=1)
    page.locator("[name=note]").fill("井盖积水")
    photo = {"name": "f.png", "mimeType": "image/png", "buffer": _png()}
    page.locator("#crew-photo").set_input_files(photo)
    expect(page.locator(".crew-photo")).to_contain_text("f.png")
    page.context.set_offline(True)
    page.locator("#crew-send").tap()
    expect(page.locator(".crew-act.is-waiting")).to_contain_text("井盖积水")
    expect(page.locator("#crew-form[action*='restore']")).to_be_visible()
    assert state(order) == "arrived"
    page.context.set_offline(False)
    expect(page.locator(".crew-act")).to_have_count(0)
    expect(page.locator("#crew-form[action*='restore']")).to_be_visible()
    assert state(order) == "diagnosed"
    case = WorkOrder.objects.system("test").get(pk=order.pk).case
    assert case.attachments.count() == 1


def _next(now: str) -> str:
    return {"accepted": "send_crew", "crew_dispatched": "arrive", "arrived": "diagnose"}[now]


def _png() -> bytes:
    from tests.integration.workorders.test_pages_desks import PNG

    return PNG
