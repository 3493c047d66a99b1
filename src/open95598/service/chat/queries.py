"""Reads of chats, always for somebody: what waits, what one leads, what a customer is told, the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store as rulebooks
from open95598.service.chat import queueing
from open95598.service.chat.kinds import Side, State
from open95598.service.chat.models import Chat, Line, Presence
from open95598.service.contacts import queries as contacts
from open95598.service.contacts.kinds import State as ContactState

#: conversations of which the average length is taken
LENGTH_OF = 50


def chats(rights: Rights) -> QuerySet[Chat]:
    """Return the chats that one may read: those of the contacts that one may see."""
    seen = contacts.contacts(rights).values("pk")
    rows: QuerySet[Chat] = Chat.objects.restrict(rights).filter(contact__in=seen)
    return rows.select_related("contact", "contact__unit", "contact__owner")


def get(rights: Rights, code: str) -> Chat:
    """Return a chat by its contact's code. Raises ``NotFound`` also when it is not for these eyes."""
    row: Chat | None = chats(rights).filter(contact__code=code.replace("\x00", "").strip().upper()[:20]).first()
    if row is None:
        raise NotFound(_("There is no such chat."))
    return row


def waiting(rights: Rights, topic: str = "") -> list[Chat]:
    """Return the chats that wait and that one may take, in their order."""
    rows = Chat.objects.restrict(rights, Permission.CASE_ANSWER).filter(state=State.WAITING)
    rows = rows.filter(topic=topic) if topic else rows
    return list(rows.select_related("contact", "contact__unit").order_by("-front", "waiting_since", "pk")[:200])


def left_to_others(agent: Person, now: datetime) -> Q:
    """Return which waiting chats are left to others for now: their topic's skill is a colleague's, who is there.

    After ``skill_wait`` seconds anybody is offered them; one that comes back (``front``) is anybody's at once.
    """
    rules = rulebooks.current(now).chat
    wanted = {topic.code: topic.skill for topic in rules.topics}
    if not any(wanted.values()) or not rules.skill_wait:
        return Q(pk__in=())
    there = Presence.objects.filter(seen_at__gt=now - timedelta(seconds=rules.agent_silent)).exclude(person=agent)
    talks = Chat.objects.system("who has room for one more").filter(state=State.TALKING)
    led = Counter(talks.values_list("contact__owner_id", flat=True))
    free = [skills for pk, skills in there.values_list("person_id", "person__skills") if led[pk] < rules.at_once]
    kept = queueing.kept_back(wanted, agent.skills, free)
    return Q(topic__in=kept, front=False, waiting_since__gt=now - timedelta(seconds=rules.skill_wait))


def mine(person_id: int) -> list[Chat]:
    """Return the chats that somebody leads, each with ``unread`` lines of the customer, the oldest first."""
    newer = Line.objects.filter(chat=OuterRef("pk"), side=Side.CUSTOMER, seq__gt=OuterRef("agent_read"))
    count = newer.order_by().values("chat").annotate(n=Count("pk")).values("n")
    rows = Chat.objects.system("one's own").filter(contact__owner_id=person_id, contact__state=ContactState.OPEN)
    rows = rows.exclude(state=State.WAITING).annotate(unread=Subquery(count))
    return list(rows.select_related("contact").order_by("opened_at", "pk")[:50])


@dataclass(frozen=True)
class Outlook:
    """What somebody who waits is told: place in the queue (1: next), seconds until their turn (None: nobody knows),
    how many wait before, whether anybody is at the desk."""

    place: int
    wait: int | None
    manned: bool


def outlook(chat: Chat | None, now: datetime) -> Outlook:
    """Return what a waiting chat (None: one that would begin now) can expect. Four queries."""
    rules = rulebooks.current(now).chat
    rows = Chat.objects.system("how many wait before").filter(state=State.WAITING)
    queue = [
        queueing.Waits(pk, since, front) for pk, since, front in rows.values_list("pk", "waiting_since", "front")[:1000]
    ]
    at = queueing.place(queue, chat.pk) if chat else len(queue) + 1
    agents = Presence.objects.filter(seen_at__gt=now - timedelta(seconds=rules.agent_silent)).count()
    talking = Chat.objects.system("how many are led").filter(state=State.TALKING).count()
    return Outlook(at, queueing.expected(at, agents, talking, rules.at_once, _length(now, rules.usual)), agents > 0)


def _length(now: datetime, usual: int) -> float:
    """Return how long a conversation takes on average (seconds), of the last day's; ``usual`` while there are none."""
    span = ExpressionWrapper(F("ended_at") - F("taken_at"), output_field=DurationField())
    rows = Chat.objects.system("how long they take").filter(state=State.ENDED, taken_at__isnull=False)
    rows = rows.filter(opened_at__gt=now - timedelta(days=1)).order_by("-opened_at").annotate(span=span)
    spans = list(rows.values_list("span", flat=True)[:LENGTH_OF])
    return sum(s.total_seconds() for s in spans) / len(spans) if spans else usual


@dataclass(frozen=True)
class Day:
    """The figures of one day (of the utility); spans in seconds, None of nothing."""

    day: Any
    total: int
    handled: int
    given_up: int
    left: int
    within: int
    waited: float | None
    lasted: float | None
    rated: int
    stars: float | None


def figures(rights: Rights, start: datetime, end: datetime, limit: int, zone: Any) -> list[Day]:
    """Return the figures of chats that began in a time, a line a day, the newest first. One query.

    ``within``: taken within ``limit`` seconds.
    """

    def span(a: str, b: str) -> ExpressionWrapper[Any]:
        return ExpressionWrapper(F(b) - F(a), output_field=DurationField())

    rows = chats(rights).select_related(None).filter(opened_at__gte=start, opened_at__lt=end)
    rows = rows.annotate(day=TruncDate("opened_at", tzinfo=zone))
    counted = rows.order_by().values("day").annotate(
        total=Count("pk"),
        handled=Count("pk", filter=Q(taken_at__isnull=False)),
        given_up=Count("pk", filter=Q(state=State.GIVEN_UP)),
        left_=Count("pk", filter=Q(state=State.LEFT)),
        within=Count("pk", filter=Q(taken_at__lte=F("opened_at") + timedelta(seconds=limit))),
        waited=Avg(span("opened_at", "taken_at")),
        lasted=Avg(span("taken_at", "ended_at")),
        rated=Count("rating"),
        stars=Avg("rating"),
    )  # fmt: skip
    return [
        Day(r["day"], r["total"], r["handled"], r["given_up"], r["left_"], r["within"], _seconds(r["waited"]),
            _seconds(r["lasted"]), r["rated"], r["stars"])
        for r in counted.order_by("-day")
    ]  # fmt: skip


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


def titles(rows: Sequence[Chat], now: datetime) -> None:
    """Add to each chat what it is about, in the reader's words (``about``). No query."""
    rules, language = rulebooks.current(now).chat, get_language()
    for row in rows:
        topic = rules.topic(row.topic)
        row.about = topic.label.in_(language) if topic else ""  # type: ignore[attr-defined]
