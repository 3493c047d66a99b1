"""Refusals as pages or problem documents, and the person's own language."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from open95598.foundation.errors import Refused
from open95598.foundation.ui import problems

GetResponse = Callable[[HttpRequest], HttpResponse]


def wants_problem(request: HttpRequest) -> bool:
    """Say whether the requester reads a problem document (the API, htmx, ``Accept: …json``) rather than a page."""
    if request.path.startswith("/api/") or request.headers.get("HX-Request") == "true":
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def refusal_page(request: HttpRequest, status: int, detail: str = "", **context: object) -> HttpResponse:
    """Return the page for a refusal or an error: what happened, and what to do about it."""
    signed_in = bool(getattr(getattr(request, "user", None), "is_authenticated", False))
    context |= {
        "status": status,
        "problem_title": problems.title_of(status),
        "detail": detail,
        "frame": "base.html" if signed_in else "base_public.html",
    }
    response = render(request, "errors/problem.html", context, status=status)
    if retry_after := context.get("retry_after"):
        response["Retry-After"] = str(retry_after)
    return response


def refusals_middleware(get_response: GetResponse) -> GetResponse:
    """Turn a :class:`Refused` (also Http404 and PermissionDenied) of a view into a page or a problem document,
    and the API's bare answer to a method that it does not offer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.path.startswith("/api/"):
            return problems.not_offered(request, response.headers.get("Allow", ""))
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            if wants_problem(request):
                return problems.of_refusal(request, exception)
            return refusal_page(
                request, exception.status, str(exception.detail), fields=exception.fields, **exception.extra
            )
        if isinstance(exception, Http404) and wants_problem(request):
            return problems.document(request, 404, code="not-found")
        if isinstance(exception, PermissionDenied) and wants_problem(request):
            return problems.document(request, 403, str(exception), code="forbidden")
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def language_middleware(get_response: GetResponse) -> GetResponse:
    """Answer a signed-in person in the language they chose, whatever browser they sit at."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        chosen = getattr(user, "language", "") if user is not None and user.is_authenticated else ""
        if chosen and not request.path.startswith("/api/"):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        return get_response(request)

    return middleware
