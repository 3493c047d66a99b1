"""A described grid into the database: by COPY, versioned, and numbered afresh as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation import bulk
from open95598.foundation.errors import Forbidden
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.policy import Permission
from open95598.foundation.units.models import Unit
from open95598.registry.grid import renumbering
from open95598.registry.grid.described import Described, Device, Problem
from open95598.registry.grid.models import CODE, GridFinding, GridVersion
from open95598.registry.grid.topology import NOWHERE, Finding, Topology, build

#: findings kept of one loading: a file of another kind altogether is not told line by line
MOST_FINDINGS = 2000
_LOCK = 955985
_T, _I, _S, _B, _F, _W = "varchar", "int8", "int2", "bool", "float8", "timestamptz"


@transaction.atomic
def load(
    described: Described,
    unit: Unit,
    source: str,
    actor: Actor,
    now: datetime,
    usage_points: Mapping[str, int] | None = None,
) -> GridVersion:
    """Bring a description in (`bring`) and number the grid; return the new version."""
    bring(described, unit, source, actor, now, usage_points)
    return number(source, actor, now)


@transaction.atomic
def bring(
    described: Described,
    unit: Unit,
    source: str,
    actor: Actor,
    now: datetime,
    usage_points: Mapping[str, int] | None = None,
    units: Mapping[str, int] | None = None,
) -> None:
    """Bring the devices and points of a description in, those of ``unit``; whoever calls numbers the grid afterwards.

    A known code is brought up to date: a device that another one feeds now gets a dated link, a point moves, and a
    device whose former code is known keeps everything under its new one. Nothing is taken away. ``usage_points`` maps
    codes of points to ids of the registry's; ``units`` codes of devices to ids of units other than ``unit``, for whom
    the caller has asked the rights. One loading at a time (advisory lock).
    Raises `Forbidden` without the right to import at the unit, or when a device is another unit's.
    """
    if units is None and actor.rights is not None and not actor.rights.at(Permission.IMPORT, unit.lineage):
        raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": unit.name})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if units is None and actor.rights is not None:
        _refuse_others(described, unit)
    renumbering.renumber(described, actor, now)
    known = _devices(described, unit, now, units or {})
    _points(described, known, usage_points or {})
    problems = [
        GridFinding(kind=_kind(one.code), source=source[:200], line=one.line, text=str(one)[:400], found_at=now)
        for one in described.problems[:MOST_FINDINGS]
    ]
    GridFinding.objects.filter(source=source[:200]).delete()
    GridFinding.objects.bulk_create(problems)


@transaction.atomic
def number(source: str, actor: Actor, now: datetime) -> GridVersion:
    """Number the whole grid afresh, keep what is wrong with it as findings, and write the new version down."""
    topology, findings = topology_now()
    _write_numbers(topology)
    GridFinding.objects.filter(source="").delete()
    GridFinding.objects.bulk_create(_told(findings, now))
    version = GridVersion.objects.create(
        activated_at=now, source=source[:200], devices=len(topology), points=int(topology.upto[-1]),
        findings=GridFinding.objects.count(), by_id=actor.person_id,
    )  # fmt: skip
    told = {
        "version": version.pk, "devices": version.devices, "points": version.points, "findings": version.findings,
    }  # fmt: skip
    draft = Draft(Stream(), "grid", "grid.loaded", now, actor.person_id, actor.name, data=told)
    append_to_stream("grid", [draft])
    return version


def topology_now() -> tuple[Topology, list[Finding]]:
    """The normal topology of the devices that are kept, by their ids, with all that is wrong with it.

    A device that is normally open feeds what hangs below it on paper only; it stays in the tree all the same.
    """
    rows = bulk.fetch(
        "SELECT d.id, coalesce(p.id, CASE d.parent_code WHEN '' THEN -1 ELSE 0 END), d.kind, coalesce(h.points, 0)"
        " FROM grid_griddevice d LEFT JOIN grid_griddevice p ON p.code = d.parent_code AND d.parent_code <> ''"
        " LEFT JOIN (SELECT device_id, count(*) points FROM grid_gridpoint GROUP BY 1) h ON h.device_id = d.id"
        " ORDER BY d.code"
    )
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    return build(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _refuse_others(described: Described, unit: Unit) -> None:
    """Raise `Forbidden` when a device or point of the description belongs to another unit already."""
    query = (
        "SELECT 1 FROM grid_griddevice d WHERE d.unit_id <> %s AND (d.code = ANY(%s) OR EXISTS (SELECT 1 FROM"
        " grid_gridpoint p WHERE p.device_id = d.id AND p.code = ANY(%s))) LIMIT 1"
    )
    devices = {one.code for one in described.devices} | {one.device for one in described.points}
    devices |= {one.formerly for one in described.devices if one.formerly}
    given = [unit.pk, list(devices), [one.code for one in described.points]]
    if bulk.fetch(query, given):
        raise Forbidden(_("Some of these devices belong to another unit."))


def _kind(code: str) -> str:
    return code if code in ("loop", "orphan", "duplicate", "double", "account", "renumber") else "reading"


def _devices(described: Described, unit: Unit, now: datetime, units: Mapping[str, int]) -> dict[str, int]:
    """Write new devices, bring known ones up to date; return code → id of all of them."""
    asked: dict[str, Device] = {}
    for one in described.devices:
        asked.setdefault(one.code, one)
    for device, first in ((one, asked[one.code]) for one in described.devices):
        if device is not first:
            described.problems.append(Problem("", 0, "duplicate", _told_twice(device, first)))
    names = list(asked)
    query = "SELECT code, id, parent_code, unit_id FROM grid_griddevice WHERE code = ANY(%s)"
    rows = bulk.fetch(query, [names])
    there = {code: (pk, parent) for code, pk, parent, _at in rows}
    lies = {code: at for code, _pk, _parent, at in rows}
    new = [one for code, one in asked.items() if code not in there]
    fresh = _ids("grid_griddevice", len(new))
    columns = {
        "id": _I, "code": _T, "name": _T, "kind": _S, "unit_id": _I, "owner": _T, "parent_code": _T, "normal_open": _B,
        "x": _F, "y": _F, "rated": _F, "lft": "int4", "rgt": "int4", "depth": _S, "points": "int4",
    }  # fmt: skip
    bulk.copy("grid_griddevice", columns, (
        (pk, one.code[:CODE], one.name[:120], int(one.kind), units.get(one.code, unit.pk), one.owner,
         one.parent[:CODE], one.normal_open, one.x, one.y, one.rated, 0, 0, 0, 0)
        for pk, one in zip(fresh, new, strict=True)
    ))  # fmt: skip
    known = {code: pk for code, (pk, _) in there.items()} | {one.code: pk for pk, one in zip(fresh, new, strict=True)}
    moved = [(known[code], asked[code].parent) for code, (_, parent) in there.items() if asked[code].parent != parent]
    changed = [(pk, asked[code]) for code, (pk, _) in there.items()]
    _bring("known", {"id": _I, "name": _T, "kind": _S, "owner": _T, "parent_code": _T, "normal_open": _B,
        "x": _F, "y": _F, "rated": _F, "unit_id": _I}, (
        (pk, one.name[:120], int(one.kind), one.owner, one.parent[:CODE], one.normal_open, one.x, one.y,
         one.rated, units.get(one.code, lies[one.code])) for pk, one in changed))  # fmt: skip
    bulk.execute(
        "UPDATE grid_griddevice d SET name = k.name, kind = k.kind, owner = k.owner, parent_code = k.parent_code,"
        " normal_open = k.normal_open, x = k.x, y = k.y, rated = coalesce(k.rated, d.rated), unit_id = k.unit_id"
        " FROM grid_known k WHERE k.id = d.id AND"
        " (d.name, d.kind, d.owner, d.parent_code, d.normal_open, d.x, d.y, d.rated, d.unit_id) IS DISTINCT FROM"
        " (k.name, k.kind, k.owner, k.parent_code, k.normal_open, k.x, k.y, coalesce(k.rated, d.rated), k.unit_id)"
    )
    bulk.execute(
        "UPDATE grid_gridlink SET valid_to = %s WHERE valid_to IS NULL AND device_id = ANY(%s)",
        [now, [pk for pk, _ in moved]],
    )
    links = [*moved, *((known[one.code], one.parent) for one in new)]
    bulk.copy("grid_gridlink", {"device_id": _I, "parent_code": _T, "valid_from": _W},
              ((pk, parent[:CODE], now) for pk, parent in links))  # fmt: skip
    return known


def _points(described: Described, known: Mapping[str, int], usage_points: Mapping[str, int]) -> None:
    """Write new points, move known ones; a point that is said to hang on two devices hangs on the first."""
    elsewhere = list({point.device for point in described.points} - known.keys())
    known = {**known, **dict(bulk.fetch("SELECT code, id FROM grid_griddevice WHERE code = ANY(%s)", [elsewhere]))}
    hanging: dict[str, str] = {}
    for point in described.points:
        if point.device not in known:
            described.problems.append(Problem("", 0, "orphan", f"{point.code} → {point.device}"))
        elif hanging.setdefault(point.code, point.device) != point.device:
            text = f"{point.code} → {hanging[point.code]}, {point.device}"
            described.problems.append(Problem("", 0, "double", text))
    usage_points = _each_once(described, hanging, usage_points)
    columns = {"code": _T, "device_id": _I, "usage_point_id": _I}
    rows = [(code[:CODE], known[device], usage_points.get(code)) for code, device in hanging.items()]
    if not bulk.fetch("SELECT 1 FROM grid_gridpoint LIMIT 1"):
        bulk.copy("grid_gridpoint", columns, rows)
        return
    _bring("hanging", columns, rows)
    bulk.execute(
        "INSERT INTO grid_gridpoint (code, device_id, usage_point_id) SELECT code, device_id, usage_point_id"
        " FROM grid_hanging ON CONFLICT (code) DO UPDATE SET device_id = excluded.device_id, usage_point_id ="
        " coalesce(excluded.usage_point_id, grid_gridpoint.usage_point_id)"
    )


def _told_twice(device: Device, first: Device) -> str:
    """A device that is described twice: what it is below, both times; in no language."""
    return f"{device.code} → {first.parent or '–'}, {device.parent or '–'}"


def _each_once(described: Described, hanging: Mapping[str, str], usage_points: Mapping[str, int]) -> dict[str, int]:
    """The registry's points, each on one device: where it hangs already or, told twice, where it was told first."""
    asked = [code for code in hanging if code in usage_points]
    query = "SELECT usage_point_id, code FROM grid_gridpoint WHERE usage_point_id = ANY(%s)"
    held: dict[int, str] = dict(bulk.fetch(query, [[usage_points[code] for code in asked]])) if asked else {}
    found: dict[str, int] = {}
    for code in asked:
        pk = usage_points[code]
        if held.setdefault(pk, code) == code:
            found[code] = pk
        else:
            text = f"{code} → {hanging[code]}; {held[pk]} → {hanging.get(held[pk], '…')}"
            described.problems.append(Problem("", 0, "double", text))
    return found


def _ids(table: str, count: int) -> list[int]:
    query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [pk for (pk,) in bulk.fetch(query, [table, count])] if count else []


def _bring(name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Bring rows into a table of this transaction only, ``grid_<name>``."""
    described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    bulk.execute(f"DROP TABLE IF EXISTS grid_{name}")
    bulk.execute(f"CREATE TEMP TABLE grid_{name} ({described}) ON COMMIT DROP")
    bulk.copy(f"grid_{name}", columns, rows)


def _write_numbers(topology: Topology) -> None:
    """Write the numbers of devices that have other ones than before, and the parents that they really have."""
    parents = np.where(topology.parent == NOWHERE, NOWHERE, topology.ids[topology.parent]).tolist()
    places = zip(
        topology.ids.tolist(), parents, range(len(topology)), topology.end.tolist(), topology.depth.tolist(),
        topology.points_many(np.arange(len(topology))).tolist(), strict=True,
    )  # fmt: skip
    columns = {"id": _I, "parent_id": _I, "lft": "int4", "rgt": "int4", "depth": _S, "points": "int4"}
    rows = ((pk, None if up == NOWHERE else up, *rest) for pk, up, *rest in places)
    _bring("numbers", columns, rows)
    bulk.execute(
        "UPDATE grid_griddevice d SET parent_id = n.parent_id, lft = n.lft, rgt = n.rgt, depth = n.depth,"
        " points = n.points FROM grid_numbers n WHERE n.id = d.id AND (d.parent_id, d.lft, d.rgt, d.depth, d.points)"
        " IS DISTINCT FROM (n.parent_id, n.lft, n.rgt, n.depth, n.points)"
    )


def _told(findings: Sequence[Finding], now: datetime) -> list[GridFinding]:
    """The rows of findings of the topology; the others of a ring by their codes, as far as there is room."""
    some = list(findings[:MOST_FINDINGS])
    wanted = {one for finding in some for one in finding.others[:8]}
    codes = dict(bulk.fetch("SELECT id, code FROM grid_griddevice WHERE id = ANY(%s)", [sorted(wanted)]))
    return [
        GridFinding(
            kind=finding.code.value, device_id=finding.device, found_at=now,
            text=", ".join(codes[one] for one in finding.others[:8] if one in codes)[:400],
        )
        for finding in some
    ]  # fmt: skip
