"""Who an order is about (被反映人员、单位), and who is therefore kept away from it (DOMAIN 2.2).

Naming somebody recuses them in the same act, at registration or later. ``reach`` says how far it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Length, StrIndex
from django.utils.translation import gettext as _

from open95598.casework import recusal, telling
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Invalid
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit
from open95598.service.workorders import directory, promises
from open95598.service.workorders.models import Named, WorkOrder
from open95598.service.workorders.reach import Reach, Someone, reach

#: kinds in which the unit of a named person is reported with them
REPORTS = ("report",)
#: whose unit cannot look into what they did
HEADS = (Role.UNIT_MANAGER,)
MOST = 10
_BETWEEN = re.compile(r"[,，;；、\s]+")


@dataclass(frozen=True)
class Said:
    """Who somebody named: people, units, and words where neither is known."""

    people: Sequence[Person] = ()
    units: Sequence[Unit] = ()
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.people or self.units or self.words)


def understood(given: Mapping[str, Any]) -> Said:
    """Return whom the fields ``named_people`` (accounts or ids), ``named_units`` (codes or ids) and ``named`` name.

    Several stand in one text, with commas between them. Raises ``Invalid`` for what is unknown, and for the top unit.
    """
    bad: dict[str, str] = {}
    people: list[Person] = []
    for text in _several(given.get("named_people")):
        rows = Person.objects.filter(is_active=True).select_related("unit")
        found = rows.filter(username=text).first() or (rows.filter(pk=int(text)).first() if _is_id(text) else None)
        if found is None:
            bad["named_people"] = _("There is no person %(person)s.") % {"person": text[:60]}
        else:
            people.append(found)
    units: list[Unit] = []
    for text in _several(given.get("named_units")):
        open_ones = Unit.objects.filter(closed_on=None)
        unit = open_ones.filter(code=text).first() or (open_ones.filter(pk=int(text)).first() if _is_id(text) else None)
        if unit is None:
            bad["named_units"] = _("There is no unit %(unit)s.") % {"unit": text[:60]}
        elif len(unit.lineage) == 1:
            bad["named_units"] = _("Nobody stands above this unit: name the people concerned instead.")
        else:
            units.append(unit)
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    return Said(people, units, str(given.get("named") or ""))


def reach_of(said: Said, kind: str, now: datetime) -> Reach:
    """Return who is kept away from an order of a kind in which somebody was named. At most one query."""
    heads: dict[int, list[tuple[int, ...]]] = {}
    if said.people:
        held = RoleAssignment.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=now), person__in=said.people, role__in=HEADS, valid_from__lte=now
        )
        for person_id, lineage in held.values_list("person_id", "unit__lineage"):
            heads.setdefault(person_id, []).append(tuple(lineage))
    people = [Someone(p.pk, tuple(p.unit.lineage), tuple(heads.get(p.pk, ()))) for p in said.people]
    return reach(people, {unit.pk for unit in said.units}, report=kind in REPORTS)


def keep(order: WorkOrder, said: Said, actor: Actor, now: datetime) -> None:
    """Write down whom an order names."""
    of = {"order": order, "by_id": actor.person_id, "at": now}
    rows = [Named(person=person, **of) for person in said.people]
    rows += [Named(unit=unit, **of) for unit in said.units]
    rows += [Named(words=said.words, **of)] if said.words else []
    Named.objects.bulk_create(rows)


def name(case: Case, order: WorkOrder, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Name somebody in an order that is there already, and keep them away from now on (an action's effect)."""
    people = list(Person.objects.filter(pk=data.get("person") or 0).select_related("unit"))
    units = list(Unit.objects.filter(pk=data.get("unit") or 0))
    said = Said(people, units, str(data.get("words") or ""))
    if not said:
        reason = _("Name a person or a unit.")
        raise Invalid(_("Some fields need your attention."), fields={"person": reason, "unit": reason})
    keep(order, said, actor, now)
    found = reach_of(said, case.kind, now)
    keep_away(case, order, found.people, found.units, actor, now)


def keep_away(
    case: Case, order: WorkOrder, people: Iterable[int], units: Iterable[int], actor: Actor, now: datetime
) -> None:
    """Recuse people and units from an order, whose case the caller has locked; others take what they had.

    Orders that wait merged with it are the same matter: these people and units are kept from them as well.
    """
    people, units = set(people), set(units)
    _keep_away(case, order, people, units, actor, now)
    for other, its_case in _merged_with(order):
        if people - set(its_case.recused_people) or units - set(its_case.recused_units):
            _keep_away(its_case, other, people, units, actor, now)
            telling.tell(its_case, "recused_with", actor, now, {"other": order.number})


def keep_away_alike(case: Case, order: WorkOrder, held: Case, other: WorkOrder, actor: Actor, now: datetime) -> None:
    """Keep whoever is kept from one of two orders from both: one was merged into the other (both locked)."""
    if set(held.recused_people) - set(case.recused_people) or set(held.recused_units) - set(case.recused_units):
        _keep_away(case, order, held.recused_people, held.recused_units, actor, now)
    if set(case.recused_people) - set(held.recused_people) or set(case.recused_units) - set(held.recused_units):
        keep_away(held, other, case.recused_people, case.recused_units, actor, now)


def let_back(
    case: Case, order: WorkOrder, people: Sequence[int], units: Sequence[int], actor: Actor, now: datetime
) -> None:
    """Lift the recusal of people and units from an order, whose case the caller has locked, and from those that wait
    merged with it. The caller has journalled who, and why."""
    recusal.let_back(case, people, units)
    for _other, its_case in _merged_with(order):
        if set(people) & set(its_case.recused_people) or set(units) & set(its_case.recused_units):
            recusal.let_back(its_case, people, units)
            telling.tell(its_case, "let_back_with", actor, now, {"other": order.number})


def _keep_away(
    case: Case, order: WorkOrder, people: Iterable[int], units: Iterable[int], actor: Actor, now: datetime
) -> None:
    recusal.keep_away(case, people, units, actor, now)
    promises.recused(case, order, now)


def _merged_with(order: WorkOrder) -> list[tuple[WorkOrder, Case]]:
    """Return the orders of one matter with this one, their cases locked: those that wait merged into it, or the one
    into which it waits merged and those beside it. Raises ``Impossible`` when somebody is changing one of them."""
    rows = WorkOrder.objects.system("one matter").select_related("case").exclude(pk=order.pk)
    waiting = Q(merged_into_id=order.pk, case__state="merged")
    if order.merged_into_id is not None and order.case.state == "merged":
        waiting |= Q(pk=order.merged_into_id) | Q(merged_into_id=order.merged_into_id, case__state="merged")
    return [(row, telling.hold(row.pk)) for row in rows.filter(waiting).order_by("pk")]


def named_in(order: WorkOrder) -> list[Named]:
    """Return whom an order names, oldest first. Whoever calls has checked the right to the order."""
    rows = Named.objects.system("the reader sees the order").filter(order=order)
    return list(rows.select_related("person__unit", "unit").order_by("pk"))


def shown(row: Named) -> str:
    """Return one name as pages show it."""
    if row.person is not None:
        return f"{row.person.name}（{row.person.unit.name}）"
    return row.unit.name if row.unit is not None else row.words


@dataclass(frozen=True)
class Mentioned:
    """People (id, name, unit) and units (id, name) whose names stand in a text."""

    people: Sequence[tuple[int, str, str]] = ()
    units: Sequence[tuple[int, str]] = ()


def mentioned(text: str) -> Mentioned:
    """Return who of the house is mentioned in a text, for somebody to say whether it is them. One query."""
    text = text[:4000].replace("\x00", "")
    if len(text.strip()) < 2:
        return Mentioned()
    rows = Person.objects.filter(is_active=True).annotate(long=Length("name"), at=StrIndex(Value(text), F("name")))
    people = rows.filter(at__gt=0, long__gte=2).order_by("name", "pk").values_list("pk", "name", "unit__name")
    units = [(u.id, u.name) for u in directory.units() if len(u.lineage) > 1 and len(u.name) > 1 and u.name in text]
    return Mentioned(list(people[:MOST]), units[:MOST])


def _several(given: Any) -> list[str]:
    return [text for text in _BETWEEN.split(str(given or "")) if text][:MOST]


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 18
