"""The accounts in whose name customers act: the house's own, and those of outer portals."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Invalid, Unavailable
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Permission, Role
from open95598.foundation.units.models import Unit

#: the house's own account for the pages that it serves itself
USERNAME = "portal"
NAME = "网上客户服务"
#: how long an outer portal's token counts (days)
TOKEN_DAYS = 365


def actor(account: Person) -> Actor:
    """Return the actor of what a customer does through an account.

    No rights limit it: the room itself sees to it that a customer reaches nothing but their own order.
    """
    return Actor(account.pk, account.name, None, "portal")


def of_house(now: datetime) -> Person:
    """Return the house's own account; it is made at the first need. Raises ``Unavailable`` while there are no units."""
    found = Person.objects.filter(username=USERNAME).select_related("unit").first()
    return found or make(USERNAME, seat(now), now)


def seat(now: datetime) -> Unit:
    """Return the unit that takes what customers send: the topmost with a dispatcher, else the top.

    Raises ``Unavailable`` while there are no units.
    """
    held = RoleAssignment.objects.filter(role=Role.DISPATCHER, valid_from__lte=now, person__is_active=True)
    units = Unit.objects.filter(closed_on=None).order_by("lineage")
    desks = held.exclude(valid_to__lte=now).values("unit_id")
    found = min(units.filter(pk__in=desks), key=lambda u: len(u.lineage), default=None) or units.first()
    if found is None:
        raise Unavailable(_("Orders cannot be taken yet: the utility has no units."))
    return found


def make(username: str, unit: Unit, now: datetime) -> Person:
    """Return the integration account of that name at a unit, made or moved there; its orders are opened at the unit.

    Raises ``Invalid`` when the name is another person's.
    """
    with transaction.atomic():
        person = Person.objects.filter(username=username).select_for_update(of=("self",)).first()
        if person is None:
            person = people.hire(username=username, name=NAME, unit=unit, actor=people.HOUSE, now=now)
        elif not person.assignments.filter(role=Role.INTEGRATION).exists():
            raise Invalid(_("%(name)s is the account of a person.") % {"name": username})
        elif person.unit_id != unit.pk:
            person.unit = unit
            person.save(update_fields=("unit",))
        held = person.assignments.filter(role=Role.INTEGRATION, unit=unit).exclude(valid_to__lte=now)
        if not held.exists():
            people.assign_role(person, Role.INTEGRATION, unit, actor=people.HOUSE, now=now)
    return person


def token(person: Person, name: str, now: datetime) -> str:
    """Return a new token of an account that opens the portal's interface and nothing else."""
    return people.make_token(person, name, [Permission.PORTAL], now, days=TOKEN_DAYS)
