"""What nobody does: chats of agents who are gone go back to the queue, customers who went away are given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store as rulebooks
from open95598.service.chat import customer, desk, lines
from open95598.service.chat.kinds import State
from open95598.service.chat.models import Chat, Presence, Proof


def sweep(now: datetime) -> tuple[int, int]:
    """Look after all chats; return how many went back to the queue and how many were given up.

    Runs in the worker, and whenever a page of either side asks; two at once do no harm.
    """
    return _give_back(now), _give_up(now)


def _give_back(now: datetime) -> int:
    silent = now - timedelta(seconds=rulebooks.current(now).chat.agent_silent)
    there = Presence.objects.filter(seen_at__gt=silent).values("person_id")
    rows = Chat.objects.system("whose agent is gone").filter(state=State.TALKING)
    gone = rows.exclude(contact__owner__in=there).values_list("pk", flat=True)
    return sum(desk.give_back(Chat(pk=pk), now) for pk in list(gone[:200]))


def _give_up(now: datetime) -> int:
    silent = now - timedelta(seconds=rulebooks.current(now).chat.customer_silent)
    rows = Chat.objects.system("whose customer is gone").filter(state=State.WAITING, customer_seen_at__lt=silent)
    given_up = 0
    for pk in list(rows.values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            row = lines.locked(pk)
            if row.state == State.WAITING and row.customer_seen_at < silent:
                customer.give_up(row, "silent", now)
                given_up += 1
    return given_up


def tidy(now: datetime) -> None:
    """Forget the tokens of conversations that can be read no more, and codes that count no more."""
    old = Chat.objects.system("tokens that count no more").filter(ended_at__lt=now - customer.READABLE)
    for row in old.exclude(token__startswith="-")[:1000]:  # noqa: S106 (what is no token any more)
        row.token = f"-{row.pk}"
        row.save(update_fields=("token",))
    Proof.objects.filter(asked_at__lt=now - timedelta(days=1)).delete()


def succeed(person: Person, now: datetime) -> None:
    """Put the chats of somebody who leaves back to the queue at once."""
    Presence.objects.filter(person=person).delete()
    rows = Chat.objects.system("of somebody who leaves").filter(state=State.TALKING, contact__owner=person)
    for pk in list(rows.values_list("pk", flat=True)):
        desk.give_back(Chat(pk=pk), now)
