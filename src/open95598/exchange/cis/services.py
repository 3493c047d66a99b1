"""What people ask of the exchange: to compare everything, to ask at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from open95598.exchange.cis import links
from open95598.exchange.cis.models import Why


def compare(person: Any, now: datetime, *, trusts: bool = False) -> None:
    """Ask for a full comparison, on record. ``trusts``: accounts missing there count as gone, however many.

    ``person`` None: the command line. The process ``cis-feed`` carries it out; until then the facts grow older.
    """
    with transaction.atomic():
        link = links.locked()
        # before the first comparison is done, the first one is what goes on
        why = Why(link.compare_why) if link.compare_why in (Why.FIRST, Why.EPOCH) else Why.ASKED
        links.want_comparison(why, now, trusts=trusts)
        links.journal("cis.compare_asked", now, {"believe": trusts}, person)


def ask_now() -> None:
    """Let the next question not wait for its time."""
    with transaction.atomic():
        link = links.locked()
        link.next_at = None
        link.save(update_fields=["next_at"])
