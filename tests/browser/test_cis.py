"""How it stands with the billing system, as an administrator sees it: away, asked to compare, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.exchange.cis import links, protocol, taking
from open95598.exchange.cis.models import Kept, Why
from open95598.registry.customers.models import FactsSource
from tests.browser.watching import look
from tests.world import MONDAY, World


@pytest.fixture
def away(world: World, settings: Any) -> World:
    """Return a utility whose billing system has been away for ten minutes and keeps an account that is not here."""
    settings.CIS = {"url": "https://cis.example", "secret": "s"}
    link = links.row()
    link.epoch, link.generation, link.cursor, link.head, link.compare_why = "e1", 1, 1200, 1234, ""
    link.contacted_at, link.compared_at = MONDAY - timedelta(minutes=10), MONDAY - timedelta(days=3)
    link.failures, link.problem, link.next_at = 9, "/changes: ConnectError", MONDAY + timedelta(seconds=40)
    link.save()
    FactsSource.objects.update_or_create(
        pk="cis", defaults={"current_at": link.contacted_at, "away_since": MONDAY - timedelta(minutes=9)}
    )
    stranger = {"account": "4399999999", "version": 3, "as_of": MONDAY.isoformat(), "balance": "1.00"}
    taking.take(protocol.read([stranger, {"account": "4300000001", "balance": "x"}]), "push", 1, MONDAY)
    return world


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_billing_system(away: World, open_page: Callable[..., Page]) -> None:
    page = open_page(away.person("administrator", "HQ"), "/exchange/cis/")
    expect(page.locator("h1")).to_contain_text("失联")
    expect(page.locator("main")).to_contain_text("4399999999")
    look(page, "cis-zh-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "cis-zh-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="立即全量比对").click()
    expect(page.locator("main")).to_contain_text("人工发起")
    assert links.row().compare_why == Why.ASKED
    assert Kept.objects.count() == 2
