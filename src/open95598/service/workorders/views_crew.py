"""The crew's pages, for one thumb."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework import attachments, registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, Invalid, NotFound, Stale
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import crew, personal
from open95598.service.workorders.models import WorkOrder

#: what changes the list of a team
NEWS = "case.dispatch case.accept case.return case.transfer case.approve_suspension case.resume case.reject"
_SHOWN = "crew_shown"


def _actor(request: Any) -> Actor:
    return Actor.of(request.user, request.rights, "page")


def _order(request: Any, number: str) -> WorkOrder:
    order = None if "\x00" in number else crew.orders(request.rights).filter(number=number[:60]).first()
    if order is None:
        raise NotFound(_("This order is no longer your team's."))
    return order


@needs(Permission.CASE_CREW)
@require_GET
def work(request: Any) -> HttpResponse:
    """List what is in my hands and what waits to be taken."""
    mine, waiting = crew.lists(request.rights)
    part = request.headers.get("HX-Request") == "true"
    context = {"mine": mine, "waiting": waiting, "news": NEWS}
    return render(request, "workorders/_crew_list.html" if part else "workorders/crew.html", context)


@needs(Permission.CASE_CREW)
@require_GET
def one(request: Any, number: str) -> HttpResponse:
    """Show one order with the next act at the thumb; ``?do=`` chooses another."""
    order = _order(request, number)
    page = crew.page(order, _actor(request), request.now, wanted=request.GET.get("do", ""))
    following = None
    if page.main is None:
        mine, waiting = crew.lists(request.rights)
        following = next((c.order for c in (*mine, *waiting) if c.order.pk != order.pk), None)
    shown = _shown(request, order) if page.may_reveal else None
    context = {"page": page, "key": token_hex(16), "shown": shown, "following": following}
    if shown:
        context["map_url"] = f"geo:0,0?q={quote(shown['address'])}"
    return render(request, "workorders/crew_order.html", context)


@needs(Permission.CASE_CREW)
@require_POST
def act(request: Any, number: str, name: str) -> HttpResponse:
    """Perform an action, with a photo when one was taken. Sent twice, it is done once."""
    order = _order(request, number)
    action = registry.flow(order.case.kind, order.case.flow_version).action(name)
    if action is None:
        raise NotFound(_("There is no such action."))
    data = {i.name: request.POST[i.name] for i in crew.inputs_of(action) if request.POST.get(i.name)}
    photo = request.FILES.get("photo")
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    body = {"number": number, "action": name, "data": data, "version": version, "photo": photo.size if photo else 0}
    actor = _actor(request)

    def do() -> HttpResponse:
        with transaction.atomic():
            if photo is not None:
                _attach(order, photo, actor, request.now, name)
            casework.perform(order.case_id, name, actor, request.now, data=data, version=version)
        messages.success(request, _("Done: %(action)s") % {"action": action.label.in_(get_language())})
        return _to(request, order.number)

    try:
        return once(request.user.pk, request.POST.get("key", "")[:64], body, request.now, do)
    except (Stale, Impossible) as refusal:
        order.case.refresh_from_db()
        raise type(refusal)(crew.overtaken(order), **refusal.extra) from refusal


@needs(Permission.CASE_CREW)
@require_POST
def reveal(request: Any, number: str) -> HttpResponse:
    """Show address, name and phone, on record; they stay on this person's page for a while."""
    order = _order(request, number)
    personal.show(order, _FIELDS, actor=_actor(request), why=_("Field work"), now=request.now)
    kept = {k: v for k, v in request.session.get(_SHOWN, {}).items() if _until(v) > request.now}
    request.session[_SHOWN] = kept | {str(order.pk): (request.now + crew.SHOWN_FOR).isoformat()}
    return _to(request, order.number)


_FIELDS = ("contact_name", "contact_phone", "address")


def _shown(request: Any, order: WorkOrder) -> dict[str, str] | None:
    until = request.session.get(_SHOWN, {}).get(str(order.pk))
    if until is None or _until(until) <= request.now:
        return None
    return {name: getattr(order, name) for name in _FIELDS}


def _until(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _attach(order: WorkOrder, photo: Any, actor: Actor, now: datetime, name: str) -> None:
    try:
        attachments.attach(order.case_id, photo, actor, now, action=name)
    except Invalid as refusal:
        raise Invalid(str(refusal.detail), fields={"photo": str(refusal.detail)}) from refusal


def _to(request: Any, number: str) -> HttpResponse:
    url = reverse("workorders:crew_order", args=(number,))
    if request.headers.get("HX-Request") != "true":
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
