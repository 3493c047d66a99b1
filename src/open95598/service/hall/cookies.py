"""What a browser remembers of the hall: tokens only, out of reach of scripts, sent to these pages alone."""

from __future__ import annotations

from django.http import HttpRequest

from open95598.service.hall import signing
from open95598.service.portal import codes
from open95598.service.portal.pages.jar import Jar

VISIT, CHALLENGE = "hall_visit", "hall_challenge"
JAR = Jar("/hall/", {VISIT: int(signing.LONGEST.total_seconds()), CHALLENGE: codes.MINUTES * 60})
put, get, forget = JAR.put, JAR.get, JAR.forget


def browser(request: HttpRequest) -> str:
    """Return by what a browser is told from another: a visit's cookie that was carried elsewhere counts nothing."""
    return request.headers.get("User-Agent", "")[:400]
