"""The pages of the assessment: the ledger, its totals, an entry, appeals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from open95598.control.assessment import appeals as appealing
from open95598.control.assessment import ledgerpages, queries, services
from open95598.control.assessment.ledgerpages import AppealPage, EntryView
from open95598.foundation.errors import Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.queries import running_clocks
from open95598.service.workorders.views_case import Around, act, actor_of

BY = ("unit", "person")
#: so many months can be chosen
MONTHS = 13


@needs(Permission.CASE_VIEW)
@require_GET
def ledger(request: Any) -> HttpResponse:
    """Show the entries that one may see."""
    listing = ledgerpages.LEDGER.open(request, queries.visible(request.rights).values(*ledgerpages.queries.VALUES))
    ledgerpages.dress(listing.page.rows, request.rights, request.now)
    return lists.render(request, "assessment/ledger.html", listing)


@needs(Permission.CASE_VIEW)
@require_GET
def totals(request: Any) -> HttpResponse:
    """Show who answers for how many points in a month, by unit or by person."""
    visible = queries.visible(request.rights)
    periods = list(visible.order_by("-period").values_list("period", flat=True).distinct()[:MONTHS])
    wanted = request.GET.get("period", "")
    period = wanted if wanted in periods else services.period_of(request.now)
    by = request.GET.get("by", "")
    by = by if by in BY else "unit"
    context = {
        "period": period,
        "periods": periods if period in periods else [period, *periods],
        "by": by,
        "ways": [(code, f"?by={code}&period={period}") for code in BY],
        "rows": [
            (total, ledgerpages.points(total.points)) for total in queries.totals(visible.filter(period=period), by)
        ],
    }
    return render(request, "assessment/totals.html", context)


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def entry(request: Any, pk: int) -> HttpResponse:
    """Show an entry; appeal against it."""
    row, actor = queries.get(request.rights, pk), actor_of(request)
    problem, grounds = None, request.POST.get("grounds", "")
    if request.method == "POST":
        try:
            appeal = appealing.ask(pk, grounds, actor, request.now)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("The appeal %(number)s is on its way.") % {"number": appeal.number})
            return redirect("assessment:appeal", pk=appeal.pk)
    mine = appealing.may(row, actor)
    context = {
        "view": EntryView(row, request.rights, request.now),
        "mine": mine,
        "against": appealing.against(row, request.now) if mine else None,
        "deadline": appealing.deadline(row),
        "problem": problem,
        "grounds": grounds,
    }
    return render(request, "assessment/entry.html", context, status=problem.status if problem else 200)


@needs(Permission.CASE_VIEW)
@require_GET
def appeals(request: Any) -> HttpResponse:
    """Show the appeals that one may see."""
    listing = ledgerpages.APPEALS.open(request, queries.appeals(request.rights))
    ledgerpages.dress_appeals(listing.page.rows, request.now)
    return lists.render(request, "assessment/appeals.html", listing)


def _page(request: Any, pk: int, form: ActionForm | None = None) -> AppealPage:
    row, clocks = queries.appeal(request.rights, pk), running_clocks([pk]).get(pk, [])
    return AppealPage(row, actor_of(request), request.now, clocks, open_form=form)


@needs(Permission.CASE_VIEW)
@require_GET
def appeal(request: Any, pk: int) -> HttpResponse:
    """Show an appeal: what is asked, what was decided, what can be done."""
    return render(request, "assessment/appeal.html", {"page": _page(request, pk)})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def appeal_action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the short form of an action on an appeal, or perform it."""
    row = queries.appeal(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> AppealPage:
        return _page(request, pk, form)

    around = Around("assessment/appeal.html", "assessment/_appeal.html", "#appeal", row.number, make)
    url = reverse("assessment:appeal_action", args=(pk, name))
    return act(request, around, row.case, row, name, url)
