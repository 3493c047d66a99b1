"""What a dispatcher's acts on an outage do beside changing it: the engine is told, and so is everybody in the dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.casework.services import facts_of
from open95598.foundation.errors import Invalid
from open95598.foundation.people.policy import Permission
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import attaching, flows
from open95598.service.outages.kinds import Act
from open95598.service.outages.models import Outage, OutageAct, OutageReport

Data = Mapping[str, Any]
_WHY = "what an act on an outage one may change names"


def confirmed(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the engine that a device is open for certain: the one named, or where the outage is."""
    code = str(data.get("at_device") or outage.device)
    if code != outage.device:
        _devices([code], "at_device")
    _tell(outage, Act.CONFIRM, actor, now, devices=[code])


def sent(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Let the order that kept the crew wait with the others: the outage's own crew serves everybody.

    Raises ``Invalid`` when that order's crew is on its way already, so that no second one goes.
    """
    lead = attaching.lead_waits(outage, now)
    if lead is not None:
        number = {"number": lead}
        raise _bad("person", _("The crew of order %(number)s is on its way there already.") % number)


def restored(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the engine that power is back, but for the devices named, each of which is an outage of its own now."""
    left = flows.codes(str(data.get("still_dark") or ""))
    if len(left) > flows.MOST_DEVICES:
        raise _bad("still_dark", _("At most %(most)s devices.") % {"most": flows.MOST_DEVICES})
    _inside(outage, left, "still_dark")
    _tell(outage, Act.RESTORE, actor, outage.actual_end or now, devices=left)
    told(case, outage, data, actor, now)


def told(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Keep the words that everybody in the dark is told; the orders hear them from the worker."""
    if text := str(data.get("text") or ""):
        outage.told, outage.told_at = text, now
        outage.save(update_fields=("told", "told_at"))


def split(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Tell the engine that several devices inside an outage are open instead of the one that was named."""
    named = flows.codes(str(data["devices"]))
    _inside(outage, named, "devices")
    _tell(outage, Act.SPLIT, actor, now, devices=named)


def merged(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Take an outage for another one, which goes on. Raises ``Invalid`` when the two have nothing in common."""
    number = str(data["into_number"]).strip().upper().removeprefix("TD-")
    rows = Outage.objects.system(_WHY).select_related("case")
    readable = number.isascii() and number.isdecimal() and len(number) < 18
    other = rows.filter(pk=int(number)).first() if readable else None
    if other is None or not actor.may(Permission.CASE_VIEW, facts_of(other.case)):
        raise _bad("into_number", _("There is no such outage."))
    if other.pk == outage.pk or other.case.state not in flows.DARK:
        raise _bad("into_number", _("That outage is this one, or is over."))
    first, second = _devices([outage.device, other.device], "into_number")
    above = GridDevice.objects.system(_WHY).filter(
        lft__lte=min(first.lft, second.lft), rgt__gt=max(first.lft, second.lft)
    )
    if not above.exists():
        raise _bad("into_number", _("Nothing feeds both of these."))
    outage.merged_into = other
    outage.save(update_fields=("merged_into",))
    OutageReport.objects.system(_WHY).filter(outage=outage).update(outage=other)
    _tell(outage, Act.MERGE, actor, now, others=[other.pk])
    attaching.regather(other, now)


def wrong(case: Case, outage: Outage, data: Data, actor: Actor, now: datetime) -> None:
    """Note that nothing was dark there: whoever told so again and again is believed less."""
    OutageReport.objects.system(_WHY).filter(outage=outage, apart="").update(found_wrong=True)
    _tell(outage, Act.WRONG, actor, now)


def _tell(
    outage: Outage, what: Act, actor: Actor, at: datetime, *, devices: Sequence[str] = (), others: Sequence[int] = ()
) -> None:
    OutageAct.objects.create(
        outage=outage, what=what, at=at, devices=list(devices), others=list(others), by_id=actor.person_id
    )


def _devices(codes: Sequence[str], field: str) -> list[GridDevice]:
    """Return devices by their codes, in the order given. Raises ``Invalid`` naming those that are not in the grid."""
    rows = {row.code: row for row in GridDevice.objects.system(_WHY).filter(code__in=list(codes))}
    if lost := [code for code in codes if code not in rows]:
        raise _bad(field, _("The grid has no device %(names)s.") % {"names": ", ".join(lost[:5])[:200]})
    return [rows[code] for code in codes]


def _inside(outage: Outage, codes: Sequence[str], field: str) -> None:
    """Raise ``Invalid`` when one of the devices does not stand below that of the outage."""
    if not codes:
        return
    [top] = _devices([outage.device], field)
    outer = [one.code for one in _devices(codes, field) if not top.lft < one.lft < top.rgt]
    if outer:
        raise _bad(field, _("Not below %(device)s: %(names)s.") % {
            "device": outage.device, "names": ", ".join(outer[:5])[:200]})  # fmt: skip


def _bad(field: str, reason: str) -> Invalid:
    return Invalid(_("Some fields need your attention."), fields={field: reason})


EFFECTS = {
    "confirmed": confirmed, "sent": sent, "restored": restored, "told": told, "split": split, "merged": merged,
    "wrong": wrong,
}  # fmt: skip


def register() -> None:
    """Make the flow known to casework, and give faults the acts by which they wait beside an outage."""
    typed = registry.Typed(
        Outage,
        lambda row: {},
        lambda row: {"number": row.number, "device": row.device},
        EFFECTS,
        list_name="outages:list",
        open_field="is_open",
        words=registry.blank("told", "why_wrong"),
        lists_of=flows.FAULT,
    )
    registry.add(flows.FLOW, typed)
    registry.extend((flows.FAULT,), flows.on_faults, {"left_outage": attaching.left})
    registry.forbid((flows.FAULT,), ("send_crew",), attaching.another_goes)
