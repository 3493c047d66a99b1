"""An outage is planned, approved by somebody else and announced; a customer asks whether it is them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.service.outagenotices import preparing
from open95598.service.outagenotices.sources import PLANNED
from open95598.service.planned.models import PlannedOutage
from tests import gridded
from tests.browser.watching import look
from tests.world import World


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_plan_to_the_customer(world: World, open_page: Callable[..., Page], clock: Any) -> None:
    made = gridded.stand(world)
    page = open_page(world.person("dispatcher", "X11"), "/planned-outages/new/?device=T1")
    start = clock.now() + timedelta(days=9, hours=8)
    for name, value in (("starts_at", start), ("ends_at", start + timedelta(hours=6))):
        page.locator(f"[name={name}]").fill(value.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=cause]").select_option("maintenance")
    page.locator("[name=scope]").fill("芙蓉路88号阳光花园")
    look(page, "planned-form-zh-1440")
    page.locator("#plan-form button[type=submit]").click()
    expect(page.locator("#plan-form .has-error").first).to_be_visible()
    page.locator("[name=work_kind]").select_option("maintenance")
    page.locator("[name=work]").fill("更换配变")
    page.locator("#plan-form button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("停电计划")
    page.locator("[data-action=submit_plan]").click()
    page.locator("#action-form button[type=submit]").click()
    expect(page.locator(".case-marks")).to_contain_text("待审批")
    address = page.url.split("//")[1].split("/", 1)[1]
    boss = open_page(world.person("unit_manager", "X11"), f"/{address}")
    boss.locator("[data-action=approve_plan]").click()
    expect(boss.locator("#action-form")).to_contain_text("生命支持用户")
    boss.locator("#action-form button[type=submit]").click()
    expect(boss.locator(".case-marks")).to_contain_text("待公告")
    page.reload()
    page.locator("[data-action=announce_plan]").click()
    page.locator("#action-form button[type=submit]").click()
    expect(page.locator(".case-marks")).to_contain_text("已公告")
    page.locator("#part-care a.btn").first.click()
    expect(page.locator("#action-form [name=customer]")).to_have_value(str(made.who["曾国强"].pk))
    look(page, "planned-case-zh-1440")
    page.locator("#action-form [name=how]").select_option("visited")
    page.locator("#action-form button[type=submit]").click()
    expect(page.locator("#part-care")).to_contain_text("已上门告知")
    row = PlannedOutage.objects.system("test").get()
    preparing.prepare(PLANNED, row.pk, "case.announce_plan", {"revision": 1}, clock.now())
    look(open_page(world.person("dispatcher", "X12"), "/planned-outages/"), "planned-empty-zh-1440")
    desk = open_page(world.person("agent", "X11"), "/planned-outages/", language="en", width=390)
    look(desk, "planned-list-en-390")
    for path in (f"planned-outages/{row.pk}/", f"planned-outages/{row.pk}/customers/", "planned-outages/figures/",
                 "outage-notices/", "outage-notices/calls/"):  # fmt: skip
        desk.goto(desk.url.split("/", 3)[0] + "//" + desk.url.split("/")[2] + f"/{path}")
        look(desk, f"planned-{path.replace('/', '-')}en-390")
    visitor = open_page(None, "/portal/outages/", width=390, locale="zh-CN")
    visitor.locator("[name=account]").fill("4300000001")
    visitor.locator("main form button[type=submit]").click()
    expect(visitor.locator("#answer")).to_contain_text("该户号在停电范围内")
    look(visitor, "planned-is-it-me-zh-390")
    visitor.locator("a.button.outline[href*=subscribe]").click()
    visitor.locator("[name=text]").fill("芙蓉路")
    visitor.locator("[name=to]").fill("13511112222")
    look(visitor, "planned-subscribe-zh-390")
    visitor.locator("main form button[type=submit]").click()
    expect(visitor.locator("h1")).to_contain_text("验证码")
