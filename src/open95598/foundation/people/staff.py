"""People come, change and leave. Everything is written into the person's own stream of the journal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.people import hooks, passwords, record, sessions
from open95598.foundation.people.actors import Actor
from open95598.foundation.people.models import ApiToken, Delegation, Person, RoleAssignment
from open95598.foundation.people.policy import Permission, Role
from open95598.foundation.units.models import Unit

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
#: fields of a person that can be changed, with their longest text
TEXTS = {"name": 64, "employee_number": 32, "phone": 32, "email": 254}


def hire(
    *,
    username: str,
    name: str,
    unit: Unit,
    actor: Actor,
    now: datetime,
    employee_number: str = "",
    phone: str = "",
    email: str = "",
    password: str | None = None,
    encoded_password: str | None = None,
    must_change_password: bool = True,
    demo: bool = False,
    roles: Sequence[tuple[str, Unit]] = (),
    skills: Sequence[str] = (),
) -> Person:
    """Give somebody an account at a unit. Without a password they can only come in through OIDC or a token.

    ``encoded_password`` is a hash made before (``make_password``), for many accounts with one password. ``roles``:
    the roles they hold from now on, and where. ``skills``: codes of ``hooks.known_skills``.

    Raises ``Invalid`` naming the bad fields, ``Forbidden``.
    """
    actor.must(Permission.PEOPLE_MANAGE, unit)
    username = username.strip()
    texts = {"name": name, "employee_number": employee_number, "phone": phone, "email": email}
    texts = {field: " ".join(text.split()) for field, text in texts.items()}
    bad = _bad_texts(texts)
    if not _ACCOUNT.fullmatch(username):
        bad["username"] = _("Up to 64 Latin letters, digits and . _ @ -, beginning with a letter or digit.")
    elif Person.objects.filter(username__iexact=username).exists():
        bad["username"] = _("This account is taken.")
    if unit.closed_on:
        bad["unit"] = _("%(unit)s is closed.") % {"unit": unit.name}
    given = list(dict.fromkeys(roles))
    bad |= _bad_roles(given, actor) | _bad_skills(skills, now)
    person = Person(username=username, unit=unit, demo=demo, skills=sorted(set(skills)), **texts)
    if password is not None and "username" not in bad:
        bad |= passwords.problems(password, person)
    if bad:
        raise Invalid(_("The account was not created."), fields=bad)
    if encoded_password is not None:
        person.password, person.password_changed_at = encoded_password, now
        person.must_change_password = must_change_password
    elif password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
        person.password_changed_at = now
        person.must_change_password = must_change_password
    try:
        with transaction.atomic():
            person.save()
            entries = [record.entry(person, "person.hired", actor, now, {"username": username, "unit": unit.code},
                                    {field: text for field, text in texts.items() if text})]  # fmt: skip
            for role, at in given:
                told = {"role": role, "unit": at.code, "from": now.isoformat()}
                entries.append(record.entry(person, "person.role_given", actor, now, told))
            RoleAssignment.objects.bulk_create(
                [RoleAssignment(person=person, role=role, unit=at, valid_from=now) for role, at in given]
            )
            record.keep(person, entries)
    except IntegrityError as error:  # somebody took the name between the look and the leap
        raise Invalid(_("The account was not created."), fields={"username": _("This account is taken.")}) from error
    return person


def _bad_skills(skills: Sequence[str], now: datetime) -> dict[str, str]:
    unknown = set(skills) - set(hooks.known_skills(now)) if skills else set()
    return {"skills": _("This skill is not known here.")} if unknown else {}


def change(
    person: Person, *, actor: Actor, now: datetime, unit: Unit | None = None, skills: Sequence[str] | None = None,
    **texts: str,
) -> Person:  # fmt: skip
    """Change a person's unit, skills, name, employee number, phone or e-mail. Raises ``Invalid``, ``Forbidden``."""
    actor.must(Permission.PEOPLE_MANAGE, person.unit)
    if unit is not None:
        actor.must(Permission.PEOPLE_MANAGE, unit)
    unknown = set(texts) - set(TEXTS)
    if unknown:
        raise TypeError(f"not a field of a person: {sorted(unknown)}")
    texts = {field: " ".join(text.split()) for field, text in texts.items()}
    bad = _bad_texts(texts, person)
    if unit is not None and unit.closed_on:
        bad["unit"] = _("%(unit)s is closed.") % {"unit": unit.name}
    bad |= _bad_skills([one for one in skills or () if one not in person.skills], now)
    if bad:
        raise Invalid(_("The account was not changed."), fields=bad)
    with transaction.atomic():
        person = record.locked(person.pk)
        changed = {field: text for field, text in texts.items() if getattr(person, field) != text}
        for field, text in changed.items():
            setattr(person, field, text)
        data: dict[str, Any] = {"changed": sorted(changed)}
        if unit is not None and unit.pk != person.unit_id:
            data["unit"] = [person.unit.code, unit.code]
            person.unit = unit
        wanted = sorted(set(skills)) if skills is not None else person.skills
        if wanted != person.skills:
            data["skills"] = [person.skills, wanted]
            person.skills = wanted
        if changed or "unit" in data or "skills" in data:
            person.save(update_fields=[*changed, "unit", "skills"])
            record.write(person, "person.changed", actor, now, data, {f: t for f, t in changed.items() if t})
    return person


def leave(person: Person, *, actor: Actor, now: datetime, reason: str = "") -> Person:
    """Close an account at once: sessions, tokens, roles and delegations end, open cases are passed on by the hooks.

    Raises ``Impossible`` when it is closed already or one's own, ``Forbidden``.
    """
    actor.must(Permission.PEOPLE_MANAGE, person.unit)
    if actor.is_(person):
        raise Impossible(_("Nobody closes their own account."))
    with transaction.atomic():
        person = record.locked(person.pk)
        if not person.is_active:
            raise Impossible(_("This account is closed already."))
        person.is_active, person.left_at = False, now
        person.save(update_fields=["is_active", "left_at"])
        roles = RoleAssignment.objects.filter(person=person, valid_to=None, valid_from__lt=now).update(valid_to=now)
        RoleAssignment.objects.filter(person=person, valid_to__gt=now, valid_from__lt=now).update(valid_to=now)
        RoleAssignment.objects.filter(person=person, valid_from__gte=now).delete()
        running = Delegation.objects.filter(valid_to__gt=now)
        running.filter(delegate=person).update(valid_to=now)
        running.filter(absent=person).update(valid_to=now)
        tokens = ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
        ended = sessions.end_all(person)
        record.write(person, "person.left", actor, now,
                     {"reason": reason.strip()[:200], "sessions": ended, "tokens": tokens, "roles": roles})  # fmt: skip
        for hook in hooks.succession:
            hook(person, now)
    return person


def prefer(person: Person, *, language: str, theme: str) -> Person:
    """Keep one's own language ("" follows the browser) and theme. No entry in the journal: nobody else's business."""
    person.language, person.theme = language, theme
    person.save(update_fields=["language", "theme"])
    return person


def _bad_roles(roles: Sequence[tuple[str, Unit]], actor: Actor) -> dict[str, str]:
    """Return why roles cannot be given. Raises ``Forbidden`` where the actor gives none."""
    for role, unit in roles:
        actor.must(Permission.PEOPLE_MANAGE, unit)
        if role not in list(Role):
            return {"roles": _("Choose from: %(known)s.") % {"known": ", ".join(Role)}}
        if unit.closed_on:
            return {"roles": _("%(unit)s is closed.") % {"unit": unit.name}}
    return {}


def _bad_texts(texts: dict[str, str], person: Person | None = None) -> dict[str, str]:
    bad: dict[str, str] = {}
    for field, text in texts.items():
        if len(text) > TEXTS[field]:
            bad[field] = _("At most %(count)d characters.") % {"count": TEXTS[field]}
    if "name" in texts and not texts["name"]:
        bad["name"] = _("A name is needed.")
    if texts.get("email"):
        try:
            validate_email(texts["email"])
        except ValidationError:
            bad["email"] = _("This is no e-mail address.")
    others = Person.objects.exclude(pk=person.pk if person and person.pk else 0)
    number = texts.get("employee_number")
    if number and others.filter(employee_number=number, is_active=True).exists():
        bad["employee_number"] = _("Somebody else has this employee number.")
    return bad
