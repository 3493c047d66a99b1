"""Writes to the grid beside loading: what a switch does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.policy import Permission
from open95598.registry.grid.models import GridDevice, SwitchState


@transaction.atomic
def switch(device_id: int, opens: bool, source: str, actor: Actor, now: datetime) -> SwitchState | None:
    """Note that a device is open or closed from ``now`` on; return its state, None when it stands as it normally does.

    Told twice, the second changes nothing. Says ``grid.switched`` (``device``: its code, ``open``, ``normal_open``).
    Raises `Forbidden` without the right to dispatch at the device's unit, `Impossible` when it was told otherwise for
    a later moment.
    """
    device = GridDevice.objects.system("judged below").select_related("unit").select_for_update(of=("self",)).get(
        pk=device_id)  # fmt: skip
    if actor.rights is not None and not actor.rights.at(Permission.CASE_DISPATCH, device.unit.lineage):
        raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": device.unit.name})
    there = SwitchState.objects.system("of the device").filter(device=device, until=None).first()
    if (there.open if there else device.normal_open) == opens:
        return there
    if there is not None:
        if there.since > now:
            raise Impossible(_("This switch was told otherwise for a later moment."))
        there.until = now
        there.save(update_fields=("until",))
    state = None
    if opens != device.normal_open:
        state = SwitchState.objects.create(device=device, open=opens, since=now, source=source, by_id=actor.person_id)
    told = {"device": device.code, "open": opens, "via": source}
    draft = Draft(Stream(), "grid", "grid.switched", now, actor.person_id, actor.name, data=told)
    append_to_stream("grid", [draft])
    say([Said("grid.switched", f"grid/{device.pk}", now, payload=told | {"normal_open": device.normal_open})])
    return state
