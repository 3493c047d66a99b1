"""The work list: columns, filters, orders, bulk actions; and the same list as an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui.lists import CHOICE, DATE, TEXT, UNIT, BulkAction, Column, Filter, ListSpec, Order
from open95598.foundation.words import Label
from open95598.service.workorders import actionforms, cells, finding, hooks, queries, rows, wording
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.models import WorkOrder

#: what is shown beside the filters: ``?show=``
OPEN, CLOSED, ALL = "", "closed", "all"
SHOWS = ((OPEN, _("Open orders")), (CLOSED, _("Archived orders")), (ALL, _("All orders")))

BY_SCORE = Order("score", _("Lowest score first"), ("score__points?", "case_id"))

#: the classes ``at-…`` say where a cell stands when a row is a card (on a phone)
COLUMNS = (
    Column("clock", _("Clock"), draw=cells.clock, classes="nowrap at-clock", sort=("due",)),
    Column("number", _("Number"), value="number", opens=True, classes="nowrap at-number"),
    Column("kind", _("Kind of order"), draw=cells.kind, classes="gives-way at-kind"),
    Column("state", _("State"), draw=cells.state, classes="nowrap at-state"),
    Column("what", _("What and where"), draw=cells.what, classes="gives-way at-what"),
    Column("unit", _("Unit"), value="case__unit__name", classes="gives-way at-unit"),
    Column("owner", _("Handled by"), value="case__owner__name", classes="gives-way at-owner"),
    Column("opened", _("Registered"), draw=cells.opened, classes="nowrap at-opened",
           sort=("newest",)),
)  # fmt: skip

#: for those who judge orders
SCORE = Column("score", _("Score"), draw=cells.score, classes="number at-score", sort=("score",))
#: bands of the score: code, name, from, below
SCORES = (("low", _("under 60"), 0, 60), ("fair", _("60 to 79"), 60, 80), ("good", _("80 and more"), 80, 101))
LATENESS = (
    ("over", _("Over the limit")), ("warned", _("Time is running short")), ("in_time", _("In time")),
    ("paused", _("Paused")), ("was_over", _("Was over a limit")),
)  # fmt: skip
#: what befell an order beside the main way: code, name, condition
BRANCHES = (
    ("returned", _("Returned"), Q(returns__gt=0)),
    ("disputed", _("Returned again, decided above"), Q(case__state="disputed") | Q(settled_at__isnull=False)),
    ("suspended", _("Suspended or asked to be"), Q(case__state__in=("suspension_asked", "suspended"))),
    ("extension_asked", _("Extension asked"), Q(extension="asked")),
    ("extended", _("Extended"), Q(extensions__gt=0)),
    ("merged", _("Merged into another"), Q(merged_into__isnull=False)),
    ("absorbed", _("Others merged into it"), Q(absorbed__gt=0)),
    ("repeated", _("Repeat"), Q(repeats__gt=0)),
    ("terminated", _("Terminated or asked to be"),
     Q(case__state__in=("termination_asked", "terminating", "inquired", "told", "terminated"))),
    ("reopened", _("Reopened"), Q(reopenings__gt=0)),
)  # fmt: skip
NOBODY = "nobody"


def show(found: QuerySet[WorkOrder], what: str) -> QuerySet[WorkOrder]:
    """Return the open, the archived or all orders."""
    return found if what == ALL else found.filter(case__is_open=what != CLOSED)


def orders(what: str) -> tuple[Order, ...]:
    """Return the orders of a list: open orders by what is due first, or newest first, as all others are."""
    newest = Order("newest", _("Newest first"), queries.NEWEST, queries.walk(None if what == ALL else what != CLOSED))
    if what in (CLOSED, ALL):
        return (newest,)
    return Order("due", _("Due first"), queries.DUE, queries.walk(True, queries.DUE)), newest


def _kinds(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(flow.kind, flow.label) for flow in ORDERS]


def _states(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return wording.states()


def _categories(request: Any) -> Iterable[tuple[str, Any]]:
    return _category_options(store.current(request.now).version)


@lru_cache(maxsize=8)
def _category_options(version: str) -> tuple[tuple[str, Label], ...]:
    """Return the categories of all kinds in the order of their trees, indented: some hundred."""
    rules = store.get(version)
    found = []
    for flow in ORDERS:
        for item in (item for top in rules.categories(flow.kind) for item in top.walk()):
            indent = "　" * (item.level - 1)
            head = Label(f"{flow.label.zh} › ", f"{flow.label.en} › ") if item.level == 1 else Label("", "")
            found.append((item.code, Label(indent + head.zh + item.label.zh, indent + head.en + item.label.en)))
    return tuple(found)


def _choices(name: str) -> Any:
    def of(request: Any) -> Iterable[tuple[str, Any]]:
        return [(c.code, c.label) for c in store.current(request.now).choices(name)]

    return of


def _units(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _owners(request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(request.user.pk), gettext("me")), (NOBODY, gettext("nobody"))]


def _owned(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    rule = Q(pk__in=[])
    for value in values:
        if value == NOBODY:
            rule |= Q(case__owner=None)
        elif value.isdecimal() and len(value) < 18:
            rule |= Q(case__owner_id=int(value))
    return found.filter(rule)


def _words(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    return found.filter(finding.matching(text))


def _below(now: datetime) -> Any:
    """Return the filter of a category and all below it."""

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        rules = store.current(now)
        codes: set[str] = set()
        for value in values:
            if rules.has_category(value):
                codes |= {c.code for c in rules.category(value).walk()}
        return found.filter(category__in=codes)

    return of


def _late(now: datetime) -> Any:
    rules = {
        "over": Q(case__is_open=True, case__due_at__lt=now),
        "warned": Q(case__is_open=True, case__due_at__gte=now, case__warn_at__lte=now),
        "in_time": Q(case__is_open=True, case__due_at__gte=now, case__warn_at__gt=now),
        "paused": Q(case__is_open=True, case__state="suspended"),
        "was_over": Q(case__breached=True),
    }

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        rule = Q(pk__in=[])
        for value in values:
            rule |= rules.get(value, Q(pk__in=[]))
        return found.filter(rule)

    return of


def _branches(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [*((code, name) for code, name, _condition in BRANCHES), *((b.code, b.name) for b in hooks.further_branches)]


def _befell(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    rule = Q(pk__in=[])
    for code, _name, condition in BRANCHES:
        if code in values:
            rule |= condition
    for branch in hooks.further_branches:
        if branch.code in values:
            rule |= branch.condition()
    return found.filter(rule)


def _due_from(now: datetime) -> Any:
    """Return where the orders of some lateness begin in the order of what is due: after thousands that are overdue."""

    def of(values: list[str]) -> Q:
        return Q(due_at__gte=now) if set(values) <= {"warned", "in_time"} else Q()

    return of


def _scored(rights: Rights) -> Any:
    """Return the filter by bands of the score, of the orders whose score one may see."""

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        rule = Q(pk__in=[])
        for code, _name, low, high in SCORES:
            if code in values:
                rule |= Q(score__points__gte=low, score__points__lt=high)
        return found.filter(rule, case__scope__overlap=sorted(rights.units(Permission.CASE_QUALITY_VIEW)))

    return of


def filters(now: datetime, rights: Rights) -> tuple[Filter, ...]:
    """Return the filters as they count at ``now``; that of the score for those who may see scores."""
    scores = (Filter("score", _("Score"), CHOICE, apply=_scored(rights), choices=[s[:2] for s in SCORES]),)
    return (*_filters(now), *(scores if rights.anywhere(Permission.CASE_QUALITY_VIEW) else ()))


def _filters(now: datetime) -> tuple[Filter, ...]:
    return (
        Filter("q", _("Number, phone or words"), TEXT, apply=_words, gather=finding.gathering, walks=finding.is_common),
        Filter("kind", _("Kind of order"), CHOICE, apply="case__kind__in", choices=_kinds),
        Filter("category", _("Category"), CHOICE, apply=_below(now), choices=_categories),
        Filter("state", _("State"), CHOICE, apply=queries.in_states, choices=_states, starts=queries.starting_states),
        Filter("late", _("Lateness"), CHOICE, apply=_late(now), choices=LATENESS, starts=_due_from(now)),
        Filter("branch", _("What befell it"), CHOICE, apply=_befell, choices=_branches),
        Filter("unit", _("Unit and below"), UNIT, apply=queries.in_unit, choices=_units,
               gather=queries.gathering_unit),
        Filter("priority", _("Priority"), CHOICE, apply="priority__in", choices=_choices("priorities")),
        Filter("channel", _("Channel"), CHOICE, apply="channel__in", choices=_choices("channels")),
        Filter("owner", _("Handled by"), CHOICE, apply=_owned, choices=_owners),
        Filter("opened", _("Registered"), DATE, apply="case__opened_at"),
    )  # fmt: skip


_P = Permission
_BULK = (
    ("dispatch", Label("派单", "Dispatch"), "send", (_P.CASE_DISPATCH,)),
    ("accept", Label("接单", "Accept"), "check", (_P.CASE_HANDLE, _P.CASE_CREW)),
    ("urge", Label("催办", "Urge"), "bell", (_P.CASE_URGE,)),
    ("archive", Label("归档", "Archive"), "archive", (_P.CASE_ARCHIVE, _P.CASE_CALL_BACK)),
    ("any", _("More…"), "dots", (_P.CASE_NOTE,)),
)


def bulk(rights: Rights) -> tuple[BulkAction, ...]:
    """Return what these rights could do with selected rows; each answers with a form in the dialog."""
    return tuple(
        BulkAction(label, reverse("workorders:bulk", args=(name,)), icon)
        for name, label, icon, permissions in _BULK
        if any(rights.anywhere(p) for p in permissions)
    )


def spec(now: datetime, rights: Rights, what: str = OPEN) -> ListSpec:
    """Return the work list at ``now``: open orders by what is due first, others newest first."""
    judges = rights.anywhere(_P.CASE_QUALITY_VIEW)
    return ListSpec(
        name="orders",
        columns=(*COLUMNS, SCORE) if judges else COLUMNS,
        orders=(*orders(what), *((BY_SCORE,) if judges else ())),
        filters=filters(now, rights),
        load=lambda found: rows.read(found, rights),
        row_url=rows.url,
        row_id=lambda row: row["case_id"],
        row_case=lambda row: row["case_id"],
        row_fragment_url=rows.fragment_url,
        row_classes=rows.classes,
        bulk=bulk(rights),
        export_url=reverse("transfer:export_ask", args=("orders",)) if rights.anywhere(_P.EXPORT) else "",
        empty_title=_("No orders here"),
        empty_text=_("Orders that you may see appear here as they are registered."),
    )


def plain(now: datetime, rights: Rights, empty: Any = "") -> ListSpec:
    """Return the list without filters and export: for the queues of "my work"."""
    return replace(spec(now, rights), name="mine", filters=(), export_url="", empty_title=empty, empty_text="")


def selected(
    found: QuerySet[WorkOrder], params: Mapping[str, Any], now: datetime, rights: Rights
) -> QuerySet[WorkOrder]:
    """Narrow orders by what the list's address says (a mapping of parameters): what is exported is what is shown."""
    query = QueryDict(mutable=True)
    for name, value in params.items():
        query.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    found = show(found, query.get("show", OPEN))
    for declared in filters(now, rights):
        if (value := declared.read(query)) is not None:
            found = declared.on(found, value)
    return found
