"""Switching the simulator on and off, its speed, storms: what page and commands do. Journalled (stream ``demo``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation import clock
from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.project.demo import marker
from open95598.project.demo.models import Build, Play, Storm
from open95598.project.demo.simulator import play_row

SPEEDS = (1, 10, 60, 300)
SLOWEST, FASTEST = 0.1, 600.0


def must_be_demo() -> None:
    """Raise ``Impossible`` where no demonstration is built."""
    if not marker.is_set(settings.HOME) or not Build.objects.filter(finished_at__isnull=False).exists():
        raise Impossible(_("This installation is no demonstration."))


def start(person: Person | None, now: datetime, *, speed: float = 60.0, minutes: float | None = None) -> Play:
    """Let the simulator play at ``speed`` × the wall clock, for ``minutes`` of the wall (None: until it is stopped).

    Raises ``Invalid`` for a speed out of range, ``Impossible`` where there is no demonstration.
    """
    must_be_demo()
    if not SLOWEST <= speed <= FASTEST:
        reason = _("Between %(low)s and %(high)s.") % {"low": SLOWEST, "high": FASTEST}
        raise Invalid(_("Some fields need your attention."), fields={"speed": reason})
    with transaction.atomic():
        play = Play.objects.select_for_update().get(pk=play_row().pk)
        if not play.running:
            play.arrived_until = now
        play.running, play.speed, play.changed_at, play.changed_by = True, speed, now, person
        play.until = now + timedelta(minutes=minutes * speed) if minutes else None
        play.save()
        _tell(person, now, "demo.started", {"speed": speed, "minutes": minutes})
    clock.PacedClock(marker.clock_path(settings.HOME)).pace(speed)
    return play


def stop(person: Person | None, now: datetime) -> Play:
    """Let the simulator rest; the house's clock goes on at the pace of the wall, from where it is."""
    must_be_demo()
    with transaction.atomic():
        play = Play.objects.select_for_update().get(pk=play_row().pk)
        play.running, play.until, play.changed_at, play.changed_by = False, None, now, person
        play.save()
        _tell(person, now, "demo.stopped", {})
    clock.PacedClock(marker.clock_path(settings.HOME)).pace(1.0)
    return play


def storm(person: Person | None, city: Unit, now: datetime) -> Storm:
    """Let a storm come over a city for the next two hours and a half: some sixty households call."""
    must_be_demo()
    if city.level != "city":
        raise Invalid(_("Some fields need your attention."), fields={"city": _("Choose a city.")})
    with transaction.atomic():
        row = Storm.objects.create(city=city, starts_at=now, ends_at=now + timedelta(minutes=150), calls=60)
        _tell(person, now, "demo.storm", {"city": city.code})
    return row


def _tell(person: Person | None, now: datetime, kind: str, data: dict[str, Any]) -> None:
    draft = Draft(
        head=Stream(key="demo"),
        stream="demo",
        kind=kind,
        at=now,
        actor_id=person.pk if person else None,
        actor_name=person.name if person else "",
        data=data,
    )
    append_to_stream("demo", [draft])
