"""A list as a spreadsheet, as it is seen: its columns, filters and order, masked values, with a watermark."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext

from open95598.foundation import clock as house_clock
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer import exports
from open95598.foundation.transfer.writing import Column as SheetColumn
from open95598.foundation.ui import marks

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
        most = exports.direct_limit()
        said = gettext("More than %(count)s rows pass: filter the list until fewer do.") % {"count": most}
        raise Invalid(said, fields={"export": said})
    now = getattr(request, "now", None) or house_clock.now()
    columns = listing.spec.columns
    title = marks.words_of(listing.spec.title) or listing.spec.name
    file = exports.hand_out(
        request.user, listing.spec.name, title, [SheetColumn(c.name, marks.words_of(c.label)) for c in columns],
        [[cell(column, row, now) for column in columns] for row in listing.page.rows], request.GET.dict(), now,
    )  # fmt: skip
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
