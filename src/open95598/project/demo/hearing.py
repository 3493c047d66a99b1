"""What rooms keep of the past because they heard of it: a history that is told to nobody is heard here once.

Subscribers that only write down what happened (a ledger, a count) belong here, not those that send messages or act on
cases: what they would have done long ago is the history's own affair.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from open95598.foundation.events import registry
from open95598.foundation.events.models import Event
from open95598.foundation.events.services import as_past
from open95598.service.workorders import scoring, tally

#: by name: each hears the events of the past in their order, each at its moment
KEEPERS = ("assessment.late", "assessment.found")


def catch_up(until: datetime) -> None:
    """Let what is counted from the past be counted up to ``until`` (aware UTC); what is later the worker hears of."""
    tally.rebuild(until)
    scoring.count_again(until)
    by_type: dict[str, list[registry.Subscriber]] = {}
    for name in KEEPERS:
        subscriber = registry.subscriber(name)
        if subscriber is None:
            raise LookupError(f"no subscriber is named {name}")
        for kind in subscriber.types:
            by_type.setdefault(kind, []).append(subscriber)
    rows = Event.objects.filter(type__in=by_type, at__lte=until).order_by("at", "id")
    with transaction.atomic(), as_past():
        for event in rows.iterator():
            heard = registry.Heard(event.pk, event.type, event.key, event.at, event.case_id, event.payload)
            for subscriber in by_type[event.type]:
                subscriber.handler(heard, event.at)
