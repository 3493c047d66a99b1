"""The few things a browser remembers for a customer: all short-lived, out of reach of scripts, nothing personal.

``visit``: the token of a visit · ``challenge``: which code is awaited · ``done``: what the last page says, signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ValidationError

VISIT, CHALLENGE, DONE = "portal_visit", "portal_challenge", "portal_done"
PATH = "/portal/"
#: seconds
LIVES = {VISIT: 30 * 60, CHALLENGE: 10 * 60, DONE: 60 * 60}
_SALT = "open95598.portal.done"


def put(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Let the browser remember a value for as long as it counts."""
    response.set_cookie(
        name, value, max_age=LIVES[name], path=PATH, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def get(request: HttpRequest, name: str) -> str:
    """Return what the browser remembers; "" when nothing."""
    return request.COOKIES.get(name, "")[:4000]


def forget(response: HttpResponse, *names: str) -> None:
    """Let the browser forget."""
    for name in names:
        response.delete_cookie(name, path=PATH, samesite="Lax")


def sealed(kind: str, value: BaseModel) -> str:
    """Return a value as the text of the ``done`` cookie."""
    return signing.dumps({"kind": kind, "value": value.model_dump(mode="json")}, salt=_SALT, compress=True)


def unsealed(text: str, models: Mapping[str, type[BaseModel]]) -> Any:
    """Return the value of a ``done`` cookie; None when it is not ours, or too old."""
    try:
        told = signing.loads(text, salt=_SALT, max_age=LIVES[DONE])
        return models[told["kind"]].model_validate(told["value"])
    except (signing.BadSignature, KeyError, TypeError, ValidationError):
        return None
