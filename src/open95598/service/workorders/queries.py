"""Reads of orders, always through the one policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from open95598.casework.models import Case, CaseClock, ClockState
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.ui import keyset
from open95598.foundation.units.models import Unit
from open95598.service.workorders import finding
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

#: the orders of lists (see ``ui.keyset``)
DUE, NEWEST = ("case__due_at?", "case_id"), ("-case__opened_at", "-case_id")
#: what a clock's bar needs
SHOWN_OF_A_CLOCK = (
    "case_id", "name", "state", "calendar", "started_at", "due_at", "warn_at", "paused_at", "stopped_at", "breached_at",
)  # fmt: skip


def orders(rights: Rights) -> QuerySet[WorkOrder]:
    """Return the orders that the rights let one see, with their cases."""
    return WorkOrder.objects.restrict(rights).select_related("case", "case__unit", "case__owner")


def only_brief(rows: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Load only what ``presenting.brief`` tells of each order: texts, moments and search keys stay in the database."""
    case = ("unit", "owner", "kind", "state", "is_open", "version", "opened_at", "due_at", "due_clock", "breached")
    order = ("number", "category", "priority", "channel", "contact_name", "contact_phone", "address", "confidential")
    return rows.only(*order, *(f"case__{name}" for name in case), "case__unit__code", "case__owner__name")


def get(rights: Rights, number: str) -> WorkOrder:
    """Return one order by its number. Raises ``NotFound`` also when it is not for these eyes."""
    from django.utils.translation import gettext as _

    rows = orders(rights).select_related("case__opened_by_unit", "registered_by", "keeper", "keeper_asked")
    order = rows.filter(number=number[:60].upper() if "\x00" not in number else "").first()
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


def running_clocks(case_ids: Iterable[int]) -> Mapping[int, list[CaseClock]]:
    """Return the clocks that have not ended, by case, the one that is due first first."""
    found: dict[int, list[CaseClock]] = {}
    rows = CaseClock.objects.filter(case_id__in=list(case_ids)).exclude(state=ClockState.STOPPED).order_by("due_at")
    for clock in rows.only(*SHOWN_OF_A_CLOCK):
        found.setdefault(clock.case_id, []).append(clock)
    return found


def all_clocks(case_id: int) -> list[Any]:
    """Return all clocks of a case, running ones first, then by their start."""
    rows = list(CaseClock.objects.filter(case_id=case_id).order_by("started_at", "id"))
    return sorted(rows, key=lambda c: c.state == ClockState.STOPPED)


def walk(is_open: bool | None, keys: tuple[str, ...] = NEWEST) -> keyset.Walk:
    """Return the index in whose order a list of open, closed or all (None) orders may be walked."""
    cases = Case.objects.system("says how far a list is walked; what it shows passes the policy")
    held = cases.all() if is_open is None else cases.filter(is_open=is_open)
    return keyset.Walk(held, tuple(k.replace("case__", "").replace("case_id", "id") for k in keys))


def in_unit(rows: QuerySet[WorkOrder], unit_id: int) -> QuerySet[WorkOrder]:
    """Return the orders that a unit, or one below it, is responsible for."""
    return rows.filter(case__scope__contains=[unit_id])


def gathering_unit(unit_id: int) -> Q:
    """Return what holds of all orders of a unit in words that an index serves: whoever may act on a case may see it."""
    return Q(case__sight__contains=[unit_id])


def in_states(rows: QuerySet[WorkOrder], states: Iterable[str]) -> QuerySet[WorkOrder]:
    """Return the orders in some states; says of states that are all open, or all final, that the orders are."""
    wanted = sorted(set(states))
    is_open = open_in(wanted)
    rows = rows.filter(case__state__in=wanted)
    return rows if is_open is None else rows.filter(case__is_open=is_open)


def starting_states(states: Iterable[str]) -> Q:
    """Return what some states say of the cases of a walk (see ``ui.lists.Filter.starts``)."""
    is_open = open_in(states)
    return Q() if is_open is None else Q(is_open=is_open)


def open_in(states: Iterable[str]) -> bool | None:
    """Say whether cases in these states are open; None where some are and some are not."""
    wanted = set(states)
    final = {s.final for f in ORDERS for s in f.states if s.name in wanted}
    return not final.pop() if len(final) == 1 else None


@dataclass(frozen=True)
class Narrowed:
    """Orders that pass some filters, and how a page of them is found (see ``ui.keyset``)."""

    rows: QuerySet[WorkOrder]
    walk: keyset.Walk | None = None
    gather: Q = field(default_factory=Q)


def newest_page(
    found: Narrowed, after: tuple[datetime, int] | None, limit: int
) -> tuple[list[WorkOrder], tuple[datetime, int] | None]:
    """Return a keyset page, newest first, and the key that the next one begins after (None: that was the last)."""
    position = None if after is None else list(after)
    rows = keyset.read(only_brief(found.rows), NEWEST, position, limit + 1, walk=found.walk, gather=found.gather)
    page = rows[:limit]
    return page, (page[-1].case.opened_at, page[-1].case_id) if len(rows) > limit else None


def filtered(rows: QuerySet[WorkOrder], params: Mapping[str, Any], now: datetime) -> Narrowed:
    """Narrow orders by what a list's address says; an unknown or empty parameter narrows nothing.

    ``kind``, ``state``, ``category``, ``channel``, ``priority`` (codes), ``unit`` (code: it and all below), ``status``
    (open, closed, overdue), ``owner`` (id), ``q`` (number, phone, words), ``opened_from``/``opened_to`` (aware).
    """
    all_rows, gather = rows, Q()
    for name, column in {"kind": "case__kind", "channel": "channel", "priority": "priority"}.items():
        if params.get(name):
            rows = rows.filter(**{column: params[name]})
    if params.get("state"):
        rows = in_states(rows, [params["state"]])
    if params.get("category"):
        rows = rows.filter(Q(category=params["category"]) | Q(category__startswith=f"{params['category']}."))
    if params.get("unit"):
        unit_id = Unit.objects.filter(code=params["unit"]).values_list("pk", flat=True).first()
        rows = in_unit(rows, unit_id) if unit_id else rows.none()
        gather &= gathering_unit(unit_id or 0)
    is_open = {"open": True, "overdue": True, "closed": False}.get(str(params.get("status")))
    if is_open is not None:
        rows = rows.filter(case__is_open=is_open)
    elif params.get("state"):
        is_open = open_in([params["state"]])
    if params.get("status") == "overdue":
        rows = rows.filter(case__due_at__lt=now)
    if params.get("owner"):
        rows = rows.filter(case__owner_id=params["owner"])
    if text := str(params.get("q") or ""):
        rows = rows.filter(finding.matching(text))
        gather &= finding.gathering(text)
    if params.get("opened_from"):
        rows = rows.filter(case__opened_at__gte=params["opened_from"])
    if params.get("opened_to"):
        rows = rows.filter(case__opened_at__lt=params["opened_to"])
    walks = rows is not all_rows and (not text or finding.is_common(text))
    return Narrowed(rows, walk(is_open) if walks else None, gather)
