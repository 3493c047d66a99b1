"""The figures of reliability lead to the outages behind them and on to one; its record is corrected there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import exp
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.control.reliability.models import Served
from open95598.registry.grid import loadkeeping, loads
from open95598.registry.grid.models import GridDevice
from open95598.service.outages.models import Outage
from tests import gridded
from tests.browser.watching import fits, look
from tests.world import World


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_figure_to_the_corrected_outage(world: World, open_page: Callable[..., Page], clock: Any) -> None:
    now, unit = clock.now(), world.units["X11"]
    Served.objects.create(month=date(2026, 3, 1), unit=unit, customers=1000, at=now)
    fields = {"device": "T1", "device_name": "芙蓉路1号台区", "device_kind": 3, "original_customers_served": 50}
    start = now - timedelta(hours=5)
    made = casework.open_many([casework.Opening("outage", unit.pk, {**fields, "actual_start": start})],
                              Actor.house("test"), start)[0]  # fmt: skip
    casework.perform(made.case_id, "restore_outage", Actor.house("test"), now - timedelta(hours=3),
                     data={"cause": "weather"})  # fmt: skip
    page = open_page(world.person("unit_manager", "X11"), "/reliability/")
    expect(page.locator(".reliability-tiles")).to_contain_text("6.000")
    expect(page.locator(".chart-canvas canvas, .chart-canvas svg").first).to_be_visible()
    look(page, "reliability-zh-1440")
    page.locator(".reliability-tiles a").click()
    expect(page.locator("table.list")).to_contain_text("芙蓉路1号台区")
    page.locator("table.list a").first.click()
    page.locator("[data-action=correct_outage]").click()
    page.locator("[name=dark_since]").fill("2026-03-02T07:00")
    page.locator("[name=light_at]").fill("2026-03-02T06:00")
    page.locator("[name=supply_points]").fill("100")
    page.locator("[name=cause]").select_option("equipment")
    page.locator("[name=why]").fill("表计停电记录")
    page.locator("#action-form button[type=submit]").click()
    expect(page.locator("#action-form")).to_contain_text("恢复时间必须晚于停电时间")
    page.locator("[name=light_at]").fill("2026-03-02T08:00")
    page.locator("#action-form button[type=submit]").click()
    expect(page.locator("#outage")).to_contain_text("表计停电记录")
    assert Outage.objects.system("test").get().original_customers_served == 100
    for language in ("zh-hans", "en"):
        phone = open_page(world.person("unit_manager", "X11"), "/reliability/", language=language, width=390)
        expect(phone.locator(".reliability-tiles")).to_contain_text("6.000")
        fits(phone)
        phone.goto(phone.url.replace("/reliability/", "/reliability/outages/"))
        fits(phone)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_out_again_and_again_gets_better(
    world: World, open_page: Callable[..., Page], clock: Any
) -> None:
    gridded.stand(world)
    now, house = clock.now(), Actor.house("test")
    for days in (2, 9, 20, 33, 40):
        at = now - timedelta(days=days)
        fields = {"device": "F1", "device_name": "湘江线", "device_kind": 1, "actual_start": at,
                  "original_customers_served": 4}  # fmt: skip
        made = casework.open_many([casework.Opening("outage", world.units["X11"].pk, fields)], house, at)[0]
        casework.perform(made.case_id, "restore_outage", house, at + timedelta(hours=1), data={"cause": "equipment"})
    manager = world.person("unit_manager", "X11")
    page = open_page(manager, "/reliability/lines/")
    expect(page.locator("table.list")).to_contain_text("预警")
    look(page, "lines-zh-1440")
    page.locator("table.list form button").click()
    expect(page.locator("#part-outages li")).to_have_count(5)
    page.locator("[data-action=plan_improvement]").click()
    page.locator("[name=reason]").select_option("aged")
    page.locator("[name=measures]").fill("更换避雷器和老化绝缘导线")
    page.locator("[name=finish_by]").fill((now + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("#action-form button[type=submit]").click()
    expect(page.locator("#improvement")).to_contain_text("待审批")
    look(page, "improvement-zh-1440")
    for path in ("lines", "improvements"):
        for language in ("zh-hans", "en"):
            phone = open_page(manager, f"/reliability/{path}/", language=language, width=390)
            expect(phone.locator("main")).to_contain_text("湘江线")
            fits(phone)
            look(phone, f"{path}-{language[:2]}-390")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_overloaded_line_leads_to_its_curve_and_an_improvement(
    world: World, open_page: Callable[..., Page], clock: Any
) -> None:
    gridded.stand(world)
    now = clock.now()
    placed = loads.place(now, loadkeeping.zone())
    assert placed is not None
    for code, rated, most in (("F1", 400, 1.12), ("F2", 600, 0.6), ("T1", 315, 0.86), ("T2", 200, 1.31)):
        device = GridDevice.objects.system("test").get(code=code)
        GridDevice.objects.system("test").filter(pk=device.pk).update(rated=rated)
        days = {}
        for back in range(12):
            start = loads.next_day(placed[0], loadkeeping.zone(), -back)
            warm = rated * most * (1 - 0.03 * back)
            days[device.pk, start] = {
                slot: warm * (0.35 + 0.65 * exp(-((slot - 76) ** 2) / 90) + 0.4 * exp(-((slot - 46) ** 2) / 60))
                for slot in range(96 if back else 30)
            }
        loadkeeping.keep(days, now)
    manager = world.person("unit_manager", "X11")
    for language in ("zh-hans", "en"):
        page = open_page(manager, "/reliability/loads/", language=language)
        expect(page.locator("table.list polyline").first).to_be_visible()
        look(page, f"loads-{language[:2]}-1440")
        phone = open_page(manager, "/reliability/loads/", language=language, width=390)
        expect(phone.locator("main")).to_contain_text("湘江线")
        fits(phone)
        look(phone, f"loads-{language[:2]}-390")
    for at, device in enumerate(GridDevice.objects.system("test").order_by("lft")):
        GridDevice.objects.system("test").filter(pk=device.pk).update(x=112.9 + at * 0.01, y=28.2 + at % 3 * 0.01)
    for language, width in (("zh-hans", 1440), ("en", 390)):
        page = open_page(manager, "/outages/map/", language=language, width=width)
        expect(page.locator(".map-pin.is-load")).to_have_count(3)
        fits(page)
        look(page, f"map-load-{language[:2]}-{width}")
    page = open_page(manager, "/reliability/loads/")
    page.get_by_role("link", name="湘江线").click()
    expect(page.locator(".chart-canvas canvas, .chart-canvas svg").first).to_be_visible()
    look(page, "load-device-zh-1440")
    page.go_back()
    page.locator("tr", has_text="湘江线").locator("form button").click()
    expect(page.locator("#part-facts")).to_contain_text("过载")
    look(page, "load-improvement-zh-1440")
