"""Builds the demonstration: units, people, and a year of history. What was interrupted goes on where it was."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import clock, partitions
from open95598.foundation.calendars import services as calendars
from open95598.foundation.errors import Impossible
from open95598.foundation.events.services import as_past
from open95598.foundation.units.models import Unit
from open95598.project.demo import (
    chats,
    crews,
    desks,
    enrolling,
    gridloads,
    marker,
    months,
    organisation,
    outages,
    outageyear,
    rules,
    storms,
    talks,
    utility,
)
from open95598.project.demo.history import History
from open95598.project.demo.models import Build
from open95598.service.knowledge import loading, shelf
from open95598.service.knowledge import services as knowledge
from open95598.service.knowledge.models import KnowledgeItem
from open95598.service.portal import accounts as portal
from open95598.service.workorders import scoring, tally

log = structlog.get_logger(__name__)
#: the stage, how much of it is done, and of how much
Progress = Callable[[str, int, int], None]
#: so long before the first order the utility came to be
LEAD = timedelta(days=35)
YEAR = timedelta(days=365)
ORDERS = 2563
SEED = 95598
#: what the agents could not answer lately
QUESTIONS = ("换了智能电表以后旧电卡里的余额怎么转", "小区充电桩公用变压器满了还能报装吗")
_LOCK = 95598_07


def ensure(progress: Progress, *, now: datetime | None = None, orders: int = ORDERS, span: timedelta = YEAR) -> bool:
    """Build what is missing of the demonstration; return whether anything was.

    ``now`` (aware UTC, default: the clock's) is where a fresh history ends, ``span`` how far back it goes. Raises
    ``Impossible`` in an installation that holds data and is no demonstration. Two builders at once: one waits.
    """
    if not marker.is_set(settings.HOME):
        if Unit.objects.exists():
            raise Impossible(_("This installation holds data of its own: no demonstration is built into it."))
        marker.put(settings.HOME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        build = _begin(now or clock.now(), orders, span)
        if build.finished_at is not None:
            return False
        usual = gc.get_threshold()
        # cases in hand and what is to be written are many and nearly none of them in circles: looking for those, as
        # often as Python usually does, took a fifth of the time
        gc.set_threshold(200_000, 20, 50)
        try:
            _carry_on(build, progress)
        finally:
            gc.set_threshold(*usual)
        return True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _begin(now: datetime, orders: int, span: timedelta) -> Build:
    found = Build.objects.first()
    return found or Build.objects.create(
        seed=SEED, orders=orders, until=now, begun_at=now - span, done_until=now - span
    )


def _knowledge(centre: Unit, now: datetime) -> None:
    """Publish the knowledge that comes with the house at the customer-service centre, and let two questions wait."""
    with as_past():
        loading.load(shelf.shipped(), centre, now)
        agent = Actor.house("knowledge")
        for question in QUESTIONS:
            if not KnowledgeItem.objects.system("told already").filter(title=question).exists():
                knowledge.wait(question, centre.pk, agent, now)


def _carry_on(build: Build, progress: Progress) -> None:
    founded = build.begun_at - LEAD
    partitions.ensure_all(founded, partitions.ahead(build.until))
    for year in range(founded.year, build.until.year + 2):
        calendars.seed("cn", year, None, founded)
    progress("units", 0, 1)
    units = organisation.build_units(founded)
    rules.publish(build.until, founded)
    progress("units", 1, 1)
    organisation.build_people(units, founded, lambda done, of: progress("people", done, of))
    _knowledge(units[utility.PROVINCE[0]], build.until - LEAD)
    enrolling.enrol(build.seed, founded, build.until, build.orders)
    portal.make(portal.USERNAME, units[utility.PROVINCE[0]], founded)  # the centre takes what customers send
    history = History(build)
    history.tell(lambda done, of: progress("history", done, of))
    tally.rebuild(history.told_apart)  # what is later is told to the worker, which counts it
    scoring.count_again(history.told_apart)
    months.sign(build.until)
    talks.tell(build)
    crews.stand(build.until, build.seed)
    storms.tell(build)
    outageyear.tell(build)
    gridloads.tell(build)
    chats.tell(build)
    desks.tell(build, units[utility.PROVINCE[0]])
    outages.announce(build.until)
    for line in history.refused:
        log.warning("a step of the history was refused", step=line)
    build.finished_at = build.until
    build.save(update_fields=("finished_at",))
