"""From the hall into the chat: whoever is signed in need not say once more who they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from open95598.foundation.errors import Refused
from open95598.service.chat import cookies, customer, feed
from open95598.service.hall.layout import page, signed_in
from open95598.service.hall.signing import Guest
from open95598.service.portal.pages.layout import language, moment, told, within_limit


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def chat(request: HttpRequest, guest: Guest) -> HttpResponse:
    """Show the form of a conversation, or begin one as the customer who is signed in."""
    now, problem, status = moment(request), "", 200
    if request.method == "POST":
        within_limit(request, "chat")
        known = customer.Known(guest.customer, guest.account, guest.visit.phone)
        said = {"topic": request.POST.get("topic", "")[:64], "language": language(request)}
        try:
            _row, token = customer.begin(said, request.META.get("REMOTE_ADDR", ""), now, known=known)
        except Refused as refusal:
            problem, status = told(refusal), refusal.status
        else:
            return cookies.remember(request, redirect("chat:customer"), token)
    context = feed.beginning(now) | {"problem": problem, "here": "chat", "given": {}}
    return page(request, guest, "hall/chat.html", context, status)
