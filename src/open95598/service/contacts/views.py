"""The pages of contacts: the conversation in hand, the list, the figures, the bar that goes with an agent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from open95598.casework.actors import Actor
from open95598.foundation import months
from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import lists
from open95598.service.contacts import hooks, listing, pages, queries, services
from open95598.service.contacts.kinds import Channel, Direction
from open95598.service.contacts.models import Contact
from open95598.service.workorders.views_case import in_place

#: fields of the conversation's form
FIELDS = ("name", "phone", "account", "category", "words")
#: what the figures can be told apart by, and how that is called
APART = {
    "unit": gettext_lazy("By unit"),
    "agent": gettext_lazy("By person"),
    "channel": gettext_lazy("By channel"),
    "kind": gettext_lazy("By matter"),
    "shift": gettext_lazy("By shift"),
}


def actor_of(request: Any) -> Actor:
    """Return who acts on a page."""
    return Actor.of(request.user, request.rights, "page")


@needs(Permission.CASE_VIEW)
@require_GET
def listed(request: Any) -> HttpResponse:
    """Show the contacts that the reader may see, or their own (``?mine=1``)."""
    rows, mine = queries.contacts(request.rights), request.GET.get("mine") == "1"
    rows = rows.filter(owner_id=request.user.pk) if mine else rows
    shown = listing.SPEC.open(request, listing.read(rows))
    listing.dress(shown.page.rows, store.current(request.now))
    shows = [{"url": shown.address(mine="1" if own else None), "on": own == mine, "mine": own} for own in (False, True)]
    return lists.render(request, "contacts/list.html", shown, shows=shows)


@needs(Permission.CASE_OPEN)
@require_http_methods(["GET", "POST"])
def begin(request: Any) -> HttpResponse:
    """Show the form of a conversation that begins, or begin it and go there."""
    given = {"channel": Channel.PHONE, "direction": Direction.IN}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("channel", "direction", "phone", "name", "account")}
        try:
            made = services.begin(actor_of(request), given, request.now)
        except Refused as refusal:
            if in_place(request):
                raise
            context = {"values": given, "errors": refusal.fields, "problem": refusal.detail, **_choices()}
            return render(request, "contacts/begin.html", context, status=refusal.status)
        return _go(request, reverse("contacts:contact", args=(made.code,)))
    return render(request, "contacts/begin.html", {"values": given, "errors": {}, **_choices()})


def _choices() -> dict[str, Any]:
    return {"channels": Channel.choices, "directions": Direction.choices}


def _go(request: Any, where: str) -> HttpResponse:
    """Lead on, also from a form that was sent in place; back to the page that asked for it (``next``)."""
    after = request.POST.get("next", "")
    where = after if after and url_has_allowed_host_and_scheme(after, allowed_hosts=None) else where
    if not in_place(request):
        return redirect(where)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = where
    return response


@needs(Permission.CASE_OPEN)
@require_GET
def bar(request: Any) -> HttpResponse:
    """Give the bar with what one has in hand."""
    return render(request, "contacts/_bar.html", hooks.bar(request.user.pk, request.now))


@needs(Permission.CASE_OPEN)
@require_GET
def now(request: Any) -> HttpResponse:
    """Go to the conversation in hand: where a screen pops to; without one to the list of one's own."""
    found = queries.current(request.user.pk)
    return redirect(hooks.address_of(found[0])) if found else redirect(f"{reverse('contacts:list')}?mine=1")


@needs(Permission.CASE_VIEW)
@require_GET
def contact(request: Any, code: str) -> HttpResponse:
    """Show a conversation: who it is, what they came with before, what it is about, what can be done."""
    return _page(request, queries.get(request.rights, code))


def _page(request: Any, row: Contact, refusal: Refused | None = None, shown: bool = False) -> HttpResponse:
    page = pages.Page(row, request.rights, request.user, request.now, plain=shown)
    context = {"page": page, "errors": refusal.fields if refusal else {}, "problem": refusal.detail if refusal else ""}
    return render(request, "contacts/contact.html", context, status=refusal.status if refusal else 200)


@needs(Permission.CASE_OPEN)
@require_POST
def words(request: Any, code: str) -> HttpResponse:
    """Keep what was typed so far (the page sends it a moment after each change); answers with the customer's side."""
    row = queries.get(request.rights, code)
    told = {name: request.POST[name] for name in FIELDS if name in request.POST}
    try:
        row = services.note(row, actor_of(request), told, request.now)
    except Refused as refusal:
        if in_place(request):
            raise
        return _page(request, row, refusal)
    if not in_place(request):
        return redirect("contacts:contact", row.code)
    page = pages.Page(queries.get(request.rights, row.code), request.rights, request.user, request.now)
    return render(request, "contacts/_who.html", {"page": page})


@needs(Permission.PERSONAL_REVEAL)
@require_POST
def reveal(request: Any, code: str) -> HttpResponse:
    """Show who it was, written down with the reason."""
    row = queries.get(request.rights, code)
    try:
        services.show(row, actor_of(request), request.POST.get("why", ""), request.now)
    except Refused as refusal:
        return _page(request, row, refusal)
    return _page(request, row, shown=True)


@needs(Permission.CASE_OPEN)
@require_POST
def pass_on(request: Any, code: str) -> HttpResponse:
    """Pass the conversation on to another seat."""
    row = queries.get(request.rights, code)
    try:
        agent = pages.agent_of(row, request.POST.get("agent", ""), request.now)
        services.take(row, actor_of(request), agent, request.now)
    except Refused as refusal:
        return _page(request, row, refusal)
    messages.success(request, _("Passed on to %(person)s: it is on their screen.") % {"person": agent.name})
    return redirect("contacts:now")


@needs(Permission.CASE_OPEN)
@require_POST
def end(request: Any, code: str) -> HttpResponse:
    """End the conversation with what came of it; what was typed beside it is kept."""
    row = queries.get(request.rights, code)
    told = {name: request.POST[name] for name in FIELDS if name in request.POST}
    try:
        if told and not row.hushed:
            row = services.note(row, actor_of(request), told, request.now)
        services.end(row, request.POST.get("outcome", ""), actor_of(request), request.now)
        if request.POST.get("done"):
            services.finish(row, actor_of(request), request.now)
    except Refused as refusal:
        if in_place(request):
            raise
        return _page(request, row, refusal)
    return _go(request, reverse("contacts:contact", args=(row.code,)))


@needs(Permission.CASE_OPEN)
@require_POST
def done(request: Any, code: str) -> HttpResponse:
    """Say that the after-contact work is finished."""
    row = queries.get(request.rights, code)
    try:
        services.finish(row, actor_of(request), request.now)
    except Refused as refusal:
        return _page(request, row, refusal)
    return _go(request, reverse("contacts:contact", args=(row.code,)))


@needs(Permission.OVERVIEW_VIEW)
@require_GET
def figures(request: Any) -> HttpResponse:
    """Show what a month's conversations came to: solved at the first contact, repeats, how long they took."""
    today = months.local_day(request.now)
    month = months.asked(request.GET.get("month", ""), today)
    by = request.GET.get("by", "unit")
    if by not in queries.BY:
        raise Invalid(_("Some fields need your attention."), fields={"by": _("There are no figures by this.")})
    whole, lines = queries.figures(request.rights, *months.bounds(month), by, request.now)
    rules = store.current(request.now)
    if by == "shift":
        lines = pages.of_the_day(lines, rules.desk.shifts)
    dressed = [pages.dress(line, by, month, rules) for line in lines]
    context = {
        "whole": pages.dress(whole, by, month, rules),
        "lines": dressed,
        "chart": pages.chart(dressed),
        "by": by,
        "apart": APART,
        **months.leaves(month, today),
    }
    return render(request, "contacts/figures.html", context)
