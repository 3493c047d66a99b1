"""The customer's report of a fault on a small phone without a script: what can be answered of the triage is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from open95598.service.workorders.models import WorkOrder
from tests.browser.watching import look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_fault_without_a_script(open_page, world):
    page = open_page(None, "/portal/new/fault/", width=320, locale="zh-CN", java_script_enabled=False)
    look(page, "portal_fault_zh_320")
    expect(page.locator("[name=q-dark] option").first).to_have_text("请选择")
    page.locator("[name=danger][value='']").check()
    page.locator("[name=topic][value=other]").check()
    page.locator("[name=q-dark]").select_option("part")
    page.locator("[name=q-since]").select_option("again")
    page.locator("[name=description]").fill("厨房一路没电")
    page.locator("[name=place]").fill("芙蓉路88号3栋2单元501")
    page.locator("[name=contact_phone]").fill("13812345678")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".number").first).to_be_visible()
    look(page, "portal_done_zh_320")
    order = WorkOrder.objects.system("test").get()
    assert [step["question"] for step in order.triage["answers"]] == ["danger", "dark", "branch", "whose", "since"]
    assert order.category == "fault.customer.resident"
