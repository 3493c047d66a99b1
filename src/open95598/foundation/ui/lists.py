"""Lists: columns, filters in the URL, orders with keyset paging, true counts, saved views, bulk actions.

A room declares a :class:`ListSpec` and opens it on an already restricted queryset::

    LIST = ListSpec(name="orders", columns=(…), filters=(…), orders=(…))
    listing = LIST.open(request, queries.orders(request.rights))
    return lists.render(request, "workorders/list.html", listing)

The template says ``{% list_view listing %}``. For htmx only the list itself is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render as django_render
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from open95598.foundation import clock as house_clock
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer import exports
from open95598.foundation.ui import keyset, marks, sheets
from open95598.foundation.ui.models import SavedView
from open95598.foundation.words import Label

#: parameters that are not filters
CURSOR, SORT = "cursor", "sort"
#: asks for the list as a spreadsheet
EXPORT, SHEET = "export", "xlsx"
CHOICE, TEXT, DATE, BOOL, UNIT = "choice", "text", "date", "bool", "unit"


@dataclass(frozen=True)
class Column:
    """A column. ``draw`` makes the cell's markup from the row and the present time; without, ``value`` is shown: a
    path or a function of the row.

    ``classes``: ``number`` right-aligned, ``is-wide`` takes what is left, ``nowrap``. ``opens``: the cell links to the
    row's page. ``sort``: the names of the orders (ascending, descending) that its head switches between.
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any] | None = None
    draw: Callable[[Any, datetime], SafeString] | None = None
    classes: str = ""
    opens: bool = False
    sort: tuple[str, ...] = ()

    def of(self, row: Any) -> Any:
        """Return the cell's value."""
        if callable(self.value):
            return self.value(row)
        return keyset.value_of(row, self.value or self.name)


@dataclass(frozen=True)
class Filter:
    """A filter. ``apply`` is a lookup (``"kind__in"``) or ``function(queryset, value) -> queryset``.

    What value it gets, by ``kind``: choice – a list of codes, unit – an int, text – a string (at most 100 characters),
    bool – True or False, date – a pair of aware datetimes, each may be None (end exclusive; days of the utility's
    zone; parameters ``<param>_from`` and ``<param>_to``). ``choices``: pairs of code and label, or a function of the
    request giving them.
    """

    param: str
    label: Any
    kind: str = TEXT
    apply: str | Callable[[QuerySet[Any], Any], QuerySet[Any]] = ""
    choices: Iterable[tuple[str, Any]] | Callable[[HttpRequest], Iterable[tuple[str, Any]]] = ()
    #: what a value says in words that an index serves, for gathering rows (see :mod:`keyset`)
    gather: Callable[[Any], Q] | None = None
    #: whether so many rows may pass a value that walking the order finds a page of them
    walks: Callable[[Any], bool] = lambda value: True
    #: what a value says of the rows that are walked, where their index begins anew with it
    starts: Callable[[Any], Q] | None = None

    def read(self, query: QueryDict) -> Any:
        """Return the value from the address; None when it does not filter (what cannot be read does not)."""
        if self.kind == DATE:
            start, end = _day(query.get(f"{self.param}_from")), _day(query.get(f"{self.param}_to"))
            if start is None and end is None:
                return None
            return (_midnight(start) if start else None, _midnight(end + timedelta(days=1)) if end else None)
        given = [v for v in query.getlist(self.param) if v and "\x00" not in v]
        if not given:
            return None
        if self.kind == CHOICE:
            return given
        if self.kind == BOOL:
            return given[0] == "1"
        if self.kind == UNIT:
            return int(given[0]) if given[0].isdecimal() and len(given[0]) < 18 else None
        return given[0].strip()[:100] or None

    def on(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the rows that pass."""
        if callable(self.apply):
            return self.apply(rows, value)
        lookup = self.apply or (f"{self.param}__in" if self.kind == CHOICE else self.param)
        if self.kind == DATE:
            start, end = value
            rows = rows.filter(**{f"{lookup}__gte": start}) if start else rows
            return rows.filter(**{f"{lookup}__lt": end}) if end else rows
        return rows.filter(**{lookup: value})

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the codes and their names in the active language."""
        pairs = self.choices(request) if callable(self.choices) else self.choices
        language = get_language()
        return [(str(c), n.in_(language) if isinstance(n, Label) else str(n)) for c, n in pairs]

    @property
    def params(self) -> tuple[str, ...]:
        """The parameters it owns in the address."""
        return (f"{self.param}_from", f"{self.param}_to") if self.kind == DATE else (self.param,)


@dataclass(frozen=True)
class Order:
    """An order: ``keys`` as in :mod:`keyset`, the last unique; ``walk``: the index that a filtered list may walk."""

    name: str
    label: Any
    keys: tuple[str, ...]
    walk: keyset.Walk | None = None


@dataclass(frozen=True)
class BulkAction:
    """Something to do with all selected rows: their ids are posted as ``ids`` to ``url``.

    ``dialog``: the answer (a form) is shown in the page's dialog first.
    """

    label: Any
    url: str
    icon: str = ""
    tone: str = ""
    dialog: bool = True


@dataclass(frozen=True)
class Chip:
    """A filter that is on, with the address that takes it away."""

    label: str
    value: str
    remove: str


@dataclass(frozen=True)
class ListSpec:
    """A list as declared. Functions of a row give its address, id, case (for live updates) and its own fragment.

    ``load`` says what is read of the rows of a page (``.values(…)``, joins): counting needs none of it.
    """

    name: str
    columns: tuple[Column, ...]
    orders: tuple[Order, ...]
    #: what the list is called, on its sheet
    title: Any = ""
    filters: tuple[Filter, ...] = ()
    load: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    row_url: Callable[[Any], str] | None = None
    row_id: Callable[[Any], Any] = lambda row: keyset.value_of(row, "id")
    row_case: Callable[[Any], Any] | None = None
    row_fragment_url: Callable[[Any], str] | None = None
    row_classes: Callable[[Any], str] | None = None
    bulk: tuple[BulkAction, ...] = ()
    export_url: str = ""
    page_size: int = 50
    count_cap: int = 1_000
    empty_title: Any = ""
    empty_text: Any = ""
    empty_action: tuple[Any, str] | None = None

    def open(self, request: HttpRequest, rows: QuerySet[Any], *, size: int | None = None) -> Listing:
        """Read filters, order and cursor from the address and return the list (its queries run when it is drawn)."""
        most = exports.direct_limit() if request.GET.get(EXPORT) == SHEET and not self.export_url else None
        return Listing(self, request, rows, most or size or self.page_size)


@dataclass
class Listing:
    """One page of a list for one request."""

    spec: ListSpec
    request: HttpRequest
    everything: QuerySet[Any]
    size: int
    query: QueryDict = field(init=False)

    def __post_init__(self) -> None:
        self.query = self.request.GET

    @cached_property
    def values(self) -> dict[str, Any]:
        """The filters that are on: parameter → value."""
        read = {f.param: f.read(self.query) for f in self.spec.filters}
        return {param: value for param, value in read.items() if value is not None}

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """All rows that pass the filters, without order: for exports and counts."""
        rows = self.everything
        for declared in self.spec.filters:
            if declared.param in self.values:
                rows = declared.on(rows, self.values[declared.param])
        return rows

    @cached_property
    def order(self) -> Order:
        """The order asked for, else the first."""
        asked = self.query.get(SORT, "")
        return next((o for o in self.spec.orders if o.name == asked), self.spec.orders[0])

    @cached_property
    def page(self) -> keyset.Page:
        """The rows. One query; a filtered list with a walk takes up to three."""
        return keyset.page(
            self.spec.load(self.filtered), self.order.name, self.order.keys, size=self.size,
            cursor=self.query.get(CURSOR, ""), walk=self._walk, gather=self._gather,
        )  # fmt: skip

    @cached_property
    def _on(self) -> list[tuple[Filter, Any]]:
        return [(f, self.values[f.param]) for f in self.spec.filters if f.param in self.values]

    @cached_property
    def _gather(self) -> Q:
        """What the filters say in words that indexes serve."""
        found = Q()
        for declared, value in self._on:
            found &= declared.gather(value) if declared.gather else Q()
        return found

    @cached_property
    def _walk(self) -> keyset.Walk | None:
        """The walk of a filtered list; None without a filter, and where one lets so few rows pass that none is due."""
        walk = self.order.walk
        if walk is None or not self._on or not all(f.walks(value) for f, value in self._on):
            return None
        for declared, value in self._on:
            if declared.starts:
                walk = replace(walk, rows=walk.rows.filter(declared.starts(value)))
        return walk

    @cached_property
    def counted(self) -> tuple[int, bool]:
        """How many rows pass, counted up to the cap, and whether there are more. No query when this page has all."""
        if not (self.page.previous or self.page.next):
            return len(self.page.rows), False
        cap = self.spec.count_cap
        if self._walk is not None:
            return keyset.count(
                self.filtered, self._walk, self.order.keys, most=cap, page=self.size, gather=self._gather
            )
        # counted along the order: its index leads to the first so many, where another plan may look at all rows
        number = keyset.ordered(self.filtered, self.order.keys)[: cap + 1].count()
        return min(number, cap), number > cap

    @property
    def count_words(self) -> str:
        """The count as shown: exact, or "1,000+" where more pass than are counted."""
        number, more = self.counted
        return gettext("%(count)s rows") % {"count": f"{number:,}{'+' if more else ''}"}

    def address(self, **changes: str | None) -> str:
        """Return this list's address with parameters changed (None takes away); paging starts anew unless given."""
        query = self.query.copy()
        query.pop(CURSOR, None)
        query.pop(EXPORT, None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    @property
    def previous_url(self) -> str:
        """The address of the page before; empty on the first."""
        return self.address(cursor=self.page.previous) if self.page.previous else ""

    @property
    def next_url(self) -> str:
        """The address of the next page; empty on the last."""
        return self.address(cursor=self.page.next) if self.page.next else ""

    @property
    def export_url(self) -> str:
        """Where this very list is exported; empty when the room offers none."""
        text = self.address().partition("?")[2]
        return f"{self.spec.export_url}?{text}" if self.spec.export_url and text else self.spec.export_url

    @property
    def sheet_url(self) -> str:
        """Where this very list is handed out as a spreadsheet, for whoever may export; "" for others."""
        rights = getattr(self.request, "rights", None)
        may = rights is not None and rights.anywhere(Permission.EXPORT)
        return self.address(**{EXPORT: SHEET}) if may else ""

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters that are on, in words."""
        found = []
        for declared in self.spec.filters:
            if declared.param in self.values:
                remove = self.address(**dict.fromkeys(declared.params, None))
                found.append(Chip(marks.words_of(declared.label), self._in_words(declared), remove))
        return found

    def _in_words(self, declared: Filter) -> str:
        value = self.values[declared.param]
        if declared.kind == DATE:
            return f"{self.query.get(f'{declared.param}_from', '')} – {self.query.get(f'{declared.param}_to', '')}"
        if declared.kind == BOOL:
            return gettext("yes") if value else gettext("no")
        if declared.kind in {CHOICE, UNIT}:
            names = dict(declared.options(self.request))
            return ", ".join(names.get(str(v), str(v)) for v in (value if isinstance(value, list) else [value]))
        return str(value)

    @cached_property
    def heads(self) -> list[dict[str, Any]]:
        """The columns' heads with the address that sorts by them."""
        found = []
        for column in self.spec.columns:
            now, offered = self.order.name, {o.name for o in self.spec.orders}
            target = next((o for o in column.sort if o != now and o in offered), "")
            keys = self.order.keys if now in column.sort else ()
            direction = ("descending" if keys[0].startswith("-") else "ascending") if keys else ""
            found.append({
                "column": column, "label": marks.words_of(column.label), "direction": direction,
                "url": self.address(sort=target) if target else "",
            })  # fmt: skip
        return found

    @property
    def drawn(self) -> SafeString:
        """The rows as markup."""
        now = present(self.request)
        return SafeString("\n".join(draw_row(self.spec, row, now) for row in self.page.rows))

    @cached_property
    def filter_fields(self) -> list[dict[str, Any]]:
        """The filters' form: what may be chosen and what is."""
        found = []
        for f in self.spec.filters:
            entry: dict[str, Any] = {"filter": f, "kind": f.kind, "id": f"filter-{f.param}"}
            entry["label"] = marks.words_of(f.label)
            if f.kind in {CHOICE, UNIT}:
                entry["options"] = _options(f.options(self.request), set(self.query.getlist(f.param)))
            elif f.kind == DATE:
                entry["start"], entry["end"] = (self.query.get(p, "") for p in f.params)
            else:
                entry["value"] = self.query.get(f.param, "")
            found.append(entry)
        return found

    @property
    def other_params(self) -> list[tuple[str, str]]:
        """What the filters' form must carry along: the order and parameters that are no filter's."""
        own = {CURSOR, *(p for f in self.spec.filters for p in f.params)}
        return [(name, v) for name, values in self.query.lists() if name not in own for v in values]

    @cached_property
    def views(self) -> list[SavedView]:
        """The person's saved views of this list and those shared with their unit. One query."""
        person: Any = self.request.user
        mine = Q(person_id=person.pk) | Q(shared_with__isnull=False, shared_with_id=person.unit_id)
        return list(SavedView.objects.filter(mine, list_name=self.spec.name)[:50])

    @property
    def query_text(self) -> str:
        """The filters and the order as a query string: what a saved view keeps."""
        return self.address().partition("?")[2]


def draw_row(spec: ListSpec, row: Any, now: datetime) -> SafeString:
    """Return a row as markup; with ``row_fragment_url`` it fetches itself again when its case changes."""
    row_id, url = spec.row_id(row), spec.row_url(row) if spec.row_url else ""
    case = spec.row_case(row) if spec.row_case else None
    fragment = spec.row_fragment_url(row) if spec.row_fragment_url else ""
    live = marks.fill(' data-live-case="{}"', case) if case else SafeString()
    if fragment:
        live += marks.fill(' hx-get="{}" hx-trigger="live" hx-swap="outerHTML"', fragment)
    cells = [_pick(row_id)] if spec.bulk else []
    for column in spec.columns:
        shown = column.draw(row, now) if column.draw else marks.words_of(column.of(row)) or marks.DASH
        if column.opens and url:
            shown = marks.fill('<a href="{}" data-open>{}</a>', url, shown)
        cells.append(marks.fill('<td class="{}" data-label="{}">{}</td>', column.classes, column.label, shown))
    if spec.row_classes and (classes := spec.row_classes(row)):
        live += marks.fill(' class="{}"', classes)
    return marks.fill('<tr data-row id="row-{}"{}>{}</tr>', row_id, live, SafeString("".join(cells)))


def _pick(row_id: Any) -> SafeString:
    label = gettext("Select the row")
    return marks.fill(
        '<td class="pick"><input type="checkbox" name="ids" value="{}" data-select aria-label="{}"></td>', row_id, label
    )


def _options(pairs: Iterable[tuple[str, str]], chosen: set[str]) -> SafeString:
    """Return the options of a select; some have hundreds."""
    parts = (
        f'<option value="{escape(code)}"{" selected" if code in chosen else ""}>{escape(name)}</option>'
        for code, name in pairs
    )
    return SafeString("".join(parts))


def present(request: Any) -> datetime:
    """Return the time of the request."""
    return getattr(request, "now", None) or house_clock.now()


def render(request: HttpRequest, template: str, listing: Listing, **context: Any) -> HttpResponse:
    """Answer with the page, or for htmx asking for ``#list`` with the list alone."""
    if request.GET.get(EXPORT) == SHEET and not listing.spec.export_url:
        return sheets.hand_out(request, listing)
    context["listing"] = listing
    if request.headers.get("HX-Target") == "list":
        template = "ui/list.html"
    return django_render(request, template, context)


def render_row(request: HttpRequest, spec: ListSpec, row: Any) -> HttpResponse:
    """Answer with one row (a live row asks for itself again)."""
    return HttpResponse(draw_row(spec, row, present(request)))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))
