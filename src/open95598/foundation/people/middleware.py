"""Sets ``request.now`` and ``request.rights``, keeps a session within its limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from open95598.foundation import clock
from open95598.foundation.people import gate, rights
from open95598.foundation.people.models import SignedIn
from open95598.foundation.people.policy import Rights

#: who nobody is: holds nothing anywhere
NOBODY = Rights(person_id=0)
#: a session's last use is written at most this often
_TOUCH = timedelta(minutes=1)


def rights_middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[Any], HttpResponseBase]:
    """Give every request its time and, when first asked, its person's rights (at most two queries, once)."""

    def handle(request: Any) -> HttpResponseBase:
        request.now = clock.now()
        request.rights = SimpleLazyObject(lambda: _rights(request))
        if "_auth_user_id" in request.session:
            _keep_session(request)
        if "_auth_user_id" in request.session and (held := gate.hold(request)):
            return held
        return get_response(request)

    return handle


def _rights(request: Any) -> Rights:
    person = request.user
    return rights.load(person, request.now) if person.is_authenticated else NOBODY


def _keep_session(request: Any) -> None:
    """End a session that was idle too long or is too old (``SESSION_IDLE``, ``SESSION_ABSOLUTE``); note its use."""
    now: datetime = request.now
    session = request.session
    started = _told(session.get("started_at")) or now
    seen = _told(session.get("seen_at")) or now
    idle, absolute = settings.SESSION_IDLE, settings.SESSION_ABSOLUTE
    if (idle and now - seen >= idle) or (absolute and now - started >= absolute):
        SignedIn.objects.filter(session_key=session.session_key).delete()
        logout(request)
        request.session_expired = True
        return
    if "seen_at" not in session or now - seen >= _TOUCH:
        session.setdefault("started_at", now.isoformat())
        session["seen_at"] = now.isoformat()
        SignedIn.objects.filter(session_key=session.session_key).update(seen_at=now)


def _told(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
