"""Appointments (预约): at an outlet of ours or at the customer's door, booked, cancelled, reminded of.

Two who want the last place at once are served one after the other, under a lock on the slot; the second is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation import phones
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import Impossible, Invalid, NotFound
from open95598.foundation.notices.services import send
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.hall_rows import BookingRule
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.registry.customers.models import ContactPoint
from open95598.service.contacts import recording
from open95598.service.contacts.kinds import Channel, Outcome
from open95598.service.contacts.services import ALPHABET
from open95598.service.hall import messages, own, signing, slots
from open95598.service.hall.flows import KIND
from open95598.service.hall.models import Appointment
from open95598.service.hall.own import WHY
from open95598.service.hall.signing import Guest
from open95598.service.portal import accounts as portal
from open95598.service.portal import codes

#: characters of a customer's own words
WORDS = 500


@dataclass(frozen=True)
class Offer:
    """What can be booked, at which unit, with the slots of the coming days."""

    rule: BookingRule
    unit: Unit
    slots: tuple[slots.Slot, ...]


def offers(guest: Guest, now: datetime) -> list[Offer]:
    """Return what can be booked for the account: by the rules of the nearest unit that offers it."""
    rules = store.current(now, tuple(guest.account.unit.lineage)).hall
    found = []
    for rule in rules.bookings:
        unit = _desk(guest, rule)
        if unit is not None:
            calendar = calendars.get(unit.calendar)
            taken = _taken(unit, rule, now)
            found.append(Offer(rule, unit, tuple(slots.ahead(rule, calendar, now, taken))))
    return found


def _desk(guest: Guest, rule: BookingRule) -> Unit | None:
    """Return the nearest unit above the account's, itself included, that offers it."""
    for unit_id in reversed(guest.account.unit.lineage):
        unit = guest.account.unit if unit_id == guest.account.unit_id else tree.get(unit_id)
        if unit.level in rule.levels and unit.closed_on is None:
            return unit
    return None


def _taken(unit: Unit, rule: BookingRule, now: datetime) -> Mapping[datetime, int]:
    rows = Appointment.objects.system("places taken").filter(
        unit=unit, booking=rule.code, active=True, starts_at__gt=now
    )
    return dict(rows.order_by().values("starts_at").annotate(n=Count("pk")).values_list("starts_at", "n"))


def mine(guest: Guest, now: datetime) -> list[Appointment]:
    """Return the customer's appointments: those ahead first, then the latest of half a year."""
    rows = Appointment.objects.system(WHY).filter(
        customer=guest.customer, account=guest.account, starts_at__gt=now - timedelta(days=183)
    )
    return list(rows.select_related("case", "unit").order_by("-active", "-starts_at")[:30])


def book(guest: Guest, code: str, starts_at: datetime, matter: str, words: str, now: datetime) -> Appointment:
    """Book an appointment. The same one again (a double click) is returned as it is.

    Raises ``Invalid`` for a time, a matter or words that are none, ``Impossible`` when the slot is full, or when the
    customer has as many ahead as they may, or one at that time.
    """
    rules = store.current(now, tuple(guest.account.unit.lineage)).hall
    rule = rules.booking(code)
    unit = _desk(guest, rule) if rule else None
    if rule is None or unit is None:
        raise NotFound(_("Nothing of this kind can be booked here."))
    wrong = {}
    if matter not in {one.code for one in rule.matters}:
        wrong["matter"] = _("Choose what comes closest.")
    words = " ".join(words.replace("\x00", "").split())
    if len(words) > WORDS:
        wrong["words"] = _("At most %(bound)d characters.") % {"bound": WORDS}
    times = {slot.starts_at: slot for slot in slots.ahead(rule, calendars.get(unit.calendar), now, {})}
    if starts_at not in times:
        wrong["at"] = _("Choose one of the times.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    with transaction.atomic():
        codes.one_after_the_other(f"hall slot {unit.pk} {rule.code} {starts_at.isoformat()}",
                                  f"customer {guest.customer.pk}")  # fmt: skip
        ahead = list(_ahead(guest, now))
        same = next((row for row in ahead if row.starts_at == starts_at), None)
        if same is not None:
            if same.booking == rule.code and same.account_id == guest.account.pk:
                return same
            raise Impossible(_("You have an appointment at this time already."))
        if sum(row.booking == rule.code for row in ahead) >= rule.most:
            raise Impossible(_("You have as many appointments ahead as can be booked. Cancel one first."))
        if _taken(unit, rule, now).get(starts_at, 0) >= rule.capacity:
            raise Impossible(_("This time has just been taken. Choose another."))
        return _open(guest, rule, unit, times[starts_at], matter, words, now)


def _ahead(guest: Guest, now: datetime) -> Any:
    rows = Appointment.objects.system(WHY).filter(customer=guest.customer, active=True, ends_at__gt=now)
    return rows.order_by("starts_at")


def _open(
    guest: Guest, rule: BookingRule, unit: Unit, slot: slots.Slot, matter: str, words: str, now: datetime
) -> Appointment:
    actor = signing.actor(now)
    fields = {
        "code": "".join(secrets.choice(ALPHABET) for _place in range(8)),
        "booking": rule.code, "place": rule.place, "unit_id": unit.pk, "starts_at": slot.starts_at,
        "ends_at": slot.ends_at, "customer_id": guest.customer.pk, "account_id": guest.account.pk,
        "name": guest.customer.name, "phone": guest.visit.phone, "matter": matter, "words": words,
        "address": own.address(guest)[:300] if rule.place == "door" else "",
        "language": "en" if (get_language() or "").startswith("en") else "zh",
    }  # fmt: skip
    data = {"booking": rule.code, "matter": matter, "starts_at": slot.starts_at.isoformat()}
    opening = casework.Opening(KIND, unit.pk, fields, data=data, personal={"words": words} if words else {})
    row: Appointment = casework.open_many([opening], actor, now)[0].typed
    led = recording.Led(
        agent=portal.of_house(now), channel=Channel.WEB, phone=row.phone, name=row.name[:80], began_at=now,
        answered_at=now, ended_at=now, done_at=now, outcome=Outcome.ANSWERED, customer_id=guest.customer.pk,
        account_id=guest.account.pk,
    )  # fmt: skip
    recording.record([led], actor, now)
    _tell(row, unit, "booked", now)
    return row


def cancel(guest: Guest, code: str, now: datetime) -> None:
    """Cancel an appointment of one's own. Raises ``NotFound`` for any other, ``Impossible`` once it is over."""
    rows = Appointment.objects.system(WHY).filter(customer=guest.customer, code=code)
    found: Appointment | None = rows.first()
    if found is None:
        raise NotFound(_("This is not an appointment of yours."))
    casework.perform(found.pk, "cancel", signing.actor(now), now)


def remind(now: datetime) -> int:
    """Remind customers of what is ahead, once, by the way that they prefer; return how many were reminded."""
    longest = now + timedelta(days=8)
    rows = Appointment.objects.system("reminding").filter(
        active=True, reminded_at=None, starts_at__gt=now, starts_at__lt=longest
    )
    done = 0
    for row in rows.select_related("unit").order_by("starts_at")[:500]:
        rule = store.current(now, tuple(row.unit.lineage)).hall.booking(row.booking)
        if rule is None or row.starts_at - now > timedelta(minutes=rule.remind):
            continue
        with transaction.atomic():
            held = Appointment.objects.system("reminding").select_for_update(of=("self",))
            fresh = held.filter(pk=row.pk, active=True, reminded_at=None).first()
            if fresh is None:
                continue
            _tell(row, row.unit, "remind", now)
            fresh.reminded_at = now
            fresh.save(update_fields=("reminded_at",))
            done += 1
    return done


def cancelled(case: Case, row: Appointment, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Tell the customer that we cancelled their appointment, unless they did it. Effect of ``cancel``."""
    if actor.via != "portal":
        _tell(row, row.unit, "cancelled", now)


def _tell(row: Appointment, unit: Unit, what: str, now: datetime) -> None:
    with messages.in_language(row.language):
        texts = {
            "booked": _("[%(hotline)s] Your appointment %(code)s: %(when)s, %(where)s."),
            "remind": _("[%(hotline)s] Tomorrow or today: your appointment %(code)s, %(when)s, %(where)s."
                        " You cannot come? Cancel it in the online hall, or call %(hotline)s."),
            "cancelled": _("[%(hotline)s] We had to cancel your appointment %(code)s of %(when)s."
                           " Please book another one or call %(hotline)s."),
        }  # fmt: skip
        local = timezone.localtime(row.starts_at)
        text = texts[what] % {
            "hotline": settings.HOTLINE, "code": row.code, "when": f"{local:%Y-%m-%d %H:%M}",
            "where": _("at your address") if row.place == "door" else unit.name,
        }  # fmt: skip
    channel, to = _way(row)
    send(channel, to, "", text, now, f"hall/{what}/{row.pk}", row.pk)


def _way(row: Appointment) -> tuple[str, str]:
    """Return how a customer is told: the way that they prefer and agreed to, where we can write there, else by SMS."""
    rows = ContactPoint.objects.system(WHY).filter(
        customer=row.customer_id, valid_to=None, preferred=True, consents__purpose="service",
        consents__withdrawn_at=None,
    )  # fmt: skip
    found = rows.first()
    if found is not None and found.kind == "email":
        return "email", found.value
    if found is not None and found.kind == "phone" and phones.is_mobile(found.value):
        return "sms", found.value
    return "sms", row.phone


def label(rule: BookingRule | None, row: Appointment) -> tuple[Label, Label]:
    """Return in words what was booked, and what for."""
    if rule is None:
        return Label(row.booking, row.booking), Label(row.matter, row.matter)
    matter = next((one.label for one in rule.matters if one.code == row.matter), Label(row.matter, row.matter))
    return rule.label, matter
