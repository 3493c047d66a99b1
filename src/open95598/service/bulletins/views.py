"""The pages of bulletins: the archive, one of them with its roll, its form, the strip at the desks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import lists
from open95598.service.bulletins import listing, outages, queries, services
from open95598.service.bulletins.models import Bulletin, Severity, State, Wording
from open95598.service.bulletins.templatetags.bulletins import strip as strip_of
from open95598.service.workorders import directory, wording
from open95598.service.workorders import queries as orders
from open95598.service.workorders.views_case import in_place
from open95598.service.workorders.views_register import category_options

FIELDS = ("title", "text", "severity", "words", "category", "order", "valid_from", "valid_until")


def actor_of(request: Any) -> Actor:
    """Return who acts on a page."""
    return Actor.of(request.user, request.rights, "page")


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the bulletins that the reader may read, also those that are over."""
    shown = listing.SPEC.open(request, listing.read(queries.readable(request.rights)))
    context = {"may_post": request.rights.anywhere(queries.POSTS), "at_a_desk": queries.at_a_desk(request.rights)}
    return lists.render(request, "bulletins/list.html", shown, **context)


@needs(Permission.CASE_VIEW)
@require_GET
def bulletin(request: Any, pk: int) -> HttpResponse:
    """Show a bulletin: what it says, who has acknowledged, what it said before."""
    return _page(request, queries.get(request.rights, pk))


def _page(request: Any, row: Bulletin, refusal: Refused | None = None) -> HttpResponse:
    may_post = queries.may_post(request.rights, row)
    rules = store.current(request.now)
    known = row.category and rules.has_category(row.category)
    values = {"state": row.state, "valid_from": row.valid_from, "valid_until": row.valid_until}
    case = orders.orders(request.rights).filter(pk=row.order_id).first() if row.order_id else None
    earlier = Wording.objects.filter(bulletin=row, version__lt=row.version)
    context = {
        "row": row,
        "state": listing.state_of(values, request.now),
        "severity": (Severity(row.severity).label, listing.TONES[Severity(row.severity)]),
        "category": wording.category_path(rules, row.category) if known else "",
        "order": case,
        "may_post": may_post,
        "posted": row.state == State.POSTED,
        "proposed": row.state == State.PROPOSED,
        "holds": row.holds(request.now),
        "roll": queries.roll(row, request.now) if may_post and row.state == State.POSTED else None,
        "earlier": list(earlier.select_related("by").order_by("-version")),
        "mine": queries.at_a_desk(request.rights) and row in queries.waiting(request.rights, request.now),
        "errors": refusal.fields if refusal else {},
        "problem": str(refusal.detail) if refusal else "",
    }  # fmt: skip
    return render(request, "bulletins/bulletin.html", context, status=refusal.status if refusal else 200)


@needs(queries.POSTS)
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Show the form of a bulletin, or post it to the desks."""
    if request.method == "GET":
        given = {name: request.GET[name][:200] for name in ("order", "words", "title") if name in request.GET}
        from_outage = outages.said(request.rights, request.GET.get("outage", ""))
        return _form(request, None, {"severity": Severity.INFO, **from_outage, **given})
    told = {name: request.POST.get(name, "") for name in FIELDS}
    text = request.POST.get("unit", "")
    wanted = int(text) if text.isdecimal() and len(text) < 18 else None
    try:
        unit = services.unit_of(request.user, request.rights, wanted)
        made = services.post(actor_of(request), told, unit, request.now)
    except Refused as refusal:
        return _form(request, None, request.POST, refusal)
    messages.success(request, _("The bulletin is on the desks."))
    return redirect("bulletins:bulletin", made.pk)


@needs(Permission.CASE_NOTE)
@require_http_methods(["GET", "POST"])
def propose(request: Any) -> HttpResponse:
    """Show the form by which a desk tells its shift leader, or tell them (H17)."""
    if request.method == "GET":
        from_outage = outages.said(request.rights, request.GET.get("outage", ""))
        return _form(request, None, _from_order(request) | from_outage, proposing=True)
    told = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        services.propose(actor_of(request), told, request.user.unit, request.now)
    except Refused as refusal:
        return _form(request, None, request.POST, refusal, proposing=True)
    messages.success(request, _("Your shift leader is told."))
    if told["order"]:
        return redirect("workorders:case", told["order"])
    return redirect("bulletins:list")


def _from_order(request: Any) -> dict[str, str]:
    """Return what an order says of a bulletin about it: its place, without the house; nothing of who it was."""
    number, values = request.GET.get("order", "")[:60], {"severity": str(Severity.WARNING)}
    if not number:
        return values
    try:
        order = orders.get(request.rights, number)
    except NotFound:
        return values
    if order.sealed or order.case.confidential:
        return values
    return values | {"order": order.number, "category": order.category}


@needs(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def edit(request: Any, pk: int) -> HttpResponse:
    """Show the form of a bulletin that is there: correct it, or word and post what was proposed."""
    row = queries.get(request.rights, pk)
    if not queries.may_post(request.rights, row) or row.state not in (State.POSTED, State.PROPOSED):
        return redirect("bulletins:bulletin", pk)
    if request.method == "GET":
        return _form(request, row, _values(request, row))
    told = {name: request.POST.get(name, "") for name in FIELDS}
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    try:
        if row.state == State.PROPOSED:
            services.accept(row, actor_of(request), told, request.now)
        else:
            why = request.POST.get("why", "")
            services.correct(row, actor_of(request), told, why, request.now, version=version)
    except Refused as refusal:
        return _form(request, row, request.POST, refusal)
    messages.success(request, _("The bulletin is on the desks."))
    return redirect("bulletins:bulletin", pk)


def _values(request: Any, row: Bulletin) -> dict[str, Any]:
    number = orders.orders(request.rights).filter(pk=row.order_id).values_list("number", flat=True).first()
    said: dict[str, Any] = {name: getattr(row, name) for name in ("title", "text", "severity", "category")}
    times = {name: getattr(row, name) for name in ("valid_from", "valid_until")}
    typed = {n: f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}" if at else "" for n, at in times.items()}
    return said | typed | {"words": "，".join(row.words), "order": number or ""}


def _form(
    request: Any,
    row: Bulletin | None,
    values: Mapping[str, Any],
    refusal: Refused | None = None,
    *,
    proposing: bool = False,
) -> HttpResponse:
    held = request.rights.units(queries.POSTS)
    mine = [] if proposing or row else [u for u in directory.units() if not held.isdisjoint(u.lineage)]
    context = {
        "row": row,
        "proposing": proposing,
        "proposed": row is not None and row.state == State.PROPOSED,
        "values": {name: values.get(name, "") for name in (*FIELDS, "why")},
        "severities": Severity.choices,
        "categories": category_options(store.current(request.now)),
        "units": [(u.id, "　" * (len(u.lineage) - 1) + u.name) for u in mine],
        "unit": values.get("unit") or str(request.user.unit_id),
        "errors": {name: str(reason) for name, reason in (refusal.fields if refusal else {}).items()},
        "problem": str(refusal.detail) if refusal else "",
    }
    return render(request, "bulletins/form.html", context, status=refusal.status if refusal else 200)


@needs(Permission.CASE_VIEW)
@require_POST
def withdraw(request: Any, pk: int) -> HttpResponse:
    """Take a bulletin back, or do not post what was proposed."""
    row, actor = queries.get(request.rights, pk), actor_of(request)
    act = services.decline if row.state == State.PROPOSED else services.withdraw
    try:
        act(row, actor, request.POST.get("reason", ""), request.now)
    except Refused as refusal:
        return _page(request, row, refusal)
    return redirect("bulletins:bulletin", pk)


@needs(Permission.CASE_VIEW)
@require_POST
def remind(request: Any, pk: int) -> HttpResponse:
    """Ring the bell of everybody who has not acknowledged."""
    row = queries.get(request.rights, pk)
    try:
        count = services.remind(row, actor_of(request), request.now)
    except Refused as refusal:
        return _page(request, row, refusal)
    messages.success(request, ngettext("%(n)d person reminded.", "%(n)d people reminded.", count) % {"n": count})
    return redirect("bulletins:bulletin", pk)


@needs(Permission.CASE_OPEN)
@require_GET
def strip(request: Any) -> HttpResponse:
    """Give the strip of what is to be acknowledged."""
    return render(request, "bulletins/_strip.html", strip_of(request))


@needs(Permission.CASE_VIEW)
@require_POST
def acknowledge(request: Any, pk: int) -> HttpResponse:
    """Write down that the reader has read it; in place, answer with what is left of the strip."""
    row = queries.get(request.rights, pk)
    text = request.POST.get("version", "")
    try:
        version = int(text) if text.isdecimal() and len(text) < 10 else None
        services.acknowledge(row, actor_of(request), request.now, version=version)
    except Refused as refusal:
        if not in_place(request):
            return _page(request, row, refusal)
    if in_place(request):
        return render(request, "bulletins/_strip.html", strip_of(request))
    return redirect("bulletins:bulletin", pk)
