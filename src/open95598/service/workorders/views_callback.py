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
from open95598.service.workorders import desk, desk_calls, personal, sealing
from open95598.service.workorders.models import WorkOrder

#: what makes the list out of date
NEWS = (
    "case.reply case.approve case.call_back case.archive case.reopen case.answer_at_once case.confirm"
    " case.promise_call case.call_wish case.rate"
)


#: the fields of an outcome, of the order itself and (with the order's id before them) of others in the same call
FIELDS = ("outcome", "satisfaction", "reason", "result", "note", "call_at", "call_language")


def _pk(order: WorkOrder) -> int:
    return order.pk


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
    day = desk_calls.today(request.rights, request.now)
    context = {"desk": shown, "card": card, "news": NEWS, "key": token_hex(16), "today": day}
    return render(request, template, context)


@needs(Permission.CASE_CALL_BACK)
@require_GET
def callbacks(request: Any) -> HttpResponse:
    """Show the desk with ``?order=`` in focus, else whoever is to be called next. ``?part=list``: the list alone."""
    if request.GET.get("part") == "list":
        context = {"desk": desk.load(request.rights, request.now), "news": NEWS, "focus": request.GET.get("order", "")}
        context["today"] = desk_calls.today(request.rights, request.now)
        return render(request, "workorders/_callback_list.html", context)
    number = request.GET.get("order", "")
    focus = _to_call(request, number) if number else None
    part = request.headers.get("HX-Request") == "true"
    return _draw(request, focus, template="workorders/_callback.html" if part else "workorders/callback.html")


@needs(Permission.CASE_CALL_BACK)
@require_POST
def phone(request: Any, number: str) -> HttpResponse:
    """Show the number to call, on record, and keep the customer for this clerk, with all that waits of them."""
    order = _to_call(request, number)
    actor = _actor(request)
    with transaction.atomic():
        for one in sorted([order, *(s.order for s in desk.siblings(order, request.rights, request.now))], key=_pk):
            desk_calls.take(one, actor, request.now)
        shown: Any
        if order.sealed:
            shown = sealing.to_call(order, actor=actor, now=request.now)
        else:
            shown = personal.show(order, personal.IDENTITY, actor=actor, why=_("Call-back"), now=request.now)
    response = render(request, "workorders/_callback_phone.html", {"shown": shown, "order": order})
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.CASE_CALL_BACK)
@require_POST
def record(request: Any, number: str) -> HttpResponse:
    """Record the outcome, of several orders when the customer had several, and bring the next one."""
    order = _to_call(request, number)
    heard = [_heard(request, order.case_id, "")]
    also = [text for text in request.POST.getlist("also")[: desk.SIBLINGS] if text.isdecimal() and len(text) < 18]
    heard += [_heard(request, int(text), f"{text}-") for text in also if request.POST.get(f"{text}-outcome")]
    archive = request.POST.get("archive") == "1"
    body = {"heard": [(h.case_id, h.data, h.version) for h in heard], "archive": archive}

    def act() -> HttpResponse:
        states = desk_calls.record(heard, _actor(request), request.now, archive=archive)
        text = _said(order.number, states[0], later=heard[0].data.get("outcome") == "later")
        if len(states) > 1:
            more = ngettext("and %(n)d order more", "and %(n)d orders more", len(states) - 1)
            text = f"{text} ({more % {'n': len(states) - 1}})"
        return _next(request, text)

    return once(request.user.pk, request.POST.get("key", "")[:64], body, request.now, act)


@needs(Permission.CASE_CALL_BACK)
@require_POST
def archive(request: Any) -> HttpResponse:
    """Archive what has been called back (``ids``): one, or all that are shown."""
    ids = [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 18][: desk.CALLED]
    done, refused = desk_calls.archive(ids, _actor(request), request.now)
    text = ngettext("%(done)s order archived", "%(done)s orders archived", done) % {"done": done}
    return _next(request, " ".join([text, *dict.fromkeys(refused)]), "warning" if refused else "done")


def _heard(request: Any, case_id: int, prefix: str) -> desk_calls.Heard:
    data = {n: request.POST[f"{prefix}{n}"] for n in FIELDS if request.POST.get(f"{prefix}{n}")}
    return desk_calls.Heard(case_id, data, _version(request, f"{prefix}version"))


def _said(number: str, state: str, *, later: bool = False) -> str:
    if later:
        return _("%(number)s: promised, it comes at the time agreed") % {"number": number}
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


def _version(request: Any, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
