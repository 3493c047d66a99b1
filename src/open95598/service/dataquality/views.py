"""The pages of findings: the list, and one with its acts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.dataquality import listing, pages, queries
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def findings(request: Any) -> HttpResponse:
    """Show the findings that one may see."""
    found = listing.SPEC.open(request, listing.read(queries.findings(request.rights)))
    listing.dress(found.page.rows)
    return lists.render(request, "dataquality/list.html", found)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def case(request: Any, pk: int) -> HttpResponse:
    """Show a finding, and what can be done."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "dataquality/case.html", {"page": page})


@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action or perform it."""
    row = queries.get(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, form)

    around = Around("dataquality/case.html", "dataquality/_case.html", "#finding", row.number, make)
    return act(request, around, row.case, row, name, reverse("dataquality:action", args=(pk, name)))
