"""The pages of outages: the list, one outage with its explanation and what can be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.outages import listing, pages, queries
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the outages that one may see."""
    found = listing.SPEC.open(request, listing.read(queries.outages(request.rights)))
    listing.dress(found.page.rows)
    return lists.render(request, "outages/list.html", found)


@needs(Permission.CASE_VIEW)
@require_GET
def case(request: Any, pk: int) -> HttpResponse:
    """Show an outage: where it is and why, who is inside, what can be done."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "outages/case.html", {"page": page})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action or perform it."""
    row = queries.get(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, form)

    around = Around("outages/case.html", "outages/_case.html", "#outage", row.number, make)
    return act(request, around, row.case, row, name, reverse("outages:action", args=(pk, name)))
