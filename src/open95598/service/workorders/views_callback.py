"""The call-back desk's pages."""

from __future__ import annotations

import json
from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import desk, personal
from open95598.service.workorders.models import WorkOrder

#: what makes the list out of date
NEWS = "case.reply case.approve case.call_back case.archive case.reopen case.answer_at_once"


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


def _to_call(request: Any, number: str) -> WorkOrder:
    rows = WorkOrder.objects.restrict(request.rights, Permission.CASE_CALL_BACK)
    order = rows.filter(number=number[:60]).select_related("case", "case__unit", "case__calling__person").first()
    if order is None or "\x00" in number:
        raise NotFound(_("There is no such order."))
    return order


def _draw(request: Any, focus: WorkOrder | None, *, template: str = "workorders/callback.html") -> HttpResponse:
    shown = desk.load(request.rights, request.now)
    focus = focus or desk.next_one(shown)
    card = desk.card(focus, _actor(request), request.now) if focus else None
    context = {"desk": shown, "card": card, "news": NEWS, "key": token_hex(16)}
    return render(request, template, context)


@needs(Permission.CASE_CALL_BACK)
@require_GET
def callbacks(request: Any) -> HttpResponse:
    """Show the desk with ``?order=`` in focus, else whoever is to be called next. ``?part=list``: the list alone."""
    if request.GET.get("part") == "list":
        context = {"desk": desk.load(request.rights, request.now), "news": NEWS, "focus": request.GET.get("order", "")}
        return render(request, "workorders/_callback_list.html", context)
    number = request.GET.get("order", "")
    focus = _to_call(request, number) if number else None
    part = request.headers.get("HX-Request") == "true"
    return _draw(request, focus, template="workorders/_callback.html" if part else "workorders/callback.html")


@needs(Permission.CASE_CALL_BACK)
@require_POST
def phone(request: Any, number: str) -> HttpResponse:
    """Show the number to call, on record, and keep the customer for this clerk."""
    order = _to_call(request, number)
    actor = _actor(request)
    with transaction.atomic():
        desk.take(order, actor, request.now)
        shown = personal.show(
            order, ("contact_name", "contact_phone"), actor=actor, why=_("Call-back"), now=request.now
        )
    return render(request, "workorders/_callback_phone.html", {"shown": shown, "order": order})


@needs(Permission.CASE_CALL_BACK)
@require_POST
def record(request: Any, number: str) -> HttpResponse:
    """Record the outcome and bring the next one."""
    order = _to_call(request, number)
    data = {n: request.POST[n] for n in ("outcome", "satisfaction", "note") if request.POST.get(n)}
    version, archive = _version(request), request.POST.get("archive") == "1"
    body = {"number": order.number, "data": data, "version": version, "archive": archive}

    def act() -> HttpResponse:
        state = desk.record(order, data, _actor(request), request.now, version=version, archive=archive)
        return _next(request, _said(order.number, state))

    return once(request.user.pk, request.POST.get("key", "")[:64], body, request.now, act)


@needs(Permission.CASE_CALL_BACK)
@require_POST
def archive(request: Any) -> HttpResponse:
    """Archive what has been called back (``ids``): one, or all that are shown."""
    ids = [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 18][: desk.CALLED]
    done, refused = desk.archive(ids, _actor(request), request.now)
    text = ngettext("%(done)s order archived", "%(done)s orders archived", done) % {"done": done}
    return _next(request, " ".join([text, *dict.fromkeys(refused)]), "warning" if refused else "done")


def _said(number: str, state: str) -> str:
    words = {
        "archived": _("%(number)s: recorded and archived"),
        "callback": _("%(number)s: recorded, to be archived"),
        "reopened": _("%(number)s: recorded; it will be handled again"),
        "reviewed": _("%(number)s: not reached, it will come again"),
    }
    return words[state] % {"number": number}


def _next(request: Any, text: str, tone: str = "done") -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        messages.success(request, text)
        return redirect("workorders:callbacks")
    response = _draw(request, None, template="workorders/_callback.html")
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}})
    response["HX-Push-Url"] = reverse("workorders:callbacks")
    return response


def _version(request: Any) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
