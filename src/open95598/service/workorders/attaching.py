"""A further call about a matter that is open already: added to that order as a note, and as an urge where the rules
let it be one (DOMAIN 2.4: same customer and matter ⇒ append)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.inputs import phone_if_whole
from open95598.foundation.errors import Forbidden, Impossible, Invalid, Refused
from open95598.service.workorders.models import WorkOrder

#: of the reasons to urge, the one that a further call without another says
USUAL_REASON = "not_handled"
_MOST = 4000


@dataclass(frozen=True)
class Attached:
    """What became of it: the order, whether it was urged as well, else why not."""

    order: WorkOrder
    urged: bool
    why_not: Any = ""


def attach(actor: Actor, order: WorkOrder, said: Mapping[str, Any], now: datetime, *, reason: str = "") -> Attached:
    """Add what somebody said (``description``, ``contact_name``, ``contact_phone``, ``address``) to an open order.

    Raises ``Impossible`` when it is closed, ``Invalid`` when nothing was said, ``Forbidden`` without the right to note.
    """
    if not order.case.is_open:
        raise Impossible(_("This order is closed; register a new one."))
    if not same_customer(order.contact_phone, str(said.get("contact_phone") or "")):
        why = _("This is another customer: register the call, then merge it. Their own call-back stays with it.")
        raise Impossible(why)
    text = note_of(said)
    if not text:
        raise Invalid(
            _("Some fields need your attention."), fields={"description": _("Write what the customer says now.")}
        )
    with transaction.atomic():
        casework.perform(order.case_id, "note", actor, now, data={"text": text})
        try:
            with transaction.atomic():
                casework.perform(order.case_id, "urge", actor, now, data={"reason": reason or USUAL_REASON})
        except (Impossible, Forbidden) as refusal:
            return Attached(order, False, _sentence(refusal))
    return Attached(order, True)


def same_customer(theirs: str, phone: str) -> bool:
    """Say whether ``phone`` may be the customer whose number is ``theirs``: so unless both are known and differ.

    Of a sealed order nobody is told whose number it is.
    """
    known, said = phone_if_whole(theirs), phone_if_whole(phone)
    return not known or not said or known == said


def note_of(said: Mapping[str, Any]) -> str:
    """Return the note's text: that the customer called again, who, where, and what they said."""
    description = str(said.get("description") or "").strip()
    if not description:
        return ""
    who = " ".join(str(said.get(n) or "").strip() for n in ("contact_name", "contact_phone", "address")).strip()
    head = _("Called again (%(who)s):") % {"who": " ".join(who.split())} if who else _("Called again:")
    return f"{head} {description}"[:_MOST]


def _sentence(refusal: Refused) -> str:
    return " ".join([str(refusal.detail), *(str(reason) for reason in refusal.fields.values())])
