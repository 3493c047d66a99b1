"""What rooms keep of the past because they heard of it: a history that is told to nobody is heard here once.

Subscribers that only write down what happened (a ledger) belong here, not those that send messages or act on cases:
what they would have done long ago is the history's own affair.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from open95598.foundation.events import registry
from open95598.foundation.events.models import Event
from open95598.foundation.events.services import as_past

#: by name: each hears the events of the past in their order, each at its moment; once, however often it is told
KEEPERS = ("assessment.late", "assessment.found")


def hear(since: datetime, until: datetime) -> None:
    """Let the keepers hear what happened after ``since``, up to ``until`` (aware UTC)."""
    by_type: dict[str, list[registry.Subscriber]] = {}
    for name in KEEPERS:
        subscriber = registry.subscriber(name)
        if subscriber is None:
            raise LookupError(f"no subscriber is named {name}")
        for kind in subscriber.types:
            by_type.setdefault(kind, []).append(subscriber)
    rows = Event.objects.filter(type__in=by_type, at__gt=since, at__lte=until).order_by("at", "id")
    with transaction.atomic(), as_past():
        for event in rows.iterator():
            heard = registry.Heard(event.pk, event.type, event.key, event.at, event.case_id, event.payload)
            for subscriber in by_type[event.type]:
                subscriber.handler(heard, event.at)
