"""The box finds as one types; a customer's page is read, shown on record and changed; on a phone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.registry.customers.models import AccountFacts, CustomerAccount
from tests.browser.watching import look
from tests.registered import Registry, fill
from tests.world import MONDAY, World, fault


@pytest.fixture
def registry(world: World) -> Registry:
    """Return customers with accounts in the browser's utility, one of them with facts and an order."""
    from open95598.service.workorders import services

    made = fill(world)
    account = CustomerAccount.objects.system("test").get(number="4300000001")
    AccountFacts.objects.create(
        account=account, balance="-86.20", arrears="86.20", supply="stopped", bill_month="2026-02",
        bill_amount="132.50", bill_kwh="225", reading="18230", read_at=MONDAY, as_of=MONDAY, source="cis",
    )  # fmt: skip
    services.register(world.actor("agent", "X11", MONDAY), fault(), MONDAY)
    return made


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_box_and_the_page(registry: Registry, open_page: Callable[..., Page]) -> None:
    leader = registry.world.person("shift_leader", "X11")
    page = open_page(leader, "/customers/")
    page.locator("#customer-q").type("阳光花圆3-2-501")
    hit = page.locator(".customer-hits a", has_text="4300000001")
    expect(hit).to_be_visible()
    look(page, "customers-zh-1440")
    hit.click()
    expect(page.locator("h1")).to_contain_text("李**")
    expect(page.locator("#customer-orders")).to_contain_text("故障报修")
    expect(page.locator(".customer-money")).to_contain_text("86.20")
    look(page, "customer-zh-1440")
    page.get_by_text("查看完整信息").click()
    page.locator("#reveal-why").fill("核对身份")
    page.get_by_role("button", name="显示", exact=True).click()
    expect(page.locator("h1")).to_contain_text("李小明")
    page.locator("summary", has_text="修改客户信息").click()
    page.locator("#id_tier").select_option("silver")
    look(page, "customer-change-zh-1440")
    page.get_by_role("button", name="保存").first.click()
    expect(page.locator("h1")).to_contain_text("白银")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_in_both_languages(registry: Registry, open_page: Callable[..., Page]) -> None:
    agent = registry.world.person("agent", "X11")
    who = registry.who["李小明"]
    for language in ("zh-hans", "en"):
        account = who.parties.system("a test").get().account_id
        for name, path in (
            ("list", "/customers/"), ("customer", f"/customers/{who.pk}/"), ("account", f"/accounts/{account}/"),
            ("expiring", "/customers/expiring/"),
        ):  # fmt: skip
            page = open_page(agent, path, language=language, width=390)
            wide: Any = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (language, path, wide)
            words = page.locator("main").inner_text()
            assert bool(re.search(r"Customer|Account|Supply|History|supply", words)) == (language == "en")
            look(page, f"{name}-{language[:2]}-390")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_meter_is_exchanged_on_the_accounts_page(registry: Registry, open_page: Callable[..., Page]) -> None:
    page = open_page(registry.world.person("agent", "X11"), f"/customers/{registry.who['李小明'].pk}/")
    page.get_by_role("link", name="4300000001").first.click()
    page.locator("summary", has_text="换表").click()
    form = page.locator("details[open] form")
    form.locator("[name=meter]").fill("M20000001")
    form.locator("[name=reason]").fill("周期轮换")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("details[open]")).to_contain_text("请填写拆下电能表的止码")
    form = page.locator("details[open] form")
    form.locator("[name=final]").fill("18234.2")
    look(page, "account-refused-zh-1440")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("table")).to_contain_text("M20000001")
    look(page, "account-zh-1440")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_seat_sees_who_calls(registry: Registry, open_page: Callable[..., Page]) -> None:
    page = open_page(registry.world.person("agent", "X11"), "/orders/new/")
    page.locator("#r-phone").type("13812345678")
    card = page.locator(f"#caller-{registry.who['李小明'].pk}")
    expect(card).to_contain_text("4300000001")
    expect(page.locator("#r-accounts option")).to_have_attribute("value", "4300000001")
    look(page, "register-zh-1440")
