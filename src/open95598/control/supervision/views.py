"""The pages of supervision: the list, one supervision with its actions, the board."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from open95598.control.supervision import board as boards
from open95598.control.supervision import listing, pages
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.workorders import overview
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of, around_order


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the supervisions that the reader may see (``?mine=1``: those that wait for them), filtered as asked."""
    what = request.GET.get("show", listing.ALL if "state" in request.GET else listing.OPEN)
    found = listing.show(pages.visible(request.rights), what)
    if request.GET.get("mine") == "1":
        found = found.filter(listing.waiting_for(request.rights))
    shown = listing.spec(request.now, what).open(request, listing.read(found))
    listing.dress(shown.page.rows)
    mine = request.GET.get("mine") == "1"
    shows = [
        {"label": name, "url": shown.address(show=code or None, mine=None, sort=None), "on": code == what and not mine}
        for code, name in listing.SHOWS
    ]
    context = {"shows": shows, "mine": mine, "mine_url": shown.address(mine="1", show=None)}
    return lists.render(request, "supervision/list.html", shown, **context)


@needs(Permission.CASE_VIEW)
@require_GET
def case(request: Any, pk: int) -> HttpResponse:
    """Show a supervision: why, what is asked of whom, what was answered, what can be done."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "supervision/case.html", {"page": page})


def _around(pk: int, number: str) -> Around:
    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, form)

    return Around("supervision/case.html", "supervision/_case.html", "#supervision", number, make)


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action on a supervision or perform it, on the order's page or (``?at=page``) its own."""
    row = pages.get(request.rights, pk)
    url = reverse("supervision:action", args=(pk, name))
    if request.GET.get("at") == "page":
        return act(request, _around(pk, row.number), row.case, row, name, f"{url}?at=page")
    return act(request, around_order(row.number), row.case, row, name, url)


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def board(request: Any) -> HttpResponse:
    """Show the board of a unit (``?unit=``; without, the highest in reach) with everything below it."""
    unit = overview.choose(request.rights, request.GET.get("unit", ""))
    found = boards.load(request.rights, unit, request.now)
    part = request.headers.get("HX-Request") == "true"
    context = {"board": found, "by_unit": boards.chart(found.rows)}
    return render(request, "supervision/_board.html" if part else "supervision/board.html", context)
