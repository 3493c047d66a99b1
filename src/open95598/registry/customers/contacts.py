"""Writes of the ways to reach a customer, and of what they agreed to be reached for."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Impossible, Invalid, NotFound
from open95598.registry.customers.kinds import ContactKind, Purpose
from open95598.registry.customers.models import Consent, ContactPoint, Customer
from open95598.registry.customers.services import locked, write

#: what being registered with a number implies: to be called back about one's own matter
FIRST = (Purpose.SERVICE,)


def plain_value(kind: str, value: str) -> str:
    """Return a contact's value in the form it is kept and looked for in. Raises ``Invalid``."""
    value = " ".join(value.replace("\0", "").split())
    problem = ""
    if kind == ContactKind.PHONE:
        try:
            return phones.national(phones.plain(value))
        except ValueError:
            problem = _("This is no phone number.")
    elif kind == ContactKind.EMAIL:
        value = value.casefold()
        try:
            validate_email(value)
        except ValidationError:
            problem = _("This is no e-mail address.")
    elif kind not in ContactKind.values:
        problem = _("Unknown kind of contact.")
    if not problem and not 0 < len(value) <= 200:
        problem = _("Give up to 200 characters.")
    if problem:
        raise Invalid(_("Some fields need your attention."), fields={"value": problem})
    return value


def add(
    customer_id: int,
    kind: str,
    value: str,
    actor: Actor,
    now: datetime,
    *,
    label: str = "",
    preferred: bool = False,
    purposes: tuple[str, ...] = FIRST,
    how: str = "",
    version: int | None = None,
) -> ContactPoint:
    """Add a way to reach a customer, with what they agreed to; the one there is already is returned as it is."""
    value, label = plain_value(kind, value), " ".join(label.replace("\0", "").split())
    _check(purposes)
    with transaction.atomic():
        customer = locked(customer_id, actor, version=version)
        rows = _contacts(customer)
        same = rows.filter(kind=kind, value=value, valid_to=None).first()
        if same is not None:
            return same
        preferred = preferred or not rows.filter(valid_to=None).exists()
        if preferred:
            rows.filter(preferred=True).update(preferred=False)
        contact = ContactPoint.objects.create(
            customer=customer, kind=kind, value=value, label=label.strip()[:40], preferred=preferred, valid_from=now
        )
        Consent.objects.bulk_create(
            [
                Consent(contact=contact, purpose=p, given_at=now, how=how[:40], by_id=actor.person_id)
                for p in sorted(set(purposes))
            ]
        )
        told = {"contact": contact.pk, "kind": kind, "value": value, "purposes": sorted(set(purposes))}
        write(customer, "customer.contact_added", actor, now, told)
    return contact


def prefer(contact_id: int, actor: Actor, now: datetime, *, version: int | None = None) -> ContactPoint:
    """Make a contact the one that the customer prefers."""
    with transaction.atomic():
        contact, customer = _locked(contact_id, actor, version)
        _contacts(customer).filter(preferred=True).update(preferred=False)
        contact.preferred = True
        contact.save(update_fields=["preferred"])
        write(customer, "customer.contact_changed", actor, now, {"contact": contact.pk, "preferred": True})
    return contact


def end(contact_id: int, actor: Actor, now: datetime, *, version: int | None = None) -> ContactPoint:
    """End a contact: it is not used from now on, and its consents end with it."""
    with transaction.atomic():
        contact, customer = _locked(contact_id, actor, version)
        contact.valid_to, contact.preferred = now, False
        contact.save(update_fields=["valid_to", "preferred"])
        _consents(contact).filter(withdrawn_at=None).update(withdrawn_at=now)
        write(customer, "customer.contact_ended", actor, now, {"contact": contact.pk, "kind": contact.kind})
    return contact


def give(
    contact_id: int, purpose: str, how: str, actor: Actor, now: datetime, *, version: int | None = None
) -> Consent:
    """Note that the customer agreed to be reached there for a purpose; once given it is given."""
    _check((purpose,))
    with transaction.atomic():
        contact, customer = _locked(contact_id, actor, version)
        given: Consent | None = _consents(contact).filter(purpose=purpose, withdrawn_at=None).first()
        if given is not None:
            return given
        given = Consent.objects.create(
            contact=contact, purpose=purpose, given_at=now, how=how.strip()[:40], by_id=actor.person_id
        )
        told = {"contact": contact.pk, "purpose": purpose, "how": how.strip()[:40]}
        write(customer, "customer.consent_given", actor, now, told)
    return given


def withdraw(contact_id: int, purpose: str, actor: Actor, now: datetime, *, version: int | None = None) -> None:
    """Note that the customer withdrew a consent. Raises ``Impossible`` when there was none."""
    with transaction.atomic():
        contact, customer = _locked(contact_id, actor, version)
        if not _consents(contact).filter(purpose=purpose, withdrawn_at=None).update(withdrawn_at=now):
            raise Impossible(_("The customer has not agreed to this."))
        write(customer, "customer.consent_withdrawn", actor, now, {"contact": contact.pk, "purpose": purpose})


def _check(purposes: tuple[str, ...]) -> None:
    if unknown := [p for p in purposes if p not in Purpose.values]:
        raise Invalid(_("Some fields need your attention."), fields={"purpose": ", ".join(unknown)[:80]})


def _locked(contact_id: int, actor: Actor, version: int | None) -> tuple[ContactPoint, Customer]:
    contact = ContactPoint.objects.system("its customer's right is asked").filter(pk=contact_id).first()
    if contact is None:
        raise NotFound(_("There is no such contact."))
    customer = locked(contact.customer_id, actor, version=version)
    contact.refresh_from_db(from_queryset=ContactPoint.objects.system("read again under the lock"))
    if contact.customer_id != customer.pk or contact.valid_to is not None:
        raise Impossible(_("The contact has ended."))
    return contact, customer


def _contacts(customer: Customer):  # type: ignore[no-untyped-def]
    return ContactPoint.objects.system("of a customer whose right was asked").filter(customer=customer)


def _consents(contact: ContactPoint):  # type: ignore[no-untyped-def]
    return Consent.objects.system("of a customer whose right was asked").filter(contact=contact)
