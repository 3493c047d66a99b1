"""A browser on the tests' own database: pages are opened as somebody, and must not break the content policy."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from open95598.foundation.people.models import Person
from tests import world as worlds

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def world(transactional_db: None, clock: Any) -> worlds.World:
    return worlds.small()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give Debian's chromium, started once: these tests come last (``tests/conftest.py``), for its event loop stays.

    Django refuses to work beside an event loop unless told.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(live_server: Any, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Give ``open_page(person, path, language=…, width=…)``; fails for refused content and script errors of our own.

    ``machine``: a name for another one than the person's usual. ``person`` None: a visitor of the customer's pages.
    What else a browser's context takes is passed on.
    """
    pages: list[Page] = []
    wrong: list[str] = []
    # a person's pages of one width share a context, and with it what the browser has loaded: scripts, styles, fonts
    kept: dict[Any, BrowserContext] = {}

    def opened(
        person: Person | None,
        path: str,
        *,
        language: str = "zh-hans",
        width: int | None = None,
        machine: str = "",
        **more: Any,
    ) -> Page:
        viewport = DESK if width is None else {**(PHONE if width < 600 else DESK), "width": width}
        key = (person.pk, viewport["width"], machine) if person is not None and not more else None
        context = kept.get(key) or chromium.new_context(**{"viewport": viewport, **more})
        if key is not None:
            kept[key] = context
        if person is not None:
            person.language = language
            person.save()
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(live_server.url + path)
        if person is not None:
            expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    yield opened
    for page in pages:
        page.on("dialog", lambda asked: asked.accept())  # what was typed and not sent is left behind
        with contextlib.suppress(Error):  # also breaks off what is still on its way: else closing waits for that
            page.goto("about:blank")
    for context in {page.context for page in pages}:
        context.close()
    assert wrong == []
