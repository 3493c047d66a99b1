"""Live updates and hands: news takes nothing away that somebody presses or waits for, and comes when it is let go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Request, Route, expect

from open95598.casework import services as casework
from open95598.service.workorders import services
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

#: what the tab that holds the stream tells the others
TELL = """id => new BroadcastChannel("open95598-events").postMessage({event: {stream: "case", case_id: id}})"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


@pytest.fixture
def order(world, clock):
    return services.register(world.actor("agent", "P1", clock.now()), worlds.fault(), clock.now())


def news(page: Page, world, clock, order, text: str) -> None:
    """Let somebody else write a note, and the page be told."""
    clock.advance(timedelta(minutes=1))
    casework.perform(order.pk, "note", world.actor("agent", "P1", clock.now()), clock.now(), data={"text": text})
    page.evaluate(TELL, order.pk)


def kept_back(page: Page, path: str) -> tuple[list[Request], list[Route]]:
    """Keep the first answer of an address back; return what was asked, and the route to let it go."""
    asked: list[Request] = []
    held: list[Route] = []

    def take(route: Route) -> None:
        asked.append(route.request)
        held.append(route) if len(asked) == 1 else route.continue_()

    page.route(lambda url: url.endswith(path), take)
    return asked, held


def let_go(page: Page, asked: list[Request], held: list[Route]) -> None:
    """Let the first answer come, and the page deal with it."""
    with page.expect_event("requestfinished", lambda request: request == asked[0]):
        held[0].continue_()
    page.evaluate(PAINTED)


def test_a_click_counts_though_news_comes_while_the_button_is_down(open_page, world, clock, order):
    page = open_page(world.person("handler", "X11"), f"/orders/{order.number}/")
    asked, held = kept_back(page, f"/orders/{order.number}/")
    timeline = page.locator("#case-timeline")
    with page.expect_request(lambda request: request.url.endswith(f"/orders/{order.number}/")):
        news(page, world, clock, order, "first news")
    page.locator("#case-buttons [data-action=accept]").hover()
    page.mouse.down()
    let_go(page, asked, held)
    expect(timeline).not_to_contain_text("first news", timeout=1)
    news(page, world, clock, order, "newest news")
    page.mouse.up()
    expect(page.locator("#action-form form")).to_be_visible()
    expect(timeline).to_contain_text("newest news")
    expect(timeline).to_contain_text("first news")
    assert len(asked) == 2  # the one that came too early, and one for all that had happened by then


def test_an_answer_on_its_way_is_not_lost_to_news(open_page, world, clock, order):
    page = open_page(world.person("handler", "X11"), f"/orders/{order.number}/")
    button = page.locator("#case-buttons [data-action=accept]")
    asked, held = kept_back(page, button.get_attribute("href"))
    pages = []
    page.on("request", lambda request: pages.append(request) if request.url.endswith(f"/{order.number}/") else None)
    button.click()
    news(page, world, clock, order, "news")
    page.evaluate("() => new Promise(done => setTimeout(done, 250))")  # news alone would be fetched after 120 ms
    assert pages == []
    let_go(page, asked, held)
    expect(page.locator("#action-form form")).to_be_visible()
    expect(page.locator("#case-timeline")).to_contain_text("news")
