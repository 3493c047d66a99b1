"""The shell's own pages: start, search, preferences, errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.foundation.clock import now as house_now
from open95598.foundation.errors import Invalid
from open95598.foundation.ui import problems
from open95598.foundation.ui import search as everywhere
from open95598.foundation.ui.middleware import refusal_page, wants_problem
from open95598.foundation.ui.models import SEAT_STATES, SeatState
from open95598.service.portal.pages.views import csrf_failed as portal_csrf_failed
from open95598.web import navigation

THEMES = ("light", "dark", "auto")


def _now(request: HttpRequest) -> Any:
    return getattr(request, "now", None) or house_now()


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Go to where this person's work is; people without cases (an administrator) get the rooms they may enter."""
    rights = getattr(request, "rights", None)
    start = navigation.home(rights)
    if start:
        return redirect(start)
    return render(request, "web/start.html", {"groups": navigation.groups(rights)})


@require_http_methods(["GET", "POST"])
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Everything that matches. Posted, so that a telephone number typed here stays out of addresses and logs."""
    query = request.POST.get("q", "").strip()[:100]
    found = everywhere.find(request, query) if query else []
    only = [hit for _source, hits in found for hit in hits]
    if len(only) == 1:
        return redirect(only[0].url)
    return render(request, "web/search.html", {"search_query": query, "found": found})


@require_POST
@login_required
def suggest(request: HttpRequest) -> HttpResponse:
    """The palette's fragment: the first few matches of each kind."""
    query = request.POST.get("q", "").strip()[:100]
    found = everywhere.find(request, query, limit=6) if len(query) >= 2 else []
    return render(request, "web/_suggest.html", {"found": found})


@require_POST
@login_required
def seat_state(request: HttpRequest) -> HttpResponse:
    """Choose what I am doing; answers with the menu again."""
    try:
        state = SeatState.choose(request.user, request.POST.get("state", ""), _now(request))  # type: ignore[arg-type]
    except ValueError:
        detail = gettext("There is no such state.")
        raise Invalid(detail, fields={"state": detail}) from None
    if request.headers.get("HX-Request") != "true":
        return redirect("web:home")
    return render(request, "web/_state.html", {"state": state, "states": SEAT_STATES})


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose language or appearance: kept on the person, and in a cookie for pages before signing in."""
    after = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        after, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        after = "/"
    response = HttpResponseRedirect(after)
    changed = []
    language, theme = request.POST.get("language"), request.POST.get("theme")
    person: Any = request.user if request.user.is_authenticated else None
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
        if person:
            person.language = language
            changed.append("language")
    if person and theme in THEMES:
        person.theme = theme
        changed.append("theme")
    if changed:
        person.save(update_fields=changed)
    return response


def _error(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    if wants_problem(request):
        return problems.document(request, status, detail)
    return refusal_page(request, status, detail)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 400."""
    return _error(request, 400, gettext("The request cannot be understood. Go back, load the page again, and retry."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 403."""
    return _error(
        request, 403, gettext("Your roles do not allow this. If your work needs it, ask your unit's administrator.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 404."""
    return _error(
        request, 404, gettext("There is nothing at this address, or it is not for you to see. Check it, or search.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler of 500: asks nothing of the database, which may be what broke."""
    detail = gettext("The error has been recorded. What you sent was not carried out; try again in a minute.")
    if wants_problem(request):
        return problems.document(request, 500, detail)
    from django.template.loader import render_to_string

    context = {"status": 500, "problem_title": problems.title_of(500), "detail": detail, "frame": "base_public.html"}
    return HttpResponse(render_to_string("errors/problem.html", context), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    if request.path.startswith("/portal/"):
        return portal_csrf_failed(request, reason)
    return _error(
        request, 403, gettext("The page was open too long or in another session. Load it again and send once more.")
    )
