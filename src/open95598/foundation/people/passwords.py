"""Passwords: what makes one good, changing one, and not coming back to an old one (rules in the settings)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.foundation.people import record, sessions
from open95598.foundation.people.actors import Actor
from open95598.foundation.people.models import PasswordHistory, Person
from open95598.foundation.people.policy import Permission


class LengthValidator:
    """Refuses a password of fewer than ``min_length`` characters, in words that stand in our own catalogues."""

    def __init__(self, min_length: int = 10) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` when the password is too short."""
        if len(password) < self.min_length:
            raise ValidationError(
                _("Too short: at least %(count)d characters.") % {"count": self.min_length}, code="password_too_short"
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("It has at least %(count)d characters.") % {"count": self.min_length}


class HistoryValidator:
    """Refuses the current password and the last ``count`` before it."""

    def __init__(self, count: int = 5) -> None:
        self.count = count

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` when the person had this password lately."""
        if not isinstance(user, Person) or user.pk is None:
            return
        old = list(user.old_passwords.order_by("-replaced_at", "-pk").values_list("password", flat=True)[: self.count])
        if any(check_password(password, encoded) for encoded in (user.password, *old) if encoded):
            raise ValidationError(
                _("You had this password before. Choose one that is not among your last %(count)d.")
                % {"count": self.count},
                code="password_had",
            )

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("It is not one of your last %(count)d passwords.") % {"count": self.count}


def problems(password: str, person: Person | None = None, field: str = "password") -> dict[str, str]:
    """Return {field: all reasons why the password is not good enough}; empty when it is."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        return {field: " ".join(error.messages)}
    return {}


def is_stale(person: Person, now: datetime) -> bool:
    """Say whether the person must choose a new password: told to, or older than ``PASSWORD_MAX_AGE``."""
    if not person.has_usable_password():
        return False
    age, since = settings.PASSWORD_MAX_AGE, person.password_changed_at
    return person.must_change_password or bool(age and since and now - since > age)


def change_own(person: Person, old: str, new: str, *, keep_session: str | None, now: datetime) -> Person:
    """Change one's own password; one's other sessions end. Raises ``Invalid``."""
    if not person.check_password(old):
        raise Invalid(
            _("The password was not changed."), fields={"old_password": _("This is not your present password.")}
        )
    return _set(person, new, Actor(person.pk, person.name, None), now, must_change=False, keep=keep_session)


def reset(person: Person, new: str, *, actor: Actor, now: datetime) -> Person:
    """Give somebody a first password that they change when they sign in; all their sessions end.

    Raises ``Invalid``, ``Forbidden``.
    """
    actor.must(Permission.PEOPLE_MANAGE, person.unit)
    return _set(person, new, actor, now, must_change=not actor.is_(person), keep=None)


def drop_second_factor(person: Person, *, actor: Actor, now: datetime) -> None:
    """Take a lost second factor off an account, with its recovery codes; all its sessions end. Raises ``Forbidden``."""
    actor.must(Permission.PEOPLE_MANAGE, person.unit)
    with transaction.atomic():
        person = record.locked(person.pk)
        Authenticator.objects.filter(user=person).delete()
        record.write(person, "person.second_factor_dropped", actor, now, {"sessions": sessions.end_all(person)})


def _set(person: Person, new: str, actor: Actor, now: datetime, *, must_change: bool, keep: str | None) -> Person:
    with transaction.atomic():
        person = record.locked(person.pk)
        bad = problems(new, person, "new_password")
        if bad:
            raise Invalid(_("The password was not changed."), fields=bad)
        if person.has_usable_password():
            PasswordHistory.objects.create(person=person, password=person.password, replaced_at=now)
        kept = person.old_passwords.order_by("-replaced_at", "-pk").values_list("pk", flat=True)[:10]
        person.old_passwords.exclude(pk__in=list(kept)).delete()
        person.set_password(new)
        person.password_changed_at, person.must_change_password = now, must_change
        person.save(update_fields=["password", "password_changed_at", "must_change_password"])
        ended = sessions.end_all(person, keep=keep)
        record.write(person, "person.password_changed", actor, now, {"sessions": ended})
    return person
