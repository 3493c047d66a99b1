"""The seat's form by keyboard: triage by digits, a category that the words suggest, a call that belongs to an order."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.serial, pytest.mark.timeout(600)]
SHOTS = os.environ.get("OPEN95598_SHOTS")


def shot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_a_fault_is_triaged_by_digits_and_closed_with_what_was_said(desk) -> None:
    page = desk("agent.p1").go("/orders/new/")
    triage = page.locator("#triage")
    page.keyboard.press("1")
    expect(triage).to_be_focused(timeout=60_000)
    shot(page, "triage-first")
    for key in "4123":
        steps = page.locator(".triage-steps li").count()
        page.keyboard.press(key)
        expect(page.locator(".triage-steps li")).to_have_count(steps + 1, timeout=60_000)
    page.keyboard.press("Backspace")
    expect(page.locator(".triage-steps li")).to_have_count(3, timeout=60_000)
    page.keyboard.press("3")
    expect(page.locator(".triage-steps li")).to_have_count(4, timeout=60_000)
    page.keyboard.press("1")
    expect(page.locator(".triage-ask")).to_contain_text("合得上吗", timeout=60_000)
    shot(page, "triage-middle")
    page.keyboard.press("1")
    expect(page.locator("[data-outcome=solved]")).to_be_visible(timeout=60_000)
    expect(page.locator("[name=at_once]")).to_be_checked(timeout=60_000)
    expect(page.locator("[name=answer]")).to_have_value(re.compile("用电已经恢复"))
    expect(page.locator("select[name=category]")).to_have_value("fault.customer.resident")
    page.fill("#r-phone", "13800000031")
    page.fill("#r-name", "钱女士")
    page.fill("#r-address", "湘江市东湖区芙蓉路31号2栋")
    page.fill("#r-description", "家里没电，指导合闸后恢复")
    expect(page.locator("#gaps")).to_be_visible(timeout=60_000)
    shot(page, "triage-end")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered/", timeout=60_000)
    page.click("text=打开工单")
    expect(page.locator("#case-facts")).to_contain_text("故障预判", timeout=60_000)
    expect(page.locator("#case-facts")).to_contain_text("客户自行恢复")
    shot(page, "triage-case")


def test_a_further_call_is_attached_to_the_open_order_by_one_key(desk) -> None:
    seat = desk("agent.p1")
    page = seat.page
    where = "湘江市东湖区芙蓉路77号5栋1单元301"

    def fill(description: str) -> None:
        seat.go("/orders/new/")
        page.fill("#r-phone", "13800000077")
        page.fill("#r-name", "何先生")
        page.fill("#r-address", where)
        page.fill("#r-description", description)

    fill("整栋楼突然停电，楼道灯也不亮")
    expect(page.locator("[data-suggest]").first).to_be_visible(timeout=60_000)
    shot(page, "suggested")
    page.keyboard.press("Alt+s")
    expect(page.locator("select[name=category]")).not_to_have_value("", timeout=60_000)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered/", timeout=60_000)
    number = page.locator(".big-number").inner_text()
    fill("停电还没有人来，楼道灯也不亮")
    card = page.locator("[data-similar]").first
    expect(card).to_contain_text("同一电话", timeout=60_000)
    expect(card).to_contain_text("很可能重复")
    page.keyboard.press("Alt+a")
    expect(card).to_be_focused()
    shot(page, "similar")
    page.keyboard.press("a")
    page.wait_for_url("**/attached/", timeout=60_000)
    assert page.locator(".big-number").inner_text() == number
    shot(page, "attached")
