"""The pages of announced outages: the list, the form, one with its acts, who is concerned, figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from open95598.foundation import months
from open95598.foundation.errors import Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import lists
from open95598.registry.customers.accounts import day_of
from open95598.service.planned import counting, flows, forms, listing, pages, queries, services
from open95598.service.workorders.actionforms import ActionForm
from open95598.service.workorders.views_case import Around, act, actor_of


@needs(Permission.CASE_VIEW)
@require_GET
def plans(request: Any) -> HttpResponse:
    """Show the announced outages that one may see."""
    found = listing.SPEC.open(request, listing.read(queries.plans(request.rights)))
    listing.dress(found.page.rows)
    return lists.render(request, "planned/list.html", found, may_plan=any(map(request.rights.anywhere, flows.DOES)))


@needs(*flows.DOES)
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Show the form of a plan, or begin it."""
    if request.method == "GET":
        given = {"devices": request.GET.get("device", "")[:120]}
        return render(request, "planned/form.html", {"form": forms.build(None, request.now, given)})
    form = forms.build(request.POST, request.now)
    status = 422
    if form.is_valid():
        try:
            made = services.plan(actor_of(request), forms.told(form.cleaned_data), request.now)
        except Refused as refusal:
            status = refusal.status
            for field, reason in refusal.fields.items():
                form.add_error(field if field in form.fields else None, str(reason))
            if not refusal.fields:
                form.add_error(None, str(refusal.detail))
        else:
            messages.success(request, _("Done."))
            return redirect("planned:case", made.pk)
    return render(request, "planned/form.html", {"form": form, "problem": forms.problem()}, status=status)


@needs(Permission.CASE_VIEW)
@require_GET
def case(request: Any, pk: int) -> HttpResponse:
    """Show an announced outage, and what can be done."""
    page = pages.page_of(request.rights, pk, actor_of(request), request.now)
    return render(request, "planned/case.html", {"page": page})


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def action(request: Any, pk: int, name: str) -> HttpResponse:
    """Show the form of an action or perform it."""
    row = queries.get(request.rights, pk)

    def make(request: Any, form: ActionForm | None) -> Any:
        return pages.page_of(request.rights, pk, actor_of(request), request.now, form)

    around = Around("planned/case.html", "planned/_case.html", "#plan", row.number, make)
    return act(request, around, row.case, row, name, reverse("planned:action", args=(pk, name)))


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def concerned(request: Any, pk: int) -> HttpResponse:
    """Show the customers concerned whom one may see."""
    row = queries.get(request.rights, pk)
    found = listing.CONCERNED.open(request, listing.concerned(queries.concerned(request.rights, row)))
    return lists.render(request, "planned/concerned.html", found, row=row)


@needs(Permission.CASE_VIEW)
@require_GET
def figures(request: Any) -> HttpResponse:
    """Show how well the outages of a month were announced, by unit."""
    month = months.asked(request.GET.get("month", ""), day_of(request.now))
    leaves = months.leaves(month, day_of(request.now))
    rows = counting.by_unit(request.rights, month)
    context = {
        "rows": rows, "month": f"{month:%Y-%m}", "before": leaves["previous"], "after": leaves["following"],
    }  # fmt: skip
    return render(request, "planned/figures.html", context)
