"""Bearer tokens of accounts: made once, kept as a digest, revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.foundation.people.models import ApiToken, Person
from open95598.foundation.people.policy import Permission

#: makes a leaked token recognisable to scanners
PREFIX = "o95_"
_TOUCH = timedelta(minutes=1)


def digest(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hex (tokens are random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_scopes(scopes: Iterable[str]) -> list[str]:
    """Return the scopes sorted, each once. Raises ``Invalid`` naming those that are no permission."""
    wanted = sorted(set(scopes))
    unknown = [s for s in wanted if s not in Permission]
    if unknown:
        raise Invalid(
            _("Unknown scope: %(scopes)s.") % {"scopes": ", ".join(unknown)},
            fields={"scopes": _("Choose from: %(known)s.") % {"known": ", ".join(sorted(Permission))}},
        )
    return wanted


def create(
    person: Person, name: str, scopes: Iterable[str], now: datetime, *, days: int | None = None
) -> tuple[ApiToken, str]:
    """Make a token of ``person`` and return its row and the token itself, which is never shown again.

    Empty ``scopes`` means all that the account may do; ``days`` limits its life. Raises ``Invalid``.
    """
    if not person.is_active:
        raise Invalid(_("This account is closed."), fields={"person": _("Choose an active account.")})
    if days is not None and not 1 <= days <= 3650:
        raise Invalid(_("A token lives 1 to 3650 days."), fields={"days": _("Give a number from 1 to 3650.")})
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=person,
        name=name.strip()[:80],
        digest=digest(token),
        scopes=checked_scopes(scopes),
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    return row, token


def find(token: str, now: datetime) -> ApiToken | None:
    """Return the row of a token that is good at ``now``, with its person; None for any other text.

    Its last use is noted, at most once a minute.
    """
    if not token.startswith(PREFIX) or len(token) > 200:
        return None
    row = (
        ApiToken.objects.select_related("person")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=digest(token), revoked_at=None)
        .filter(person__is_active=True)
        .first()
    )
    if row is not None and (row.last_used_at is None or now - row.last_used_at >= _TOUCH):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row
