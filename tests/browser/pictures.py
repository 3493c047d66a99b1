"""Pictures of pages, for whoever wants to look at what a test saw."""

from __future__ import annotations

import os

from playwright.sync_api import Page


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page in the folder ``OPEN95598_PICTURES``; without one, nothing is done."""
    if folder := os.environ.get("OPEN95598_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
