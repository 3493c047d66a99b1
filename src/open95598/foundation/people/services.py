"""What other rooms and the edges do with people: one door to the commands of this room.

Every command takes ``actor`` (``people.actors``: a person with rights, or ``HOUSE``) and ``now``, checks the actor's
rights, and writes into the stream ``person/<id>`` of the journal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from open95598.foundation.people import tokens
from open95598.foundation.people.actors import HOUSE, Actor
from open95598.foundation.people.models import ApiToken, Person
from open95598.foundation.people.passwords import change_own as change_own_password
from open95598.foundation.people.passwords import drop_second_factor
from open95598.foundation.people.passwords import reset as reset_password
from open95598.foundation.people.roles import assign_role, delegate, end_delegation, end_role
from open95598.foundation.people.staff import change, hire, leave, prefer
from open95598.foundation.people.tokens import revoke as revoke_token

__all__ = [
    "HOUSE", "Actor", "assign_role", "change", "change_own_password", "delegate", "drop_second_factor",
    "end_delegation", "end_role", "hire",
    "leave", "make_token", "person_for_token", "prefer", "reset_password", "revoke_token",
]  # fmt: skip


def make_token(
    person: Person,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    *,
    days: int | None = None,
    actor: Actor = HOUSE,
) -> str:
    """Make an API token of ``person`` and return it: the only time it can be read. Raises ``Invalid``, ``Forbidden``.

    One's own tokens, or those of people at units where one holds ``token.manage``.
    """
    return tokens.create(person, name, scopes, now, days=days, actor=actor)[1]


def person_for_token(token: str, now: datetime) -> ApiToken | None:
    """Return the row of a good token (``.person``, ``.scopes``), or None."""
    return tokens.find(token, now)
