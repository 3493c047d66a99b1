"""Reads of bulletins: what holds at a desk, what concerns a matter, who has acknowledged, the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import pgettext

from open95598.foundation.errors import NotFound
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import GRANTS, Permission, Rights
from open95598.foundation.units.models import Unit
from open95598.service.bulletins.matching import met
from open95598.service.bulletins.models import Bulletin, Receipt, State
from open95598.service.workorders import directory

#: whoever leads a shift posts, corrects and withdraws
POSTS = Permission.CASE_APPROVE
#: roles at a desk: who takes what customers say, and answers it
SEATS = tuple(r for r, held in GRANTS.items() if {Permission.CASE_OPEN, Permission.CASE_ANSWER} <= held)
LEADERS = tuple(r for r in SEATS if POSTS in GRANTS[r])
#: bulletins in force that are compared with what somebody types
COMPARED = 200


def at_a_desk(rights: Rights) -> bool:
    """Say whether these rights sit at a desk: bulletins are for them."""
    return rights.anywhere(Permission.CASE_OPEN) and rights.anywhere(Permission.CASE_ANSWER)


def may_post(rights: Rights, row: Bulletin) -> bool:
    """Say whether these rights may post, correct and withdraw a bulletin."""
    return rights.at(POSTS, row.scope)


def readable(rights: Rights) -> QuerySet[Bulletin]:
    """Return what may be read: of units above and below those where one may see cases; proposals by who may post
    them, and by who made them."""
    held = rights.units(Permission.CASE_VIEW)
    above = {pk for unit in directory.units() if unit.id in held for pk in unit.lineage}
    rows = Bulletin.objects.system("read by the unit's line, both ways")
    found = rows.filter(Q(scope__overlap=sorted(held)) | Q(unit_id__in=sorted(above | rights.home_units)))
    not_yet = Q(state__in=(State.PROPOSED, State.DECLINED))
    own = Q(scope__overlap=sorted(rights.units(POSTS))) | Q(proposed_by_id=rights.person_id)
    return found.filter(~not_yet | own).select_related("unit", "posted_by", "proposed_by", "closed_by")


def get(rights: Rights, pk: int) -> Bulletin:
    """Return a bulletin. Raises ``NotFound`` also when it is not for these eyes."""
    found: Bulletin | None = readable(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(pgettext("bulletin", "There is no such bulletin."))
    return found


def in_force(now: datetime) -> Q:
    """Return what makes a bulletin one that holds now."""
    return Q(state=State.POSTED, valid_from__lte=now) & (Q(valid_until=None) | Q(valid_until__gt=now))


def holding(rights: Rights, now: datetime) -> QuerySet[Bulletin]:
    """Return what holds now at the desk of somebody: posted by one of their units or one above it."""
    rows = Bulletin.objects.system("posted to the desks of these units")
    return rows.filter(in_force(now), unit_id__in=sorted(rights.home_units))


def waiting(rights: Rights, now: datetime) -> list[Bulletin]:
    """Return what holds and is not acknowledged yet, the most pressing and newest first. One query."""
    seen = Receipt.objects.filter(bulletin=OuterRef("pk"), version=OuterRef("version"), person_id=rights.person_id)
    rows = list(holding(rights, now).filter(~Exists(seen)).order_by("-posted_at", "-pk")[:COMPARED])
    weight = {"urgent": 0, "warning": 1}
    return sorted(rows, key=lambda row: weight.get(row.severity, 2))


def about(rights: Rights, text: str, chosen: Sequence[str], now: datetime) -> list[tuple[Bulletin, str]]:
    """Return what holds at this desk and concerns a matter, each with the word that says so. One query."""
    rows = holding(rights, now).order_by("-posted_at", "-pk")[:COMPARED]
    return [(row, why) for row in rows if (why := met(row.words, row.category, text, chosen))]


def desks(unit_id: int, now: datetime) -> QuerySet[Person]:
    """Return whom a bulletin of a unit reaches: active people who take contacts and who belong to the unit or below
    it, by their account or by a role they hold now."""
    held = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), person=OuterRef("pk"), valid_from__lte=now
    )
    there = Q(unit__lineage__contains=[unit_id]) | Exists(held.filter(unit__lineage__contains=[unit_id]))
    return Person.objects.filter(there, Exists(held.filter(role__in=SEATS)), is_active=True)


def leaders(unit: Unit, now: datetime) -> list[int]:
    """Return who leads the shift of a unit: of the nearest unit upwards where anybody does."""
    held = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), role__in=LEADERS, unit__in=unit.lineage, valid_from__lte=now,
        person__is_active=True,
    )  # fmt: skip
    at: dict[int, list[int]] = {}
    for unit_id, person_id in held.values_list("unit_id", "person_id").distinct():
        at.setdefault(unit_id, []).append(person_id)
    return next((sorted(at[pk]) for pk in reversed(unit.lineage) if pk in at), [])


@dataclass(frozen=True)
class Roll:
    """Who was reached by the present version of a bulletin: with when, and who has not acknowledged it yet."""

    seen: list[tuple[Person, datetime]]
    missing: list[Person]


def roll(row: Bulletin, now: datetime) -> Roll:
    """Return who has acknowledged a bulletin and who has not. Two queries."""
    told = dict(Receipt.objects.filter(bulletin=row, version=row.version).values_list("person_id", "at"))
    people = list(desks(row.unit_id, now).select_related("unit").order_by("unit__lineage", "name", "pk"))
    return Roll(
        sorted(((who, told[who.pk]) for who in people if who.pk in told), key=lambda pair: pair[1]),
        [who for who in people if who.pk not in told],
    )
