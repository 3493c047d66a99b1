"""How it stands with the billing system, for those who run the house."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from open95598.exchange.cis import queries, services
from open95598.exchange.cis.models import Kept, Why
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission

#: rows to look at on the page
SHOWN = 100
_WAYS = {
    "feed": gettext_lazy("Change feed"),
    "push": gettext_lazy("Pushes"),
    "compare": gettext_lazy("Comparison of everything"),
}
_WHY = {
    Why.FIRST: gettext_lazy("nothing was compared before"),
    Why.ASKED: gettext_lazy("somebody asked for it"),
    Why.TOO_OLD: gettext_lazy("the feed no longer holds what was missed"),
    Why.GAP: gettext_lazy("the feed left something out"),
    Why.EPOCH: gettext_lazy("the billing system began a new life"),
}


@needs(Permission.OUTBOX_VIEW)
@require_GET
def state(request: Any) -> HttpResponse:
    """Show contact, age, what came by which way, and what could not be taken in."""
    found = queries.state(request.now)
    kept = Kept.objects.order_by("-last_at").annotate(whole=Q(document__isnull=False)).defer("document")
    context = {
        "state": found,
        "ways": [(_WAYS[way.way], way) for way in found.ways],
        "why": _WHY.get(Why(found.link.compare_why)) if found.link.compare_why else "",
        "kept": list(kept[:SHOWN]),
        "shown": SHOWN,
        "may_decide": request.rights.anywhere(Permission.OUTBOX_DECIDE),
    }
    return render(request, "cis/state.html", context)


@needs(Permission.OUTBOX_DECIDE)
@require_POST
def compare(request: Any) -> HttpResponse:
    """Ask for everything to be compared."""
    services.compare(request.user, request.now, trusts=request.POST.get("believe") == "1")
    messages.success(request, _("Everything will be compared."))
    return redirect("cis:state")
