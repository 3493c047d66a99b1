"""Adding to a case's story without waiting for the case: an entry beside its chain, and an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Impossible
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream


def hold(case_id: int) -> Case:
    """Lock a case that an act on another one touches; raises as ``hold_all``, and ``Case.DoesNotExist``."""
    for case in hold_all([case_id]):
        return case
    raise Case.DoesNotExist(case_id)


def hold_all(case_ids: Collection[int]) -> list[Case]:
    """Lock cases that an act on another one touches, to the end of the transaction, and return them as they are then.

    They are locked in the order of their ids. Raises ``Impossible`` when two such acts wait for each other.
    """
    rows = Case.objects.system("an act on another case touches it").select_related("unit")
    try:
        return list(rows.select_for_update(no_key=True, of=("self",)).filter(pk__in=case_ids).order_by("pk"))
    except OperationalError as error:  # the database chose this one to break the circle
        raise Impossible(_("Somebody is changing the other order at this moment: try again.")) from error


def tell(
    case: Case,
    name: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any],
    personal: Mapping[str, str] | None = None,
) -> None:
    """Write ``case.<name>`` to the case's timeline and say it as an event, in the caller's transaction.

    ``data`` stands in the journal and in the event, ``personal`` in the journal's erasable part only. The caller has
    checked the right to do so. ``unit`` in ``data`` would be taken for the case's own: name others otherwise.
    """
    stream = f"case/{case.pk}/notes"
    draft = Draft(
        head=Stream(),  # set by append_to_stream
        stream=stream,
        kind=f"case.{name}",
        at=now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        case_id=case.pk,
        data={**data, "via": actor.via},
        personal=dict(personal or {}),
    )
    append_to_stream(stream, [draft])
    payload = {**data, "kind": case.kind, "unit": case.unit_id}
    say([Said(type=f"case.{name}", key=f"case/{case.pk}", at=now, case_id=case.pk, payload=payload)])
