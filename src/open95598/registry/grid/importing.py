"""A grid from tables (CSV, Excel, Parquet): devices in one, in another what hangs on them. Rows are judged one by one,
gathered, and loaded as a whole: islands, rings, orphans and doubles are findings, on trial as well.

Each row's unit is asked for the rights to import and to look after the unit's register.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from open95598.casework.actors import Actor
from open95598.foundation import bulk
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.people import rights
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer.importers import Change, Context, Field, Found, Parsed
from open95598.foundation.transfer.models import UNDER_WAY, ImportRun, RunState
from open95598.foundation.units.models import Unit
from open95598.registry.customers.models import UsagePoint
from open95598.registry.grid import loading, renumbering
from open95598.registry.grid.described import Described, Device, Point, Problem
from open95598.registry.grid.kinds import LINES, DeviceKind, FindingKind, Ownership
from open95598.registry.grid.models import CODE, GridDevice, GridFinding, GridPoint, GridStaged
from open95598.registry.grid.topology import Kind

_WHY = "an import, whose right is asked for each row"
#: findings that a run tells
TOLD = 1000
#: A or kVA: more is no rating but a slip
MOST_RATED = 1_000_000
_KINDS = {
    "变电站": 0, "线路": 1, "馈线": 1, "开关": 2, "分段": 2, "分段开关": 2, "台区": 3, "变压器": 3, "配变": 3,
    "配电变压器": 3, "表箱": 4, "计量箱": 4, "电表": 5, "电能表": 5,
}  # fmt: skip


def _kind(text: str) -> int:
    known = {kind.name.casefold(): int(kind) for kind in Kind} | _KINDS
    for language in ("en", "zh-hans"):
        with override(language):
            known.update({str(name).casefold(): value for value, name in DeviceKind.choices})
    found = known.get(text.strip().casefold())
    if found is None:
        names = "、".join(str(name) for name in DeviceKind.labels)
        raise ValueError(_("“%(word)s” is not one of: %(known)s") % {"word": text[:40], "known": names})
    return found


def _positive(value: Any) -> Any:
    if not 0 < value <= MOST_RATED:
        raise ValueError(_("must be above 0 and at most %(most)s") % {"most": MOST_RATED})
    return value


def _owner(text: str) -> str:
    known = {"utility": "utility", "customer": "customer", "公用": "utility", "公变": "utility", "专用": "customer",
             "专变": "customer", "用户": "customer", "供电企业": "utility"}  # fmt: skip
    for language in ("en", "zh-hans"):
        with override(language):
            known.update({str(name).casefold(): value for value, name in Ownership.choices})
    found = known.get(text.strip().casefold())
    if found is None:
        names = "、".join(str(name) for name in Ownership.labels)
        raise ValueError(_("“%(word)s” is not one of: %(known)s") % {"word": text[:40], "known": names})
    return found


class _Whole:
    """What both imports have in common: rows that mean something only together."""

    #: rows a transaction
    batch = 2000
    found_labels: Mapping[str, Any] = dict(FindingKind.choices)
    name = ""

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Not called: what is gathered is brought in at the end."""
        raise NotImplementedError

    def gather(self, rows: Sequence[Parsed], context: Context) -> None:
        """Keep rows until all are there. A batch that is gathered again is kept once."""
        given = [json.dumps(dict(row.values), ensure_ascii=False, default=float) for row in rows]
        bulk.execute(
            "INSERT INTO grid_gridstaged (run, row, values) SELECT %s, r, v::jsonb FROM unnest(%s::int[], %s::text[])"
            " AS g(r, v) ON CONFLICT (run, row) DO UPDATE SET values = excluded.values",
            [context.run_id, [row.number for row in rows], given],
        )

    def finish(self, context: Context, *, trial: bool) -> Sequence[Found]:
        """Load what was gathered and return what is found of the grid that was not before; on trial nothing stays."""
        found: list[Found] = []
        try:
            with transaction.atomic():
                before = set(_findings())
                described, units, usage_points = self._described(context)
                self._load(described, units, usage_points, context)
                found = [Found(*one) for one in dict.fromkeys(_findings()) if one not in before][:TOLD]
                if trial:
                    raise _Undone
        except _Undone:
            pass
        _forget(context.run_id)
        return found

    def _load(
        self, described: Described, units: Mapping[str, int], usage_points: Mapping[str, int], context: Context
    ) -> None:
        if not (described.devices or described.points):
            return
        source, actor = _source(context), _actor(context)
        unit = (
            Unit.objects.filter(pk__in=set(units.values())).first() or Unit.objects.all()[0]
        )  # each row names its own
        loading.bring(described, unit, source, actor, context.now, usage_points, units)
        loading.number(source, actor, context.now)

    def _described(self, context: Context) -> tuple[Described, dict[str, int], dict[str, int]]:
        raise NotImplementedError


class _Undone(Exception):
    """A trial is over: nothing of it stays."""


class DevicesImporter(_Whole):
    """Devices of the grid: what they are, what feeds them, whose they are, where they stand."""

    name = "grid-devices"
    label = gettext_lazy("Grid: devices")
    fields: Sequence[Field] = (
        Field("code", gettext_lazy("Device code"), required=True, max_length=CODE,
              synonyms=("设备编号", "设备编码", "设备代码", "编号", "编码", "id", "code")),
        Field("kind", pgettext_lazy("grid", "Kind"), required=True, check=_kind,
              synonyms=("设备类型", "类型", "类别", "type", "kind")),
        Field("parent", gettext_lazy("Fed by (device code)"), max_length=CODE,
              synonyms=("上级设备", "上级编号", "上级设备编号", "电源侧设备", "所属设备", "parent")),
        Field("unit", gettext_lazy("Unit (code)"), required=True, max_length=40,
              synonyms=("供电单位", "单位编码", "管理单位", "运维单位", "unit")),
        Field("name", gettext_lazy("Device name"), max_length=120, synonyms=("设备名称", "名称", "name")),
        Field("owner", gettext_lazy("Owner"), check=_owner, synonyms=("产权归属", "产权", "owner")),
        Field("normal_open", gettext_lazy("Normally open"), "yesno", synonyms=("常开", "常断", "normal_open")),
        Field("x", gettext_lazy("Longitude"), "decimal", synonyms=("经度", "lon", "lng", "x")),
        Field("y", gettext_lazy("Latitude"), "decimal", synonyms=("纬度", "lat", "y")),
        Field("rated_kva", gettext_lazy("Rated capacity, kVA"), "decimal", check=_positive,
              synonyms=("额定容量", "额定容量(kVA)", "容量", "容量(kVA)", "rated_kva", "kva")),
        Field("rated_a", gettext_lazy("Rated current, A"), "decimal", check=_positive,
              synonyms=("额定电流", "额定电流(A)", "限额电流", "允许载流量", "载流量", "rated_a", "normamps")),
        Field("formerly", gettext_lazy("Former code"), max_length=CODE,
              synonyms=("原编号", "原设备编号", "曾用编号", "formerly"),
              help=gettext_lazy("A device that was renumbered: it keeps everything under its new code.")),
    )  # fmt: skip

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return refusals by row number: units that are not there, devices that somebody else looks after."""
        actor = _actor(context)
        units = _units(row.values["unit"] for row in rows)
        codes = {code for row in rows for code in (row.values["code"], row.values.get("formerly")) if code}
        there = renumbering.by_code(codes, _WHY)
        refused: dict[int, Refused] = {}
        for row in rows:
            unit, problems = units.get(row.values["unit"]), {}
            if unit is None:
                problems["unit"] = _("There is no such unit.")
            elif not _may(actor, unit):
                refused[row.number] = Forbidden(_("You may not do this at %(unit)s.") % {"unit": unit.name})
                continue
            for name in ("code", "formerly"):
                known = there.get(row.values.get(name) or "")
                if known is not None and not _may(actor, known.unit):
                    problems[name] = _("This device belongs to another unit.")
            if (row.values.get("x") is None) != (row.values.get("y") is None):
                problems["y" if row.values.get("y") is None else "x"] = _("must not be empty")
            wrong = "rated_kva" if row.values["kind"] in LINES else "rated_a"
            if row.values.get(wrong) is not None:
                only_lines = _("Only lines are rated in A, others in kVA.")
                problems[wrong] = _("A line is rated in A.") if wrong == "rated_kva" else only_lines
            if row.values.get("parent") == row.values["code"]:
                problems["parent"] = _("A device cannot feed itself.")
            if problems:
                refused[row.number] = Invalid(_("Some fields need your attention."), fields=problems)
        return refused

    def compare_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Sequence[Change]]:
        """Return what each row of a known device would change of it."""
        there = renumbering.by_code(
            {code for row in rows for code in (row.values["code"], row.values.get("formerly")) if code}, _WHY
        )
        moved = _moves(row.values for row in rows)
        found: dict[int, Sequence[Change]] = {}
        for row in rows:
            known = _meant(row.values, there, moved)
            if known is not None:
                found[row.number] = list(_changes(known, row.values))
        return found

    def _described(self, context: Context) -> tuple[Described, dict[str, int], dict[str, int]]:
        staged = _staged(context.run_id)
        codes = {row["code"]: row for row in reversed(staged)}
        more = (row[name] for row in staged for name in ("parent", "formerly") if row.get(name))
        there = renumbering.by_code([*codes, *more], _WHY)
        units = _units(row["unit"] for row in staged)
        now_called = {row["formerly"]: row["code"] for row in staged if row.get("formerly")}
        moved = _moves(staged)
        described, where = Described(), dict[str, int]()
        for row in staged:
            # what the table has no column for stays as it is
            known = _meant(row, there, moved)
            parent = row.get("parent") or ""
            if parent and parent not in codes:  # by a former code, of this table or of one before
                parent = now_called.get(parent) or (there[parent].code if parent in there else parent)
            described.devices.append(
                Device(
                    row["code"],
                    Kind(row["kind"]),
                    parent if "parent" in row else _renamed(_of(known, "parent_code", ""), moved),
                    row["name"] or "" if "name" in row else _of(known, "name", ""),
                    row["x"] if "x" in row else _of(known, "x", None),
                    row["y"] if "y" in row else _of(known, "y", None),
                    bool(row["normal_open"]) if "normal_open" in row else _of(known, "normal_open", False),
                    row.get("owner") or _of(known, "owner", "utility"),
                    row.get("formerly") or "",
                    _rated(row),
                )
            )
            if row["unit"] in units:
                where.setdefault(row["code"], units[row["unit"]].pk)
        return described, where, {}


class PointsImporter(_Whole):
    """What hangs on the devices: usage points, by a number of their own or the customer's account."""

    name = "grid-points"
    label = gettext_lazy("Grid: usage points on devices")
    fields: Sequence[Field] = (
        Field("device", gettext_lazy("Device code"), required=True, max_length=CODE,
              synonyms=("设备编号", "表箱编号", "台区编号", "表箱", "台区", "所属设备", "device")),
        Field("code", gettext_lazy("Usage point number"), max_length=CODE,
              synonyms=("用电点编号", "计量点编号", "用电点", "point", "code")),
        Field("account", gettext_lazy("Account number"), max_length=32,
              synonyms=("户号", "用户编号", "客户编号", "account")),
    )  # fmt: skip

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return refusals by row number: rows that name nothing, and devices and points that somebody else looks after.

        A device that is not here is a finding, no refusal.
        """
        actor = _actor(context)
        if actor.rights is not None and not actor.rights.anywhere(Permission.UNITS_MANAGE):
            raise Forbidden(_("Your roles do not include this import."))
        there = renumbering.by_code({row.values["device"] for row in rows}, _WHY)
        hanging = {row.code: row.device for row in GridPoint.objects.system(_WHY).select_related("device__unit").filter(
            code__in={_code(row.values) for row in rows})}  # fmt: skip
        refused: dict[int, Refused] = {}
        for row in rows:
            problems = {}
            if not _code(row.values):
                problems["code"] = _("Either this number or the account's must be there.")
            for name, device in (("device", there.get(row.values["device"])), ("code", hanging.get(_code(row.values)))):
                if device is not None and not _may(actor, device.unit):
                    problems[name] = _("This device belongs to another unit.")
            if problems:
                refused[row.number] = Invalid(_("Some fields need your attention."), fields=problems)
        return refused

    def compare_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Sequence[Change]]:
        """Return which points hang on another device by now."""
        on = dict(
            GridPoint.objects.system(_WHY).filter(code__in={_code(row.values) for row in rows})
            .values_list("code", "device__code")
        )  # fmt: skip
        found: dict[int, Sequence[Change]] = {}
        for row in rows:
            before = on.get(_code(row.values))
            if before is not None:
                same = before == row.values["device"]
                found[row.number] = [] if same else [Change("device", before, row.values["device"])]
        return found

    def _described(self, context: Context) -> tuple[Described, dict[str, int], dict[str, int]]:
        staged = _staged(context.run_id)
        there = renumbering.by_code({row["device"] for row in staged}, _WHY)
        of = _usage_points({row["account"] for row in staged if row.get("account")}, _actor(context))
        described, usage_points = Described(), {}
        taken: dict[str, list[int]] = {}
        for row in staged:
            code, account = _code(row), row.get("account") or ""
            device = there.get(row["device"])
            described.points.append(Point(code, device.code if device else row["device"]))
            if account and code not in usage_points:
                if not of.get(account):
                    described.problems.append(Problem("", 0, "account", f"{code} → {account}"))
                    continue
                # an account of several usage points has them in their order; told once more than it has, it is a double
                mine = taken.setdefault(account, list(of[account]))
                usage_points[code] = mine.pop(0) if len(mine) > 1 else mine[0]
        return described, {}, usage_points


def _changes(known: GridDevice, values: Mapping[str, Any]) -> Iterable[Change]:
    there = {
        "code": known.code, "kind": known.kind, "parent": known.parent_code, "unit": known.unit.code,
        "name": known.name, "owner": known.owner, "normal_open": known.normal_open, "x": known.x, "y": known.y,
    }  # fmt: skip
    for name, before in there.items():
        if name not in values:
            continue
        after = values[name]
        if name in ("x", "y"):
            after = None if after is None else float(after)
        elif name == "normal_open":
            after = bool(after)
        elif name == "owner":
            after = after or before
        else:
            after = "" if after is None else after
        if after != before:
            labels: dict[Any, Any] = dict(DeviceKind.choices) if name == "kind" else {}
            yield Change(name, str(labels.get(before, before)), str(labels.get(after, after)))
    rated = _rated(values)
    if rated is not None and rated != known.rated:
        name = "rated_a" if values["kind"] in LINES else "rated_kva"
        yield Change(name, "" if known.rated is None else f"{known.rated:g}", f"{rated:g}")


def _moves(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """Which devices get other codes by rows: former → new."""
    wanted: dict[str, str] = {}
    for row in rows:
        if row.get("formerly") and row["formerly"] != row["code"]:
            wanted.setdefault(row["formerly"], row["code"])
    return renumbering.moves(wanted)[0] if wanted else {}


def _meant(row: Mapping[str, Any], there: Mapping[str, GridDevice], moved: Mapping[str, str]) -> GridDevice | None:
    """The device that a row is about: one that is to be renumbered by its former code, else the one of its code."""
    former = row.get("formerly") or ""
    if former and moved.get(former) == row["code"]:
        return there.get(former)
    return there.get(row["code"]) or there.get(former)


def _renamed(code: str, moved: Mapping[str, str]) -> str:
    return moved.get(code, code)


def _of(known: GridDevice | None, name: str, default: Any) -> Any:
    return default if known is None else getattr(known, name)


def _rated(values: Mapping[str, Any]) -> float | None:
    told = values.get("rated_a" if values["kind"] in LINES else "rated_kva")
    return None if told is None else float(told)


def _code(values: Mapping[str, Any]) -> str:
    return str(values.get("code") or values.get("account") or "")


def _units(codes: Iterable[str]) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(code__in=set(codes), closed_on=None)}


def _usage_points(accounts: Iterable[str], actor: Actor) -> dict[str, list[int]]:
    """The usage points of accounts, in their order; those of units where one may not import are not told of."""
    rows = UsagePoint.objects.system(_WHY).filter(agreement__account__number__in=list(accounts))
    found: dict[str, list[int]] = {}
    for pk, number, lineage in rows.order_by("pk").values_list(
        "pk", "agreement__account__number", "agreement__account__unit__lineage"
    ):
        if actor.rights is None or actor.rights.at(Permission.IMPORT, lineage):
            found.setdefault(number, []).append(pk)
    return found


def _may(actor: Actor, unit: Unit) -> bool:
    """Whether somebody may bring in the grid of a unit."""
    asked = (Permission.IMPORT, Permission.UNITS_MANAGE)
    return actor.rights is None or all(actor.rights.at(one, unit.lineage) for one in asked)


def _actor(context: Context) -> Actor:
    if context.person is None:
        return Actor(None, "import", None, "import")
    return Actor.of(context.person, rights.load(context.person, context.now), "import")


def _source(context: Context) -> str:
    """What findings of this file say where they are from."""
    return str(ImportRun.objects.values_list("file_name", flat=True).get(pk=context.run_id))[:200]


def _staged(run_id: int) -> list[dict[str, Any]]:
    rows = GridStaged.objects.filter(run=run_id).order_by("row").values_list("values", flat=True)
    return list(rows.iterator(chunk_size=5000))


def _forget(run_id: int) -> None:
    """Take away what was gathered by this run, and by runs that will never go on."""
    going_on = ImportRun.objects.filter(state__in=(*UNDER_WAY, RunState.FAILED)).exclude(pk=run_id)
    GridStaged.objects.exclude(run__in=going_on.values("pk")).delete()


def _findings() -> list[tuple[str, str, str]]:
    rows = GridFinding.objects.order_by("pk").values_list("kind", "device__code", "text")
    return [(kind, code or "", text) for kind, code, text in rows]
