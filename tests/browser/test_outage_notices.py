"""Outage notices on the customer's pages in a real Chromium: a webhook of an organisation's own system."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.foundation.notices.models import Message
from open95598.service.outagenotices.models import Subscription
from tests import gridded
from tests.browser.watching import fits, look
from tests.receiving import Receiving, receiving
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(settings: Any) -> Iterator[Receiving]:
    settings.NOTICES = {"webhook_allow": ("127.0.0.1",), "timeout": 0.5}
    with receiving() as found:
        yield found


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1440)])
def test_a_webhook_from_the_wish_to_the_house(
    world: World, open_page: Callable[..., Page], server: Receiving, language: str, width: int
) -> None:
    gridded.stand(world)
    tag = f"{language}-{width}"
    page = open_page(None, "/portal/outages/", width=width, locale={"zh": "zh-CN", "en": "en-US"}[language])
    page.locator("a[href='/portal/outages/webhooks/']").click()
    page.locator("[name=url]").fill("https://10.0.0.1/inside")
    page.locator("[name=text]").fill("芙蓉路")
    page.locator("[name=to]").fill("13511112222")
    page.locator("form[data-once] button[type=submit]").click()
    expect(page.locator("#problems")).to_be_visible()
    look(page, f"webhook-refused-{tag}")
    page.locator("[name=url]").fill(f"{server.url}/outages?key=1")
    page.locator("form[data-once] button[type=submit]").click()
    code = re.search(r"(?<!\d)\d{6}(?!\d)", Message.objects.get(to="13511112222").body)
    assert code is not None
    page.locator("[name=code]").fill(code[0])
    page.locator("form[data-once] button[type=submit]").click()
    expect(page.locator("#content")).to_contain_text("whsec_")
    look(page, f"webhook-unproved-{tag}")
    page.locator("button[value=check]").click()
    expect(page.locator(".note.good")).to_be_visible()
    page.locator("details").first.click()
    look(page, f"webhook-proved-{tag}")
    page.locator("button[value=test]").click()
    expect(page.locator(".note.good")).to_be_visible()
    assert server.got[-1].document["type"] == "webhook.test"
    Subscription.objects.update(failures=3, paused_at=Subscription.objects.get().asked_at)
    page.goto(page.url)
    expect(page.locator(".note.stop")).to_be_visible()
    fits(page)
    look(page, f"webhook-paused-{tag}")
    spoken = {"zh": "zh-hans", "en": "en"}[language]
    leader = world.person("shift_leader", "P1")
    desk = open_page(leader, "/outage-notices/", language=spoken, width=width)
    desk.locator("a[href='/outage-notices/webhooks/']").click()
    expect(desk.locator("td.is-first")).to_contain_text(f"{server.url}/…")
    look(desk, f"webhooks-desk-{tag}")
    desk.locator("button[formaction$='/stop/']").click()
    expect(desk.locator(".empty")).to_be_visible()
    fits(desk)
    look(desk, f"webhooks-empty-{tag}")
