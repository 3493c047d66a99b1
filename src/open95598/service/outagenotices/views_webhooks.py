"""Webhooks: asked for and looked after by their owners on the customer's pages, watched over by the house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.casework.actors import Actor
from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.outagenotices import queries, webhooks
from open95598.service.outagenotices.forms import WebhookForm
from open95598.service.outagenotices.views_public import ASKED, JAR
from open95598.service.portal.pages.layout import language, moment, page, public, within_limit

#: webhooks shown at once
SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@public
def ask(request: HttpRequest) -> HttpResponse:
    """Take a wish for a webhook, and send a code to its owner."""
    if request.method != "POST":
        return page(request, "outagenotices/webhook_ask.html", {"form": WebhookForm()})
    form = WebhookForm(request.POST)
    if form.is_valid():
        within_limit(request, "outage_ask")
        told = form.cleaned_data
        try:
            challenge = webhooks.ask(told["url"], told["about"], told["text"], told["to"], moment(request),
                                     language=language(request), at_night=told["at_night"])  # fmt: skip
        except Invalid as refusal:
            form.take(Invalid(refusal.detail, fields=by_field(refusal)))
        else:
            response = redirect("outagenotices:confirm")
            JAR.put(request, response, ASKED, challenge)
            return response
    return page(request, "outagenotices/webhook_ask.html", {"form": form}, 422)


def by_field(refusal: Invalid) -> dict[str, Any]:
    """Return what is wrong by the form's fields: an address is typed where an account number is."""
    return {"text" if name == "address" else name: reason for name, reason in refusal.fields.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@public
def webhook(request: HttpRequest, pk: UUID, sealed: str) -> HttpResponse:
    """Show its owner how a webhook stands; check its URL, try it, end it (``act``)."""
    row = webhooks.known(pk, sealed)
    if row is None:
        raise NotFound(_("There is no such webhook, or it has ended."))
    context: dict[str, Any] = {}
    if request.method == "POST":
        within_limit(request, "outage_hook")
        act = request.POST.get("act", "")
        if act == "end":
            webhooks.end(row, webhooks.OUTSIDE, moment(request))
            return page(request, "outagenotices/out.html", {"ended": True})
        if act in ("check", "test"):
            does = webhooks.check if act == "check" else webhooks.test
            context = {"tried": does(row, webhooks.OUTSIDE, moment(request)), "act": act}
    state = webhooks.state(row)
    context |= {"row": row, "state": state, "about": queries.what(row, plain=False)}
    context |= {"secret": webhooks.secret(row) if state == "unproved" else ""}
    return page(request, "outagenotices/webhook.html", context)


@needs(Permission.OUTBOX_VIEW)
@require_safe
def listed(request: Any) -> HttpResponse:
    """Show the webhooks that somebody subscribed, newest first (``?before=``)."""
    size = getattr(request, "rows_wanted", SHOWN)
    rows = queries.webhooks(size + 1, request.GET.get("before", ""))
    found = [{"row": row, "state": webhooks.state(row), "about": queries.what(row, plain=False)} for row in rows[:size]]
    context = {
        "rows": found, "before": rows[size - 1].asked_at.isoformat() if len(rows) > size else "",
        "may_decide": request.rights.anywhere(Permission.OUTBOX_DECIDE),
    }  # fmt: skip
    return render(request, "outagenotices/webhooks.html", context)


@needs(Permission.OUTBOX_DECIDE)
@require_POST
def test(request: Any, pk: UUID) -> HttpResponse:
    """Call a webhook with a test, on record."""
    row = queries.webhook(pk)
    tried = webhooks.test(row, Actor.of(request.user, request.rights, "page"), request.now)
    if tried.taken:
        messages.success(request, _("The test call was taken."))
    else:
        messages.error(request, tried.said)
    return redirect("outagenotices:webhooks")


@needs(Permission.OUTBOX_DECIDE)
@require_POST
def stop(request: Any, pk: UUID) -> HttpResponse:
    """End a webhook for its owner, on record."""
    webhooks.end(queries.webhook(pk), Actor.of(request.user, request.rights, "page"), request.now)
    messages.success(request, _("Done."))
    return redirect("outagenotices:webhooks")
