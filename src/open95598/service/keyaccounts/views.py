"""The pages of key accounts: visits, one visit or proposed tier, invitations, what customers are worth."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.foundation import months
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.kinds import Tier
from open95598.registry.standing import queries as standing
from open95598.service.keyaccounts import listing, pages, proposals, queries, wording
from open95598.service.keyaccounts import value as values
from open95598.service.keyaccounts.value import Segment
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def visits(request: Any) -> HttpResponse:
    """Show the visits that one may see, what is due first."""
    found = listing.SPEC.open(request, listing.read(queries.visits(request.rights)))
    listing.dress(found.page.rows)
    return lists.render(request, "keyaccounts/visits.html", found)


@needs(Permission.CASE_VIEW)
@require_GET
def case(request: Any, pk: int) -> HttpResponse:
    """Show a visit or a proposed tier, and what can be done."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "keyaccounts/case.html", {"page": page})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action or perform it."""
    row = queries.get(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, form)

    around = Around("keyaccounts/case.html", "keyaccounts/_case.html", "#keyaccount", row.number, make)
    return act(request, around, row.case, row, name, reverse("keyaccounts:action", args=(pk, name)))


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def propose(request: Any, customer: int) -> HttpResponse:
    """Propose the tier that the formula gives a customer."""
    try:
        made = proposals.propose(customer, actor_of(request), request.now)
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal.detail))
        return redirect("standing:customer", customer)
    return redirect("keyaccounts:case", made.pk)


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def invitations(request: Any) -> HttpResponse:
    """Show whom their tier entitles to be invited to events; the page leaves as a spreadsheet."""
    rows = [
        (customer, pages.name_of(customer), Tier(customer.tier).label)
        for customer in standing.social(request.rights, request.now)
    ]
    return render(request, "keyaccounts/invitations.html", {"rows": rows})


@needs(Permission.OVERVIEW_VIEW)
@needs(Permission.CUSTOMER_VIEW)
@needs(Permission.ACCOUNT_MONEY)
@require_GET
def value(request: Any) -> HttpResponse:
    """Show what customers are worth in a month, by segment."""
    dimension = request.GET.get("by", "price_class")
    if dimension not in queries.DIMENSIONS:
        raise NotFound(_("There is no such segmentation."))
    month = _month(request.GET.get("month", ""), day_of(request.now))
    found = queries.by_segment(request.rights, dimension, month, request.now)
    rows = [(wording.segment(dimension, one.code), one) for one in found]
    leaves = months.leaves(month, day_of(request.now))
    context = {
        "rows": rows,
        "total": values.total(found),
        "dimension": dimension,
        "dimensions": list(wording.DIMENSIONS.items()),
        "title": wording.DIMENSIONS[dimension],
        "month": f"{month:%Y-%m}",
        "before": leaves["previous"],
        "after": leaves["following"],
        "chart": _chart(rows),
        "unknown": any(one.known < values.ENOUGH for one in found if one.accounts),
        "costs": queries.costs(request.now),
    }
    return render(request, "keyaccounts/value.html", context)


def _month(text: str, today: date) -> date:
    """Return the first day of a month as ``2026-03``; the last whole one when it cannot be read or lies ahead."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today
    if found >= today.replace(day=1) and f"{found:%Y-%m}" != text:
        return months.moved(months.of(today), -1)
    return found if found <= today and found.year > 1999 else today.replace(day=1)


def _chart(rows: list[tuple[str, Segment]]) -> dict[str, Any]:
    """Return a chart of the value of a customer by segment; segments without one are left out."""
    shown = [(name, one) for name, one in rows if one.value is not None][:12][::-1]
    return {
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 24, "top": 12, "bottom": 26, "containLabel": True},
        "xAxis": {
            "type": "value", "nameLocation": "middle", "nameGap": 26, "name": pgettext("axis", "yuan a customer"),
        },
        "yAxis": {"type": "category", "data": [name for name, _one in shown]},
        "series": [
            {"type": "bar", "barMaxWidth": 22, "data": [{"value": float(one.value or 0)} for _name, one in shown]}
        ],
    }  # fmt: skip
