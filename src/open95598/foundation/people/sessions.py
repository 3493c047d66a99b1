"""The browsers in which people are signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session

from open95598.foundation.people.models import Person, SignedIn


def begin(request: Any, person: Person, now: datetime, method: str) -> None:
    """Note that ``person`` is signed in by this request's session (its key was cycled by the sign-in)."""
    session = request.session
    session["started_at"] = session["seen_at"] = now.isoformat()
    if session.session_key is None:
        session.save()
    SignedIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "person": person,
            "started_at": now,
            "seen_at": now,
            "address": client_address(request),
            "agent": request.headers.get("User-Agent", "")[:200],
            "method": method[:16],
        },
    )


def client_address(request: Any) -> str | None:
    """Return the address a request came from; lock-outs and the list of sessions use the same.

    Behind ``OPEN95598_PROXIES`` reverse proxies the entry that the outermost of them added to ``X-Forwarded-For``
    counts; what a client wrote there itself never does.
    """
    address = request.META.get("REMOTE_ADDR") or ""
    hops = settings.TRUSTED_PROXIES
    if hops:
        told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(told) >= hops:
            address = told[-hops]
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def end(rows: Iterable[SignedIn]) -> int:
    """End the sessions of these rows at once; return how many."""
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    return SignedIn.objects.filter(session_key__in=keys).delete()[0]


def end_all(person: Person, *, keep: str | None = None) -> int:
    """End all sessions of a person but the one with the key ``keep``; return how many."""
    return end(SignedIn.objects.filter(person=person).exclude(session_key=keep or ""))


def sweep(now: datetime) -> int:
    """Drop rows whose session is gone (it ran out, or its cookie was lost); return how many."""
    del now  # what is gone needs no clock
    living = Session.objects.values("session_key")
    return SignedIn.objects.exclude(session_key__in=living).delete()[0]
