"""How an API request says who it is: a bearer token, or the session of a browser (then with the CSRF token).

Both set ``request.user`` and ``request.rights``; a token's scopes narrow the rights.
"""

from __future__ import annotations

from typing import Any

from ninja.security import APIKeyCookie, HttpBearer

from open95598.foundation.people import rights, services
from open95598.foundation.people.models import Person


class Bearer(HttpBearer):
    """``Authorization: Bearer o95_…``."""

    def authenticate(self, request: Any, token: str) -> Person | None:
        """Return the token's person, with ``request.rights`` narrowed to its scopes; None is a 401."""
        row = services.person_for_token(token, request.now)
        if row is None:
            return None
        request.user = row.person
        request.rights = rights.load(row.person, request.now, scopes=row.scopes)
        request.token = row
        return row.person


class Browser(APIKeyCookie):
    """The session cookie of somebody who is signed in; ninja checks the CSRF token of writes."""

    param_name = "sessionid"

    def _get_key(self, request: Any) -> str | None:
        """Return the session's key; only a session that is somebody's is asked for its CSRF token (a stranger: 401)."""
        return super()._get_key(request) if request.user.is_authenticated else None

    def authenticate(self, request: Any, key: str | None) -> Person | None:
        """Return the person of the session, or None."""
        return request.user if request.user.is_authenticated else None


#: what the API is mounted with: ``NinjaAPI(auth=AUTH)``
AUTH = [Bearer(), Browser()]
