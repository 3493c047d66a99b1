"""The desk: one screen for the conversation, the customer, the matter, knowledge and what can be done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import Invalid, NotFound, Refused, Stale
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.contacts import pages as contact_pages
from open95598.service.contacts import queries as contacts
from open95598.service.contacts import services as contact_services
from open95598.service.contacts.hooks import desk_panels
from open95598.service.contacts.kinds import Link
from open95598.service.contacts.models import Contact
from open95598.service.desk import drafts, phrases, running, who
from open95598.service.desk.hooks import address_of, key_of
from open95598.service.knowledge import scripts
from open95598.service.workorders import queries as orders
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.views_register import seat_context, seat_values

#: what the form says of who it is, and where the contact keeps it
OF_CONTACT = {"contact_phone": "phone", "contact_name": "name", "account": "account", "category": "category"}


def actor_of(request: Any) -> Actor:
    """Return who acts on a page."""
    return Actor.of(request.user, request.rights, "page")


def own_contact(request: Any, code: str) -> Contact | None:
    """Return one's own contact that is not finished; None for any other code."""
    try:
        row = contacts.get(request.rights, code) if code else None
    except NotFound:
        return None
    return row if row is not None and row.owner_id == request.user.pk and not row.done_at else None


@needs(Permission.CASE_OPEN)
@require_GET
def desk(request: Any) -> HttpResponse:
    """Show the desk: with the contact in hand, unless the address says another (``?contact=``) or none."""
    if "contact" not in request.GET:
        in_hand = contacts.current(request.user.pk)
        if in_hand and not request.GET:
            return redirect(address_of(in_hand[0]))
    contact = own_contact(request, key_of(request.GET.get("contact", "")))
    made = _made(request)
    values = seat_values(request)
    context = seat_context(request, values)
    if made is not None and context["draft"].saved_at is None:
        context["values"]["description"] = ""  # what the first order says is said
    page = contact_pages.Page(contact, request.rights, request.user, request.now) if contact else None
    return render(
        request,
        "desk/desk.html",
        {
            **context,
            "desk": True,
            "page": page,
            "contact": contact,
            "made": made,
            "here": reverse("desk:desk"),
            "again": f"{reverse('desk:desk')}?{urlencode({'contact': contact.code})}" if contact else "",
            "panels": [found for further in desk_panels if (found := further(request, contact)) is not None],
            "scripts": scripts.scripts(),
            "sentences": _sentences(request, contact, made, str(values.get("kind") or "")),
            "limit": _limit(request),
        },
    )


def _limit(request: Any) -> int | None:
    """Return after how many minutes of after-contact work the desk points it out."""
    return store.current(request.now).desk.after_contact_minutes


def _made(request: Any) -> WorkOrder | None:
    number = request.GET.get("made", "")[:60].replace("\x00", "")
    return orders.orders(request.rights).filter(number=number).first() if number else None


def _sentences(request: Any, contact: Contact | None, made: WorkOrder | None, kind: str) -> list[phrases.Sentence]:
    linked = made.number if made else ""
    if contact is not None and not linked:
        links = contacts.orders_of(contact, request.rights)
        linked = next((order.number for how, order in links if how == Link.MADE), "")
    person = request.user
    known = {
        "agent": person.employee_number or person.username,
        "customer": phrases.surname(contact.name) if contact else "",
        "number": linked,
        "hotline": settings.HOTLINE,
    }
    return phrases.sentences(store.current(request.now), kind, known, get_language())


@needs(Permission.CASE_OPEN)
@require_POST
def known(request: Any) -> HttpResponse:
    """Answer with the customer's card for what the form says by now; posted: numbers stay out of addresses."""
    contact = own_contact(request, key_of(request.POST.get("contact", "")))
    rules = store.current(request.now)
    phone, account = (request.POST.get(n, "").replace("\x00", "").strip()[:40] for n in ("contact_phone", "account"))
    found = who.find(request.rights, request.user, contact, phone, account, request.now, rules)
    return render(request, "desk/_who.html", {"who": found, "contact": contact})


@needs(Permission.CASE_OPEN)
@require_POST
def sentences(request: Any) -> HttpResponse:
    """Answer with the sentences for the kind of order that is chosen by now."""
    contact = own_contact(request, key_of(request.POST.get("contact", "")))
    found = _sentences(request, contact, None, request.POST.get("kind", "")[:24])
    return render(request, "desk/_sentences.html", {"sentences": found})


@needs(Permission.CASE_OPEN)
@require_POST
def draft(request: Any) -> HttpResponse:
    """Keep what the form says (it sends itself a moment after each change), on the contact as well; ``drop``: throw it
    away. Answers with the draft's version."""
    key = key_of(request.POST.get("contact", ""))
    if request.POST.get("drop"):
        drafts.drop(request.user.pk, key, request.now)
        return JsonResponse({"version": 0})
    text = request.POST.get("draft_version", "")
    version = int(text) if text.isdecimal() and len(text) < 10 else 0
    try:
        kept = drafts.keep(request.user.pk, key, request.POST.dict(), version, request.now)
    except Stale as stale:
        return JsonResponse({"detail": str(stale.detail)}, status=stale.status)
    contact = own_contact(request, key)
    if contact is not None:
        _note(request, contact)
    return JsonResponse({"version": kept})


def _note(request: Any, contact: Contact) -> None:
    """Keep on the contact what the form says of it. Fields that cannot be right yet (half a number) wait.

    The words are the contact's as long as nothing was registered in it; a second order's are that order's.
    """
    told = {ours: request.POST[name] for name, ours in OF_CONTACT.items() if name in request.POST}
    if request.POST.get("anonymous") or request.POST.get("confidential"):
        return  # who it was is to be kept nowhere else
    if "description" in request.POST and not contact.orders.filter(how=Link.MADE).exists():
        told["words"] = request.POST["description"]
    told = {name: value for name, value in told.items() if value != _noted(contact, name)}
    if not told:
        return
    for _again in range(2):
        try:
            contact_services.note(contact, actor_of(request), told, request.now)
        except Invalid as half:
            told = {name: value for name, value in told.items() if name not in half.fields}
        except Refused:
            return
        else:
            return


def _noted(contact: Contact, name: str) -> str:
    """Return what the contact says of a field by now."""
    if name == "account":
        return contact.account.number if contact.account else ""
    return str(getattr(contact, name))


@needs(Permission.CASE_VIEW)
@require_POST
def script(request: Any, code: str) -> HttpResponse:
    """Show a guided script where it stands, beside the form: its beginning, or after the answers given so far."""
    found = scripts.get(code)
    given = request.POST.getlist("a")[:50]
    text = request.POST.get("run", "")
    run_id = int(text) if text.isdecimal() and len(text) < 18 else None
    contact = own_contact(request, key_of(request.POST.get("contact", "")))
    run = None
    if given or run_id is not None:
        run, position = running.answer(found, run_id, given, contact, actor_of(request), request.now)
    else:
        position = scripts.walk(found, ())
    offered = position.step.answers if position.step else ()
    codes = [answer.code for _step, answer in position.path]
    context = {
        "script": found,
        "run": run,
        "position": position,
        "choices": [(n, answer, [*codes, answer.code]) for n, answer in enumerate(offered, start=1)],
        "back": codes[:-1] if codes else None,
        "fills": running.fills(position, store.current(request.now)),
        "contact": contact,
    }
    return render(request, "desk/_script.html", context)
