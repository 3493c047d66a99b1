"""Addresses that only whoever got our message knows: of a subscription, and where one click ends it."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.urls import reverse


def seal(pk: object) -> str:
    """Return what only whoever got our message knows of a subscription."""
    key = f"outage out {settings.SECRET_KEY}".encode()
    return hmac.new(key, str(pk).encode(), hashlib.sha256).hexdigest()[:24]


def path_out(pk: object) -> str:
    """Return the path by which one click ends a subscription."""
    return reverse("outagenotices:out", args=(pk, seal(pk)))
