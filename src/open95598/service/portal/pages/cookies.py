"""The few things a browser remembers for a customer: all short-lived, out of reach of scripts, nothing personal.

``visit``: the token of a visit · ``challenge``: which code is awaited · ``done``: what the last page says, signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from pydantic import BaseModel, ValidationError

from open95598.service.portal.pages.jar import Jar

VISIT, CHALLENGE, DONE = "portal_visit", "portal_challenge", "portal_done"
JAR = Jar("/portal/", {VISIT: 30 * 60, CHALLENGE: 10 * 60, DONE: 60 * 60}, longest=4000)
put, get, forget = JAR.put, JAR.get, JAR.forget
_SALT = "open95598.portal.done"


def sealed(kind: str, value: BaseModel) -> str:
    """Return a value as the text of the ``done`` cookie."""
    return signing.dumps({"kind": kind, "value": value.model_dump(mode="json")}, salt=_SALT, compress=True)


def unsealed(text: str, models: Mapping[str, type[BaseModel]]) -> Any:
    """Return the value of a ``done`` cookie; None when it is not ours, or too old."""
    try:
        told = signing.loads(text, salt=_SALT, max_age=JAR.lives[DONE])
        return models[told["kind"]].model_validate(told["value"])
    except (signing.BadSignature, KeyError, TypeError, ValidationError):
        return None
