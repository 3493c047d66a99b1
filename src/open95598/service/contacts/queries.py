"""Reads of contacts, always for somebody: what they may see of whom, and the figures made of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Avg,
    BooleanField,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import Case as Cases
from django.db.models.functions import ExtractHour, ExtractMinute
from django.utils.translation import pgettext

from open95598.casework.models import Case
from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Rights
from open95598.foundation.people.rights import SOMEBODY_RECUSED
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.desk_rows import Shift
from open95598.service.contacts.kinds import NOT_SERVED, Direction, State
from open95598.service.contacts.models import Contact, ContactOrder
from open95598.service.contacts.resolution import WINDOW, Heard, Verdict, verdicts
from open95598.service.workorders import queries as orders
from open95598.service.workorders.models import WorkOrder

#: contacts of the same customer that a seat sees beside a new one
EARLIER = 8
#: contacts that are led on pages of a room above while they are under way: it adds what tells them
led_elsewhere: list[Q] = []
#: cases that not everybody sees who sees their unit's
DELICATE = Q(confidential=True) | SOMEBODY_RECUSED
#: what figures can be told apart by: parameter → column
BY = {"unit": "unit__name", "agent": "owner__name", "channel": "channel", "kind": "kind", "shift": "shift"}
#: hours of the day, as minutes
HOURS = re.compile(r"[0-9]{1,4}-[0-9]{1,4}")


def contacts(rights: Rights) -> QuerySet[Contact]:
    """Return the contacts that one may see: by the policy, and none of an order that one is kept away from.

    A contact tells of its orders: whoever may not see a confidential order, or is recused from one, does not see the
    conversation either, unless it was their own.
    """
    delicate = Case.objects.system("only whether it is one's own to see").filter(DELICATE, pk=OuterRef("case_id"))
    seen = Case.objects.restrict(rights).filter(pk=OuterRef("case_id"))
    kept_away = ContactOrder.objects.filter(Exists(delicate), ~Exists(seen), contact=OuterRef("pk"))
    found: QuerySet[Contact] = Contact.objects.restrict(rights)
    return found.filter(~Exists(kept_away))


def get(rights: Rights, code: str) -> Contact:
    """Return a contact by its code. Raises ``NotFound`` also when it is not for these eyes."""
    rows = contacts(rights).select_related("unit", "owner", "customer", "account")
    found: Contact | None = rows.filter(code=code.strip().upper()[:20]).first()
    if found is None:
        raise NotFound(pgettext("contact", "There is no such contact."))
    return found


def is_delicate(pk: int) -> bool:
    """Say whether a contact had to do with an order that is confidential or that somebody is kept away from."""
    cases = Case.objects.system("only whether it is delicate").filter(DELICATE)
    return ContactOrder.objects.filter(contact=pk, case__in=cases).exists()


def current(person_id: int) -> list[Contact]:
    """Return what somebody has in hand: conversations under way and those being worked up, the newest first."""
    rows = Contact.objects.system("one's own").filter(owner_id=person_id).exclude(state=State.DONE)
    for other in led_elsewhere:
        rows = rows.exclude(other)
    return list(rows.order_by("-began_at", "-pk")[:5])


def earlier(contact: Contact, rights: Rights) -> list[Contact]:
    """Return what the same customer came with before."""
    if not contact.party:
        return []
    same = Q(party=contact.party)
    if contact.customer_id and contact.phone:
        same |= Q(party=f"p{contact.phone}")
    rows = contacts(rights).filter(same, began_at__lte=contact.began_at).exclude(pk=contact.pk)
    return list(rows.select_related("owner").order_by("-began_at", "-pk")[:EARLIER])


def orders_of(contact: Contact, rights: Rights) -> list[tuple[str, WorkOrder]]:
    """Return the orders that a contact had to do with and that one may see, with how."""
    links = dict(ContactOrder.objects.filter(contact=contact).values_list("case_id", "how"))
    rows = orders.orders(rights).select_related("case").filter(pk__in=links).order_by("pk") if links else ()
    return [(links[order.pk], order) for order in rows]


def open_orders(contact: Contact, rights: Rights) -> Sequence[WorkOrder]:
    """Return the open orders of the contact's telephone number that one may see, the newest first."""
    if not contact.phone:
        return ()
    rows = orders.orders(rights).select_related("case").filter(contact_phone=contact.phone, case__is_open=True)
    return list(rows.order_by("-pk")[:EARLIER])


@dataclass(frozen=True)
class Line:
    """The figures of one unit, person, channel or kind. ``whole`` served contacts of known customers whose seven days
    are over: of these ``solved`` had no follower. Spans in seconds, None of nothing."""

    name: str
    total: int
    lost: int
    repeats: int
    whole: int
    solved: int
    at_once: int
    handling: float | None
    after: float | None
    #: of so many the after-contact work took longer than the rulebook says (``desk.after_contact``)
    long: int = 0


def repeating(rows: QuerySet[Contact], value: bool) -> QuerySet[Contact]:
    """Keep the contacts before which the same customer had sought one within seven days, or the others."""
    earlier_one = _others(before=True)
    return rows.exclude(party="").filter(earlier_one if value else ~earlier_one)


def _others(*, before: bool) -> Exists:
    """Say that the same customer sought another contact within seven days before this one, or after it."""
    rows: Any = Contact.objects.system("whether there was another").filter(
        party=OuterRef("party"), direction=Direction.IN
    )
    at: dict[str, Any] = {"output_field": DateTimeField()}
    same = Q(began_at=OuterRef("began_at"))
    if before:
        first = ExpressionWrapper(OuterRef("began_at") - WINDOW, **at)
        rows = rows.filter(
            Q(began_at__lt=OuterRef("began_at")) | (same & Q(pk__lt=OuterRef("pk"))), began_at__gte=first
        )
    else:
        last = ExpressionWrapper(OuterRef("began_at") + WINDOW, **at)
        rows = rows.filter(Q(began_at__gt=OuterRef("began_at")) | (same & Q(pk__gt=OuterRef("pk"))), began_at__lte=last)
    return Exists(rows)


def _at_minute(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add to contacts at which minute of the utility's day they began (``minute``)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    minute = ExtractHour("began_at", tzinfo=zone) * 60 + ExtractMinute("began_at", tzinfo=zone)
    return rows.alias(minute=minute)


def in_shifts(rows: QuerySet[Any], shifts: Sequence[Shift]) -> QuerySet[Any]:
    """Add to contacts the code of the shift in which they began (``shift``); "" when the rulebook names none.

    ``shifts`` in the order in which they begin: before the first one lasts the last one of the day before.
    """
    last = Value(shifts[-1].code if shifts else "", output_field=CharField())
    later = [When(minute__gte=shift.begins, then=Value(shift.code)) for shift in reversed(shifts)]
    return _at_minute(rows).annotate(shift=Cases(*later, default=last) if later else last)


def of_hours(rows: QuerySet[Any], spans: Sequence[str]) -> QuerySet[Any]:
    """Keep the contacts that began within hours of the day, as minutes (``480-960``; over midnight ``1320-360``)."""
    wanted = Q(pk=None)
    for start, end in (map(int, span.split("-")) for span in spans if HOURS.fullmatch(span)):
        within = (Q(minute__gte=start), Q(minute__lt=end))
        wanted |= within[0] & within[1] if start < end else within[0] | within[1]
    return _at_minute(rows).filter(wanted)


def heard(rights: Rights, start: datetime, end: datetime) -> QuerySet[Contact]:
    """Return the conversations that customers sought in a time, with ``followed`` and ``repeats`` (DOMAIN 5).

    Whether it was followed is asked of all contacts of the house, also those that one may not see: it is a figure.
    """
    known = ~Q(party="")
    rows = contacts(rights).filter(direction=Direction.IN, began_at__gte=start, began_at__lt=end)
    return rows.annotate(
        followed=_others(before=False),
        repeats=_others(before=True),
        known=ExpressionWrapper(known, output_field=BooleanField()),
    )


def verdict(row: Contact, now: datetime) -> Verdict:
    """Return what can be said of one conversation: whether it solved the matter at once. One query."""
    if row.direction != Direction.IN or row.state == State.OPEN:
        return Verdict.OUTSIDE
    near = Contact.objects.system("whether there was another").filter(party=row.party, direction=Direction.IN)
    near = near.filter(began_at__gte=row.began_at, began_at__lte=row.began_at + WINDOW) if row.party else near.none()
    told = {pk: Heard(pk, row.party, at, served=True) for pk, at in near.values_list("pk", "began_at")}
    told[row.pk] = Heard(row.pk, row.party, row.began_at, served=row.outcome not in NOT_SERVED)
    return verdicts(told.values(), now)[row.pk]


def figures(rights: Rights, start: datetime, end: datetime, by: str, now: datetime) -> tuple[Line, list[Line]]:
    """Return the figures of all conversations that customers sought in a time, and apart by ``by`` (``BY``).

    Two queries. Raises ``KeyError`` for another ``by``.
    """
    column = BY[by]
    rows = heard(rights, start, end)
    if by == "shift":
        rows = in_shifts(rows, store.current(now).desk.shifts)
    served = ~Q(outcome__in=sorted(NOT_SERVED)) & ~Q(state=State.OPEN)
    judged = served & Q(known=True) & (Q(followed=True) | Q(began_at__lt=now - WINDOW))
    span = {"output_field": DurationField()}
    most = store.current(now).desk.after_contact_minutes
    late = Q(done_at__gt=F("ended_at") + timedelta(minutes=most)) if most else Q(pk=None)
    counts: dict[str, Any] = {
        "long": Count("pk", filter=late),
        "total": Count("pk"),
        "lost": Count("pk", filter=Q(outcome="lost")),
        "repeated": Count("pk", filter=Q(known=True, repeats=True)),
        "whole": Count("pk", filter=judged),
        "solved": Count("pk", filter=judged & Q(followed=False)),
        "at_once": Count("pk", filter=Q(outcome="answered")),
        "handling": Avg(ExpressionWrapper(F("done_at") - F("answered_at"), **span)),
        "after": Avg(ExpressionWrapper(F("done_at") - F("ended_at"), **span)),
    }
    whole = rows.aggregate(**counts)
    parts = rows.order_by().values(column).annotate(**counts).order_by("-total", column)[:200]
    return _line("", whole), [_line(str(part[column] or ""), part) for part in parts]


def _line(name: str, row: Any) -> Line:
    seconds = {n: row[n].total_seconds() if row[n] is not None else None for n in ("handling", "after")}
    return Line(
        name, row["total"], row["lost"], row["repeated"], row["whole"], row["solved"], row["at_once"],
        seconds["handling"], seconds["after"], row["long"],
    )  # fmt: skip
