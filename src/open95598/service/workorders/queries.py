"""Reads of orders, always through the one policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from open95598.casework.models import CaseClock, ClockState
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.units.models import Unit
from open95598.service.workorders import words
from open95598.service.workorders.models import WorkOrder

#: what a clock's bar needs
SHOWN_OF_A_CLOCK = (
    "case_id", "name", "state", "calendar", "started_at", "due_at", "warn_at", "paused_at", "stopped_at", "breached_at",
)  # fmt: skip
#: up to so many hits of a search are looked at one by one
FEW_HITS = 2_000


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

    order = orders(rights).filter(number=number[:60].upper() if "\x00" not in number else "").first()
    if order is None:
        raise NotFound(_("There is no such order."))
    return order


def matching(query: str) -> Q:
    """Return the condition that an order matches what somebody typed: a number, a phone, or words in it.

    Words are found by pairs of characters, so two Chinese characters are enough (one is not).
    """
    text = query.strip()
    if not text:
        return Q()
    if words.looks_right(text.upper()):
        return Q(number=text.upper())
    compact = text.replace(" ", "").replace("-", "")
    if compact.isdecimal() and len(compact) >= 7:
        return Q(contact_phone=compact) | Q(number__startswith=text)
    if text[:8].isdecimal() and len(text) > 8:
        return Q(number__startswith=text.upper())
    keys = words.query_keys(text)
    return _holding(keys) if keys else Q(pk__in=[])


def _holding(keys: list[int]) -> Q:
    """Return the condition that an order holds all of these search keys.

    PostgreSQL takes pairs of characters for independent; those of one word are not, so that it expects a handful of
    hits where there are a hundred thousand, and sorts them all for one page. So we look ourselves: few hits are named
    one by one; with many, the list is walked in its own order (``search__holds`` keeps the index out of it).
    """
    hits = WorkOrder.objects.system("the policy is applied to the list").filter(search__contains=keys)
    found = list(hits.values_list("pk", flat=True)[: FEW_HITS + 1])
    return Q(pk__in=found) if len(found) <= FEW_HITS else Q(search__holds=keys)


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


def in_unit(rows: QuerySet[WorkOrder], code: str) -> QuerySet[WorkOrder]:
    """Return the orders that a unit, or one below it, is responsible for; none for an unknown code."""
    unit_id = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
    return rows.filter(case__scope__contains=[unit_id]) if unit_id else rows.none()


def with_status(rows: QuerySet[WorkOrder], status: str, now: datetime) -> QuerySet[WorkOrder]:
    """Return the orders that are ``open``, ``closed`` or ``overdue``."""
    if status == "overdue":
        return rows.filter(case__is_open=True, case__due_at__lt=now)
    return rows.filter(case__is_open=status == "open")


def newest_page(
    rows: QuerySet[WorkOrder], after: tuple[datetime, int] | None, limit: int
) -> tuple[list[WorkOrder], tuple[datetime, int] | None]:
    """Return a keyset page, newest first, and the key that the next one begins after (None: that was the last)."""
    if after is not None:
        at, case_id = after
        rows = rows.filter(
            Q(case__opened_at__lt=at) | Q(case__opened_at=at, case_id__lt=case_id), case__opened_at__lte=at
        )
    found = list(rows.order_by("-case__opened_at", "-case_id")[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    return page, (page[-1].case.opened_at, page[-1].case_id) if more else None


def filtered(rows: QuerySet[WorkOrder], params: Mapping[str, Any], now: datetime) -> QuerySet[WorkOrder]:
    """Narrow orders by what a list's address says; an unknown or empty parameter narrows nothing.

    ``kind``, ``state``, ``category``, ``channel``, ``priority`` (codes), ``unit`` (code: it and all below), ``status``
    (open, closed, overdue), ``owner`` (id), ``q`` (number, phone, words), ``opened_from``/``opened_to`` (aware).
    """
    fields = {"kind": "case__kind", "state": "case__state", "channel": "channel", "priority": "priority"}
    for name, column in fields.items():
        if params.get(name):
            rows = rows.filter(**{column: params[name]})
    if params.get("category"):
        rows = rows.filter(Q(category=params["category"]) | Q(category__startswith=f"{params['category']}."))
    if params.get("unit"):
        rows = in_unit(rows, str(params["unit"]))
    if params.get("status") in ("open", "closed", "overdue"):
        rows = with_status(rows, str(params["status"]), now)
    if params.get("owner"):
        rows = rows.filter(case__owner_id=params["owner"])
    if params.get("q"):
        rows = rows.filter(matching(str(params["q"])))
    if params.get("opened_from"):
        rows = rows.filter(case__opened_at__gte=params["opened_from"])
    if params.get("opened_to"):
        rows = rows.filter(case__opened_at__lt=params["opened_to"])
    return rows
