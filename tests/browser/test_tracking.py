"""Promises kept, in a real browser and both languages: one's own, the signed report, the ten promises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from open95598.control.reports.models import ProcessReport
from open95598.control.tracking import projecting
from open95598.service.workorders import directory, services
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_ones_promises_to_the_signed_report(open_page, world, clock, language):
    directory.forget()
    zh = language == "zh-hans"
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())
    clock.advance(timedelta(hours=2))
    projecting.project([order.pk], clock.now())
    page = open_page(world.person("agent", "P1"), "/promises/mine/", language=language, width=390)
    expect(page.get_by_text("等待X11接单" if zh else "Waits to be accepted by X11")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    clock.advance(datetime(2026, 4, 2, 2, tzinfo=UTC) - clock.now())
    projecting.project([order.pk], clock.now())
    page = open_page(world.person("supervisor", "P1"), "/indicators/promises/?month=2026-03", language=language)
    row = page.locator("table.promises tr", has_text="抢修人员按时到达现场" if zh else "Crew on site in time")
    expect(row).to_contain_text("0.00 %")
    row.locator("a.is-danger").click()
    expect(page.get_by_text(order.number)).to_be_visible()
    page = open_page(world.person("handler", "X11"), "/reports/process/?month=2026-03", language=language)
    page.get_by_role("button", name="生成报表" if zh else "Prepare the report").click()
    page.get_by_role("button", name="填报签字" if zh else "Sign", exact=True).click()
    expect(page.locator(".report-state code")).to_have_text(re.compile("^[0-9a-f]{12}…$"))
    report = ProcessReport.objects.system("test").select_related("case").get()
    assert report.case.state == "signed" and report.digest
    directory.forget()
