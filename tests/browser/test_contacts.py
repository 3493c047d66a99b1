"""A conversation at the seat: begun by keys, kept while it is typed, ended, worked up; another's call pops up."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.service.contacts import services
from open95598.service.contacts.models import Contact
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
#: a folder for pictures, for whoever wants to look
PICTURES = os.environ.get("PICTURES", "")


def look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or {"width": 0})["width"]
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def latest() -> Contact:
    return Contact.objects.system("test").latest("pk")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390)])
def test_a_call_is_taken_by_keys(open_page: Any, world: worlds.World, clock: Any, language: str, width: int) -> None:
    agent = world.person("agent", "P1")
    before = services.begin(world.actor("agent", "P1", clock.now()), {"channel": "web", "phone": "13812345678"},
                            clock.now() - timedelta(days=2))  # fmt: skip
    services.end(before, "answered", world.actor("agent", "P1", clock.now()), clock.now())
    page = open_page(agent, "/contacts/new/", language=language, width=width)
    look(page, f"contact-begin-{language}-{width}")
    expect(page.locator("#c-phone")).to_be_focused()
    page.keyboard.type("13812345678")
    page.keyboard.press("Enter")
    expect(page.locator("#contact")).to_be_visible()
    row = latest()
    expect(page.locator("#contact-who")).to_contain_text("7")  # came within seven days
    expect(page.locator("#c-words")).to_be_focused()
    page.keyboard.type("上月电费突然多了一倍")
    with page.expect_response(lambda answer: answer.url.endswith("/words/")):
        page.locator("#c-name").fill("李小明")
        page.keyboard.press("Tab")
    row.refresh_from_db()
    assert (row.words, row.name) == ("上月电费突然多了一倍", "李小明"), "kept on the server while it is typed"
    look(page, f"contact-open-{language}-{width}")
    page.locator("#contact-end input[value=answered]").check()
    page.locator("#contact-end button[type=submit]").click()
    expect(page.locator("form[action$='/done/'] button")).to_have_attribute("autofocus", "")
    look(page, f"contact-after-{language}-{width}")
    page.locator("form[action$='/done/'] button").press("Enter")
    expect(page.locator("form[action$='/done/']")).to_have_count(0)
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("done", "answered")
    look(page, f"contact-done-{language}-{width}")
    page.goto(page.url.split("/contacts/")[0] + "/contacts/")
    expect(page.locator("tr[data-row]")).to_have_count(2)
    look(page, f"contact-list-{language}-{width}")
    page.goto(page.url.split("/contacts/")[0] + "/contacts/figures/")
    look(page, f"contact-figures-{language}-{width}")


def test_a_call_pops_up_and_takes_nothing_that_was_typed(open_page: Any, world: worlds.World, clock: Any) -> None:
    agent, actor = world.person("agent", "P1"), world.actor("agent", "P1", clock.now())
    page = open_page(agent, "/orders/")
    first = services.begin(actor, {"channel": "phone", "phone": "13812345678"}, clock.now())
    page.evaluate("htmx.trigger('#contact-bar', 'live')")
    page.wait_for_url(f"**/desk/?contact={first.code}")
    services.end(first, "answered", actor, clock.now())
    page = open_page(agent, "/orders/new/")
    page.locator("#r-description").fill("写了一半的内容")
    second = services.begin(actor, {"channel": "phone", "phone": "13900000000"}, clock.now())
    page.evaluate("htmx.trigger('#contact-bar', 'live')")
    tag = page.locator(f"#contact-bar [data-contact='{second.code}']")
    expect(tag).to_be_visible()
    expect(page.locator("#r-description")).to_have_value("写了一半的内容")
    expect(tag).to_contain_text("139****0000")
