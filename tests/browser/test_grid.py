"""The grid in a browser: a branch of the tree is drawn when it is opened; an open switch darkens what is below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.casework.actors import Actor
from open95598.registry.grid import generating, loading
from open95598.registry.grid.models import GridDevice
from open95598.registry.grid.topology import Kind
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_branch_opens_and_a_switch_darkens(open_page: Callable[..., Page], world: worlds.World, clock: Any) -> None:
    loading.load(generating.generate(60, 3), world.units["X11"], "made", Actor.house("test"), clock.now())
    manager = world.person("unit_manager", "X11")
    feeder = GridDevice.objects.system("a test").get(kind=Kind.FEEDER)
    page = open_page(manager, f"/grid/{feeder.pk}/")
    page.locator(".customer-main summary").first.click()
    expect(page.locator(".customer-main details ul li").first).to_be_visible()
    page.get_by_role("button", name="记录：已分闸").click()
    expect(page.locator(".badge, [class*=badge]").filter(has_text="停电").first).to_be_visible()
