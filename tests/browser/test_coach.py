"""The speech coach at the seat: what would be better stands below the answer while it is written."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_an_answer_is_looked_over_while_it_is_written(open_page: Any, world: worlds.World) -> None:
    page = open_page(world.person("agent", "P1"), "/orders/new/")
    page.keyboard.press("Alt+6")
    page.locator("[name=at_once]").check()
    answer = page.locator("#r-answer")
    answer.fill("非常抱歉，您家的漏保要换。")
    coach = page.locator(".coach")
    expect(coach).to_contain_text("对不起")
    expect(coach).to_contain_text("漏电保护器")
    answer.fill("对不起，给您带来不便，您家的漏电保护器需要更换。")
    expect(coach.locator("li")).to_have_count(0)
    expect(answer).to_be_focused()
