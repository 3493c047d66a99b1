"""What the customer's browser holds of its chat: the token, in two cookies out of reach of scripts; one for the chat's
own pages, one for the stream of its events. They go nowhere else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from open95598.service.portal.pages.jar import Jar

COOKIE, LIVE_COOKIE = "chat", "chat_live"
_DAYS = 2 * 86400
JARS = {
    COOKIE: Jar("/portal/chat/", {COOKIE: _DAYS}, longest=100),
    LIVE_COOKIE: Jar("/events/guest", {LIVE_COOKIE: _DAYS}, longest=100),
}


def token_of(request: HttpRequest) -> str:
    """Return the token that a browser holds; "" when none."""
    return JARS[COOKIE].get(request, COOKIE)


def remember(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Let the browser hold the token of its chat."""
    for name, jar in JARS.items():
        jar.put(request, response, name, token)
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Let the browser forget its chat: on a shared phone nobody reads it afterwards."""
    for name, jar in JARS.items():
        jar.forget(response, name)
    return response
