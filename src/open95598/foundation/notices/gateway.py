"""The development SMS gateway: takes the messages that a telephone company would, and shows them on a page.

It speaks what ``adapters.sms`` speaks, over HTTP like any other, and takes a repeat of an id for what it is. It is
there in a demonstration or when debugging only.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from open95598.foundation.events.services import Said, say
from open95598.foundation.notices import config
from open95598.foundation.notices.models import DevSms
from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission

PAGE = 100
View = Callable[..., HttpResponseBase]


def development_only(view: View) -> View:
    """Answer 404 unless this is a demonstration or debugging."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not config.has_development_gateway():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def for_the_house(view: View) -> View:
    """Answer 401 without the token that the house's own messages carry."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        expected = f"Bearer {config.derived('dev-sms')}"
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
            return JsonResponse({"error": "unknown token"}, status=401)
        return view(request, *args, **kwargs)

    return guarded


@csrf_exempt
@require_POST
@development_only
@for_the_house
def receive(request: Any) -> HttpResponse:
    """Take ``{"id", "to", "text"}``; the same id again is the same message (200 either way)."""
    try:
        told = orjson.loads(request.body)
        ref, to, text = (str(told[name]) for name in ("id", "to", "text"))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return JsonResponse({"error": "id, to and text are needed"}, status=400)
    if not (0 < len(ref) <= 64 and 0 < len(to) <= 40):
        return JsonResponse({"error": "id or to is too long"}, status=422)
    with transaction.atomic():
        _sms, fresh = DevSms.objects.get_or_create(ref=ref, defaults={"to": to, "text": text, "at": request.now})
        if fresh:
            say([Said("dev.sms", "dev.sms", request.now, payload={"everybody": True})])
        else:
            DevSms.objects.filter(ref=ref).update(times=F("times") + 1)
    return JsonResponse({"id": ref, "status": "accepted"})


@require_safe
@development_only
@for_the_house
def status(request: Any, ref: str) -> HttpResponse:
    """Say whether a message was taken (404: it was not)."""
    if not DevSms.objects.filter(ref=ref).exists():
        return JsonResponse({"error": "unknown id"}, status=404)
    return JsonResponse({"id": ref, "status": "accepted"})


@require_safe
@development_only
@needs(Permission.OUTBOX_VIEW)
def page(request: Any) -> HttpResponse:
    """Show what was sent, to which number, newest first; the list fetches itself again when one arrives.

    Numbers and codes are other people's: for who may look at what leaves the house (administrators and leaders).
    """
    context = {"rows": DevSms.objects.order_by("-id")[:PAGE]}
    return render(request, "notices/_dev_sms_rows.html" if request.htmx else "notices/dev_sms.html", context)
