"""What a browser remembers of the hall: tokens only, out of reach of scripts, sent to these pages alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from open95598.service.hall import codes, signing

VISIT, CHALLENGE = "hall_visit", "hall_challenge"
PATH = "/hall/"
#: seconds
_LIVES = {VISIT: int(signing.LONGEST.total_seconds()), CHALLENGE: codes.MINUTES * 60}


def put(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Let the browser remember a value for as long as it counts."""
    response.set_cookie(
        name, value, max_age=_LIVES[name], path=PATH, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def get(request: HttpRequest, name: str) -> str:
    """Return what the browser remembers; "" when nothing."""
    return request.COOKIES.get(name, "")[:200]


def forget(response: HttpResponse, *names: str) -> None:
    """Let the browser forget."""
    for name in names:
        response.delete_cookie(name, path=PATH, samesite="Lax")


def browser(request: HttpRequest) -> str:
    """Return by what a browser is told from another: a visit's cookie that was carried elsewhere counts nothing."""
    return request.headers.get("User-Agent", "")[:400]
