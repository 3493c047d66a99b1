"""The frame of the hall's pages: who is signed in, and what becomes of whoever is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from open95598.service.hall import cookies, signing
from open95598.service.hall.signing import Guest, SignedOut
from open95598.service.portal.pages import layout

View = Callable[..., HttpResponse]


def guest_of(request: HttpRequest) -> Guest:
    """Return who is signed in. Raises ``SignedOut``."""
    token = cookies.get(request, cookies.VISIT)
    return signing.find(token, cookies.browser(request), layout.moment(request))


def signed_in(view: View) -> View:
    """Make a view a public page for whoever is signed in: ``view(request, guest, …)``; others are led to sign in."""

    @wraps(view)
    @layout.public
    def shown(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        try:
            guest = guest_of(request)
            if request.method == "POST":
                layout.within_limit(request, "hall_act")
            return view(request, guest, *args, **more)
        except SignedOut:
            return ended()

    return shown


def ended() -> HttpResponse:
    """Lead whoever is not signed in (any more) to where one signs in."""
    response = redirect(f"{reverse('hall:sign_in')}?ended=1")
    cookies.forget(response, cookies.VISIT)
    return response


def page(
    request: HttpRequest, guest: Guest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return a page of the hall."""
    return layout.page(request, template, {"guest": guest, **(context or {})}, status)
