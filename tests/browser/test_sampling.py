"""The form of inspection by keys, in a real browser: points, a reason where some are lost, on to the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from open95598.control.sampling import services
from open95598.control.sampling.models import Inspection
from tests.browser.watching import LOOK, fits, look
from tests.integration.sampling.test_sampling import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_an_auditor_judges_by_keys(world, clock, open_page):
    house = House(world, clock)
    house.closed(1)
    clock.advance(timedelta(days=7))
    services.draw_week(services.last_week(clock.now()), services.HOUSE, clock.now())
    row = Inspection.objects.system("test").get()
    auditor = world.person("quality_auditor", "C1")
    page = open_page(auditor, f"/inspections/{row.pk}/", language="zh-hans")
    expect(page.locator("#sheet-score")).to_have_text("100")
    expect(page.locator("#points-completeness")).to_be_focused()
    page.keyboard.press("Enter")  # full points: on to the next line, past its reason
    expect(page.locator("#points-timeliness")).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator("#why-timeliness")).to_be_focused()
    page.keyboard.type("到场超时未说明")
    expect(page.locator("#sheet-score")).to_have_text("92")
    look(page, "sheet_zh_1440")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-head")).to_contain_text("92")
    row.refresh_from_db()
    assert (row.score, row.passed) == (92, True)
    unit = open_page(world.person("unit_manager", "X11"), f"/inspections/{row.pk}/", language="en", width=390)
    fits(unit)
    expect(unit.locator('[data-action="object"]')).to_be_visible()
    look(unit, "inspection_en_390")
    if LOOK:
        for path, name in (("figures/", "figures"), ("draws/", "draws"), ("?all=1", "inspections")):
            look(open_page(auditor, f"/inspections/{path}", language="zh-hans"), f"{name}_zh_1440")
