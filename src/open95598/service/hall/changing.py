"""What a customer changes of how we reach them: consent, the preferred way, the phone (proved by two codes)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.foundation import phones
from open95598.foundation.errors import Invalid, NotFound, TooMany
from open95598.registry.customers import contacts as registry
from open95598.registry.customers.kinds import Purpose
from open95598.registry.customers.models import Consent, ContactPoint
from open95598.service.hall import messages, signing
from open95598.service.hall.models import PhoneChange, Visit
from open95598.service.hall.own import WHY
from open95598.service.hall.signing import CODE, Guest
from open95598.service.portal import codes

#: how a consent given here was given (column ``how`` of the registry)
HOW = "online"


def agree(guest: Guest, contact_id: int, purposes: set[str], now: datetime) -> int:
    """Let the customer be reached at a contact of theirs for these purposes and no others; return how many changed.

    Raises ``NotFound`` for a contact that is not theirs, ``Invalid`` for an unknown purpose.
    """
    if unknown := purposes - set(Purpose.values):
        raise Invalid(_("Some fields need your attention."), fields={"purpose": ", ".join(sorted(unknown))[:80]})
    contact = _mine(guest, contact_id)
    actor = signing.actor(now)
    with transaction.atomic():
        given = Consent.objects.system(WHY).filter(contact=contact, withdrawn_at=None)
        before = set(given.values_list("purpose", flat=True))
        for purpose in sorted(purposes - before):
            registry.give(contact.pk, purpose, HOW, actor, now)
        for purpose in sorted(before - purposes):
            registry.withdraw(contact.pk, purpose, actor, now)
    return len(purposes ^ before)


def prefer(guest: Guest, contact_id: int, now: datetime) -> None:
    """Make a contact the one that we use first. Raises ``NotFound`` for one that is not the customer's."""
    contact = _mine(guest, contact_id)
    if not contact.preferred:
        registry.prefer(contact.pk, signing.actor(now), now)


def ask_for_phone(guest: Guest, phone: str, now: datetime) -> str:
    """Send a code to the phone by which the customer signed in and one to the new phone; return the change's id.

    Raises ``Invalid`` for what is no mobile number or is theirs already, ``TooMany`` beyond the limits of codes.
    """
    try:
        plain = phones.national(phones.plain(phone))
    except ValueError:
        plain = ""
    if not phones.is_mobile(plain):
        reason = _("We can send a code to mobile numbers only. For others, please come to an outlet.")
        raise Invalid(_("Some fields need your attention."), fields={"phone": reason})
    if signing.reached_at(guest.customer.pk, plain):
        reason = _("We reach you at this number already.")
        raise Invalid(_("Some fields need your attention."), fields={"phone": reason})
    with transaction.atomic():
        codes.one_after_the_other(f"hall phone {plain}", f"hall customer {guest.customer.pk}")
        longest = max(limit.window for limit in codes.SENT)
        asked = PhoneChange.objects.filter(asked_at__gt=now - longest)
        for rows in (asked.filter(phone=plain), asked.filter(customer=guest.customer)):
            if codes.wait(rows.values_list("asked_at", flat=True), now):
                raise TooMany(_("Too many codes in a short time."), retry_after=int(longest.total_seconds()) // 144)
        old, new = codes.fresh(), codes.fresh()
        row = PhoneChange(
            visit=guest.visit, customer=guest.customer, phone=plain, asked_at=now,
            expires_at=now + timedelta(minutes=codes.MINUTES),
        )  # fmt: skip
        row.old_code, row.new_code = codes.keyed(CODE, f"{row.pk} old", old), codes.keyed(CODE, f"{row.pk} new", new)
        row.save(force_insert=True)
        language = "en" if (get_language() or "").startswith("en") else "zh"
        told = (codes.MINUTES, language, now)
        messages.send_change_code(guest.visit.phone, old, f"{row.pk}/old", *told)
        messages.send_change_code(plain, new, f"{row.pk}/new", *told)
    return str(row.pk)


def pending(guest: Guest, now: datetime) -> PhoneChange | None:
    """Return the change that waits for its codes in this visit."""
    rows = PhoneChange.objects.filter(visit=guest.visit, done_at=None, expires_at__gt=now, tries__lt=codes.TRIES)
    return rows.order_by("-asked_at").first()


def change_phone(guest: Guest, change: str, old: str, new: str, now: datetime) -> None:
    """Take the new phone in place of the one by which the customer signed in; all other visits of theirs end.

    Raises ``Invalid`` with the same words whichever code was wrong; a change counts once, ten minutes, five tries.
    """
    with transaction.atomic():
        rows = PhoneChange.objects.select_for_update().filter(visit=guest.visit, customer=guest.customer)
        row = rows.filter(pk=codes.uuid(change)).first()
        fits = row is not None and _fit(row, old.strip(), new.strip(), now)
        if row is not None:
            row.tries += 1
            row.done_at = now if fits else None
            row.save(update_fields=("tries", "done_at"))
        if row is not None and fits:
            _exchange(guest, row, now)
            return
    raise Invalid(_("The codes do not fit, or count no more. Nothing was changed."), fields={})


def _fit(row: PhoneChange, old: str, new: str, now: datetime) -> bool:
    both = codes.same(CODE, f"{row.pk} old", old, row.old_code) & codes.same(CODE, f"{row.pk} new", new, row.new_code)
    return both and row.done_at is None and row.tries < codes.TRIES and now < row.expires_at


def _exchange(guest: Guest, row: PhoneChange, now: datetime) -> None:
    """The new phone gets what the customer agreed to for the old one, which is told and then used no more."""
    actor, rows = signing.actor(now), ContactPoint.objects.system(WHY)
    before = rows.filter(customer=guest.customer, kind="phone", value=guest.visit.phone, valid_to=None).first()
    agreed: tuple[str, ...] = ()
    if before is not None:
        given = Consent.objects.system(WHY).filter(contact=before, withdrawn_at=None)
        agreed = tuple(given.values_list("purpose", flat=True))
    registry.add(
        guest.customer.pk, "phone", row.phone, actor, now, label=before.label if before else "",
        preferred=bool(before and before.preferred), purposes=agreed or registry.FIRST, how=HOW,
    )  # fmt: skip
    if before is not None:
        registry.end(before.pk, actor, now)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    messages.send_changed(guest.visit.phone, row.pk, language, now)
    Visit.objects.filter(pk=guest.visit.pk).update(phone=row.phone)
    signing.close_others(guest)


def _mine(guest: Guest, contact_id: int) -> ContactPoint:
    rows = ContactPoint.objects.system(WHY).filter(customer=guest.customer, valid_to=None)
    found: ContactPoint | None = rows.filter(pk=contact_id).first()
    if found is None:
        raise NotFound(_("This is not a contact of yours."))
    return found
