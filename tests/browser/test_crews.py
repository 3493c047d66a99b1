"""The board of crews: whom to send where, sent with one key; the crew's own page on the phone tells its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.casework.models import Case
from open95598.service.crews import services
from open95598.service.crews.models import Position
from tests.browser.watching import fits, look
from tests.integration.crews.conftest import Crewed
from tests.registered import fill
from tests.world import World


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_crews_are_sent_from_the_board_and_tell_where_they_are(
    world: World, open_page: Callable[..., Page], clock: Any
) -> None:
    house = Crewed(fill(world), clock)
    house.calls()
    cable = house.call("13900001111", category="fault.lv.cable", address="湘江市东湖区芙蓉路12号")
    single = house.call("13900002222", category="fault.lv.box", address="湘江市东湖区芙蓉路1号")
    dispatcher = world.person("dispatcher", "X11")
    page = open_page(dispatcher, "/crews/")
    expect(page.locator(".crews-work tbody tr")).to_have_count(3)
    expect(page.locator(".crews-teams tbody tr")).to_have_count(2)
    look(page, "crews-board-zh-1440")
    manager = world.person("unit_manager", "X11")
    for width in (1440, 390):
        english = open_page(manager, "/crews/", language="en", width=width)
        fits(english)
        look(english, f"crews-board-en-{width}")
    small = open_page(dispatcher, "/crews/", width=390)
    fits(small)
    look(small, "crews-board-zh-390")
    fits(page)
    assert page.evaluate("(e) => e.scrollWidth <= e.clientWidth", page.locator(".list-scroll").first.element_handle())
    # somebody else is quicker with one of them
    [outage] = house.outages()
    other = world.actor("shift_leader", "X11", clock.now())
    [sent] = services.send([services.Sent(outage.pk, house.first.pk, outage.case.version)], other, clock.now())
    assert sent.refusal is None
    # nobody can repair the cable: its row offers nothing; the other two were chosen, and are sent with one key
    expect(page.locator(".crews-work tbody tr", has_text=cable.number).locator("select")).to_have_count(0)
    page.keyboard.press("Alt+s")
    expect(page.locator(".crews-work tbody tr")).to_have_count(1)
    expect(page.locator("body")).to_contain_text(outage.number)
    expect(page.locator("body")).to_contain_text("已派出 1 个小组")
    case = Case.objects.system("t").get(pk=single.pk)
    assert case.owner_id in {house.first.lead_id, house.second.lead_id}
    assert Case.objects.system("t").get(pk=outage.lead_id).owner_id == house.first.lead_id
    look(page, "crews-sent-zh-1440")
    # a crew
    page.locator(".crews-teams a", has_text="北组").first.click()
    expect(page.locator("h1")).to_contain_text("北组")
    look(page, "crews-crew-zh-1440")
    look(open_page(manager, f"/crews/{house.first.pk}/", language="en", width=390), "crews-crew-en-390")
    # the phone
    mate = world.person("crew_member", "X11", name="北组员")
    phone = open_page(
        mate, "/crews/mine/", width=390, geolocation={"longitude": 112.25, "latitude": 28.125, "accuracy": 8},
        permissions=["geolocation"],
    )  # fmt: skip
    look(phone, "crews-mine-zh-390")
    phone.locator("[data-position] button").click()
    expect(phone.locator("[data-position-told]")).to_contain_text("已上报")
    found = Position.objects.get(crew=house.first)
    assert (found.x, found.y, found.source) == (112.25, 28.125, "phone")
    denied = open_page(mate, "/crews/mine/", language="en", width=390, machine="other")
    fits(denied)
    denied.locator("[data-position] button").click()
    expect(denied.locator("[data-position-told]")).to_contain_text("does not say where it is")
    look(denied, "crews-mine-en-390")
