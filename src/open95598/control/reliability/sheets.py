"""The figures as spreadsheets, to the last digit those of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.control.reliability import wording
from open95598.control.reliability.pages import PLACES, Line, Page
from open95598.foundation.transfer.writing import Column, Watermark, workbook

_UNITS = {"saidi": "min", "saifi": "", "caidi": "min", "aihc": "h", "rs1": "%", "rs2": "%", "rs3": "%"}
NAMES = {
    "saidi": "SAIDI", "saifi": "SAIFI / AITC", "caidi": "CAIDI", "aihc": "AIHC-1", "rs1": "RS-1", "rs2": "RS-2",
    "rs3": "RS-3",
}  # fmt: skip


def _lines(page: Page, head: str, lines: Iterable[Line], name: str, now: datetime) -> IO[bytes]:
    columns = [
        Column("name", head, width=24), Column("customers", _("Usage points"), kind="number"),
        Column("events", pgettext("count", "Outages"), kind="number"),
        Column("interrupted", _("Customers interrupted"), kind="number"),
        Column("hours", _("Customer-hours"), kind="number"),
    ]  # fmt: skip
    columns += [Column(code, f"{NAMES[code]} {_UNITS[code]}".strip(), kind="number") for code in PLACES]
    records = [
        [line.name, line.customers, line.sums.events, line.sums.interrupted, line.customer_hours,
         *(getattr(line, code) for code in PLACES)]
        for line in lines
    ]  # fmt: skip
    return _book(page, columns, records, name, now)


def _book(page: Page, columns: list[Column], records: list[list[Any]], name: str, now: datetime) -> IO[bytes]:
    title = f"{_('Reliability of supply')} {page.unit.name} {page.month:%Y-%m}"
    return workbook(
        columns, records, sheet=f"{page.month:%Y-%m}", watermark=Watermark(name, now, title), meta={"title": title}
    )


def months(page: Page, name: str, now: datetime) -> IO[bytes]:
    """Return the twelve months."""
    return _lines(page, _("Month"), page.year, name, now)


def units(page: Page, name: str, now: datetime) -> IO[bytes]:
    """Return the units below in the month."""
    return _lines(page, _("Unit"), page.below, name, now)


def outages(page: Page, name: str, now: datetime) -> IO[bytes]:
    """Return all outages behind the month."""
    columns = [
        Column("number", pgettext("outage", "Number")), Column("place", _("Device")),
        Column("cause", pgettext("outage", "Cause")),
        Column("start", _("Dark since"), kind="datetime"), Column("end", _("Power back at"), kind="datetime"),
        Column("customers", _("Usage points"), kind="number"),
        Column("interrupted", _("Customers interrupted"), kind="number"),
        Column("minutes", _("Customer-minutes"), kind="number"),
    ]  # fmt: skip
    records = [
        [one.row.number, one.row.place, wording.cause(one.row), one.row.start, one.row.end, one.row.customers,
         one.sums.interrupted, one.customer_minutes]
        for one in page.behind()
    ]  # fmt: skip
    return _book(page, columns, records, name, now)


WHAT: Mapping[str, Callable[[Page, str, datetime], IO[bytes]]] = {"months": months, "units": units, "outages": outages}
