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
from django.views.decorators.http import require_GET, require_POST, require_safe

from open95598.casework import attachments, registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, Invalid, NotFound, Stale
from open95598.foundation.idempotency.services import once
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.service.workorders import crew, hooks, keeping, personal
from open95598.service.workorders.models import WorkOrder

#: what changes the list of a team
NEWS = (
    "case.send_outage_crew case.reach_outage case.restore_outage "
    "case.dispatch case.accept case.return case.transfer case.approve_suspension case.resume case.reject"
)
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
    beside = [one for hook in hooks.further_in_hand for one in hook(request.rights)]
    part = request.headers.get("HX-Request") == "true"
    context = {"mine": mine, "beside": beside, "waiting": waiting, "news": NEWS, "nothing": keeping.page_of_nothing()}
    context |= _phone(request)
    response = render(request, "workorders/_crew_list.html" if part else "workorders/crew.html", context)
    return response if part else _may_keep(response)


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
    # what a phone keeps is masked, whatever stands in the open on the page just now
    shown = _shown(request, order) if page.may_reveal and "kept" not in request.GET else None
    context = {"page": page, "key": token_hex(16), "shown": shown, "following": following, **_phone(request)}
    if shown:
        context["map_url"] = f"geo:0,0?q={quote(shown['address'])}"
    response = render(request, "workorders/crew_order.html", context)
    return response if shown else _may_keep(response)


@needs(Permission.CASE_CREW)
@require_POST
def act(request: Any, number: str, name: str) -> HttpResponse:
    """Perform an action, with a photo when one was taken. Sent twice, it is done once.

    ``happened_at`` and ``sent_at`` (the phone's clock): it was done before there was a connection.
    """
    photo = request.FILES.get("photo")
    said = {k: v for k, v in request.POST.items() if k not in ("csrfmiddlewaretoken", "key", "sent_at")}
    body = {"number": number, "action": name, "said": said, "photo": photo.size if photo else 0}
    # whoever asks again, because the answer got lost, is told what became of it, even if the order has gone on since
    key = request.POST.get("key", "")[:64]
    return once(request.user.pk, key, body, request.now, lambda: _do(request, number, name))


def _do(request: Any, number: str, name: str) -> HttpResponse:
    order = _order(request, number)
    action = registry.flow(order.case.kind, order.case.flow_version).action(name)
    if action is None:
        raise NotFound(_("There is no such action."))
    data = {i.name: request.POST[i.name] for i in crew.inputs_of(action) if request.POST.get(i.name)}
    photo = request.FILES.get("photo")
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else None
    actor = _actor(request)
    try:
        occurred_at = keeping.happened(request.POST, order, request.now)
        with transaction.atomic():
            if photo is not None:
                _attach(order, photo, actor, request.now, name)
            casework.perform(
                order.case_id, name, actor, request.now, data=data, version=version, occurred_at=occurred_at
            )
    except (Stale, Impossible) as refusal:
        order.case.refresh_from_db()
        raise type(refusal)(crew.overtaken(order), **refusal.extra) from refusal
    messages.success(request, _("Done: %(action)s") % {"action": action.label.in_(get_language())})
    return _to(request, order.number)


@needs(Permission.CASE_CREW)
@require_safe
def worker(request: Any) -> HttpResponse:
    """Send the script that shows the crew's pages without a connection. It holds nothing of anybody."""
    response = HttpResponse(keeping.worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


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


def _phone(request: Any) -> dict[str, Any]:
    """Return what the page's script needs; the copy that is kept takes no message that somebody should read."""
    more: dict[str, Any] = {"phone_words": keeping.words(), "keep_hours": keeping.hours()}
    return more | {"messages": ()} if "kept" in request.GET else more


def _may_keep(response: HttpResponse) -> HttpResponse:
    response["X-May-Keep"] = str(keeping.hours())
    return response


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
