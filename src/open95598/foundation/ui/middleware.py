"""Turns a refusal raised in a view into a page, a fragment or a problem document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse

from open95598.foundation.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class refusals_middleware:  # noqa: N801  (named like the functions beside it in MIDDLEWARE)
    """Answers a ``Refused`` with its status and an RFC 9457 document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer for a refusal; anything else goes on to Django."""
        if not isinstance(exception, Refused):
            return None
        body = {
            "type": "about:blank",
            "title": exception.code,
            "status": exception.status,
            "detail": str(exception.detail),
            "fields": {name: str(reason) for name, reason in exception.fields.items()},
        }
        return JsonResponse(body, status=exception.status, content_type="application/problem+json")
