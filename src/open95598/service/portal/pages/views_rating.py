"""The page behind the one-time link of a text message: two questions and some words. Shows nothing personal (H12)."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from open95598.foundation.errors import Invalid, NotFound, Unavailable
from open95598.service.portal.pages import figures, forms, gateway, wire
from open95598.service.portal.pages.layout import View, page, public, within_limit

#: what the last page can say
OUTCOMES = ("thanks", "again", "call", "kept")


def _unlogged(view: View) -> View:
    """Keep the address, which is a secret, out of the log of refused requests."""

    @wraps(view)
    def quiet(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = view(request, *args, **more)
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 as Django marks what it logged
        return response

    return quiet


@_unlogged
@require_http_methods(["GET", "HEAD", "POST"])
@public
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or take what is said. Looking does not use the link up: messengers look at links before people do."""
    within_limit(request, "rating" if request.method == "POST" else "link")
    line = gateway.current()
    try:
        about = line.rating(token)
    except NotFound:
        if request.method != "POST":
            return _over(request)
        about = None  # perhaps it was sent twice: then the key gives the same answer again
    except Unavailable:
        about = None  # what is said is kept, and the link judged when the line is back
    kind = about.kind if about else ""
    ratings = line.offer().ratings
    if request.method != "POST":
        form = forms.RatingForm(kind, ratings, initial={"token": forms.fresh_token()})
        return page(request, "portal/rate.html", {"form": form, "about": about})
    form = forms.RatingForm(kind, ratings, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        rating = wire.Rating(solved=said["solved"], choice=said["choice"], text=said["text"])
        try:
            outcome = line.give_rating(token, rating, form.key("rating", token)).outcome
        except NotFound:
            return _over(request)
        except Invalid as refusal:
            form.take(refusal)
        else:
            figures.SENT.labels("rating", outcome).inc()
            return redirect("portal:rating_thanks", outcome)
    return page(request, "portal/rate.html", {"form": form, "about": about}, 422)


def _over(request: HttpRequest) -> HttpResponse:
    """Say that a link does not count: the same whatever is wrong with it."""
    return page(request, "portal/rate_over.html", status=404)


@require_safe
@public
def thanks(request: HttpRequest, outcome: str) -> HttpResponse:
    """Say what becomes of what was said."""
    known = outcome if outcome in OUTCOMES else "thanks"
    return page(request, "portal/rate_thanks.html", {"outcome": known})
