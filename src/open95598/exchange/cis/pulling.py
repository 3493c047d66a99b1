"""The process ``cis-feed``: asks the billing system for what changed, again and again; compares when it must.

The cursor moves in the transaction of what it stands for: killed anywhere, nothing is lost, and what comes twice is
passed over. A billing system that is away is asked later and later; until it was heard to the end, the facts grow old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from open95598.exchange.cis import comparing, config, links, protocol, taking
from open95598.exchange.cis.asking import Away, Cis, TooOld
from open95598.exchange.cis.models import Link, Why
from open95598.foundation import process

log = structlog.get_logger(__name__)
#: how often accounts are looked for whose documents were kept
ADOPTING = timedelta(minutes=1)


class Puller:
    """Asks one billing system. ``round`` is what the process does again and again."""

    def __init__(self, cis: Cis) -> None:
        self._cis = cis
        self._adopted_at: datetime | None = None

    def round(self, now: datetime) -> int:
        """Take one page of changes, or compare one page; return how much there was, 0 when all is here or it is away.

        Never raises for what the billing system does.
        """
        link = links.row()
        if self._adopted_at is None or now - self._adopted_at >= ADOPTING:
            self._adopted_at = now
            taking.adopt(now)
        if link.next_at is not None and now < link.next_at:
            return 0
        try:
            return comparing.compare(self._cis, link, now) if link.compare_why else self._pull(link, now)
        except (Away, protocol.Broken) as problem:
            what = str(problem) if isinstance(problem, Away) else f"not of the protocol: {problem}"
            log.warning("billing system away", problem=what, failures=link.failures + 1)
            links.failed(what, now)
        return 0

    def _pull(self, link: Link, now: datetime) -> int:
        try:
            page = protocol.feed_page(self._cis.feed(link.cursor), link.cursor)
        except TooOld:
            return _compare_because(Why.TOO_OLD, now)
        except protocol.Gap as gap:
            log.warning("the feed has a gap", gap=str(gap))
            return _compare_because(Why.GAP, now)
        if page.epoch != link.epoch or page.head < link.cursor:
            return _compare_because(Why.EPOCH, now)
        if page.last == link.cursor and page.head > page.last:
            return _compare_because(Why.GAP, now)
        with transaction.atomic():
            fresh = links.locked()
            if fresh.cursor != link.cursor or fresh.compare_why:
                return 1  # somebody else went on meanwhile
            if page.read.told or page.read.bad:
                taking.take(page.read, "feed", fresh.generation, now)
            links.met(fresh, now)
            fresh.cursor, fresh.head = page.last, page.head
            fresh.save()
            if page.last >= page.head:
                links.complete(now)
        return page.head - page.last


def _compare_because(why: Why, now: datetime) -> int:
    log.warning("everything is compared", why=why.value)
    links.want_comparison(why, now)
    return 1


def run() -> None:
    """Ask until SIGTERM or SIGINT; without an address there is nobody to ask."""
    told = config.current()
    if not told.url:
        log.warning("no billing system is configured (OPEN95598_CIS_URL)")
    cis = Cis(told)
    puller = Puller(cis)
    try:
        process.loop("cis-feed", puller.round if told.url else lambda _now: 0, every=told.every)
    finally:
        cis.close()
