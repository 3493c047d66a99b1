"""The row about the billing system: reading it, locking it, noting contact and failure."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from open95598.exchange.cis import config
from open95598.exchange.cis.models import Link, Why
from open95598.foundation.events import backoff
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.registry.customers.models import FactsSource

#: a billing system that came back is noticed after this long at the latest (plus a fifth)
LONGEST = timedelta(minutes=1)
STREAM = "cis"
_ONE = 1
_dice = random.SystemRandom()


def row() -> Link:
    """Return the row about the billing system."""
    return Link.objects.get_or_create(pk=_ONE, defaults={"compare_why": Why.FIRST})[0]


def locked() -> Link:
    """Return the row, locked until the end of the transaction."""
    row()
    return Link.objects.select_for_update().get(pk=_ONE)


def generation_of(link: Link, epoch: str) -> int | None:
    """Return our number of a life of the billing system; None for one that we have not met."""
    if link.compare_began_at and epoch == link.compare_epoch:
        return link.compare_generation
    return link.generation if link.epoch and epoch == link.epoch else None


def failed(problem: str, now: datetime) -> None:
    """Note that the billing system could not be asked: the next time is later and later, a minute at most."""
    with transaction.atomic():
        link = locked()
        link.failures += 1
        link.problem = problem[:200]
        link.next_at = now + min(backoff.delay(link.failures, _dice.random()), LONGEST * (1 + _dice.random() / 5))
        link.save()
        source = _source()
        if source.away_since is None:
            source.away_since = now
            source.save(update_fields=["away_since"])


def met(link: Link, now: datetime) -> None:
    """Note contact on the locked row; the caller saves it."""
    link.contacted_at, link.failures, link.problem, link.next_at = now, 0, "", None


def complete(asked_at: datetime) -> None:
    """Note that everything the billing system had said at ``asked_at`` is here."""
    source = _source()
    if source.current_at is None or source.current_at < asked_at or source.away_since is not None:
        source.current_at, source.away_since = asked_at, None
        source.save()


def want_comparison(why: Why, now: datetime, *, trusts: bool = False) -> None:
    """Ask for everything to be compared. One that runs begins anew. Until it is done, the facts grow older."""
    with transaction.atomic():
        link = locked()
        link.compare_why, link.compare_trusts = why, trusts
        link.compare_began_at, link.compare_after, link.next_at = None, "", None
        link.save()
        source = _source()
        if source.away_since is None and why != Why.ASKED:
            source.away_since = now
            source.save(update_fields=["away_since"])


def journal(kind: str, now: datetime, data: dict[str, Any], person: Any = None) -> None:
    """Write an entry into the stream of the billing system."""
    who = {"actor_id": person.pk, "actor_name": person.name} if person is not None else {"actor_name": "cis"}
    append_to_stream(STREAM, [Draft(Stream(), STREAM, kind, now, data=data, **who)])


def _source() -> FactsSource:
    found = FactsSource.objects.select_for_update().filter(pk=config.SOURCE).first()
    old_after = config.current().old_after
    if found is None:
        found = FactsSource.objects.create(name=config.SOURCE, old_after=old_after)
    elif found.old_after != old_after:
        found.old_after = old_after
        found.save(update_fields=["old_after"])
    return found
