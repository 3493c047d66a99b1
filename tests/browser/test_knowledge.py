"""Finding an answer while the caller waits: searched as it is typed, a script walked by digits, an order filled in."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.foundation.search import shelf as found_on
from open95598.foundation.search.indexer import Indexer
from open95598.service.knowledge import loading, shelf
from open95598.service.knowledge.models import ScriptRun
from open95598.service.workorders import services as orders
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("PICTURES", "")


def look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or {"width": 0})["width"]
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.fixture
def told(world: worlds.World, clock: Any, settings: Any, tmp_path: Any) -> Any:
    """An order that tells of a tripped switch, the items that ship with the house, and an index of them."""
    settings.HOME = tmp_path
    words = worlds.fault(description="空调一开就跳闸<script>document.title='run'</script>")
    order = orders.register(world.actor("agent", "P1", clock.now()), words, clock.now())
    loading.load(shelf.shipped(), world.units["P1"], clock.now())
    found_on.forget()
    indexer = Indexer()
    while indexer.round(clock.now()):
        pass
    found_on.forget()
    yield order
    indexer.close()
    found_on.forget()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390)])
def test_from_the_question_to_the_answer_and_the_order(
    open_page: Any, world: worlds.World, told: Any, language: str, width: int
) -> None:
    page = open_page(world.person("agent", "P1"), "/knowledge/search/", language=language, width=width)
    expect(page.locator("#kb-q")).to_be_focused()
    page.keyboard.type("掉闸了推不上去")
    hit = page.locator("#kb-found .kb-hit").first
    expect(hit.locator("mark").first).to_be_visible()
    expect(page.locator("#kb-found .hits a")).to_have_count(0)  # an order must say "推不上去" as well
    page.locator("#kb-q").fill("掉闸")
    expect(page.locator("#kb-found .hits a")).to_contain_text(told.number)  # it says 跳闸
    look(page, f"knowledge-search-{language}-{width}")
    page.goto(page.url.split("/knowledge/")[0] + "/knowledge/scripts/switch/")
    expect(page.locator("[data-digit='1']")).to_be_visible()
    look(page, f"knowledge-script-{language}-{width}")
    for digit in ("2", "2", "2"):  # no danger, in credit, it does not close
        step = page.locator(".kb-ask-words").text_content()
        page.keyboard.press(digit)
        expect(page.locator(".kb-ask-words")).not_to_have_text(step or "")
    look(page, f"knowledge-ending-{language}-{width}")
    assert ScriptRun.objects.get().ending == "crew"
    page.keyboard.press("1")
    told_so = {"zh-hans": "焦味", "en": "smell of burning"}[language]
    expect(page.locator("#r-description")).to_have_value(re.compile(told_so))
    assert page.title() != "run"
