"""The pages of the room: my promises, standing orders."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from open95598.control.tracking import listing
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists


@needs(Permission.CASE_VIEW)
@require_GET
def promises(request: Any) -> HttpResponse:
    """Show the promises that one keeps: where each order is, why it stands there, what is due next (B3)."""
    return _list(request, listing.kept, "tracking/promises.html")


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def standing(request: Any) -> HttpResponse:
    """Show the orders that stand still (B2)."""
    return _list(request, listing.standing, "tracking/standing.html")


def _list(request: Any, of: Any, template: str) -> HttpResponse:
    spec, found = of(request.rights, request.now)
    shown = spec.open(request, found)
    listing.dress(shown.page.rows, request.now, request.rights)
    return lists.render(request, template, shown)
