"""Starting over: everything that the demonstration holds is thrown away, and it is built anew."""

from __future__ import annotations

import shutil
import time

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from open95598.foundation import clock
from open95598.foundation.calendars import store as calendars
from open95598.foundation.errors import Impossible
from open95598.foundation.journal import verify
from open95598.foundation.rulebook import store as rulebooks
from open95598.project import backups
from open95598.project.demo import build, marker, simulator
from open95598.service.workorders import directory

_TRIES = 10


def reset(progress: build.Progress, **more: object) -> None:
    """Throw the demonstration's data away and build it again; ``more`` goes to ``build.ensure``.

    Raises ``Impossible`` where the installation is no demonstration, and while the house runs on it: its processes
    remember people, units and rules that would be gone. What a reset left that was interrupted is dropped and built
    as well. Whoever was signed in must sign in again.
    """
    if not marker.is_set(settings.HOME):
        raise Impossible(_("This installation is no demonstration."))
    with backups.alone(settings.HOME):
        clock.PacedClock(marker.clock_path(settings.HOME)).reset()
        _drop_tables()
        for name in ("anchors", "files", *backups.MADE):  # they belong to the journal and the cases that are gone
            shutil.rmtree(settings.HOME / name, ignore_errors=True)
        call_command("migrate", interactive=False, verbosity=0)
        for forget in (verify.forget, rulebooks.forget, calendars.forget, directory.forget, simulator.forget):
            forget()
        build.ensure(progress, **more)  # type: ignore[arg-type]


def _drop_tables() -> None:
    """Drop all tables at once; a command that holds some for a moment is waited for, one that stays is told."""
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
            return
        except OperationalError as error:  # a lock was not to be had, or two waited for each other
            if attempt == _TRIES - 1:
                raise Impossible(_("Another command uses this installation's data: end it first.")) from error
            time.sleep(0.5)
