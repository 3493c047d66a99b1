"""A field sheet entered by the keyboard alone, in a real browser, at both widths and in both languages."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.service.field import services as sheets
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder
from tests import world as worlds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390), ("en", 1440), ("zh-hans", 390)])
def test_a_sheet_is_entered_by_the_keyboard_alone(open_page: Any, world: Any, clock: Any, language: str, width: int):
    agent = world.actor("agent", "P1", clock.now())
    orders = [services.register(agent, worlds.fault(), clock.now()) for _n in range(2)]
    clerk = world.actor("handler", "X11", clock.now())
    made = sheets.make(clerk, world.units["X11"].pk, None, clock.now())
    clock.advance(timedelta(minutes=50))
    page = open_page(world.person("handler", "X11"), "/field-sheets/", language=language, width=width)
    look(page, f"sheets-{language}-{width}")
    page.locator("#number").fill(made.number)
    page.keyboard.press("Enter")
    expect(page.locator("#line-2")).to_be_attached()
    page.locator("[name=out-1]").focus()
    for typed in ("10:05", "10:25"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(page.locator("[name=restored-1]")).to_be_focused()
    page.locator("[name=out-2]").fill("10:59")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#line-2 .error")).to_be_visible()
    expect(page.locator("[name=out-2]")).to_have_value("10:59")
    expect(page.locator("#line-1 [name=out-1]")).to_have_count(0)
    look(page, f"sheet-{language}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("[name=out-2]").fill("1010")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#line-2 .error")).to_have_count(0)
    states = [WorkOrder.objects.system("test").get(pk=o.pk).case.state for o in orders]
    assert states == ["arrived", "crew_dispatched"]


def look(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look (``OPEN95598_PICTURES``)."""
    if folder := os.environ.get("OPEN95598_PICTURES"):
        page.screenshot(path=Path(folder) / f"field-{name}.png", full_page=True)
