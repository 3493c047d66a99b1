"""A list as a spreadsheet, as it is seen: its columns, filters and order, masked values, with a watermark."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext

from open95598.foundation import clock as house_clock
from open95598.foundation.errors import Forbidden, Invalid, NotFound, Refused
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer import exports
from open95598.foundation.transfer.writing import Column as SheetColumn
from open95598.foundation.ui import marks
from open95598.foundation.ui.middleware import refusal_page
from open95598.foundation.ui.pagetables import PageTables, read

if TYPE_CHECKING:
    from open95598.foundation.ui.lists import Column, Listing

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TIME = re.compile(r'<time datetime="([^"]+)"')


def hand_out(request: Any, listing: Listing) -> HttpResponse:
    """Answer with the rows of a list that was opened for it. Written down in the journal.

    Raises ``Forbidden`` without the right to export, ``Invalid`` when more rows pass the filters than may leave the
    house without somebody's approval (DOMAIN 2.6).
    """
    if not request.rights.anywhere(Permission.EXPORT):
        raise Forbidden(gettext("Your roles do not include exporting."))
    if listing.page.next:
        raise _too_many()
    now = getattr(request, "now", None) or house_clock.now()
    columns = listing.spec.columns
    title = marks.words_of(listing.spec.title) or listing.spec.name
    heads = [SheetColumn(column.name, marks.words_of(column.label)) for column in columns]
    rows = [[cell(column, row, now) for column in columns] for row in listing.page.rows]
    return _answer(request, listing.spec.name, title, heads, rows)


def _too_many() -> Invalid:
    most = exports.direct_limit()
    said = gettext("More than %(count)s rows pass: filter the list until fewer do.") % {"count": most}
    return Invalid(said, fields={"export": said})


def _answer(request: Any, name: str, title: str, heads: list[SheetColumn], rows: list[list[Any]]) -> HttpResponse:
    now = getattr(request, "now", None) or house_clock.now()
    file = exports.hand_out(request.user, name, title, heads, rows, request.GET.dict(), now)
    response = HttpResponse(file.read(), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{title}.xlsx')}"
    response["Cache-Control"] = "no-store"
    return response


def cell(column: Column, row: Any, now: datetime) -> Any:
    """Return a cell's value for a sheet: a time is a time and a number a number, marks become their words."""
    if column.draw is None:
        value = column.of(row)
        return value if isinstance(value, (int, Decimal, date)) else marks.words_of(value)
    markup = str(column.draw(row, now))
    if found := _TIME.search(markup):
        return datetime.fromisoformat(unescape(found[1]))
    return unescape(strip_tags(markup)).strip()


def sheets_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a page that is asked for as a spreadsheet (``?export=xlsx``) with its table, as it is seen.

    A page that shows its list in parts is asked for as much as may leave the house (``request.rows_wanted``); a list
    of ``lists`` makes its own sheet.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        asked: Any = request
        if request.method != "GET" or request.GET.get("export") != "xlsx" or request.path.startswith("/api/"):
            return get_response(request)
        asked.rows_wanted = exports.direct_limit()
        response = get_response(request)
        kind = response.get("Content-Type", "")
        if response.status_code != 200 or response.streaming or not kind.startswith("text/html"):
            return response
        try:
            return _of_page(asked, read(response.content.decode()))
        except Refused as refusal:
            return refusal_page(request, refusal.status, str(refusal.detail), fields=refusal.fields)

    return middleware


def _of_page(request: Any, page: PageTables) -> HttpResponse:
    if not getattr(request, "rights", None) or not request.rights.anywhere(Permission.EXPORT):
        raise Forbidden(gettext("Your roles do not include exporting."))
    if not page.tables:
        raise NotFound(gettext("There is no list on this page."))
    if page.more:
        raise _too_many()
    table = max(page.tables, key=lambda one: len(one.rows))
    width = max([len(table.heads), *(len(row) for row in table.rows)])
    heads = [*table.heads, *[""] * (width - len(table.heads))]
    columns = [SheetColumn(str(n), head) for n, head in enumerate(heads)]
    rows = [[*row, *[""] * (width - len(row))] for row in table.rows]
    return _answer(request, request.path.strip("/")[:60], page.title or request.path, columns, rows)
