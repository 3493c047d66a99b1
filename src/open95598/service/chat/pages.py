"""What the desk's pages show: one chat beside what is known of the customer; the queue; lines of figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse

from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import GRANTS, Permission, Rights, allows
from open95598.foundation.people.reveal import facts_of
from open95598.foundation.rulebook import store as rulebooks
from open95598.foundation.units.models import Unit
from open95598.service.chat import feed, queries, queueing, transcript
from open95598.service.chat.kinds import State
from open95598.service.chat.models import Chat, Presence
from open95598.service.contacts.kinds import State as ContactState
from open95598.service.contacts.pages import Page

#: agents and groups that are offered for a hand-over
MOST = 200


def queue(rights: Rights, person: Person, now: datetime, *, topic: str = "", current: str = "") -> dict[str, Any]:
    """Return what waits (each with how pressing it is) and what one leads, as the left side shows it."""
    rules = rulebooks.current(now).chat
    waiting, mine = queries.waiting(rights, topic), queries.mine(person.pk)
    queries.titles([*waiting, *mine], now)
    left = Chat.objects.system("which wait for a colleague").filter(queries.left_to_others(person, now))
    others = set(left.filter(pk__in=[row.pk for row in waiting]).values_list("pk", flat=True)) if waiting else set()
    for row in waiting:
        row.for_others = row.pk in others  # type: ignore[attr-defined]
        row.pressing = queueing.pressing(row.waiting_since, now, rules.warn, rules.answer).value  # type: ignore[attr-defined]
    led = sum(row.state == State.TALKING for row in mine)
    return {
        "waiting": waiting, "mine": mine, "current": current, "topic": topic, "topics": rules.topics, "led": led,
        "at_once": rules.at_once, "full": led >= rules.at_once,
    }  # fmt: skip


class ChatPage:
    """One chat for one reader; ``plain``: what is personal was asked for, and that was written down."""

    def __init__(self, row: Chat, rights: Rights, reader: Person, now: datetime, *, plain: bool = False) -> None:
        self.row, self.rights, self.reader, self.now = row, rights, reader, now
        self.own = row.contact.owner_id == reader.pk
        self.about = Page(row.contact, rights, reader, now, plain=plain)
        self.plain = plain or self.own
        queries.titles([row], now)

    @property
    def code(self) -> str:
        """The chat's code, its contact's."""
        return str(self.row.contact.code)

    @property
    def talks(self) -> bool:
        """Whether the reader leads it now."""
        return self.own and self.row.state == State.TALKING

    @property
    def to_end(self) -> bool:
        """Whether the reader still has to say what came of it."""
        return self.own and self.row.state != State.WAITING and self.row.contact.state == ContactState.OPEN

    @property
    def may_take(self) -> bool:
        """Whether the reader may take it out of the queue."""
        waits = self.row.state == State.WAITING
        return waits and allows(self.rights, Permission.CASE_ANSWER, facts_of(self.row.contact))

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """All lines as they are shown."""
        return feed.dress(self.row, transcript.all_lines(self.row, notes=True), desk=True, plain=self.plain)

    @property
    def last(self) -> int:
        """The number of the newest line."""
        return self.lines[-1]["seq"] if self.lines else 0

    @property
    def register_url(self) -> str:
        """Where an order is registered with what was written here."""
        return reverse("chat:register", args=(self.code,))

    @cached_property
    def agents(self) -> list[Person]:
        """Who else is at the chat and could take it over."""
        silent = timedelta(seconds=rulebooks.current(self.now).chat.agent_silent)
        there = Presence.objects.filter(seen_at__gt=self.now - silent).values("person_id")
        rows = Person.objects.filter(pk__in=there, is_active=True).exclude(pk=self.reader.pk)
        return list(rows.select_related("unit").order_by("name", "pk")[:MOST])

    @cached_property
    def groups(self) -> list[Unit]:
        """The units in which customers are answered."""
        roles = [role for role, held in GRANTS.items() if {Permission.CASE_OPEN, Permission.CASE_ANSWER} <= held]
        held = RoleAssignment.objects.filter(role__in=roles, valid_from__lte=self.now).exclude(valid_to__lte=self.now)
        return list(Unit.objects.filter(pk__in=held.values("unit_id"), closed_on=None).order_by("lineage")[:MOST])
