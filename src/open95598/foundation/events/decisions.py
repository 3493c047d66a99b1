"""What a person decides about dead letters: try again, or drop with a reason. Both go into the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Impossible, Invalid
from open95598.foundation.events.models import Delivery
from open95598.foundation.journal.services import Draft, append_to_stream

STREAM = "outbox"
REASON_LENGTH = 500


def retry(ids: Sequence[int], now: datetime, *, actor_id: int | None = None, actor_name: str = "") -> list[Delivery]:
    """Give dead letters all their tries again, from now; those that waited behind them follow.

    Raises ``Impossible`` when one of them is no dead letter (any more); nothing is changed then.
    """
    with transaction.atomic():
        letters = _locked(ids)
        for letter in letters:
            letter.state, letter.attempts = "pending", 0
            letter.due_at = letter.nudge_at = now
        Delivery.objects.bulk_update(letters, ("state", "attempts", "due_at", "nudge_at"))
        _write_down("outbox.retried", letters, now, actor_id, actor_name, {})
    return letters


def drop(
    ids: Sequence[int], reason: str, now: datetime, *, actor_id: int | None = None, actor_name: str = ""
) -> list[Delivery]:
    """Give dead letters up, for a reason; those that waited behind them go on.

    Raises ``Invalid`` without a reason, ``Impossible`` when one of them is no dead letter (any more).
    """
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise Invalid(
            _("Say why this is dropped."),
            fields={"reason": _("1 to %(n)d characters.") % {"n": REASON_LENGTH}},
        )
    with transaction.atomic():
        letters = _locked(ids)
        for letter in letters:
            letter.state, letter.done_at, letter.nudge_at = "dropped", now, None
        Delivery.objects.bulk_update(letters, ("state", "done_at", "nudge_at"))
        _release(letters, now)
        _write_down("outbox.dropped", letters, now, actor_id, actor_name, {"reason": reason})
    return letters


def _locked(ids: Sequence[int]) -> list[Delivery]:
    letters = list(Delivery.objects.select_for_update().filter(id__in=ids, state="dead").order_by("id"))
    if len(letters) != len(set(ids)):
        raise Impossible(_("This has been decided already."), possible_actions=[])
    return letters


def _release(letters: Sequence[Delivery], now: datetime) -> None:
    """Let go of what was parked behind the letters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery d SET nudge_at = %s FROM unnest(%s::text[], %s::text[]) AS u(subscriber, key)"
            " WHERE d.subscriber = u.subscriber AND d.key = u.key AND d.state = 'pending' AND d.nudge_at IS NULL",
            [now, [x.subscriber for x in letters], [x.key for x in letters]],
        )


def _write_down(
    kind: str,
    letters: Sequence[Delivery],
    now: datetime,
    actor_id: int | None,
    actor_name: str,
    more: dict[str, str],
) -> None:
    append_to_stream(
        STREAM,
        [
            Draft(
                head=None,  # type: ignore[arg-type]  # set by append_to_stream
                stream=STREAM,
                kind=kind,
                at=now,
                actor_id=actor_id,
                actor_name=actor_name,
                data={"delivery": x.id, "event": x.event_id, "subscriber": x.subscriber, "key": x.key, **more},
            )
            for x in letters
        ],
    )
