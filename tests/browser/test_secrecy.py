"""A complaint that names somebody, and a report that is opened on record, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from open95598.casework.models import Case
from open95598.service.workorders import services
from open95598.service.workorders.models import Named, WorkOrder
from tests import world as worlds
from tests.browser.watching import look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
REPORT = {
    "kind": "report", "category": "report.conduct.power_abuse", "description": "他收了三家饭店的钱。",
    "contact_name": "欧阳知秋", "contact_phone": "13987001234",
}  # fmt: skip


def test_whom_a_complaint_names_is_ticked_while_typing(open_page, world, clock):
    named = world.person("handler", "X11", name="王五一")
    page = open_page(
        world.person("agent", "P1"), "/orders/new/", language="zh-hans", viewport={"width": 1440, "height": 1000}
    )
    expect(page.locator("#r-named")).to_be_hidden()
    page.locator("label.kind-key", has=page.locator("[value=complaint]")).click()
    page.fill("#r-description", "抄表员王五一态度恶劣，对客户推诿。")
    page.locator("#mentioned input[name=named_people]").check()
    expect(page.locator("#r-disclosed")).to_be_hidden()
    look(page, "name-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look(page, "name-390")
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.locator("#suggestions button").first.click()
    page.fill("#r-phone", "13812345678")
    page.fill("#r-name", "李小明")
    page.fill("#r-address", "湘江市东湖区芙蓉路88号3栋2单元501")
    page.locator("#register button[type=submit]").click()
    expect(page.locator(".big-number")).to_be_visible()
    order = WorkOrder.objects.system("test").select_related("case").get()
    assert order.case.recused_people == [named.pk]
    assert Named.objects.system("test").get().person_id == named.pk


def test_what_is_sealed_is_opened_for_a_reason(open_page, world, clock):
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(**REPORT), clock.now())
    page = open_page(
        world.person("confidential_clerk", "P1"), f"/orders/{order.number}/", language="zh-hans",
        viewport={"width": 1440, "height": 1000},
    )  # fmt: skip
    expect(page.locator("#case-contact")).to_contain_text("已封存")
    assert "欧阳知秋" not in page.content()
    look(page, "sealed-1440")
    page.locator("#case-contact summary").click()
    page.fill("#unseal-why", "回访举报人")
    page.locator("#case-contact button[type=submit]").click()
    expect(page.locator(".sealed-open")).to_contain_text("13987001234")
    look(page, "unsealed-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look(page, "unsealed-390")


def test_the_desk_gives_a_sealed_number_to_the_clerk_alone(open_page, world, clock):
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(**REPORT), clock.now())
    Case.objects.system("test").filter(pk=order.pk).update(state="reviewed")
    at = f"/orders/call-backs/?order={order.number}"
    window = {"width": 1440, "height": 1000}
    page = open_page(world.person("callback_clerk", "P1"), at, language="zh-hans", viewport=window)
    expect(page.locator("#desk-phone")).to_contain_text("须由有权知悉封存身份的人员回访")
    expect(page.locator("#desk-form")).to_have_count(0)
    look(page, "desk-sealed-others-1440")
    page = open_page(world.person("confidential_clerk", "P1"), at, language="en", viewport=window)
    page.locator("#desk-phone button").click()
    expect(page.locator("#desk-phone")).to_contain_text("13987001234")
    look(page, "desk-sealed-clerk-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look(page, "desk-sealed-clerk-390")
