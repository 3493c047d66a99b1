"""Everything is compared: the billing system's snapshot, page by page, from where it was left when it was interrupted.

The feed goes on from the position at which the snapshot began: what changed meanwhile comes once more and does no harm.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from open95598.exchange.cis import config, links, protocol, taking
from open95598.exchange.cis.asking import Away, Cis, TooOld
from open95598.exchange.cis.models import Link, Seen, Why
from open95598.registry.customers import filling
from open95598.registry.customers.models import AccountFacts

log = structlog.get_logger(__name__)
#: more missing accounts than this share of all (and than so many) are not believed: a snapshot that broke off
SHARE, FEW = 20, 20


def compare(cis: Cis, link: Link, now: datetime) -> int:
    """Compare one page; return 1 as there is more to do. Raises ``Away``, ``Broken``."""
    try:
        page = protocol.snapshot_page(cis.snapshot(link.compare_after))
    except TooOld as problem:
        raise Away("/snapshot: HTTP 410") from problem
    if page.next is not None and (not page.numbers or page.next == link.compare_after):
        raise protocol.Broken("next")
    with transaction.atomic():
        fresh = links.locked()
        if (fresh.compare_after, fresh.compare_began_at) != (link.compare_after, link.compare_began_at):
            return 1  # somebody else went on, or it was asked for anew
        if fresh.compare_began_at is None:
            _begin(fresh, page, now)
        elif page.epoch != fresh.compare_epoch:
            fresh.compare_began_at, fresh.compare_after = None, ""
            fresh.save()
            return 1
        taking.take(page.read, "compare", fresh.compare_generation, now, confirmed=True)
        Seen.objects.bulk_create([Seen(number=number) for number in page.numbers], ignore_conflicts=True)
        links.met(fresh, now)
        fresh.compare_after = page.next or ""
        if page.next is None:
            _finish(fresh, now)
        fresh.save()
    return 1


def _begin(link: Link, page: protocol.SnapshotPage, now: datetime) -> None:
    Seen.objects.all().delete()
    # a comparison of yet another life may have begun and not ended: what it brought must not stand above this one
    newest = max(link.generation, link.compare_generation)
    another = page.epoch != link.epoch or link.compare_why in (Why.FIRST, Why.EPOCH) or newest > link.generation
    link.compare_began_at, link.compare_epoch, link.compare_position = now, page.epoch, page.position
    link.compare_generation = newest + another


def _finish(link: Link, now: datetime) -> None:
    rows = AccountFacts.objects.system("what the billing system keeps no more").filter(source=config.SOURCE, gone=False)
    gone = rows.filter(received_at__lt=link.compare_began_at).exclude(account__number__in=Seen.objects.values("number"))
    numbers = list(gone.values_list("account__number", flat=True))
    believed = link.compare_trusts or len(numbers) <= max(FEW, rows.count() // SHARE)
    if believed:
        filling.forget(numbers, config.SOURCE)
    data = {"why": link.compare_why, "accounts": Seen.objects.count(), "missing": len(numbers), "believed": believed}
    links.journal("cis.compared", now, data)
    log.info("everything was compared", **data)
    link.missing = 0 if believed else len(numbers)
    link.epoch, link.generation, link.cursor = link.compare_epoch, link.compare_generation, link.compare_position
    link.compare_why, link.compare_trusts, link.compared_at = "", False, now
    link.compare_began_at, link.compare_after = None, ""
    Seen.objects.all().delete()
