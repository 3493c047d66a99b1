"""What all rooms' interfaces have alike: problem documents, answers with their version, headers."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Schema
from pydantic import ConfigDict

from open95598.foundation.errors import Invalid

IfMatch = Annotated[str, Header(alias="If-Match", max_length=40)]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


class Problem(Schema):
    """An RFC 9457 problem document. ``errors`` names each bad field with its reasons."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: dict[str, list[str]] = {}
    possible_actions: list[str] = []


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 412, 422, 429), Problem)


def answer(document: Any, status: int = 200, *, version: int | None = None) -> HttpResponse:
    """Return a JSON answer, with the case's version as its ETag when it has one."""
    response = HttpResponse(orjson.dumps(document), status=status, content_type="application/json")
    if version is not None:
        response["ETag"] = f'"{version}"'
    response["Cache-Control"] = "no-store"
    return response


def version_of(if_match: str) -> int | None:
    """Return the version that an ``If-Match`` header names; None for any. Raises ``Invalid``."""
    text = if_match.strip().removeprefix("W/").strip('"')
    if text in ("", "*"):
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid(
            _("Some fields need your attention."), fields={"If-Match": _("Give the version, a whole number.")}
        )
    return int(text)
