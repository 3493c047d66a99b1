"""Who sits behind a browser's session, asked outside a request. Runs in threads; gives its connection back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections

from open95598.foundation import clock
from open95598.foundation.people import rights as people_rights
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Rights

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sitter:
    """A signed-in person and what they may do now."""

    person_id: int
    rights: Rights


def who(session_key: str) -> Sitter | None:
    """Return the person of a session with their present rights; None when it has ended or was never one."""
    now = clock.now()
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if "_auth_user_id" not in session or _over(session, now):
        return None
    # get_user also checks that the password is still the one the session began with
    person: Any = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    if not isinstance(person, Person) or not person.is_active:
        return None
    return Sitter(person.pk, people_rights.load(person, now))


def _over(session: Any, now: datetime) -> bool:
    """Say whether the session was idle too long or is too old (the pages' middleware ends it at the next request)."""
    for key, limit in (("seen_at", settings.SESSION_IDLE), ("started_at", settings.SESSION_ABSOLUTE)):
        told = session.get(key)
        if limit and told and now - datetime.fromisoformat(told) > limit:
            return True
    return False


def and_close(work: Callable[..., T]) -> Callable[..., T]:
    """Let a function that runs in a thread of the loop give its database connection back when it is done."""

    def run(*args: Any) -> T:
        try:
            return work(*args)
        finally:
            connections.close_all()

    return run
