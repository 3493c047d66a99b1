"""What a shift leaves open, and handovers with what their readers may see of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from open95598.casework import registry
from open95598.casework.models import Case
from open95598.casework.work import load_typed
from open95598.foundation.errors import NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.units.models import Unit
from open95598.service.shifts.models import Handover, Item, Kind
from open95598.service.workorders.models import OrderPart, WorkOrder

#: items of one kind on one list
MOST = 300
#: handovers shown in the list
SHOWN = 50


@dataclass(frozen=True)
class Open:
    """Something open that a shift hands over."""

    kind: str
    case_id: int
    number: str
    person_id: int | None
    due_at: datetime | None


def keepers(rights: Rights, unit: Unit) -> list[tuple[int, str, int]]:
    """Return who of the unit keeps open promises to customers: id, name, how many that these rights may see."""
    rows = WorkOrder.objects.restrict(rights).filter(promise_open=True, keeper__unit__lineage__contains=[unit.pk])
    counts = rows.order_by().values_list("keeper_id", "keeper__name").annotate(n=Count("pk"))
    return sorted(((pk, name, n) for pk, name, n in counts if pk is not None), key=lambda row: (row[1], row[0]))


def left_open(rights: Rights, unit: Unit, leaving: Collection[int]) -> list[Open]:
    """Return what is to be handed over: the open promises of those who leave; of the unit, calls that were promised,
    urges not yet passed on, open supervisions. Only what these rights may see; at most ``MOST`` of a kind."""
    return [*_promises(rights, leaving), *_calls(rights, unit), *_urges(rights, unit), *_supervisions(rights, unit)]


def _promises(rights: Rights, leaving: Collection[int]) -> Iterator[Open]:
    rows = WorkOrder.objects.restrict(rights).filter(promise_open=True, keeper_id__in=list(leaving))
    for order in rows.select_related("case").order_by("case__due_at", "case_id")[:MOST]:
        yield Open(Kind.PROMISE, order.pk, order.number, order.keeper_id, order.case.due_at)


def _calls(rights: Rights, unit: Unit) -> Iterator[Open]:
    rows = WorkOrder.objects.restrict(rights, Permission.CASE_CALL_BACK).filter(
        case__sight__contains=[unit.pk], case__is_open=True, case__state="reviewed", call_at__isnull=False
    )
    for order in rows.select_related("case").order_by("call_at", "case_id")[:MOST]:
        yield Open(Kind.CALL, order.pk, order.number, None, order.call_at)


def _urges(rights: Rights, unit: Unit) -> Iterator[Open]:
    rows = OrderPart.objects.restrict(rights).filter(
        case__scope__contains=[unit.pk], case__is_open=True, case__kind="urge", case__state="created"
    )
    for part in rows.select_related("case").order_by("case_id")[:MOST]:
        yield Open(Kind.URGE, part.pk, part.number, part.by_id, part.case.due_at)


def _supervisions(rights: Rights, unit: Unit) -> Iterator[Open]:
    """Return open supervisions, when a room above knows such cases."""
    if "supervision" not in registry.kinds():
        return
    rows = Case.objects.restrict(rights).filter(kind="supervision", is_open=True, sight__contains=[unit.pk])
    cases = list(rows.order_by("due_at", "pk")[:MOST])
    typed = load_typed(cases)
    for case in cases:
        told = registry.typed(case.kind).summary(typed[case.pk])
        yield Open(Kind.SUPERVISION, case.pk, str(told.get("number") or case.pk), case.owner_id, case.due_at)


def handovers(rights: Rights) -> QuerySet[Handover]:
    """Return the handovers that these rights may see, newest first."""
    rows: QuerySet[Handover] = Handover.objects.restrict(rights)
    return rows.select_related("case", "case__unit", "prepared_by", "handed_by", "signed_by").order_by("-case_id")


def get(rights: Rights, pk: int) -> Handover:
    """Return one handover. Raises ``NotFound``."""
    found = handovers(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such handover.")
    return found


@dataclass(frozen=True)
class Row:
    """An item as a reader sees it; ``visible`` False: the reader may not know what it is about."""

    item: Item
    visible: bool
    still_open: bool


def items(handover: Handover, rights: Rights) -> list[Row]:
    """Return the items of a handover as the reader may see them: two queries."""
    rows = list(Item.objects.filter(handover=handover).select_related("person").order_by("kind", "pk"))
    seen = dict(Case.objects.restrict(rights).filter(pk__in=[i.ref_id for i in rows]).values_list("pk", "is_open"))
    return [Row(i, i.ref_id in seen, seen.get(i.ref_id, False)) for i in rows]


def desk_of(rights: Rights, person: Person) -> Unit | None:
    """Return the unit whose shift a leader hands over: their own when they may there, else the first where they may."""
    held: Any = rights.units(Permission.CASE_APPROVE)
    if not held.isdisjoint(person.unit.lineage):
        return person.unit
    return Unit.objects.filter(pk__in=held, closed_on=None).order_by("lineage").first()
