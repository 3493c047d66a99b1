"""What the billing system pushes: signed as the house signs its own webhooks, fresh, not seen before, of bounded size.

A push makes facts fresh sooner; the feed holds all of it again. Nothing depends on a push arriving.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from open95598.exchange.cis import config, links, protocol, taking
from open95598.foundation import bulk
from open95598.foundation.errors import Impossible, Invalid, Refused, Unavailable
from open95598.foundation.notices import signing

#: bytes of a push, at most
LARGEST = 2 * 1024 * 1024


class Unsigned(Refused):
    """The signature is missing, forged or old."""

    status = 401
    code = "bad-signature"


class TooLarge(Refused):
    """More than a push may hold."""

    status = 413
    code = "too-large"


def take(body: bytes, signature: str, now: datetime) -> dict[str, Any]:
    """Take a push in; return what became of its documents. Raises ``Unsigned``, ``Invalid``, ``Impossible``,
    ``Unavailable``: then nothing of it was taken."""
    secret = config.current().secret
    if not secret or not signing.verify(secret, signature, body, now):
        raise Unsigned(_("The signature is missing, wrong or too old."))
    try:
        push = protocol.PushIn.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise Invalid(_("Some fields need your attention."), fields={"body": _("The body is not JSON.")}) from None
    except ValidationError as problem:
        names = protocol.fields(problem).split(", ")
        wrong = dict.fromkeys(names, _("This does not have the expected form."))
        raise Invalid(_("Some fields need your attention."), fields=wrong) from None
    with transaction.atomic():
        link = links.row()
        generation = links.generation_of(link, push.epoch)
        if generation is None and not link.epoch:
            raise Unavailable(_("The first comparison is not done yet."), retry_after=60)
        if generation is None:
            raise Impossible(_("This is not the life of the billing system that is known here: the feed will tell."))
        query = "INSERT INTO cis_pushed (key, at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        if not bulk.execute(query, [push.id, now]):
            raise Impossible(_("This push was taken before."))
        return asdict(taking.take(protocol.read(push.items), "push", generation, now))


def refused(refusal: Refused, address: str | None, now: datetime) -> None:
    """Count a push that was not taken; the first of a minute stands in the journal. Where none is expected: nothing."""
    if not config.current().secret:
        return
    with transaction.atomic():
        if taking.tally("push", now, refused=1) == 1:
            links.journal("cis.push_refused", now, {"reason": refusal.code, "address": address or ""})
