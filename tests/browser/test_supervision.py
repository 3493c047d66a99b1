"""A supervision in a real browser: asked for on the order's page, answered by the unit, judged; the board shows it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from open95598.casework import services as casework
from open95598.control.supervision.models import Supervision
from open95598.service.workorders import services
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
#: where pictures of the pages are put, when somebody wants to look at them
LOOK = os.environ.get("OPEN95598_LOOK", "")


@pytest.fixture
def world(transactional_db, clock):
    return worlds.small()


@pytest.fixture
def open_page(live_server, world, monkeypatch):
    """Give a way to open a page as somebody; fails for refused content and script errors of our own."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    contexts, wrong = [], []

    def opened(person, path, *, language, width=1440):
        person.language = language
        person.save()
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(live_server.url + path)
        expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        for context in contexts:
            context.close()
        browser.close()
    assert wrong == []


def look(page, name: str) -> None:
    if LOOK:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


def fits(page) -> None:
    """The page is not wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def handled(world, clock, **facts):
    """Return an order that a handler of X11 has in hand."""
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(**facts), clock.now())
    casework.perform(order.pk, "accept", world.actor("handler", "X11", clock.now()), clock.now())
    return order


def test_it_is_asked_for_answered_and_judged_and_the_board_shows_what_presses(world, clock, open_page):
    handler, manager = world.person("handler", "X11"), world.person("unit_manager", "X11")
    supervisor = world.person("supervisor", "C1", name="欧阳督办")
    handler.phone, manager.phone = "13700000001", "13700000002"
    handler.save(), manager.save()
    order = handled(world, clock)
    page = open_page(supervisor, f"/orders/{order.number}/", language="zh-hans")
    page.locator('[data-action="supervise"]').click()
    form = page.locator("#action-form form")
    form.locator('[name="reason"]').select_option("slow")
    form.locator('[name="demand"]').fill("半小时内联系客户，说明到场时间。")
    form.locator('[name="wanted_by"]').fill("2026-03-02T11:00")
    form.locator('button[type="submit"]').click()
    panel = page.locator("#case-supervision")
    expect(panel).to_contain_text("待承办单位答复")
    expect(page.locator("#case-head")).to_contain_text("督办")
    look(page, "order_zh_1440")
    row = Supervision.objects.system("test").get(order=order)

    unit = open_page(handler, f"/supervision/{row.pk}/", language="en", width=390)
    fits(unit)
    unit.locator('[data-action="answer_supervision"]').click()
    form = unit.locator("#action-form form")
    form.locator('[name="measures"]').fill("Crew sent, customer called.")
    form.locator('[name="promised_at"]').fill("2026-03-02T12:00")
    look(unit, "answer_en_390")
    form.locator('button[type="submit"]').click()
    expect(unit.locator("#part-head")).to_contain_text("Answered, to be judged")

    page.goto(page.url.split("/orders/")[0] + f"/supervision/{row.pk}/")
    page.locator('[data-action="accept_answer"]').click()
    page.locator('#action-form form button[type="submit"]').click()
    expect(page.locator("#part-head")).to_contain_text("已认可")
    look(page, "case_zh_1440")

    for n in range(4):
        more = handled(world, clock, description=f"第{n}次来电，仍未送电", contact_phone=f"1381234500{n}")
        given = {"reason": "risk", "demand": "专人跟踪", "wanted_by": clock.now() + timedelta(minutes=30 + n)}
        given |= {"serious": n % 2 == 0}
        doer = world.actor("supervisor", "C1", clock.now(), name="欧阳督办")
        casework.perform(more.pk, "supervise", doer, clock.now(), data=given)
    handled(world, clock, description="无人督办的工单")
    clock.advance(timedelta(hours=2))
    board = open_page(supervisor, "/supervision/board/", language="zh-hans")
    calls = board.locator(".board-calls tbody tr")
    assert calls.count() >= 5
    expect(calls.first).to_contain_text("存在舆情或信访风险")
    expect(board.locator(".board-calls")).to_contain_text("13700000001")
    look(board, "board_zh_1440")
    english = open_page(supervisor, "/supervision/board/", language="en", width=390)
    fits(english)
    look(english, "board_en_390")
    board.locator(".board-calls a[data-open]").first.click()
    expect(board.locator("#supervision")).to_be_visible()
    for language, width in (("zh-hans", 1440), ("en", 390)):
        listed = open_page(supervisor, "/supervision/", language=language, width=width)
        fits(listed)
        expect(listed.locator("tr[data-row]")).to_have_count(5)
        look(listed, f"list_{language[:2]}_{width}")
    if LOOK:
        look(open_page(supervisor, "/orders/", language="zh-hans"), "orders_zh_1440")
        look(open_page(supervisor, f"/orders/{order.number}/", language="en", width=390), "order_en_390")
        look(open_page(supervisor, "/rulebook/?section=supervision", language="zh-hans"), "rules_zh")
        look(open_page(supervisor, "/rulebook/?section=sampling", language="en"), "rules2_en")
