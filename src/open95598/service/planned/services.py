"""Making plans and telling outage information: all that opens a case here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.rulebook import store
from open95598.registry.customers.models import CustomerAccount
from open95598.registry.grid import areas
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.planned import affected, flows
from open95598.service.planned.kinds import PLANS, PRIVATE, Information, When, WorkKind
from open95598.service.planned.models import PlannedDevice, PlannedOutage, PlannedWork

_WHY = "of an outage that one may plan"
#: devices that one outage can switch off
MOST_DEVICES = 40


@transaction.atomic
def plan(actor: Actor, told: Mapping[str, Any], now: datetime) -> PlannedOutage:
    """Begin a plan, or publish outage information of another kind at once; return its row.

    ``told``: ``information`` (`Information`), ``devices`` (codes of the grid) or ``account`` (a number, for
    information about one customer), ``starts_at``, ``ends_at`` (aware), ``cause`` (of the rulebook), ``scope`` (the
    area in words; empty: the estates and roads below the devices), and of plans ``work_kind``, ``work``. Its unit is
    that of the first device, or of the account.
    Raises ``Invalid`` naming the fields, ``Forbidden`` where the actor may not plan.
    """
    errors: dict[str, Any] = {}
    information = str(told.get("information") or "")
    if information not in Information.values:
        errors["information"] = _("Choose one of the list.")
    devices = _devices(actor, told.get("devices") or (), errors) if information not in PRIVATE else []
    account = _account(actor, str(told.get("account") or ""), errors) if information in PRIVATE else None
    start, end = _times(told, information, now, errors)
    unit = devices[0].unit if devices else account.unit if account else None
    rules = store.current(now, tuple(unit.lineage) if unit else ()).planned
    cause = str(told.get("cause") or "")
    if rules.cause(cause) is None:
        errors["cause"] = _("Choose one of the list.")
    scope = str(told.get("scope") or "").strip()
    if (
        not scope
        and devices
        and "devices" not in errors
        and (area := areas.named([one.code for one in devices])) is not None
    ):
        scope = area.zh[:500]
    if not 0 < len(scope) <= 500 and account is None:
        errors["scope"] = _("Say in words where it will be dark, in at most 500 characters.")
    kind, text = str(told.get("work_kind") or ""), str(told.get("work") or "").strip()
    if information in PLANS and kind not in WorkKind.values:
        errors["work_kind"] = _("Choose one of the list.")
    if information in PLANS and not 0 < len(text) <= 500:
        errors["work"] = _("Say what is done, in at most 500 characters.")
    if errors or unit is None or start is None or end is None:
        raise Invalid(_("Some fields need your attention."), fields=errors)
    for there in {one.unit_id: one.unit for one in (account, *devices) if one is not None}.values():
        if actor.rights is not None and not any(actor.rights.at(one, there.lineage) for one in flows.DOES):
            raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": there.name})
    is_plan = information in PLANS
    fields = {
        "information": information, "starts_at": start, "ends_at": end, "first_starts_at": start, "cause": cause,
        "scope": scope or _line(devices), "line": _line(devices), "account_id": account.pk if account else None,
        "planned_by_id": actor.person_id, "published_at": None if is_plan else now, "revision": 0 if is_plan else 1,
        "actual_start": None if is_plan or start > now else start,
    }  # fmt: skip
    data = {"information": information, "devices": [one.code for one in devices], "account": account and account.pk}
    opening = casework.Opening(flows.PLAN if is_plan else flows.INFORMATION, unit.pk, fields, data=data)
    made = casework.open_many([opening], actor, now)[0]
    row: PlannedOutage = made.typed
    PlannedDevice.objects.bulk_create([PlannedDevice(plan=row, device=one.code) for one in devices])
    if is_plan:
        PlannedWork.objects.create(plan=row, kind=kind, text=text, by_id=actor.person_id, at=now)
    else:
        assert made.case is not None
        affected.count(made.case, row, When.PUBLISHED, now)
    return row


def _times(
    told: Mapping[str, Any], information: str, now: datetime, errors: dict[str, Any]
) -> tuple[datetime | None, datetime | None]:
    start, end = told.get("starts_at"), told.get("ends_at")
    for name, value in (("starts_at", start), ("ends_at", end)):
        if not isinstance(value, datetime) or value.tzinfo is None:
            errors[name] = _("Give a date and time such as 2026-01-31T08:30.")
    if not errors.keys() & {"starts_at", "ends_at"}:
        assert isinstance(start, datetime)
        assert isinstance(end, datetime)
        if start >= end:
            errors["ends_at"] = _("The end must be after the start.")
        elif information in PLANS and start <= now:
            errors["starts_at"] = _("The start must lie ahead.")
        elif end <= now:
            errors["ends_at"] = _("The end must lie ahead.")
        elif (end - start).days > 366:
            errors["ends_at"] = _("An outage lasts a year at most.")
    return start, end


def _devices(actor: Actor, codes: Collection[str], errors: dict[str, Any]) -> list[GridDevice]:
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not 0 < len(wanted) <= MOST_DEVICES:
        errors["devices"] = _("Name the devices that are switched off, at most %(n)d.") % {"n": MOST_DEVICES}
        return []
    rows = grid.devices(actor.rights) if actor.rights is not None else GridDevice.objects.system(_WHY)
    found = {one.code: one for one in rows.filter(code__in=wanted).select_related("unit")}
    missing = [code for code in wanted if code not in found]
    if missing:
        errors["devices"] = _("There is no device %(code)s in the grid.") % {"code": missing[0][:120]}
        return []
    return [found[code] for code in wanted]


def _account(actor: Actor, number: str, errors: dict[str, Any]) -> CustomerAccount | None:
    rows = CustomerAccount.objects
    seen = rows.restrict(actor.rights) if actor.rights is not None else rows.system(_WHY)
    found: CustomerAccount | None = seen.filter(number=number.strip(), closed_on=None).select_related("unit").first()
    if found is None:
        errors["account"] = _("There is no such account.")
    return found


def _line(devices: Collection[GridDevice]) -> str:
    """Return the name of the feeder of the first device, or of the device itself above all feeders."""
    for first in devices:
        above = GridDevice.objects.system(_WHY).filter(lft__lte=first.lft, rgt__gt=first.lft, kind=DeviceKind.FEEDER)
        return str(above.order_by("-lft").first() or first)[:120]
    return ""
