"""The process ``outages``: tells the engine what came in, and brings the outages up to what it believes now.

One round is one transaction: reports and acts that the engine has not seen, in the order in which they came, what it
makes of them, and how far it is. When anything fails the engine is thrown away and made anew from the tables
(``rebuilding``), so that what is in memory never differs from what was kept. Orders are not touched here: they are told
of in events, which the worker hears (``attaching``).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from open95598.foundation import process
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.registry.grid.models import GridVersion
from open95598.service.outages import rebuilding
from open95598.service.outages.applying import Step
from open95598.service.outages.models import OutageAct, OutageReport, Progress
from open95598.service.outages.rebuilding import Built, minutes

#: reports and acts that are told in one round; seconds between rounds that find nothing
MOST, EVERY = 500, 1.0
#: minutes after which time is let pass though nothing came in: silence speaks, outages get older
_PASSES = 0.5


class Follower:
    """The engine of this process, and how far it is."""

    def __init__(self) -> None:
        self._built: Built | None = None
        self._rules: OutageRules | None = None
        self._taken = 0

    def round(self, now: datetime) -> int:
        """Tell the engine what waits; return how much that was. Without a grid nothing is told."""
        grid = GridVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
        if grid is None:
            return 0
        try:
            with transaction.atomic():
                return self._round(grid, now)
        except Exception:
            self._built = None
            raise

    def _round(self, grid: int, now: datetime) -> int:
        Progress.objects.get_or_create(pk=1)
        progress = Progress.objects.select_for_update().get(pk=1)  # one engine works at a time
        rules = store.current(now).outages
        built, fresh = self._built, False
        if built is None or built.grid != grid or self._rules != rules or progress.taken != self._taken:
            built, fresh = rebuilding.build(grid, rules, now), True
            self._built, self._rules, self._taken = built, rules, progress.taken
        waiting = OutageReport.objects.system("what the engine has not seen").filter(taken=None).order_by("pk")
        reports = list(waiting[:MOST])
        acts = list(OutageAct.objects.filter(taken=None).select_related("outage").order_by("pk")[:MOST])
        still = progress.at is not None and minutes(now) - minutes(progress.at) < _PASSES
        if still and not (reports or acts or fresh):
            return 0
        step = Step(built, now, progress.taken)
        step.go(reports, acts, everything=fresh)
        progress.taken, progress.at, progress.grid = step.taken, now, grid
        progress.save()
        self._taken = step.taken
        if step.broken:
            self._built = None  # something was refused half-way: made anew before the next round
        return len(reports) + len(acts)


def run() -> None:
    """Follow what is reported until SIGTERM or SIGINT."""
    process.loop("outages", Follower().round, every=EVERY)
