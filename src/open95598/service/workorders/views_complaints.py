"""Pages of complaints: files kept as evidence, the changes of grades and findings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.workorders import complaintpages, evidence, queries
from open95598.service.workorders.views_case import actor_of, in_place, page_of, toast


@needs(Permission.CASE_VIEW)
@require_POST
def mark(request: Any, number: str, pk: int) -> HttpResponse:
    """Keep a file of an order as evidence."""
    order = queries.get(request.rights, number)
    evidence.mark(order, pk, actor_of(request), request.now)
    text = _("Kept as evidence.")
    if not in_place(request):
        messages.success(request, text)
        return redirect("workorders:case", number=order.number)
    return toast(render(request, "workorders/_case.html", {"page": page_of(request, number)}), text)


@needs(Permission.CASE_QUALITY_VIEW)
@require_GET
def judgements(request: Any) -> HttpResponse:
    """List the grades and findings of complaints with their changes."""
    listing = complaintpages.SPEC.open(request, complaintpages.changes(request.rights))
    return lists.render(request, "workorders/judgements.html", listing)
