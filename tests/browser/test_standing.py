"""How a customer stands is read and explained, an entry made, a visit reported; on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from open95598.registry.customers.models import AccountBill, AccountFacts, CustomerAccount
from open95598.registry.standing import services
from open95598.service.keyaccounts import visits
from tests.browser.watching import look
from tests.registered import HOUSE, Registry, fill
from tests.world import MONDAY, World, fault


@pytest.fixture
def registry(world: World) -> Registry:
    """Return customers of whom bills, an entry, a visit and an order are known."""
    from open95598.service.workorders import services as orders

    made = fill(world)
    for account in CustomerAccount.objects.system("test"):
        AccountFacts.objects.create(account=account, bill_amount="132.50", bill_kwh="225", arrears="0", as_of=MONDAY,
                                    source="cis")  # fmt: skip
        AccountBill.objects.create(account=account, month="2026-02", amount=Decimal("132.50"), due=date(2026, 2, 20),
                                   paid=Decimal("132.50"), paid_on=date(2026, 2, 25))  # fmt: skip
    pk = made.who["湘江市第三小学"].pk
    services.name_manager(pk, world.person("handler", "X11").pk, None, HOUSE, MONDAY - timedelta(days=40))
    entry = services.NewEntry("load_given", date(2026, 1, 8), "other", "错峰让电确认函 2026-01", "迎峰度冬期间主动让电")
    services.enter(pk, entry, HOUSE, MONDAY)
    services.count_all(MONDAY)
    visits.open_due(MONDAY + timedelta(days=40))
    orders.register(world.actor("agent", "X11", MONDAY), fault(contact_phone="13612340000"), MONDAY)
    return made


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_head_reads_why_enters_and_reports(registry: Registry, open_page: Callable[..., Page]) -> None:
    boss = registry.world.person("unit_manager", "X11")
    pk = registry.who["湘江市第三小学"].pk
    page = open_page(boss, "/standing/")
    expect(page.locator("table.list")).to_contain_text("第三小学")
    look(page, "standing-list-zh-1440")
    page.get_by_role("link", name="湘江市第三小学").click()
    expect(page.locator("h1")).to_contain_text("第三小学")
    expect(page.get_by_text("12 个月中迟交 1 次")).to_be_visible()
    page.locator("summary", has_text="新增记录").click()
    page.locator("#id_kind").select_option("late_payment")
    page.locator("#id_on").fill("2026-02-25")
    page.locator("#id_evidence").fill("2026-02 电费账单")
    look(page, "standing-zh-1440")
    page.get_by_role("button", name="录入", exact=True).click()
    expect(page.get_by_text("2026-02 电费账单")).to_be_visible()
    page.goto(page.url.split("/standing/")[0] + "/keyaccounts/visits/")
    look(page, "visits-zh-1440")
    page.get_by_role("link", name="湘江市第三小学").click()
    page.get_by_role("link", name="登记走访").or_(page.get_by_role("button", name="登记走访")).first.click()
    expect(page.locator("#action-form")).to_contain_text("会见人员")
    look(page, "visit-zh-1440")
    page.goto(page.url.split("/keyaccounts/")[0] + "/keyaccounts/value/?month=2026-02")
    expect(page.locator(".list-panel")).to_contain_text("居民")
    look(page, "value-zh-1440")
    page.goto(page.url.split("/keyaccounts/")[0] + f"/customers/{pk}/")
    look(page, "customer-panels-zh-1440")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_on_a_phone(registry: Registry, open_page: Callable[..., Page], language: str) -> None:
    boss = registry.world.person("unit_manager", "X11")
    pk = registry.who["湘江市第三小学"].pk
    for name, path in (("standing", f"/standing/{pk}/"), ("list", "/standing/"), ("visits", "/keyaccounts/visits/"),
                       ("invitations", "/keyaccounts/invitations/"), ("value", "/keyaccounts/value/?month=2026-02"),
                       ("customer", f"/customers/{pk}/")):  # fmt: skip
        page = open_page(boss, path, language=language, width=390)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than a phone"
        look(page, f"{name}-{language}-390")
