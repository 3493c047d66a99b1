"""The overview of a unit."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import overview


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def show(request: Any) -> HttpResponse:
    """Show a unit (``?unit=``; without, the highest in reach) with everything below it."""
    unit = overview.choose(request.rights, request.GET.get("unit", ""))
    found = overview.load(request.rights, unit, request.now)
    assert found.day is not None
    context = {
        "view": found,
        "levels": [(level, overview.names()[level]) for level in overview.LEVELS],
        "by_kind": overview.stacked(found.kinds),
        "by_unit": overview.stacked(found.units, drill=True),
        "by_hour": overview.hours(found.day, unit.id, request.now),
        "by_category": overview.frequent(found.categories),
        "hours": [
            (hour, found.day.by_hour[hour] if hour < len(found.day.by_hour) else None,
             found.day.usual_by_hour[hour] if found.day.usual_by_hour else None)
            for hour in range(24)
        ],
    }  # fmt: skip
    part = request.headers.get("HX-Request") == "true"
    return render(request, "workorders/_overview.html" if part else "workorders/overview.html", context)
