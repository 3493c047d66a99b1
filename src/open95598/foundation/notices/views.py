"""The bell, one's notices, and the messages that left the house."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from open95598.foundation.errors import NotFound
from open95598.foundation.notices import hooks, queries, services
from open95598.foundation.notices.models import Channel, MessageState, Notice
from open95598.foundation.people.decorators import needs, signed_in
from open95598.foundation.people.policy import Permission

PAGE = 50
#: the bell shows this many at most
MANY = 99


@require_safe
@signed_in
def bell(request: Any) -> HttpResponse:
    """Give the bell of the top bar: how many notices are unread."""
    count = queries.unread(request.user.pk, MANY)
    response = render(request, "notices/_bell.html", {"count": count, "many": MANY, "more": count > MANY})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@signed_in
def mine(request: Any) -> HttpResponse:
    """List one's notices, newest first; ``?unread=1`` and ``?before=`` in the URL."""
    only_unread = request.GET.get("unread") == "1"
    rows = queries.notices(request.user.pk, PAGE + 1, _number(request.GET.get("before")), only_unread=only_unread)
    more = {"before": rows[PAGE - 1].pk} | ({"unread": 1} if only_unread else {}) if len(rows) > PAGE else {}
    context = {
        "rows": rows[:PAGE],
        "unread": queries.unread(request.user.pk, 999),
        "only_unread": only_unread,
        "next": urlencode(more),
    }
    return render(request, "notices/_rows.html" if request.htmx else "notices/list.html", context)


@require_safe
@signed_in
def follow(request: Any, notice_id: int) -> HttpResponse:
    """Mark one's notice as read and go to its case (or back to the list when it has none)."""
    notice = _own(request, notice_id)
    services.read(request.user.pk, request.now, [notice.pk])
    address = hooks.case_address(notice.case_id) if notice.case_id is not None else None
    return redirect(address or reverse("notices:list"))


@require_POST
@signed_in
def read_one(request: Any, notice_id: int) -> HttpResponse:
    """Mark one's notice as read and give its row again."""
    notice = _own(request, notice_id)
    services.read(request.user.pk, request.now, [notice.pk])
    notice.refresh_from_db()
    return render(request, "notices/_row.html", {"notice": notice})


@require_POST
@signed_in
def read_all(request: Any) -> HttpResponse:
    """Mark all of one's notices as read."""
    services.read(request.user.pk, request.now)
    return redirect("notices:list")


@require_safe
@needs(Permission.OUTBOX_VIEW)
def sent(request: Any) -> HttpResponse:
    """List messages, masked, newest first; ``?channel=``, ``?state=``, ``?before=`` in the URL."""
    channel, state = request.GET.get("channel", ""), request.GET.get("state", "")
    size = getattr(request, "rows_wanted", PAGE)
    rows = queries.messages(size + 1, _number(request.GET.get("before")), channel, state)
    more = {"channel": channel, "state": state, "before": rows[size - 1].message.pk} if len(rows) > size else {}
    context = {
        "rows": rows[:size],
        "channels": Channel.choices,
        "states": MessageState.choices,
        "channel": channel,
        "state": state,
        "next": urlencode(more),
        "may_reveal": request.rights.anywhere(Permission.PERSONAL_REVEAL),
    }
    return render(request, "notices/sent.html", context)


@require_POST
@needs(Permission.PERSONAL_REVEAL)
def reveal(request: Any, message_id: int) -> HttpResponse:
    """Give a message's row in full to somebody who may see both messages and personal data; it is written down."""
    if not request.rights.anywhere(Permission.OUTBOX_VIEW):
        raise NotFound(_("There is no such message."))
    message = services.reveal(message_id, request.now, actor_id=request.user.pk, actor_name=request.user.name)
    response = render(request, "notices/_message.html", {"row": queries.masked(message), "revealed": True})
    response["Cache-Control"] = "no-store"
    return response


def _own(request: Any, notice_id: int) -> Notice:
    notice = Notice.objects.filter(pk=notice_id, person_id=request.user.pk).first()
    if notice is None:
        raise NotFound(_("There is no such notice."))
    return notice


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
