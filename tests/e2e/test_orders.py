"""A fault's whole journey through the screens, by mouse and by keys, in both languages, with the real house behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.serial, pytest.mark.timeout(600)]


def opened(page: Page, name: str) -> Locator:
    """Open an action's form."""
    page.locator(f"[data-action={name}]").first.click()
    form = page.locator("#action-form form")
    expect(form).to_be_visible()
    return form


def act(page: Page, name: str, **fields: str) -> None:
    """Open an action's form, fill it in and send it; wait until the page shows what follows."""
    form = opened(page, name)
    for field, value in fields.items():
        element = form.locator(f"[name={field}]")
        if element.evaluate("e => e.tagName") == "SELECT":
            element.select_option(value)
        else:
            element.fill(value)
    version = form.locator("[name=version]").input_value()
    form.locator("button[type=submit]").click()
    expect(page.locator("#action-form form")).to_have_count(0)
    expect(page.locator("#case")).to_be_visible()
    assert version


def register(page: Page) -> str:
    """Register a fault at the seat by keys alone; return its number."""
    page.keyboard.press("Alt+1")
    expect(page.locator("#triage")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#r-category")).to_be_focused()
    page.keyboard.type("低压" if page.locator("html").get_attribute("lang") == "zh-Hans" else "low")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("13812345678")
    page.keyboard.press("Tab")
    page.keyboard.type("李小明")
    page.keyboard.press("Tab")
    page.keyboard.type("湘江市东湖区芙蓉路88号3栋2单元501")
    page.keyboard.press("Tab")
    page.keyboard.type("家里突然没电，邻居家也没电。")
    expect(page.locator(".hint-route")).to_contain_text("东湖供电中心")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered/")
    return page.locator(".big-number").inner_text().strip()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_fault_travels_from_the_call_to_the_archive(desk: Any, language: str) -> None:
    seat = desk("agent.p1", locale=language)
    number = register(seat.go("/orders/new/"))
    assert re.fullmatch(r"\d{8}-P1-[0-9A-Z]{9}", number)

    handler = desk("handler.x11", locale=language)
    page = handler.go("/orders/mine/?queue=accept")
    expect(page.locator("[data-queue=accept]")).to_have_attribute("aria-current", "page")
    page.locator("tr[data-row]", has_text=number).locator("a[data-open]").click()
    expect(page.locator(".case-number")).to_have_text(number)
    watched = seat.go(f"/orders/{number}/")
    expect(watched.locator("#live-state")).to_have_attribute("data-state", "on")
    act(page, "accept")
    expect(watched.locator("#case-timeline")).to_contain_text("李强")  # live, without loading again
    act(page, "send_crew")
    act(page, "arrive")
    _choose_first(page, "diagnose")
    _choose_first(page, "restore")
    act(page, "reply", answer="更换熔断器后恢复供电。")

    clerk = desk("callback_clerk.p1", locale=language)
    page = clerk.go(f"/orders/{number}/")
    expect(page.locator("[data-action=archive]")).to_have_class(re.compile("is-impossible"))
    act(page, "call_back", outcome="satisfied", satisfaction="satisfied")
    act(page, "archive")
    expect(page.locator("#case-head .badge.is-done")).to_be_visible()
    expect(page.locator("#case-clocks .is-running")).to_have_count(0)


def _choose_first(page: Page, name: str) -> None:
    """Take the first choice of every list of an action's form, and send it."""
    form = opened(page, name)
    for select in form.locator("select").all():
        select.select_option(index=1)
    form.locator("button[type=submit]").click()
    expect(page.locator("#action-form form")).to_have_count(0)
