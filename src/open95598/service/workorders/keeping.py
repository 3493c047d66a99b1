"""The crew's phone without a connection: what it keeps, the worker that shows it, and when its acts truly happened.

See the decision ``docs/decisions/field.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.casework import truth
from open95598.foundation import clock
from open95598.foundation.errors import Invalid
from open95598.service.workorders.models import WorkOrder

#: told at once: it happened when it was told
AT_ONCE = timedelta(seconds=30)
#: a phone whose answer was on its way when it went on is believed to have acted right after what it had seen
SLACK = timedelta(minutes=2)
_WORKER = Path(__file__).parent / "worker.js"
_FILES = (
    "vendor/tabler/tabler.min.css", "vendor/tabler-icons/tabler-icons.min.css",
    "vendor/tabler-icons/fonts/tabler-icons.woff2", "vendor/htmx/htmx.min.js", "css/base.css", "css/components.css",
    "css/phone.css", "workorders/crew.css", "workorders/crew.js", "img/mark.svg",
)  # fmt: skip


def assets() -> list[str]:
    """Return the addresses of everything that the crew's pages load, with and without the digest in their names."""
    shell = Path(str(finders.find("js/app.js"))).parent
    scripts = sorted(f"js/{path.name}" for path in shell.glob("*.js"))
    found = [static(name) for name in (*_FILES, *scripts)]
    # scripts of rooms import the shell's by their plain names
    found += [settings.STATIC_URL + name for name in scripts]
    return list(dict.fromkeys(found))


@cache
def worker() -> str:
    """Return the service worker's script, which carries its files and their version."""
    text = _WORKER.read_text(encoding="utf-8")
    files = assets()
    version = hashlib.sha256((text + "\n".join(files)).encode()).hexdigest()[:12]
    return text.replace('"__FILES__"', json.dumps(files)).replace("__VERSION__", version)


def hours() -> int:
    """Return for how many hours a phone keeps pages and acts, and how far back an act may be told."""
    return int(settings.FIELD_HOURS)


def happened(told: Mapping[str, Any], order: WorkOrder, now: datetime) -> datetime | None:
    """Return when an act truly happened that a phone tells of; None: now, as one that is told at once.

    ``told`` has ``happened_at`` and ``sent_at``, both of the phone's clock, which may be wrong: how long ago it was
    counts. Raises ``Invalid`` for what cannot be, or lies further back than ``hours``.
    """
    begun, sent = _time(told, "happened_at"), _time(told, "sent_at")
    if begun is None or sent is None:
        return None
    at = truth.by_device(begun, sent, now, clock.rate())
    if at is None:
        raise _refusal(_("The phone's clock says that this has not happened yet. Set it right, or send it as of now."))
    if now - at <= AT_ONCE:
        return None
    before = order.case.state_since
    if at < before:
        if before - at > SLACK:
            raise _refusal(
                _("The phone says %(told)s, but what was done before it was at %(before)s.")
                % {"told": _local(at), "before": _local(before)}
            )
        at = before
    if now - at > timedelta(hours=hours()):
        raise _refusal(_("This was done more than %(hours)s hours ago. Hand it in on paper.") % {"hours": hours()})
    return at


def _refusal(reason: str) -> Invalid:
    return Invalid(reason, fields={"occurred_at": reason})


def _local(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def _time(told: Mapping[str, Any], name: str) -> datetime | None:
    text = str(told.get(name, "") or "")[:40]
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise _refusal(_("Give a date and time such as 2026-01-31T08:30."))
    return found


def words() -> dict[str, str]:
    """Return the sentences that the phone says by itself."""
    return {
        "waiting": _("Waiting to be sent"),
        "kept": _("Kept on this phone. It is sent by itself when the connection is back."),
        "all_kept": _("Everything to be done here is kept on this phone and is sent when the connection is back."),
        "offline": _("No connection. This page is as it was at {time}."),
        "offline_now": _("No connection. What you do is kept and sent later."),
        "refused": _("Not accepted"),
        "blocked": _("Waits for the one before it"),
        "again": _("Send again"),
        "as_now": _("Send as of now"),
        "discard": _("Discard"),
        "discard_ask": _("Discard what you entered? It has not been sent."),
        "lapsed": _("It was not sent in time and has been removed from this phone. Hand it in on paper."),
        "noted": _("Understood"),
        "sign_in": _("Sign in again: what you did is still here and is sent then."),
        "sign_in_link": _("Sign in"),
        "others": _("{count} acts of a colleague wait on this phone. They are sent when they sign in."),
        "count": _("{count} waiting to be sent"),
        "needed": _("Please fill this in."),
        "decide_first": _("Decide first about what was not accepted."),
        "photo": _("with a photo"),
    }


def page_of_nothing() -> dict[str, str]:
    """Return what the worker shows where no page is kept."""
    return {
        "title": _("No connection"),
        "text": _("This page is not kept on this phone. Go back to the list, or try again when there is a connection."),
    }
