"""A person's own stream in the journal: ``person/<id>``, whose head lies on the person's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from open95598.foundation.journal.services import Draft, append
from open95598.foundation.people.actors import Actor
from open95598.foundation.people.models import Person


def stream(person_id: int) -> str:
    """Return the name of a person's stream."""
    return f"person/{person_id}"


def locked(person_id: int) -> Person:
    """Return the person's row, locked until the end of the transaction."""
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def write(
    person: Person,
    kind: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
    *,
    case_id: int | None = None,
) -> None:
    """Write an entry into the stream of ``person``, whose row the caller has locked; the head is saved."""
    keep(person, [entry(person, kind, actor, now, data, personal, case_id=case_id)])


def entry(
    person: Person,
    kind: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
    *,
    case_id: int | None = None,
) -> Draft:
    """Return an entry of the stream of ``person``, for ``keep``."""
    return Draft(
        person,
        stream(person.pk),
        kind,
        now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        case_id=case_id,
        data=data or {},
        personal=personal or {},
    )


def keep(person: Person, entries: Sequence[Draft]) -> None:
    """Write entries into the stream of ``person``, whose row the caller has locked; the head is saved."""
    append(entries)
    person.save(update_fields=["journal_seq", "journal_head"])
