"""What a webhook says: an outage in the fields of the public feed, the challenge, a test call. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from open95598.service.outagenotices import feeds
from open95598.service.outagenotices.sources import Shown

#: the types of calls that tell of no outage
CHALLENGE, TEST = "webhook.challenge", "webhook.test"


def envelope(type_: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return the body of a call (JSON): ``type``, ``timestamp`` (UTC), ``data``."""
    moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return json.dumps({"type": type_, "timestamp": moment, "data": data}, ensure_ascii=False)


def outage(what: str, shown: Shown, at: datetime, language: str, *, place: bool, out: str) -> str:
    """Return the body that tells of an outage; ``out``: the address where one POST ends it.

    ``place`` False leaves out where it is and how many it concerns.
    """
    if not place:
        shown = replace(shown, told=replace(shown.told, scope="", scope_en="", line=""), points=0)
    return envelope(f"outage.{what}", at, feeds.document(shown, language) | {"unsubscribe": out})


def echoes(text: str, challenge: str) -> bool:
    """Say whether an answer gives the challenge back: as plain text, or as ``{"challenge": …}``."""
    if text.strip() == challenge:
        return True
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("challenge") == challenge
