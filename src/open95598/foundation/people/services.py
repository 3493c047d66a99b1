"""What other rooms and the edges do with people: one door to the commands of this room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from open95598.foundation.people import tokens
from open95598.foundation.people.models import ApiToken, Person


def make_token(person: Person, name: str, scopes: Iterable[str], now: datetime, *, days: int | None = None) -> str:
    """Make an API token of ``person`` and return it: the only time it can be read. Raises ``Invalid``."""
    return tokens.create(person, name, scopes, now, days=days)[1]


def person_for_token(token: str, now: datetime) -> ApiToken | None:
    """Return the row of a good token (``.person``, ``.scopes``), or None."""
    return tokens.find(token, now)
