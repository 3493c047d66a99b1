"""A browser on the tests' own database, for the rooms that watch over the service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests import world as worlds

#: where pictures of the pages are put, when somebody wants to look at them
LOOK = os.environ.get("OPEN95598_LOOK", "")


@pytest.fixture
def world(transactional_db, clock):
    return worlds.small()


@pytest.fixture
def open_at(live_server, world, monkeypatch):
    """Give a way to open a page as somebody; fails for refused content and script errors of our own."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    contexts, wrong = [], []

    def opened(person, path, *, language, width=1440):
        person.language = language
        person.save()
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(live_server.url + path)
        expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        for context in contexts:
            context.close()
        browser.close()
    assert wrong == []


def look(page, name: str) -> None:
    if LOOK:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


def fits(page) -> None:
    """The page is not wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
