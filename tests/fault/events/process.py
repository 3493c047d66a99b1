"""A relay or a worker as a process of its own, with the subscriber of the fault tests: ``process.py relay|worker``."""

from __future__ import annotations

import sys

import django

django.setup()

from django.db import connection  # noqa: E402

from open95598.foundation.events import registry, relay, worker  # noqa: E402


@registry.subscribe("fault.receiver", "fault.said")
def receive(event: registry.Heard, now: object) -> None:
    """Leave a trace that comes and goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fault_effect (event_id, key, n) VALUES (%s, %s, %s)", [event.id, event.key, event.payload["n"]]
        )


if __name__ == "__main__":
    sys.exit({"relay": relay.run, "worker": worker.run}[sys.argv[1]]())
