"""What is looked at in a page of any room: its picture, for whoever wants to see it, and its width."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

#: where pictures of the pages are put, when somebody wants to look at them
LOOK = os.environ.get("OPEN95598_LOOK", "")


def look(page: Page, name: str) -> None:
    """Keep a picture of the whole page, when somebody wants to look at it."""
    if LOOK:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


#: what sticks out of the window, the innermost last
_BEYOND = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 12).join("; ")"""


def fits(page: Page) -> None:
    """Fail when the page is wider than the window."""
    assert page.viewport_size is not None
    if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
        raise AssertionError(page.evaluate(_BEYOND))
