"""The customer's pages of the chat. Everything works without a script; with one it is live."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.files import store as files
from open95598.foundation.ui import problems
from open95598.service.chat import cookies, customer, feed, lines, proofs, sweeping, transcript
from open95598.service.chat.models import Chat
from open95598.service.portal.pages import layout
from open95598.service.portal.pages.layout import public, within_limit

FIELDS = ("topic", "name", "phone", "email", "text", "place")


def _chat(request: HttpRequest) -> Chat | None:
    return customer.find(cookies.token_of(request), layout.moment(request))


def _in_place(request: HttpRequest) -> bool:
    return "json" in request.headers.get("Accept", "")


@require_safe
@public
def chat(request: HttpRequest) -> HttpResponse:
    """Show the conversation of this browser, or the form with which one begins."""
    row, now = _chat(request), layout.moment(request)
    if row is None:
        return _begin_page(request, {})
    sweeping.sweep(now)
    return _page(request, customer.seen(customer.must(_chat(request)), row.last, row.last, False, now))


def _page(request: HttpRequest, row: Chat, refusal: Refused | None = None) -> HttpResponse:
    now = layout.moment(request)
    rows = transcript.all_lines(row, notes=False)
    context = feed.stands(row, now) | {
        "lines": feed.dress(row, rows, desk=False),
        "desk": False,
        "last": rows[-1].seq if rows else 0,
        "key": secrets.token_urlsafe(18),
        "leave_key": secrets.token_urlsafe(18),
        "longest": lines.LONGEST,
        "problem": layout.told(refusal) if refusal else "",
        "errors": refusal.fields if refusal else {},
        "given": {"name": row.contact.name, "phone": row.contact.phone}
        | {name: request.POST[name] for name in FIELDS if name in request.POST},
        "proof_asked": row.proofs.exists() and not row.proved,
    }
    return layout.page(request, "chat/customer.html", context, refusal.status if refusal else 200)


def _begin_page(request: HttpRequest, errors: dict[str, Any], refusal: Refused | None = None) -> HttpResponse:
    now = layout.moment(request)
    context = feed.beginning(now) | {
        "errors": errors,
        "given": {name: request.POST.get(name, "") for name in FIELDS},
        "leave_key": secrets.token_urlsafe(18),
        "longest": lines.LONGEST,
        "problem": layout.told(refusal) if refusal else "",
    }
    return layout.page(request, "chat/begin.html", context, refusal.status if refusal else 200)


def _given(request: HttpRequest) -> dict[str, str]:
    told = {name: request.POST.get(name, "")[:8000] for name in FIELDS}
    return told | {"language": layout.language(request)}


@require_POST
@public
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a conversation; one that goes on already is shown."""
    row, now = _chat(request), layout.moment(request)
    if row is not None and lines.is_live(row):
        return redirect("chat:customer")
    within_limit(request, "chat")
    try:
        _row, token = customer.begin(_given(request), request.META.get("REMOTE_ADDR", ""), now)
    except Refused as refusal:
        return _begin_page(request, refusal.fields, refusal)
    return cookies.remember(request, redirect("chat:customer"), token)


@require_safe
@public
def fetch(request: HttpRequest) -> HttpResponse:
    """Give what came after a line; how far the page has got, and whether they write, come along."""
    within_limit(request, "chat_line")
    now = layout.moment(request)
    row = customer.must(_chat(request))
    told = {name: feed.number(request.GET.get(name, "")) for name in ("after", "read", "writing")}
    sweeping.sweep(now)
    row = customer.seen(customer.must(_chat(request)), told["after"], told["read"], bool(told["writing"]), now)
    return JsonResponse(feed.of_customer(request, row, told["after"], now))


def _answer(request: HttpRequest, row: Chat) -> HttpResponse:
    """Answer what was sent: with the lines since, or with the page."""
    if not _in_place(request):
        return redirect("chat:customer")
    fresh = customer.must(_chat(request)) if row.ended_at is None else row
    return JsonResponse(
        feed.of_customer(request, fresh, feed.number(request.POST.get("after", "")), layout.moment(request))
    )


def _refused(request: HttpRequest, row: Chat, refusal: Refused) -> HttpResponse:
    """Say why something was not taken: in place as a problem document with its fields."""
    if not _in_place(request):
        return _page(request, row, refusal)
    reasons = [str(reason) for reason in refusal.fields.values()]
    detail = " ".join(reasons) if isinstance(refusal, Invalid) and reasons else layout.told(refusal)
    return problems.document(request, refusal.status, detail)


def _send(request: HttpRequest, act: Any) -> HttpResponse:
    within_limit(request, "chat_line")
    row = customer.must(_chat(request))
    try:
        act(row, layout.moment(request))
    except Refused as refusal:
        return _refused(request, row, refusal)
    return _answer(request, row)


@require_POST
@public
def say(request: HttpRequest) -> HttpResponse:
    """Write a line. The same key is the same line, however often it is sent."""
    told = request.POST
    return _send(request, lambda row, now: customer.say(row, told.get("key", ""), told.get("text", ""), now))


@require_POST
@public
def send_file(request: HttpRequest) -> HttpResponse:
    """Send a file."""
    upload = request.FILES.get("file")
    return _send(request, lambda row, now: customer.send_file(row, request.POST.get("key", ""), upload, now))


@require_POST
@public
def end(request: HttpRequest) -> HttpResponse:
    """End the conversation."""
    customer.end(customer.must(_chat(request)), layout.moment(request))
    return redirect("chat:customer")


@require_POST
@public
def rate(request: HttpRequest) -> HttpResponse:
    """Rate the conversation that ended."""
    row = customer.must(_chat(request))
    try:
        customer.rate(
            row, feed.number(request.POST.get("rating", "")), request.POST.get("text", ""), layout.moment(request)
        )
    except Refused as refusal:
        return _page(request, row, refusal)
    return redirect("chat:customer")


@require_POST
@public
def leave(request: HttpRequest) -> HttpResponse:
    """Leave a message instead of waiting, or while nobody is at the desk."""
    within_limit(request, "report")
    row, address = _chat(request), request.META.get("REMOTE_ADDR", "")
    row = row if row is not None and lines.is_live(row) else None
    try:
        done, token = customer.leave(row, _given(request), request.POST.get("key", ""), address, layout.moment(request))
    except Refused as refusal:
        fields = {{"contact_phone": "phone", "description": "text"}.get(n, n): r for n, r in refusal.fields.items()}
        refusal.fields = fields
        return _page(request, row, refusal) if row is not None else _begin_page(request, fields, refusal)
    response = redirect("chat:customer")
    return cookies.remember(request, response, token) if token and done else response


@require_POST
@public
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the code that confirms a phone, or give it."""
    row, now = customer.must(_chat(request)), layout.moment(request)
    within_limit(request, "code")
    try:
        if "code" in request.POST:
            proofs.give(row, request.POST["code"][:16], now)
        else:
            proofs.ask(row, request.POST.get("phone", "")[:32], now)
    except Refused as refusal:
        return _page(request, row, refusal)
    return redirect("chat:customer")


@require_safe
@public
def own_file(request: HttpRequest, seq: int) -> HttpResponse:
    """Give a file of one's own conversation."""
    line = lines.file_of(customer.must(_chat(request)), seq)
    return files.response(line.sha256, line.name, line.media_type)  # type: ignore[return-value]


@require_safe
@public
def download(request: HttpRequest) -> HttpResponse:
    """Give what was written as a text."""
    row = customer.must(_chat(request))
    answer = HttpResponse(
        transcript.text(transcript.all_lines(row, notes=False)), content_type="text/plain; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="chat-{row.opened_at:%Y%m%d}.txt"'
    return answer


@require_POST
@public
def again(request: HttpRequest) -> HttpResponse:
    """Forget the conversation that ended, so that another one can begin (or nobody reads it on a shared phone)."""
    row = _chat(request)
    response = redirect("chat:customer")
    if row is None or not lines.is_live(row):
        cookies.forget(response)
    return response
