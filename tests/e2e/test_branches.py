"""Difficult orders on the screens: merged by what the page proposes, helped by another unit, extended from above."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_orders import act, opened

pytestmark = [pytest.mark.browser, pytest.mark.serial, pytest.mark.timeout(600)]


@pytest.mark.parametrize(("language", "phone"), [("zh-CN", "13811110001"), ("en-US", "13811110002")])
def test_two_orders_of_one_matter_and_the_help_of_others(house: Any, desk: Any, language: str, phone: str) -> None:
    first, second = house.seed("twins", phone=phone)["numbers"]

    # the page proposes the first order; its words stand beside the button, and the keyboard confirms
    page = desk("dispatcher.p1", locale=language).go(f"/orders/{second}/")
    proposed = page.locator("#case-candidates .hint", has_text=first)
    proposed.locator("[data-candidate=merge]").click()
    expect(page.locator("#action-form .other-order")).to_contain_text("上月电费")
    expect(page.locator("#action-form [name=into]")).to_have_value(first)
    expect(page.locator("#action-form *:focus")).to_have_count(1)  # what is typed goes there from now on
    page.keyboard.press("Enter")
    expect(page.locator("#case-head .badge", has_text="Merged" if language == "en-US" else "已合并")).to_be_visible()
    expect(page.locator("#case-beside")).to_contain_text(first)

    # another unit is asked for its part, from the first order's page, and does it on a page of its own
    owner = desk("handler.x11", locale=language).go(f"/orders/{first}/")
    expect(owner.locator("#case-timeline")).to_contain_text(second)
    form = opened(owner, "joint")
    form.locator("[data-field=unit] [role=combobox]").fill("西山")
    owner.keyboard.press("Enter")
    expect(form.locator("[data-field=unit] [role=combobox]")).to_have_value(re.compile("西山"))
    form.locator("[name=task]").fill("核对台区总表")
    form.locator("button[type=submit]").click()
    expect(owner.locator("#case-beside .part")).to_contain_text("核对台区总表")

    helper = desk("handler.x12", locale=language).go("/orders/parts/")
    helper.locator("tr[data-row]", has_text=first).locator("a[data-open]").click()
    expect(helper.locator("#part-words")).to_contain_text("核对台区总表")
    for name, field in (("accept", None), ("progress", "text")):
        helper.locator(f"#part [data-action={name}]").click()
        if field:
            helper.locator(f"#action-form [name={field}]").fill("已核对一半")
        helper.locator("#action-form button[type=submit]").click()
        expect(helper.locator("#action-form form")).to_have_count(0)
    expect(owner.locator("#case-timeline")).to_contain_text("已核对一半")  # live

    # more time is asked for below and granted above
    act(owner, "ask_extension", days="3", reason="investigation", note="等待台区核对")
    above = desk("unit_manager.c1", locale=language).go("/orders/mine/?queue=extend")
    above.locator("tr[data-row]", has_text=first).locator("a[data-open]").click()
    act(above, "grant_extension", decision="情况属实")
    expect(above.locator("#case-timeline")).to_contain_text("延期至" if language == "zh-CN" else "extended to")
