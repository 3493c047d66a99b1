"""A supervision in a real browser: asked for on the order's page, answered by the unit, judged; the board shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from open95598.casework import services as casework
from open95598.control.supervision.models import Supervision
from open95598.service.workorders import services
from tests import world as worlds
from tests.browser.watching import LOOK, fits, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


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
