"""The frame of every public page, for this room and for others that show something to customers.

``page`` renders a template that extends ``portal/base.html``; ``public`` makes a view a public page: never kept by a
browser, and what is refused becomes a page (or a problem document) that names the hotline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from open95598.foundation import clock
from open95598.foundation.errors import Refused, TooMany, Unavailable
from open95598.foundation.ui import problems
from open95598.service.portal.pages import gateway, limits, topics, wire

#: a whole form with its photographs; what is larger is not read
MAX_BODY = wire.MAX_PHOTOS * 16 * 1024 * 1024
View = Callable[..., HttpResponse]


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Return a public page; the template extends ``portal/base.html``. It is not kept anywhere."""
    try:
        utility = gateway.current().offer().utility
    except Exception:  # the frame must hold whatever broke
        utility = topics.plain_offer(settings.HOTLINE).utility
    frame = {"utility": utility.in_(language(request)), "hotline": settings.HOTLINE, "language": language(request)}
    response = render(request, template, frame | dict(context or {}), status=status)
    response["Cache-Control"] = "no-store"
    return response


def language(request: HttpRequest) -> str:
    """Return ``en`` or ``zh``: what the page speaks."""
    return "en" if str(getattr(request, "LANGUAGE_CODE", "")).startswith("en") else "zh"


def public(view: View) -> View:
    """Make a view a public page."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            return problem(request, 413, _("That is too much at once. Send fewer or smaller photos."))
        try:
            response = view(request, *args, **more)
        except Refused as refusal:
            return refused(request, refusal)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return shown


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the page (or the problem document) of a refusal."""
    return problem(request, refusal.status, told(refusal), retry_after=refusal.extra.get("retry_after"))


def told(refusal: Refused) -> str:
    """Return a refusal in a sentence that says what to do."""
    if isinstance(refusal, TooMany):
        text = _(
            "Too many messages in a short time. Try again in %(minutes)d minutes; if it is urgent, call %(hotline)s."
        )
        minutes = max(1, -(-int(refusal.extra.get("retry_after") or 600) // 60))
        return text % {"minutes": minutes, "hotline": settings.HOTLINE}
    if isinstance(refusal, Unavailable):
        return _("This is not available at the moment. Try again in a few minutes, or call %(hotline)s.") % {
            "hotline": settings.HOTLINE
        }
    return str(refusal.detail)


def problem(request: HttpRequest, status: int, detail: str, *, retry_after: Any = None) -> HttpResponse:
    """Return a page that says what went wrong; for programs a problem document. Both name the hotline."""
    accept = request.headers.get("Accept", "")
    if "json" in accept and "text/html" not in accept:
        extra = {"hotline": settings.HOTLINE} | ({"retry_after": retry_after} if retry_after else {})
        return problems.document(request, status, detail, extra=extra)
    context = {"detail": detail, "problem_title": problems.title_of(status)}
    response = page(request, "portal/problem.html", context, status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def typed(request: HttpRequest) -> list[str]:
    """Return the words that somebody typed into a form that cannot be shown again."""
    names = ("description", "text", "place", "contact_name")
    return [text for name in names if (text := request.POST.get(name, "")[:20_000])]


def within_limit(request: HttpRequest, what: str) -> None:
    """Count what an address does. Raises ``TooMany``."""
    wait = limits.COUNTER.take(what, request.META.get("REMOTE_ADDR", ""), moment(request))
    if wait:
        raise TooMany("", retry_after=wait)


def moment(request: Any) -> Any:
    """Return the time of a request (aware UTC)."""
    return getattr(request, "now", None) or clock.now()
