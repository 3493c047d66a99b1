"""The pages of inspection: what is drawn, the form, the figures, the draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.control.sampling import judging, listing, pages, queries, services
from open95598.foundation import months
from open95598.foundation.errors import Invalid
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import lists
from open95598.service.workorders import actionforms
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of

#: so many draws are shown
DRAWS = 100


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the inspections that the reader may see; without a choice those that wait for them."""
    everything = request.GET.get("all") == "1" or "state" in request.GET
    found = queries.visible(request.rights)
    if not everything:
        found = found.filter(queries.waiting_for(request.rights))
    shown = listing.SPEC.open(request, listing.read(found))
    listing.dress(shown.page.rows)
    shows = [{"url": shown.address(all="1" if every else None), "on": every == everything, "all": every}
             for every in (False, True)]  # fmt: skip
    return lists.render(request, "sampling/list.html", shown, shows=shows)


@needs(Permission.CASE_VIEW)
@require_GET
def inspection(request: Any, pk: int) -> HttpResponse:
    """Show an inspection: the order's words beside the form."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "sampling/inspection.html", {"page": page})


@needs(Permission.CASE_INSPECT)
@require_POST
def judge(request: Any, pk: int) -> HttpResponse:
    """Take the form that was filled in; show it again with what is wrong, or go on to the next one."""
    sheet = read_sheet(request.POST)
    try:
        services.judge(pk, sheet, actor_of(request), request.now)
    except Invalid as refusal:
        page = pages.page_of(
            request.rights, pk, actor_of(request), request.now, typed=sheet,
            problems={name: str(reason) for name, reason in refusal.fields.items()},
        )  # fmt: skip
        return render(request, "sampling/inspection.html", {"page": page, "problem": refusal.detail}, status=422)
    messages.success(request, _("The inspection is recorded and the unit is told."))
    waiting = queries.visible(request.rights).filter(queries.waiting_for(request.rights), case__state="drawn")
    following = waiting.order_by("case__due_at", "case_id").values_list("pk", flat=True).first()
    return redirect("sampling:inspection", following) if following else redirect("sampling:inspection", pk)


def read_sheet(posted: Mapping[str, Any]) -> judging.Sheet:
    """Read the form's fields: ``points-CODE`` and ``why-CODE`` of each line, ``fatal`` codes, ``remark``.

    A number that is none counts as not given.
    """
    marks = {}
    for name, value in posted.items():
        code = name.removeprefix("points-")
        text = str(value).strip()
        if code != name and text.isdecimal() and len(text) < 4:
            marks[code] = judging.Mark(int(text), str(posted.get(f"why-{code}", "")).strip()[: judging.LONGEST_REASON])
    fatal = posted.getlist("fatal") if hasattr(posted, "getlist") else posted.get("fatal", [])
    return judging.Sheet(marks, tuple(fatal), str(posted.get("remark", "")).strip()[:2000])


def _around(pk: int, number: str) -> Around:
    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, open_form=form)

    return Around("sampling/inspection.html", "sampling/_inspection.html", "#inspection", number, make)


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action on an inspection, or perform it. The form of points has a place of its own."""
    row = queries.get(request.rights, pk)
    if name == "judge":
        return redirect("sampling:inspection", pk)
    return act(request, _around(pk, row.number), row.case, row, name, reverse("sampling:action", args=(pk, name)))


@needs(Permission.CASE_QUALITY_VIEW)
@require_GET
def figures(request: Any) -> HttpResponse:
    """Show what the inspections of a month came to (``?month=2026-03``), by unit and by person."""
    today = months.local_day(request.now)
    month = months.asked(request.GET.get("month", ""), today)
    unit = request.GET.get("unit", "")
    unit_id = int(unit) if unit.isdecimal() and len(unit) < 18 else None
    rules = store.current(request.now)
    context = {
        "figures": queries.figures(request.rights, *months.bounds(month), unit_id),
        **months.leaves(month, today),
        "units": actionforms.unit_options(),
        "unit": unit_id,
        "names": {
            **{p.code: p.label for f in rules.oversight.forms for p in f.points},
            **{e.code: e.label for f in rules.oversight.forms for e in f.fatal},
        },
    }
    return render(request, "sampling/figures.html", context)


@needs(Permission.CASE_QUALITY_VIEW)
@require_GET
def draws(request: Any) -> HttpResponse:
    """Show the draws: from how many orders, by which seed, how many are still to be judged."""
    rules = store.current(request.now)
    rows = list(queries.draws(request.rights).order_by("-week", "-pk")[:DRAWS])
    plans = {p.code: p.label for p in rules.oversight.plans}
    context = {
        "rows": [(row, plans.get(row.plan, row.plan)) for row in rows],
        "plans": rules.oversight.plans,
        "week": services.last_week(request.now),
        "may_draw": request.rights.anywhere(Permission.CASE_INSPECT),
    }
    return render(request, "sampling/draws.html", context)


@needs(Permission.CASE_INSPECT)
@require_POST
def draw(request: Any) -> HttpResponse:
    """Draw the samples of the last whole week where that has not been done."""
    actor = actor_of(request)
    made = services.draw_week(services.last_week(request.now), actor, request.now, unit_ids=services.may_draw(actor))
    count = sum(len(row.drawn) for row in made)
    messages.success(
        request, _("%(count)d orders were drawn.") % {"count": count} if made else _("Nothing new to draw.")
    )
    return redirect("sampling:draws")
