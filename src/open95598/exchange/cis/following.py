"""Accounts that the billing system opens, closes and opens again: the registry follows.

It follows the billing system's word only, never its silence: an account that a comparison does not find is marked and
found as a defect of data (``billing_gone``), for people to look at. What cannot be followed is kept to look at or said
in the journal; it holds no facts up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.exchange.cis import links
from open95598.exchange.cis.protocol import Read
from open95598.foundation.errors import Refused
from open95598.registry.customers import accounts, importing, lifecycle
from open95598.registry.customers.models import CustomerAccount

log = structlog.get_logger(__name__)
_ACTOR = Actor(None, "cis", None, "cis")
_WHY = "accounts that the billing system speaks of"


@dataclass(frozen=True)
class Before:
    """What is to be followed once the facts are in: ``opened`` and ``failed`` (number → wrong members, no values) are
    done; ``back``: accounts that are closed here and were closed there, and of which it speaks again."""

    opened: tuple[str, ...]
    failed: Mapping[str, str]
    back: tuple[str, ...]


def before(read: Read, now: datetime) -> Before:
    """Open the accounts that documents register and that are not here, in the caller's transaction."""
    alive = [one.number for one in read.told if not one.gone]
    rows: Any = CustomerAccount.objects.system(_WHY)
    back = rows.filter(number__in=alive, facts__gone=True).exclude(closed_on=None).values_list("number", flat=True)
    opened, failed = _open(read, now)
    return Before(opened, failed, tuple(back))


def after(read: Read, found: Before, now: datetime) -> None:
    """Close what the billing system closed, open again what it keeps again, once the facts are in; on record."""
    ended = [one.number for one in read.told if one.gone]
    rows: Any = CustomerAccount.objects.system(_WHY).order_by("number")
    closed: list[str] = []
    reopened: list[str] = []
    refused = dict(found.failed)
    because = _("The billing system says so.")
    # judged by the facts, not by these documents: one that came late says nothing any more
    over = rows.filter(number__in=ended, facts__gone=True, closed_on=None) if ended else rows.none()
    for number in list(over.values_list("number", flat=True)):
        _try(number, refused, closed, lambda number=number: accounts.close_account(number, because, _ACTOR, now))
    again = rows.filter(number__in=found.back, facts__gone=False) if found.back else rows.none()
    for number in list(again.values_list("number", flat=True)):
        _try(number, refused, reopened, lambda number=number: lifecycle.reopen_account(number, because, _ACTOR, now))
    if found.opened or closed or reopened or refused:
        data = {"opened": list(found.opened), "closed": closed, "reopened": reopened, "refused": refused}
        links.journal("cis.accounts", now, data)
        log.info("accounts follow the billing system", **{name: len(its) for name, its in data.items()})


def _open(read: Read, now: datetime) -> tuple[tuple[str, ...], dict[str, str]]:
    newest = {one.number: one for one in sorted(read.told, key=lambda one: one.sequence)}
    told = {
        number: registered.model_dump(mode="json", exclude_none=True) | {"number": number}
        for number, one in newest.items()
        if not one.gone and (registered := read.given[number, one.sequence].registered) is not None
    }
    if not told:
        return (), {}
    links.locked()  # the feed and a push may speak of one new account at the same moment
    rows = CustomerAccount.objects.system(_WHY).filter(number__in=list(told))
    for number in rows.values_list("number", flat=True):
        del told[number]
    failed = importing.open_many(list(told.values()), "cis", now)
    return tuple(sorted(told.keys() - failed.keys())), {
        number: ", ".join(f"registered.{field}" for field in fields)[:200] for number, fields in failed.items()
    }


def _try(number: str, refused: dict[str, str], done: list[str], act: Any) -> None:
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        refused[number] = refusal.code
    else:
        done.append(number)
