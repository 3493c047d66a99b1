"""Recusal (回避, DOMAIN 2.2): whoever is named in a case neither handles nor sees it.

Who sees and acts is decided by ``people.policy``; here is what follows for the case itself: what a recused unit had
goes to the next unit above it that is not, a recused owner owns it no more, nobody recused is brought in again or told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext as _

from open95598.casework import telling
from open95598.casework.actors import Actor
from open95598.casework.flow import Input, InputType
from open95598.casework.models import Case
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.notices.services import take_back
from open95598.foundation.people.rights import belonging_to
from open95598.foundation.units import queries as tree


def stand_in(lineage: Sequence[int], recused_units: Collection[int]) -> int:
    """Return who takes what a unit (ids from the top to the unit itself) would have had: itself, or the next above.

    A unit is recused with everything below it. The top never is (``check``).
    """
    for place, unit_id in enumerate(lineage):
        if unit_id in recused_units:
            return lineage[max(place - 1, 0)]
    return lineage[-1]


def check(units: Iterable[int]) -> None:
    """Raise ``Invalid`` when the top of the tree is to be recused as a unit: nobody stands above it."""
    for unit_id in units:
        if len(tree.get(unit_id).lineage) == 1:
            reason = _("Nobody stands above this unit: name the people concerned instead.")
            raise Invalid(_("Some fields need your attention."), fields={"unit": reason})


def refused(inputs: Iterable[Input], data: Mapping[str, Any], case: Case, now: datetime) -> dict[str, str]:
    """Return why units and people in an action's input cannot be drawn into a case, by field: they are recused."""
    if not (case.recused_people or case.recused_units):
        return {}
    bad: dict[str, str] = {}
    for field in inputs:
        given = data.get(field.name)
        if given is None or field.names_recused:
            continue
        if field.type == InputType.UNIT:
            lineage = tree.get(given).lineage
            if (instead := stand_in(lineage, case.recused_units)) != given:
                bad[field.name] = _("This unit is recused from this case; %(unit)s stands in.") % {
                    "unit": tree.get(instead).name
                }
        elif field.type == InputType.PERSON and among([given], case.recused_people, case.recused_units, now):
            bad[field.name] = _("This person is recused from this case.")
    return bad


def among(
    person_ids: Collection[int], recused_people: Collection[int], recused_units: Collection[int], now: datetime
) -> set[int]:
    """Return who of these people is recused, themselves or with a unit that they belong to."""
    return set(person_ids) & set(recused_people) | belonging_to(person_ids, recused_units, now)


def kept_from(person_ids: Collection[int], case_id: int, now: datetime) -> set[int]:
    """Return who of these people is recused from a case (for notices)."""
    rows = Case.objects.system("who is recused").filter(pk=case_id)
    found = rows.values_list("recused_people", "recused_units").first()
    return among(person_ids, *found, now) if found else set()


def keep_away(case: Case, people: Iterable[int], units: Iterable[int], actor: Actor, now: datetime) -> None:
    """Recuse people and units from a case (the caller has locked it) and from all that hangs below it.

    Writes the cases; the caller has journalled who was named. Raises ``Invalid`` for the top of the tree,
    ``Impossible`` when somebody is changing one of the cases below.
    """
    units = set(units)
    check(units - set(case.recused_units))
    cases = [case, *_below(case)]
    for row in cases:
        row.recused_people = sorted({*row.recused_people, *people})
        row.recused_units = sorted({*row.recused_units, *units})
        _settle(row, actor, now)
    ids = [row.pk for row in cases]
    take_back(ids, lambda told: among(told, case.recused_people, case.recused_units, now), now)


def let_back(case: Case, people: Iterable[int], units: Iterable[int]) -> None:
    """Lift the recusal of people and units from a case (the caller has locked it) and from all that hangs below it.

    What they had stays with whoever has it now. Writes the cases; the caller has journalled who, and why. Raises
    ``Impossible`` when somebody is changing one of the cases below.
    """
    people, units = set(people), set(units)
    for row in [case, *_below(case)]:
        row.recused_people = [pk for pk in row.recused_people if pk not in people]
        row.recused_units = [pk for pk in row.recused_units if pk not in units]
        row.save(update_fields=("recused_people", "recused_units"))


def _settle(case: Case, actor: Actor, now: datetime) -> None:
    """Take a case away from recused hands and save it."""
    before, opener = case.unit_id, list(case.opened_by_unit.lineage)
    others = set(case.sight) - set(case.scope) - set(opener)
    taker, opened = stand_in(case.scope, case.recused_units), stand_in(opener, case.recused_units)
    if case.owner_id is not None and among([case.owner_id], case.recused_people, case.recused_units, now):
        case.owner = None
    if taker != before:
        case.unit, case.owner = tree.get(taker), None
    if opened != case.opened_by_unit_id:
        case.opened_by_unit = tree.get(opened)
    case.scope = list(case.unit.lineage)
    case.sight = sorted({*case.scope, *case.opened_by_unit.lineage, *others})
    case.save(update_fields=("recused_people", "recused_units", "owner", "unit", "opened_by_unit", "scope", "sight"))
    if taker != before:
        telling.tell(case, "stood_in", actor, now, {"from_unit": before, "to_unit": taker})


def _below(case: Case) -> list[Case]:
    """Return what hangs below a case, all the way down, locked."""
    found: list[Case] = []
    above = [case.pk]
    try:
        while above:
            rows = Case.objects.system("recusal reaches what hangs below").filter(parent_id__in=above)
            rows = rows.select_related("unit", "opened_by_unit").select_for_update(no_key=True, of=("self",))
            layer = list(rows.order_by("pk"))
            found += layer
            above = [row.pk for row in layer]
    except OperationalError as error:  # the database chose this one to break a circle of waiting
        raise Impossible(_("Somebody is changing a part of this case at this moment: try again.")) from error
    return found
