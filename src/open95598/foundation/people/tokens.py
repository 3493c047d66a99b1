"""Bearer tokens of accounts: made once, kept as a digest, revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.people import record
from open95598.foundation.people.actors import HOUSE, Actor
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
    unknown = [s for s in wanted if s not in list(Permission)]
    if unknown:
        raise Invalid(
            _("Unknown scope: %(scopes)s.") % {"scopes": ", ".join(unknown)},
            fields={"scopes": _("Choose from: %(known)s.") % {"known": ", ".join(sorted(Permission))}},
        )
    return wanted


def create(
    person: Person,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    *,
    days: int | None = None,
    actor: Actor = HOUSE,
) -> tuple[ApiToken, str]:
    """Make a token of ``person`` and return its row and the token itself, which is never shown again.

    Empty ``scopes`` means all that the account may do; ``days`` limits its life. Raises ``Invalid``, ``Forbidden``.
    """
    _must_manage(actor, person)
    if not person.is_active:
        raise Invalid(_("This account is closed."), fields={"person": _("Choose an active account.")})
    if days is not None and not 1 <= days <= 3650:
        raise Invalid(_("A token lives 1 to 3650 days."), fields={"days": _("Give a number from 1 to 3650.")})
    kept = checked_scopes(scopes)
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        person = record.locked(person.pk)
        row = ApiToken.objects.create(
            person=person,
            name=name.strip()[:80],
            digest=digest(token),
            scopes=kept,
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        record.write(person, "person.token_made", actor, now,
                     {"token": row.pk, "name": row.name, "scopes": kept, "days": days})  # fmt: skip
    return row, token


def revoke(row: ApiToken, *, actor: Actor, now: datetime) -> None:
    """End a token at once. Raises ``Impossible``, ``Forbidden``."""
    _must_manage(actor, row.person)
    with transaction.atomic():
        person = record.locked(row.person_id)
        if not ApiToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now):
            raise Impossible(_("This token was revoked already."))
        record.write(person, "person.token_revoked", actor, now, {"token": row.pk, "name": row.name})


def _must_manage(actor: Actor, person: Person) -> None:
    if not actor.is_(person):
        actor.must(Permission.TOKEN_MANAGE, person.unit)


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
