"""“Tell me in this browser”: the page, and the script that shows what comes while no page is open."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from open95598.foundation.errors import Impossible, Invalid
from open95598.service.outagenotices import pushes
from open95598.service.outagenotices.forms import PushForm
from open95598.service.outagenotices.kinds import About
from open95598.service.outagenotices.sealed import path_out
from open95598.service.outagenotices.views_webhooks import by_field
from open95598.service.portal.pages.layout import language, moment, page, public, within_limit

_WORKER = Path(__file__).parent / "push-worker.js"


@require_http_methods(["GET", "HEAD", "POST"])
@public
def ask(request: HttpRequest) -> HttpResponse:
    """Take a browser's wish to be told of outages. Without a script, or push, it says so and offers the other ways."""
    about = request.GET.get("about", "")
    first = {"about": about if about in About.values else About.AREA.value}
    form = PushForm(request.POST) if request.method == "POST" else PushForm(initial=first)
    context: dict[str, Any] = {"form": form, "key": pushes.public_key()}
    if request.method != "POST":
        return page(request, "outagenotices/push.html", context)
    if form.is_valid():
        within_limit(request, "outage_push")
        told = form.cleaned_data
        if not told["endpoint"]:
            context["held_up"] = _("Your browser did not say where it can be reached. Choose another way below.")
            return page(request, "outagenotices/push.html", context, 422)
        try:
            row = pushes.subscribe(
                told["about"], told["text"], told["endpoint"], (told["p256dh"], told["auth"]), moment(request),
                language=language(request), at_night=told["at_night"],
            )  # fmt: skip
        except Impossible as refusal:
            context["held_up"] = refusal.detail
        except Invalid as refusal:
            fields = by_field(refusal)
            context["held_up"] = fields.pop("endpoint", "")
            form.take(Invalid(refusal.detail, fields=fields))
        else:
            return page(request, "outagenotices/subscribed.html", {"out": path_out(row.pk)})
    return page(request, "outagenotices/push.html", context, 422)


@csrf_exempt  # told by the browser itself, while no page is open; the old address is what only it knows
@require_POST
@public
def moved(request: HttpRequest) -> HttpResponse:
    """Take a browser's new address; the answer says nothing of whether the old one was known."""
    within_limit(request, "outage_push")
    old, endpoint, p256dh, auth = (request.POST.get(name, "")[:2000] for name in ("old", "endpoint", "p256dh", "auth"))
    if not old:
        return HttpResponse(status=403)
    pushes.moved(old, endpoint, (p256dh, auth))
    return HttpResponse(status=204)


@require_safe
@public
def worker(request: HttpRequest) -> HttpResponse:
    """Send the script that shows notifications. It holds nothing of anybody."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _script() -> str:
    return _WORKER.read_text(encoding="utf-8")
