"""Where the billing system is and how it is asked, from the environment; ``settings.CIS`` (a dict) overrides values.

``OPEN95598_CIS_URL`` (its address without a path; empty: there is none) · ``OPEN95598_CIS_TOKEN`` (sent as a bearer
token) · ``OPEN95598_CIS_SECRET`` (signs its pushes; empty: none are taken) · ``OPEN95598_CIS_EVERY`` (seconds between
two questions) · ``OPEN95598_CIS_PAGE`` (documents a page) · ``OPEN95598_CIS_TIMEOUT`` (seconds) ·
``OPEN95598_CIS_OLD_MINUTES`` (after how long without a word its facts count as old).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

#: the name of the source in the facts
SOURCE = "cis"


@dataclass(frozen=True, slots=True)
class Config:
    """How the billing system is asked."""

    url: str = ""
    token: str = ""
    secret: str = ""
    every: float = 5.0
    page: int = 500
    timeout: float = 10.0
    old_after: timedelta = timedelta(hours=1)


def current() -> Config:
    """Return the configuration in force."""
    told = os.environ.get
    values = {
        "url": told("OPEN95598_CIS_URL", "").rstrip("/"),
        "token": told("OPEN95598_CIS_TOKEN", ""),
        "secret": told("OPEN95598_CIS_SECRET", ""),
        "every": float(told("OPEN95598_CIS_EVERY", "5")),
        "page": min(max(int(told("OPEN95598_CIS_PAGE", "500")), 1), 1000),
        "timeout": float(told("OPEN95598_CIS_TIMEOUT", "10")),
        "old_after": timedelta(minutes=float(told("OPEN95598_CIS_OLD_MINUTES", "60"))),
    }
    return Config(**values | getattr(settings, "CIS", {}))
