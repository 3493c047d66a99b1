"""Outages that are planned or announced as the demonstration begins: a few, in the states that a planner sees."""

from __future__ import annotations

from datetime import datetime, timedelta

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.events.services import as_past
from open95598.foundation.people import rights
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice
from open95598.service.planned import services
from open95598.service.planned.models import PlannedOutage

#: days until its start, hours that it lasts, kind, cause, what is done, how far it has come
PLANNED = (
    (12, 8, "planned", "maintenance", "更换柱上断路器，清理线路通道", "announce_plan"),
    (9, 6, "planned", "construction", "新建台区接入，调整线路档距", "approve_plan"),
    (15, 5, "planned", "connection", "新装客户接火", "submit_plan"),
    (3, 4, "temporary", "defect", "处理配变桩头发热缺陷", "announce_plan"),
)
#: who is shown as having planned and approved
_ROLES = (Role.DISPATCHER, Role.UNIT_MANAGER)


def announce(now: datetime) -> int:
    """Plan outages of transformer areas of the county with the largest grid, once; return how many there are.

    Nobody hears of them: no message leaves for what was planned before the demonstration began.
    """
    made = PlannedOutage.objects.system("made already").filter(is_open=True).count()
    if made:
        return made
    areas = GridDevice.objects.system("what is switched off").filter(kind=DeviceKind.TRANSFORMER, points__gt=0)
    first = areas.order_by("-points", "pk").select_related("unit").first()
    if first is None:
        return 0
    devices = list(areas.filter(unit=first.unit).order_by("-points", "pk")[: len(PLANNED)])
    doers = [_somebody(role, first.unit.lineage, now) for role in _ROLES]
    if None in doers:
        return 0
    planner, approver = doers
    with as_past():
        for device, (days, hours, kind, cause, work, far) in zip(devices, PLANNED, strict=False):
            at = now - timedelta(days=1)
            start = (now + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
            told = {
                "information": kind, "devices": [device.code], "starts_at": start, "cause": cause, "work": work,
                "ends_at": start + timedelta(hours=hours),
                "work_kind": "connection" if cause == "connection" else "maintenance",
            }  # fmt: skip
            assert planner is not None
            row = services.plan(planner, told, at)
            for name in ("submit_plan", "approve_plan", "announce_plan"):
                doer = approver if name == "approve_plan" else planner
                assert doer is not None
                casework.perform(row.pk, name, doer, at)
                if name == far:
                    break
    return len(devices)


def _somebody(role: Role, lineage: list[int], now: datetime) -> Actor | None:
    """Return somebody who holds a role at a unit or above, the nearest first."""
    held = RoleAssignment.objects.filter(role=role, unit__in=lineage, person__is_active=True)
    found = sorted(held.values_list("unit_id", "person_id"), key=lambda row: (-lineage.index(row[0]), row[1]))
    if not found:
        return None
    person = Person.objects.get(pk=found[0][1])
    return Actor.of(person, rights.load(person, now), "page")
