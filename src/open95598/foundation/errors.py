"""Refusals that a user can understand and a program can read.

A service raises one of these; the page shows its sentence, the API turns it into an RFC 9457 problem document
(``foundation.ui.problems``). ``detail`` may be a lazy gettext string; ``fields`` names each bad field with its reason.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refused(Exception):
    """A request that the house will not carry out; nothing was changed."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, detail: Any, *, fields: dict[str, Any] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}
        #: further members of the problem document, e.g. ``possible_actions``
        self.extra = extra

    def __str__(self) -> str:
        return str(self.detail)


class Invalid(Refused):
    """Bad input: ``fields`` says which and why."""

    status = 422
    code = "invalid"


class Forbidden(Refused):
    """The person may not do this."""

    status = 403
    code = "forbidden"


class NotFound(Refused):
    """Not there, or not for this person's eyes: the two are never told apart."""

    status = 404
    code = "not-found"


class Impossible(Refused):
    """The thing is in a state in which this cannot be done; ``extra["possible_actions"]`` names what can."""

    status = 409
    code = "impossible"


class Stale(Refused):
    """The caller's version is not the current one (``If-Match``)."""

    status = 412
    code = "stale"


class TooMany(Refused):
    """Rate or size limit; ``extra["retry_after"]`` in seconds where it helps."""

    status = 429
    code = "too-many"


class Unavailable(Refused):
    """A part that is needed is away for the moment."""

    status = 503
    code = "unavailable"
