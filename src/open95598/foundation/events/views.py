"""The outbox: how the subscribers stand, and the dead letters that wait for a decision."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.events import decisions, queries
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission

PAGE = 50


@require_safe
@needs(Permission.OUTBOX_VIEW)
def outbox(request: Any) -> HttpResponse:
    """Show the dead letters, newest first, then the subscribers: ``?subscriber=`` and ``?before=`` in the URL."""
    subscriber = request.GET.get("subscriber", "")[:64]
    before = request.GET.get("before", "")
    size = getattr(request, "rows_wanted", PAGE)
    letters = queries.dead_letters(size + 1, int(before) if before.isdecimal() else None, subscriber)
    more = letters[size - 1].id if len(letters) > size else None
    lines = queries.summary(request.now)
    return render(
        request,
        "events/outbox.html",
        {
            "lines": lines,
            "letters": queries.with_events(letters[:size]),
            "dead": sum(line.dead for line in lines),
            "subscriber": subscriber,
            "next": urlencode({"subscriber": subscriber, "before": more}) if more else "",
            "may_decide": request.rights.anywhere(Permission.OUTBOX_DECIDE),
        },
    )


@require_POST
@needs(Permission.OUTBOX_DECIDE)
def decide(request: Any) -> HttpResponse:
    """Retry or drop the chosen dead letters and go back to the page; a refusal is told there."""
    ids = [int(text) for text in request.POST.getlist("id") if text.isdecimal()][:PAGE]
    told = {"actor_id": request.user.pk, "actor_name": request.user.name}
    try:
        if not ids:
            raise Invalid(_("Choose at least one dead letter."))
        if request.POST.get("decision") == "drop":
            count = len(decisions.drop(ids, request.POST.get("reason", ""), request.now, **told))
            said = ngettext("%(n)d dead letter was dropped.", "%(n)d dead letters were dropped.", count)
        else:
            count = len(decisions.retry(ids, request.now, **told))
            said = ngettext("%(n)d dead letter is tried again.", "%(n)d dead letters are tried again.", count)
        messages.success(request, said % {"n": count})
    except (Invalid, Impossible) as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    subscriber = request.POST.get("subscriber", "")[:64]
    address = reverse("events:outbox")
    return f"{address}?{urlencode({'subscriber': subscriber})}" if subscriber else address
