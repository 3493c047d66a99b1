"""The lists of the room: the promises that one keeps, and the orders that stand still."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from open95598.control.tracking import queries
from open95598.foundation.people.policy import Rights
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.service.workorders import actionforms, cells, promises, rows, wording
from open95598.service.workorders import queries as orders
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

#: since when nothing was done: code, name, days
SINCE = (("1", _("for a day and more"), 1), ("3", _("for three days and more"), 3), ("7", _("for a week and more"), 7))
STANDS, OVER, ASKED = "stands", "over", "asked"
#: what a keeper looks for
WHICH = (
    (STANDS, _("That stand still")), (OVER, _("Over the limit")), (ASKED, _("That I am asked to take over")),
)  # fmt: skip


def _lines(row: Any, _now: datetime) -> Any:
    """Draw where the order is and why, one line each."""
    parts = [
        marks.fill('<li class="is-{}{}">{}</li>', t.line.about, " is-pressing" if t.line.pressing else "", t.words)
        for t in row["told"]
    ]
    return marks.fill('<ul class="track-lines">{}</ul>', marks.SafeString("".join(parts)))


def _since(row: Any, now: datetime) -> Any:
    return marks.ago(row["case__track__progress_at"], now) if row["case__track__progress_at"] else marks.DASH


_CLOCK = Column("clock", _("Next due"), draw=cells.clock, classes="nowrap at-clock", sort=("due",))
_NUMBER = Column("number", _("Number"), value="number", opens=True, classes="nowrap at-number")
_KIND = Column("kind", _("Kind of order"), draw=cells.kind, classes="at-kind")
_TOLD = Column("told", _("Where it is, and why"), draw=_lines, classes="is-wide at-what")
_SINCE = Column("since", _("Last done"), draw=_since, classes="nowrap at-opened", sort=("longest",))
_KEEPER = Column("keeper", _("First contact"), value="keeper__name", classes="at-owner")
_UNIT = Column("unit", _("Unit"), value="case__unit__name", classes="at-unit")

_DUE = Order("due", _("Due first"), ("case__due_at?", "case_id"))
_LONGEST = Order("longest", _("Longest standing first"), ("case__track__progress_at?", "case_id"))


def _kinds(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(flow.kind, flow.label) for flow in ORDERS]


def _units(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _which(rights: Rights, now: datetime) -> Any:
    rules = {
        STANDS: Q(case__track__stands_at__lte=now, case__is_open=True),
        OVER: Q(case__due_at__lt=now, case__is_open=True),
        ASKED: Q(keeper_asked_id=rights.person_id),
    }

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        rule = Q(pk__in=[])
        for value in values:
            rule |= rules.get(value, Q(pk__in=[]))
        return found.filter(rule)

    return of


def _for_long(now: datetime) -> Any:
    days = {code: number for code, _name, number in SINCE}

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        shortest = min((days[v] for v in values if v in days), default=None)
        if shortest is None:
            return found.none()
        return found.filter(case__track__progress_at__lte=now - timedelta(days=shortest))

    return of


def read(found: QuerySet[WorkOrder]) -> QuerySet[Any]:
    """Return orders as plain values with what the track says."""
    return found.select_related(None).values(*rows.VALUES, "keeper__name", "case__track__progress_at")


def dress(found: Sequence[dict[str, Any]], now: datetime, rights: Rights) -> None:
    """Add to each row what is shown of it, and the lines about it."""
    rows.dress(found, now, rights)
    lines = queries.told([row["case_id"] for row in found], rights, now)
    for row in found:
        row["told"] = lines.get(row["case_id"], [])


def _spec(name: str, columns: tuple[Column, ...], filters: tuple[Filter, ...], empty: tuple[Any, Any]) -> ListSpec:
    first = (_LONGEST, _DUE) if name == "standing" else (_DUE, _LONGEST)
    return ListSpec(
        name=name,
        columns=columns,
        orders=first,
        filters=filters,
        load=read,
        row_url=rows.url,
        row_id=lambda row: row["case_id"],
        row_case=lambda row: row["case_id"],
        row_classes=rows.classes,
        empty_title=empty[0],
        empty_text=empty[1],
    )


def kept(rights: Rights, now: datetime) -> tuple[ListSpec, QuerySet[WorkOrder]]:
    """Return the list of the promises that a person keeps, and of those that they are asked to take over."""
    asked = WorkOrder.objects.restrict(rights).filter(keeper_asked_id=rights.person_id, promise_open=True)
    kind = Filter("kind", _("Kind of order"), CHOICE, apply="case__kind__in", choices=_kinds)
    which = Filter("which", _("Which"), CHOICE, apply=_which(rights, now), choices=WHICH)
    empty = (_("You keep no promise"), _("Orders that you take stay here until the customer is answered."))
    found = promises.kept_for(rights).select_related(None) | asked
    return _spec("promises", (_CLOCK, _NUMBER, _KIND, _TOLD, _SINCE), (which, kind), empty), found


def standing(rights: Rights, now: datetime) -> tuple[ListSpec, QuerySet[WorkOrder]]:
    """Return the list of the orders that stand still."""
    filters = (
        Filter("kind", _("Kind of order"), CHOICE, apply="case__kind__in", choices=_kinds),
        Filter("state", _("State"), CHOICE, apply="case__state__in", choices=lambda _r: wording.states()),
        Filter("unit", _("Unit and below"), UNIT, apply=orders.in_unit, choices=_units),
        Filter("since", _("Nothing done"), CHOICE, apply=_for_long(now), choices=[s[:2] for s in SINCE]),
    )
    empty = (_("No order stands still"), _("Orders on which nothing was done for too long appear here by themselves."))
    return _spec("standing", (_SINCE, _NUMBER, _KIND, _TOLD, _UNIT, _KEEPER, _CLOCK), filters, empty), queries.standing(
        rights, now
    )
