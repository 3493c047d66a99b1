"""Looking somebody up, on record: the journal says who looked, by what kind of thing, when, and how many were shown.

What was typed stands there masked, with a keyed digest: an auditor's "who looked for this number" is answered
(``digest``); nobody reads the numbers out of the journal. Each person has a stream of their own, so that two hundred
agents do not wait for one another.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import salted_hmac

from open95598.casework.actors import Actor
from open95598.foundation import masking
from open95598.foundation.errors import Forbidden
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.registry.customers import finding, sounds
from open95598.registry.customers.finding import Hit

KIND = "customer.searched"


def search(text: str, actor: Actor, now: datetime, limit: int = 10) -> list[Hit]:
    """Return whom a text may mean, within the actor's rights, and write down that it was asked.

    What is too short to find anybody is not written down. Raises ``Forbidden`` for the house: it looks nobody up.
    """
    if actor.rights is None or actor.person_id is None:
        raise Forbidden("only people look somebody up")
    found = finding.find(actor.rights, text, limit)
    how = finding.asked_by(text)
    if how:
        data = {
            "by": how, "term": masked(text, how), "digest": digest(text), "found": len(found), "via": actor.via,
        }  # fmt: skip
        key = f"searches/{actor.person_id}"
        append_to_stream(key, [Draft(Stream(), key, KIND, now, actor.person_id, actor.name, data=data)])
    return found


def masked(text: str, how: str) -> str:
    """Return what was typed as the journal keeps it."""
    text = " ".join(text.replace("\0", "").split())[: finding.LONGEST]
    if how == finding.BY_NUMBER:
        return masking.mask_phone(text)
    return " ".join(f"{word[:1]}{'*' * min(len(word) - 1, 8)}" for word in text.split(" "))


def digest(text: str) -> str:
    """Return what a typed text is known by in the journal: the same for the same text, however it was spaced."""
    return salted_hmac("customers.searching", sounds.normal(text), algorithm="sha256").hexdigest()[:32]
