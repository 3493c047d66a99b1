"""Sealed orders: who told it is kept apart from what is handled (DOMAIN 2.2, 2.6).

An order is sealed when its kind is confidential (a whistle-blow report) or the customer asked for secrecy. Then name,
phone, address, the original words and, of a confidential kind, how it came in lie in ``Sealed`` and nowhere else; the
order has the text that the receiving desk wrote for whoever handles it. See docs/decisions/secrecy.md.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.casework import attachments
from open95598.casework.actors import Actor
from open95598.casework.flow import Action, InputType
from open95598.casework.models import Attachment, Case
from open95598.foundation.errors import Forbidden, Invalid, NotFound
from open95598.foundation.people import actors, record
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.people.reveal import facts_of
from open95598.service.workorders import redaction, words
from open95598.service.workorders.models import Sealed, WorkOrder

#: what is taken out of the order, in this order in the digest
IDENTITY = ("contact_name", "contact_phone", "address", "description")
#: how a confidential kind came in tells of the informant as well
ORIGIN = ("channel", "source", "source_ref", "registered_by_id")
#: ordinary kinds whose work is at the customer's: the address stays with whoever goes there
PLACED = ("fault", "service_request")
_TEXTS = (InputType.TEXT, InputType.LONG_TEXT)


@dataclass(frozen=True)
class Parted:
    """The fields of an order as it is stored, and the row that is sealed apart (None: the order is not sealed)."""

    fields: dict[str, Any]
    sealed: dict[str, Any] | None = None


def part(kind: str, fields: Mapping[str, Any], disclosed: str, *, confidential_kind: bool) -> Parted:
    """Part the fields of a new order into what is handled and what is sealed. Pure but for the salt.

    ``disclosed``: the text for whoever handles it, as the seat wrote it. Without one an ordinary order of a customer
    who asked for secrecy gets a proposal (numbers, name, address are replaced); a report gets none: it waits for the
    desk.
    Raises ``Invalid`` when the text tells who it is.
    """
    if not (confidential_kind or fields["confidential"]):
        return Parted(dict(fields))
    taken = {*IDENTITY, *(ORIGIN if confidential_kind else ())}
    if kind in PLACED and not confidential_kind:
        taken.discard("address")
    sealed = {name: fields[name] for name in taken if fields.get(name)}
    who = identity(sealed)
    if disclosed:
        check_text("disclosed", disclosed, who)
    text = disclosed or ("" if confidential_kind else redaction.proposed(fields["description"], who))
    blank: dict[str, Any] = {name: None if name.endswith("_id") else "" for name in taken}
    # the reason why it goes where it goes quotes the address
    kept = {**fields, **blank, "description": text, "route_note": {}, "sealed": True}
    kept |= {"place": words.plain(kept["address"]), "search": words.search_keys((text, kept["address"]))}
    salt = secrets.token_hex(16)
    told = "\x1f".join([salt, *(str(sealed.get(name, "")) for name in IDENTITY)])
    return Parted(kept, {**sealed, "salt": salt, "digest": hashlib.sha256(told.encode()).hexdigest()})


def keep(order: WorkOrder, sealed: Mapping[str, Any]) -> None:
    """Store what was parted from an order that was opened."""
    Sealed.objects.create(case_id=order.pk, **sealed)


def identity(of: Any) -> redaction.Identity:
    """Return who somebody is, from a row or a mapping."""
    get = of.get if isinstance(of, Mapping) else lambda name: getattr(of, name)
    return redaction.Identity(*(get(name) or "" for name in ("contact_name", "contact_phone", "address")))


def customer(order: WorkOrder) -> redaction.Identity:
    """Return who told an order, sealed or not: for the house's own work (erasure), never to be shown."""
    row = Sealed.objects.system("erasure").filter(pk=order.pk).first() if order.sealed else None
    return identity(row or order)


def check_text(field: str, text: str, who: redaction.Identity) -> None:
    """Raise ``Invalid`` on ``field`` when a text tells who somebody is. Only for those who know it: a refusal tells."""
    found = redaction.remains(text, who)
    if found:
        names = {
            redaction.NAME: _("the name"), redaction.NUMBER: _("a telephone or identity number"),
            redaction.ADDRESS: _("the address"),
        }  # fmt: skip
        reason = _("This text still tells who reported it: %(what)s.") % {"what": "、".join(names[f] for f in found)}
        raise Invalid(_("Some fields need your attention."), fields={field: reason})


def known(source: str, source_ref: str) -> WorkOrder | None:
    """Return the order that came from another system under its id there, sealed or not."""
    rows = WorkOrder.objects.system("the same message")
    sealed = Sealed.objects.system("the same message").filter(source=source, source_ref=source_ref)
    found: WorkOrder | None = rows.filter(source=source, source_ref=source_ref).first()
    return found or rows.filter(pk__in=sealed.values("pk")).first()


def received(phone: str, since: datetime) -> list[datetime]:
    """Return when sealed orders came from a phone since then (for limits)."""
    rows = WorkOrder.objects.system("counting").filter(case__sealed_apart__contact_phone=phone, received_at__gt=since)
    return list(rows.values_list("received_at", flat=True))


# what the engine asks ------------------------------------------------------------------------------------------------


def screen(case: Case, row: Any, action: Action, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Return an action's input as it may stand on a sealed order, or on a case below it (whatever its typed ``row``):
    numbers are struck out, whoever wrote.

    Those who may know the identity are refused texts that tell it; to others a refusal would confirm a guess.
    """
    texts = [i.name for i in action.inputs if i.type in _TEXTS and data.get(i.name) and isinstance(data[i.name], str)]
    if not texts:
        return data
    rows = WorkOrder.objects.system("the order of what hangs below it").select_related("case")
    order = row if isinstance(row, WorkOrder) else rows.filter(pk=case.parent_id).first()
    if order is None or not order.sealed:
        return data
    case = order.case
    if actor.rights is not None and actor.may(Permission.CASE_UNSEAL, facts_of(case)):
        who = identity(Sealed.objects.system("the writer may know it").get(pk=case.pk))
        for name in texts:
            check_text(name, data[name], who)
    return {**data, **{name: redaction.without_numbers(data[name]) for name in texts}}


def seals(case: Case, actor: Actor) -> bool:
    """Say whether a file that is added to a case belongs to what is sealed: it came from the informant."""
    order = WorkOrder.objects.system("is it sealed").filter(pk=case.pk).only("sealed", "description").first()
    return order is not None and order.sealed and (actor.via == "portal" or not order.description)


def disclose(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Let the new text be found by its words (an action's effect)."""
    order.search, order.place = words.search_keys((order.description, order.address)), words.plain(order.address)
    order.save(update_fields=("search", "place"))


# unsealing -----------------------------------------------------------------------------------------------------------


def beyond(rights: Rights) -> Q:
    """Return the condition of the sealed orders whose identity the holder of these rights may not know."""
    units = sorted(rights.units(Permission.CASE_UNSEAL))
    return Q(sealed=True) & ~Q(case__scope__overlap=units) if units else Q(sealed=True)


def may_unseal(order: WorkOrder, actor: Actor) -> bool:
    """Say whether the person may be shown who told a sealed order."""
    return order.sealed and actor.rights is not None and actor.may(Permission.CASE_UNSEAL, facts_of(order.case))


@dataclass(frozen=True)
class Unsealed:
    """Who told an order, in which words, and with which files."""

    row: Sealed
    files: list[Attachment]


def unseal(order: WorkOrder, *, actor: Actor, why: str, now: datetime) -> Unsealed:
    """Show who told an order, and write down who looked and why. Raises ``NotFound``, ``Forbidden``, ``Invalid``."""
    if actor.rights is None or actor.person_id is None:
        raise Forbidden(_("You may not see who told this order."))
    row = Sealed.objects.restrict(actor.rights, Permission.CASE_UNSEAL).filter(pk=order.pk).first()
    if row is None:
        raise NotFound(_("There is nothing sealed here for you."))
    why = why.strip()
    if not 0 < len(why) <= 200:
        raise Invalid(_("Nothing was shown."), fields={"why": _("Give the reason, in up to 200 characters.")})
    check_text("why", why, identity(row))
    _write(order, "personal.unsealed", {"why": why}, actor, now)
    return Unsealed(row, attachments.sealed_of(order.pk))


@dataclass(frozen=True)
class Reachable:
    """Whom to ask for, under which number: "" where none was given."""

    contact_name: str
    contact_phone: str


def to_call(order: WorkOrder, *, actor: Actor, now: datetime) -> Reachable:
    """Show whom to call back about a sealed order, and write that down; neither their words nor where they live.

    Raises ``Forbidden`` to whoever may not know it, or does not call this customer back.
    """
    may = may_unseal(order, actor) and actor.may(Permission.CASE_CALL_BACK, facts_of(order.case))
    if not may or actor.person_id is None:
        raise Forbidden(_("This identity is sealed: somebody with the right to it must call."))
    row = Sealed.objects.system("the right was checked").get(pk=order.pk)
    _write(order, "personal.unsealed", {"why": _("Call-back"), "fields": ["contact_name", "contact_phone"]}, actor, now)
    return Reachable(row.contact_name, row.contact_phone)


def file(order: WorkOrder, attachment_id: int, *, actor: Actor, now: datetime) -> Attachment:
    """Return a sealed file to somebody who may unseal the order; written down. Raises ``NotFound``."""
    if not may_unseal(order, actor):
        raise NotFound(_("There is no such file."))
    row = next((f for f in attachments.sealed_of(order.pk) if f.pk == attachment_id), None)
    if row is None:
        raise NotFound(_("There is no such file."))
    _write(order, "personal.unsealed", {"file": row.pk}, actor, now)
    return row


def _write(order: WorkOrder, kind: str, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        person: Person = record.locked(actor.person_id or 0)
        reader = actors.Actor(actor.person_id, actor.name, actor.rights)
        record.write(person, kind, reader, now, data, case_id=order.pk)


def holds(case_id: int) -> tuple[str, ...]:
    """Say whether anything sealed of an order is still there: ``("sealed",)`` or nothing."""
    return ("sealed",) if Sealed.objects.system("erasure names no content").filter(pk=case_id).exists() else ()


def erase(case_id: int) -> int:
    """Erase what was sealed of an order for good; return how many rows there were."""
    return Sealed.objects.system("erasure").filter(pk=case_id).delete()[0]
