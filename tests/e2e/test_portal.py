"""The customer's page in a real browser: with and without JavaScript, in both languages, on a narrow phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import House

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def phone(house: House, chromium: Browser) -> Iterator[Any]:
    """Give a customer's phone: ``phone(locale, javascript)``. Fails for script errors and content that was refused."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def take(locale: str, *, javascript: bool) -> Page:
        context = chromium.new_context(
            viewport=NARROW, locale=locale, java_script_enabled=javascript, base_url=house.url, is_mobile=True,
            extra_http_headers={"Accept-Language": locale},
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    yield take
    for context in contexts:
        context.close()
    assert wrong == []


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    width = page.locator("body").evaluate("body => Math.max(body.scrollWidth, document.documentElement.scrollWidth)")
    assert width <= NARROW["width"], page.url


def report(page: Page, words: str, number: str) -> str:
    """Fill in the form of a fault and return the order's number."""
    page.goto("/portal/")
    page.locator("a[href='/portal/new/fault/']").click()
    page.locator("input[name=danger][value='']").check()
    page.locator("input[name=topic][value=area]").check()
    page.locator("textarea[name=description]").fill(words)
    page.locator("select[name=area]").select_option("湘江市东湖区")
    page.locator("input[name=place]").fill("芙蓉路88号")
    page.locator("input[name=contact_phone]").fill(number)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/portal/done/")
    return page.locator(".number dd").inner_text().strip()


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "接下来"), ("en", "What happens next")])
def test_a_fault_is_reported_and_followed_on_a_narrow_phone(phone: Any, house: House, locale: str, words: str) -> None:
    page: Page = phone(locale, javascript=True)
    mine = "13800000001" if locale == "en" else "13800000002"
    number = report(page, "整栋楼都没电", mine)
    expect(page.get_by_text(words)).to_be_visible()
    fits(page)
    page.goto("/portal/follow/")
    page.locator("input[name=number]").fill(number)
    page.locator("input[name=phone]").fill(mine)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/portal/follow/code/")
    fits(page)
    page.locator("input[name=code]").fill(house.seed("portal_code", number=number)["code"])
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/portal/order/")
    fits(page)
    page.locator("#add summary").click()
    page.locator("#add textarea").fill("隔壁楼也停了")
    page.locator("#add button").click()
    expect(page.locator(".additions")).to_contain_text("隔壁楼也停了")
    page.locator(".leave button").click()
    page.goto("/portal/order/")
    page.wait_for_url("**/portal/follow/")


def test_without_javascript_a_fault_and_danger_to_life_are_reported(phone: Any) -> None:
    page: Page = phone("zh-CN", javascript=False)
    assert re.fullmatch(r"\d{8}-\w+-\w{9}", report(page, "没有脚本也能报修", "13800000003"))
    page.goto("/portal/new/fault/")
    expect(page.locator(".if-danger")).to_be_hidden()
    page.locator("input[name=danger][value=wire]").check()
    expect(page.locator(".if-danger")).to_be_visible()
    page.locator("input[name=place]").fill("芙蓉路口")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/portal/done/")
    expect(page.locator("h1")).to_have_text("已按最高优先级登记")
    expect(page.locator("a[href='tel:95598']").first).to_be_visible()


def test_what_is_wrong_is_shown_at_once_and_nothing_is_lost(phone: Any) -> None:
    page: Page = phone("en", javascript=True)
    page.goto("/portal/new/complaint/")
    page.locator("textarea[name=description]").fill("x" * 10_000)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#problems")).to_contain_text("At most 6000 characters; these are 10000")
    fits(page)
    assert page.locator("textarea[name=description]").input_value() == "x" * 10_000


def test_a_first_visit_is_light(phone: Any) -> None:
    page: Page = phone("zh-CN", javascript=True)
    loaded: list[int] = []
    page.on("requestfinished", lambda request: loaded.append(request.sizes()["responseBodySize"]))
    for path in ("/portal/", "/portal/new/fault/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        fits(page)
    assert 0 < sum(loaded) < 150_000
