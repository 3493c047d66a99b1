"""RFC 9457 problem documents: what the API, and every htmx request, is told when something is refused."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from open95598.foundation.errors import Refused
from open95598.foundation.ui import badinput

MEDIA_TYPE = "application/problem+json"

#: members that the standard, or this house, defines; a refusal's extra may not overwrite them
_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "errors"})


def title_of(status: int) -> str:
    """Return the short name of a kind of problem, in the active language."""
    titles = {
        400: gettext("The request cannot be understood"),
        401: gettext("Please sign in"),
        403: gettext("Not permitted"),
        404: gettext("Not found"),
        405: gettext("Not offered here"),
        409: gettext("Not possible now"),
        412: gettext("Changed in the meantime"),
        413: gettext("Too large"),
        422: gettext("Some fields need attention"),
        429: gettext("Too many requests"),
        500: gettext("Something broke on our side"),
        503: gettext("Not available at the moment"),
    }
    return titles.get(status) or titles[400 if status < 500 else 500]


def document(
    request: HttpRequest, status: int, detail: Any = "", *, code: str = "about:blank",
    errors: dict[str, Any] | None = None, extra: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return a problem document. ``errors`` maps a field's name to its reasons; ``extra`` adds members."""
    body: dict[str, Any] = {
        "type": code if code == "about:blank" else f"urn:open95598:problem:{code}",
        "title": title_of(status),
        "status": status,
        "detail": str(detail or title_of(status)),
        "instance": request.path,
    }
    if errors:
        body["errors"] = {name: [str(r) for r in _listed(reasons)] for name, reasons in errors.items()}
    body.update({k: v for k, v in (extra or {}).items() if k not in _RESERVED})
    response = HttpResponse(
        orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS), status=status, content_type=MEDIA_TYPE
    )
    if retry_after := (extra or {}).get("retry_after"):
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _listed(reasons: Any) -> list[Any]:
    return list(reasons) if isinstance(reasons, (list, tuple)) else [reasons]


def of_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the problem document of a refusal."""
    return document(
        request, refusal.status, refusal.detail, code=refusal.code, errors=refusal.fields, extra=refusal.extra
    )


def not_offered(request: HttpRequest, allowed: str) -> HttpResponse:
    """Return the problem document for a method that an address does not know; ``allowed``: those that it does."""
    detail = gettext("This address takes %(methods)s only.") % {"methods": allowed}
    response = document(request, 405, detail, code="not-offered")
    response["Allow"] = allowed
    return response


def _field(loc: Any) -> str:
    """Return the name of a field for ninja's location (``("body", "data", "phone")`` → ``phone``)."""
    parts = [str(p) for p in loc]
    return ".".join(parts[2:] or parts[1:] or parts)


def install(api: Any) -> None:
    """Give a ``NinjaAPI`` the house's answers: refusals, missing things, rights, authentication and bad input."""
    from ninja.errors import AuthenticationError, HttpError, ValidationError

    def refused(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, Refused)
        return of_refusal(request, error)

    def invalid(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, ValidationError)
        if any(badinput.is_whole_body(found) for found in error.errors):
            return of_refusal(request, Refused(gettext("The body must be a JSON object.")))
        fields: dict[str, list[str]] = {}
        for found in error.errors:
            fields.setdefault(_field(found.get("loc", ())), []).append(badinput.reason(found))
        return document(request, 422, code="invalid", errors=fields)

    def http(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, HttpError)
        if error.status_code == 400:  # the parser of bodies is the only one that says so
            return of_refusal(request, Refused(gettext("The body is not JSON.")))
        return document(request, error.status_code, str(error))

    def unauthenticated(request: HttpRequest, _error: Exception) -> HttpResponse:
        response = document(request, 401, gettext("A valid token is needed."), code="unauthenticated")
        response["WWW-Authenticate"] = "Bearer"
        return response

    def missing(request: HttpRequest, _error: Exception) -> HttpResponse:
        return document(request, 404, code="not-found")

    def denied(request: HttpRequest, error: Exception) -> HttpResponse:
        return document(request, 403, str(error), code="forbidden")

    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(AuthenticationError, unauthenticated)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(PermissionDenied, denied)
