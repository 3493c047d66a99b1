"""The desk's pages of the chat: what waits, a conversation, its acts; fragments for what is live."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from open95598.casework.actors import Actor
from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.files import store as files
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import problems
from open95598.service.chat import canned, desk, feed, lines, pages, queries, sweeping
from open95598.service.chat.models import Chat
from open95598.service.contacts import services as contacts


def actor_of(request: Any) -> Actor:
    """Return who acts on a page."""
    return Actor.of(request.user, request.rights, "page")


def _topic(request: Any) -> str:
    return str(request.GET.get("topic") or request.POST.get("topic") or "")[:64].replace("\x00", "")


@needs(Permission.CASE_ANSWER)
@require_GET
def start(request: Any) -> HttpResponse:
    """Show what waits and what one leads."""
    sweeping.sweep(request.now)
    desk.present(request.user.pk, request.now)
    context = pages.queue(request.rights, request.user, request.now, topic=_topic(request))
    return render(request, "chat/desk.html", context)


@needs(Permission.CASE_ANSWER)
@require_GET
def queue(request: Any) -> HttpResponse:
    """Give the left side anew: what waits, what one leads."""
    sweeping.sweep(request.now)
    desk.present(request.user.pk, request.now)
    current = request.GET.get("current", "")[:20]
    context = pages.queue(request.rights, request.user, request.now, topic=_topic(request), current=current)
    return render(request, "chat/_queue.html", context)


@needs(Permission.CASE_ANSWER)
@require_GET
def strip(request: Any) -> HttpResponse:
    """Give the strip of one's own chats with what is unread; it also says that their agent is there."""
    rows = queries.mine(request.user.pk)
    if rows:
        desk.present(request.user.pk, request.now)
    return render(request, "chat/_strip.html", {"answers": True, "chats": rows})


@needs(Permission.CASE_ANSWER)
@require_POST
def away(request: Any) -> HttpResponse:
    """Hear that a page of the chat was closed; another one that opens soon says that the agent is there after all."""
    desk.away(request.user.pk, request.now)
    return HttpResponse(status=204)


@needs(Permission.CASE_ANSWER)
@require_POST
def take_next(request: Any) -> HttpResponse:
    """Take the chat that waits longest."""
    try:
        row = desk.take_next(actor_of(request), request.user, request.now, topic=_topic(request))
    except Refused as refusal:
        messages.error(request, str(refusal.detail))
        return redirect("chat:desk")
    if row is None:
        messages.info(request, _("Nobody waits, or for colleagues with the skill: you can still choose one."))
        return redirect("chat:desk")
    return redirect("chat:chat", row.contact.code)


@needs(Permission.CASE_VIEW)
@require_GET
def chat(request: Any, code: str) -> HttpResponse:
    """Show a conversation: what was written, who it is, what can be done."""
    row = queries.get(request.rights, code)
    if row.contact.owner_id == request.user.pk:
        desk.present(request.user.pk, request.now)
        row = desk.seen(row, row.last, False, request.now)
    return _page(request, queries.get(request.rights, code))


def _page(request: Any, row: Chat, refusal: Refused | None = None, *, shown: bool = False) -> HttpResponse:
    page = pages.ChatPage(row, request.rights, request.user, request.now, plain=shown)
    context = {
        "page": page,
        "chat": row,
        "lines": page.lines,
        "desk": True,
        "writes": False,
        "key": secrets.token_urlsafe(18),
        "longest": lines.LONGEST,
        "errors": refusal.fields if refusal else {},
        "problem": refusal.detail if refusal else "",
        "given": request.POST,
    }
    if request.rights.anywhere(Permission.CASE_ANSWER):
        context |= pages.queue(request.rights, request.user, request.now, current=page.code)
    return render(request, "chat/chat.html", context, status=refusal.status if refusal else 200)


@needs(Permission.CASE_VIEW)
@require_GET
def fetch(request: Any, code: str) -> HttpResponse:
    """Give what came after a line to whoever leads the chat; how far the page showed it comes along."""
    row = desk.own(queries.get(request.rights, code), actor_of(request))
    desk.present(request.user.pk, request.now)
    row = desk.seen(row, feed.number(request.GET.get("read", "")), bool(request.GET.get("writing")), request.now)
    return JsonResponse(feed.of_desk(row, feed.number(request.GET.get("after", "")), request.now))


def _send(request: Any, code: str, act: Any) -> HttpResponse:
    """Do what was sent and answer with the lines since; in a browser without a script with the page."""
    row = queries.get(request.rights, code)
    in_place = "json" in request.headers.get("Accept", "")
    try:
        act(row, actor_of(request))
    except desk.Ill as ill:
        if not in_place:
            return _page(request, row, ill)
        words = render(request, "workorders/_coach.html", {"advice": ill.advice}).content.decode()
        return problems.document(request, ill.status, str(ill.detail), extra={"advice": words})
    except Refused as refusal:
        if not in_place:
            return _page(request, row, refusal)
        reasons = [str(reason) for reason in refusal.fields.values()]
        detail = " ".join(reasons) if isinstance(refusal, Invalid) and reasons else str(refusal.detail)
        return problems.document(request, refusal.status, detail or _("That was too much at once."))
    if not in_place:
        return redirect("chat:chat", row.contact.code)
    desk.present(request.user.pk, request.now)
    fresh = queries.get(request.rights, code)
    return JsonResponse(feed.of_desk(fresh, feed.number(request.POST.get("after", "")), request.now))


@needs(Permission.CASE_ANSWER)
@require_POST
def say(request: Any, code: str) -> HttpResponse:
    """Write to the customer, or a note for the desk only (``note``); the same key is the same line."""
    key, text, sure = request.POST.get("key", ""), request.POST.get("text", ""), bool(request.POST.get("sure"))
    if request.POST.get("note"):
        return _send(request, code, lambda row, actor: desk.note(row, actor, key, text, request.now))
    return _send(request, code, lambda row, actor: desk.say(row, actor, key, text, request.now, sure=sure))


@needs(Permission.CASE_ANSWER)
@require_POST
def send_file(request: Any, code: str) -> HttpResponse:
    """Send the customer a file."""
    key, upload = request.POST.get("key", ""), request.FILES.get("file")
    return _send(request, code, lambda row, actor: desk.send_file(row, actor, key, upload, request.now))


@needs(Permission.CASE_ANSWER)
@require_POST
def take(request: Any, code: str) -> HttpResponse:
    """Take a chat that waits."""
    row = queries.get(request.rights, code)
    try:
        desk.take(row, actor_of(request), request.user, request.now)
    except Refused as refusal:
        return _page(request, queries.get(request.rights, code), refusal)
    return redirect("chat:chat", row.contact.code)


@needs(Permission.CASE_ANSWER)
@require_POST
def hand(request: Any, code: str) -> HttpResponse:
    """Hand it over: ``to`` is ``p<id>`` (an agent) or ``u<id>`` (a group), ``note`` what they should know."""
    row, to, words = queries.get(request.rights, code), request.POST.get("to", ""), request.POST.get("note", "")
    actor = actor_of(request)
    try:
        if to.startswith("u"):
            page = pages.ChatPage(row, request.rights, request.user, request.now)
            unit = next((unit for unit in page.groups if str(unit.pk) == to[1:]), None)
            if unit is None:
                raise Invalid(_("Some fields need your attention."), fields={"to": _("Choose a group.")})
            desk.hand_on(row, actor, unit, words, request.now)
            name = unit.name
        else:
            agent = desk.agent_of(to[1:], request.now, row.contact.unit)
            desk.hand_to(row, actor, agent, words, request.now)
            name = agent.name
    except Refused as refusal:
        return _page(request, queries.get(request.rights, code), refusal)
    messages.success(request, _("Handed over to %(name)s.") % {"name": name})
    return redirect("chat:desk")


@needs(Permission.CASE_ANSWER)
@require_POST
def end(request: Any, code: str) -> HttpResponse:
    """End it with what came of it."""
    row = queries.get(request.rights, code)
    try:
        done = bool(request.POST.get("done"))
        desk.end(row, actor_of(request), request.POST.get("outcome", ""), request.now, done=done)
    except Refused as refusal:
        return _page(request, queries.get(request.rights, code), refusal)
    return redirect("chat:desk") if done else redirect("contacts:contact", row.contact.code)


@needs(Permission.CASE_OPEN)
@require_GET
def register(request: Any, code: str) -> HttpResponse:
    """Lead to the seat's form with what the customer wrote already in it."""
    row = desk.own(queries.get(request.rights, code), actor_of(request))
    desk.keep_words(row, actor_of(request), request.now)
    return redirect(f"{reverse('workorders:register')}?{urlencode({'contact': row.contact.code})}")


@needs(Permission.PERSONAL_REVEAL)
@require_POST
def reveal(request: Any, code: str) -> HttpResponse:
    """Show what is personal of it, written down with the reason."""
    row = queries.get(request.rights, code)
    try:
        contacts.show(row.contact, actor_of(request), request.POST.get("why", ""), request.now)
    except Refused as refusal:
        return _page(request, row, refusal)
    return _page(request, row, shown=True)


@needs(Permission.CASE_ANSWER)
@require_GET
def ready(request: Any) -> HttpResponse:
    """Give the ready answers that fit what is typed (``q``), for the customer's language (``in``)."""
    language = request.GET.get("in", "") or get_language() or ""
    found = canned.find(request.rights, request.GET.get("q", ""), "en" if language == "en" else "zh", request.now)
    return render(request, "chat/_ready.html", {"found": found})


@needs(Permission.CASE_VIEW)
@require_GET
def file(request: Any, code: str, seq: int) -> HttpResponse:
    """Give a file of a chat to whoever leads it; others are shown who it was first, with a reason."""
    row = desk.own(queries.get(request.rights, code), actor_of(request))
    line = lines.file_of(row, seq)
    return files.response(line.sha256, line.name, line.media_type)  # type: ignore[return-value]
