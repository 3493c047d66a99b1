"""What an agent sees while a customer speaks: whether that customer is in a known or announced outage (K5, H14).

In a storm most callers ask what others have asked. The seat knows it before the caller has finished: since when, where
the crew is, when power will be back, and a sentence to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.ui import marks
from open95598.registry.customers.models import CustomerAccount
from open95598.registry.grid import areas, placing
from open95598.service.outages import flows, queries, storm
from open95598.service.outages import wording as outage_words
from open95598.service.outages.models import Outage
from open95598.service.planned import queries as planned
from open95598.service.planned import wording as planned_words
from open95598.service.planned.models import PlannedOutage
from open95598.service.workorders import hooks, wording

TEMPLATE = "outagenotices/_concerning.html"
#: outages and plans that are shown; plans that begin later are not
SHOWN, AHEAD = 3, timedelta(days=8)
_WHY = "whether whoever speaks is in a known outage"


@dataclass(frozen=True)
class Line:
    """One outage as the seat shows it: badge, name and address (where the reader may open it), facts, what to say."""

    number: str
    url: str
    state: Any
    tone: str
    facts: list[tuple[Any, Any]]
    say: str


def seat(request: Any, given: Mapping[str, str]) -> hooks.Panel:
    """Return what the seat's form shows of outages at the account, the address or the number that was typed."""
    phone = given.get("contact_phone", "").replace(" ", "").replace("-", "")[:32]
    account, address = given.get("account", "").strip()[:32], given.get("address", "")[:300]
    found = _lines(request.rights, account, address, phone, request.now) if account or address or phone else []
    return hooks.Panel(TEMPLATE, found)


def _lines(rights: Rights, account: str, address: str, phone: str, now: datetime) -> list[Line]:
    known = CustomerAccount.objects.system(_WHY).filter(number=account, closed_on=None)
    ids = list(known.values_list("pk", flat=True)) if account else []
    meant = placing.meant(address, phone, ids)
    if not meant.accounts:
        return []
    dark = {row.pk: row for row in queries.over(meant.accounts).values()}
    seen = set(queries.outages(rights).filter(pk__in=dark).values_list("pk", flat=True))
    plans = planned.of_accounts(meant.accounts, now).filter(account=None, starts_at__lte=now + AHEAD)[:SHOWN]
    may = rights.anywhere(Permission.CASE_VIEW)
    return [
        *(_incident(row, storm.case_url(row) if row.pk in seen else "") for row in list(dark.values())[:SHOWN]),
        *(_plan(row, may) for row in plans),
    ]


def _incident(row: Outage, url: str) -> Line:
    crew, _tone = storm.crew_of(row)
    area = areas.named([row.device])
    back = _range(row.estimated_from, row.estimated_to)
    facts = [
        (_("Area"), marks.words_of(area) if area else row.place),
        (_("Dark since (estimated)"), marks.absolute(row.actual_start)),
        (pgettext("seat", "Crew"), crew),
        (_("Power back"), back),
        (_("Told to everybody"), row.told[:300]),
    ]
    state = wording.state(flows.KIND, row.case.state, row.case.flow_version)
    return Line(row.number, url, state, outage_words.TONES[row.case.state], _said(facts), _sentence(row, back))


def _sentence(row: Outage, back: str) -> str:
    """Return what to say, with the apology first (1.2); nothing is promised that nobody has told."""
    start = f"{timezone.localtime(row.actual_start):%H:%M}"
    if row.case.state == "unconfirmed":
        return _("I am sorry. Your neighbours have reported the same since %(start)s; we are finding out where it is "
                 "and I note that you are dark as well.") % {"start": start}  # fmt: skip
    if back:
        return _("I am sorry. Power is off around you since %(start)s and we are working on it; it should be back "
                 "%(back)s.") % {"start": start, "back": back}  # fmt: skip
    return _("I am sorry. Power is off around you since %(start)s and we are working on it. When it will be back is "
             "not known yet; we tell you as soon as it is.") % {"start": start}  # fmt: skip


def _plan(row: PlannedOutage, may: bool) -> Line:
    times = _range(row.starts_at, row.ends_at)
    facts = [
        (_("Area"), row.scope), (_("Time"), times), (_("Reason"), marks.words_of(planned_words.cause(row))),
        (_("Reason of the change"), row.change_reason),
    ]  # fmt: skip
    say = _("This was announced: power is off %(times)s (%(cause)s). I am sorry for the inconvenience.") % {
        "times": times, "cause": marks.words_of(planned_words.cause(row))}  # fmt: skip
    state = wording.state(row.case.kind, row.case.state, row.case.flow_version)
    url = hooks.case_address(row.pk) or "" if may else ""
    return Line(row.number, url, state, planned_words.TONES[row.case.state], _said(facts), say)


def _range(first: datetime | None, last: datetime | None) -> str:
    """Return from when to when, in the utility's zone; the day again only where it is another one."""
    if first is None or last is None:
        return ""
    begin, end = timezone.localtime(first), timezone.localtime(last)
    same = begin.date() == end.date()
    return f"{begin:%m-%d %H:%M} – {end:%H:%M}" if same else f"{begin:%m-%d %H:%M} – {end:%m-%d %H:%M}"


def _said(facts: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [(name, value) for name, value in facts if value]
