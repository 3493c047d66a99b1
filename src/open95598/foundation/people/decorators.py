"""What a view asks for before it runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.foundation.errors import Forbidden
from open95598.foundation.people.policy import Permission

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let only somebody who is signed in come to ``view``; others go to the sign-in page and come back after it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Let only somebody come to the view who holds one of ``permissions`` at some unit.

    The view itself still asks for the permission where it matters (``restrict``, ``rights.at``). Raises ``Forbidden``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @signed_in
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(request.rights.anywhere(p) for p in permissions):  # type: ignore[attr-defined]
                raise Forbidden(_("Your roles do not include this page. Ask your unit's administrator if you need it."))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A full page goes to the sign-in page; an htmx fragment makes the browser go there; an API client gets 401."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("sign-in")
        return response
    return redirect_to_login(request.get_full_path(), reverse("sign-in"))
