"""Conversations that were led before are written down, many in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from open95598.casework.actors import Actor
from open95598.foundation.journal import services as journal
from open95598.foundation.journal.models import Stream
from open95598.foundation.people.models import Person
from open95598.service.contacts.kinds import Link, State
from open95598.service.contacts.models import Contact, ContactOrder
from open95598.service.contacts.services import new_code


@dataclass(frozen=True)
class Led:
    """A conversation that was led already: by whom, when (aware), about what, what came of it, which order it was about
    (its case's id) and how."""

    agent: Person
    channel: str
    phone: str
    name: str
    began_at: datetime
    answered_at: datetime
    ended_at: datetime
    done_at: datetime
    outcome: str
    kind: str = ""
    category: str = ""
    case_id: int | None = None
    how: str = Link.ASKED
    #: the registry's ids of who it was and which account it was about
    customer_id: int | None = None
    account_id: int | None = None


def record(led: Sequence[Led], actor: Actor, now: datetime) -> list[Contact]:
    """Write down conversations that were led and finished before, in a few statements for all of them.

    The caller has checked what they say, and that none is about a sealed order.
    """
    rows = [
        Contact(
            code=new_code(), channel=one.channel, state=State.DONE, unit=one.agent.unit, scope=one.agent.unit.lineage,
            sight=one.agent.unit.lineage, owner=one.agent, phone=one.phone, name=one.name, kind=one.kind,
            category=one.category, outcome=one.outcome, party=_party(one),
            customer_id=one.customer_id, account_id=one.account_id,
            began_at=one.began_at, answered_at=one.answered_at, ended_at=one.ended_at, done_at=one.done_at,
        )
        for one in led
    ]  # fmt: skip
    with transaction.atomic():
        Contact.objects.bulk_create(rows)
        links = [
            ContactOrder(contact=row, case_id=one.case_id, how=one.how)
            for row, one in zip(rows, led, strict=True)
            if one.case_id is not None
        ]
        ContactOrder.objects.bulk_create(links)
        heads = Stream.objects.bulk_create([Stream(key=row.stream) for row in rows])
        journal.append(
            [
                journal.Draft(head, row.stream, "contact.recorded", row.done_at or now, actor.person_id, actor.name,
                              data={"channel": row.channel, "outcome": row.outcome, "via": actor.via})
                for head, row in zip(heads, rows, strict=True)
            ]
        )  # fmt: skip
        Stream.objects.bulk_update(heads, ("journal_seq", "journal_head"), batch_size=500)
    return rows


def _party(one: Led) -> str:
    if one.customer_id is not None:
        return f"c{one.customer_id}"
    return f"p{one.phone}" if one.phone else ""
