"""Where outages come from that customers are told of: each room of outages is one declared ``Source``.

A source says what is to be told when something happened to a case of its kind, and who is in the dark, as a SELECT of
``account_id`` and ``customer_id``: receivers are prepared set-wise and never read into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.registry.customers.models import CustomerAccount
from open95598.registry.grid import areas
from open95598.registry.grid.models import GridDevice
from open95598.service.outagenotices.kinds import What
from open95598.service.outagenotices.models import Broadcast
from open95598.service.outagenotices.telling import Told
from open95598.service.outages import flows as incidents
from open95598.service.outages import queries as outages
from open95598.service.outages.models import Outage
from open95598.service.planned import affected, flows, queries, wording
from open95598.service.planned.intervals import Span
from open95598.service.planned.models import PlannedOutage

_WHY = "what customers are told of an outage"
#: outages that one page or file shows at most
MOST = 500
#: incidents that a page shows (each costs a look at the grid); accounts of a place that are looked at
LARGEST, MANY = 30, 20_000


@dataclass(frozen=True)
class Version:
    """What is to be told now of an outage. ``private``: one customer's own business, told to that customer only."""

    what: What
    revision: int
    told: Told
    private: bool = False
    #: restored, but for everybody below these devices
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """An outage as everybody may read it, in the words of CIM's Outage. ``points``: usage points in the dark;
    ``large``: of which an alert is published. ``planned``: announced, not a fault. Times aware UTC."""

    case_id: int
    revision: int
    planned: bool
    status: str
    told: Told
    actual_start: datetime | None
    actual_end: datetime | None
    points: int
    large: bool
    updated_at: datetime
    reported_at: datetime


@dataclass(frozen=True)
class Source:
    """A kind of outage. ``version(case_id, event type, payload)``: what to tell, None when nothing is (or a later event
    will); ``dark(case_id)``: the SELECT of who is in the dark now, with its parameters. ``heard``: the event types.

    ``public(now)``: what everybody may read now; ``near(accounts, now)``: what of that concerns some accounts (ids, or
    a query of them), never what is one customer's own business; ``shown(case_id)``: one as it is now, over or not.
    """

    name: str
    version: Callable[[int, str, Mapping[str, Any]], Version | None]
    dark: Callable[[int], tuple[str, list[Any]]]
    heard: tuple[str, ...]
    public: Callable[[datetime], Sequence[Shown]]
    near: Callable[[Any, datetime], Sequence[Shown]]
    shown: Callable[[int], Shown]


_WHAT = {
    "case.announce_plan": What.ANNOUNCED, "case.opened": What.ANNOUNCED,
    "case.move_plan": What.CHANGED, "case.extend_planned": What.CHANGED, "case.change_information": What.CHANGED,
    "case.cancel_plan": What.CANCELLED, "case.withdraw_information": What.CANCELLED,
    "case.restore_planned": What.RESTORED, "case.end_information": What.RESTORED,
}  # fmt: skip
#: the outage itself did not change, but who is concerned
_COUNTED = "case.affected_counted"


def _planned_version(case_id: int, kind: str, payload: Mapping[str, Any]) -> Version | None:
    row = PlannedOutage.objects.system(_WHY).select_related("case").filter(pk=case_id).first()
    if row is None or row.published_at is None:
        return None
    if kind == _COUNTED:
        if row.case.state not in queries.ANNOUNCED:
            return None
        what = What.CHANGED if row.revision > 1 else What.ANNOUNCED
    elif payload.get("revision", row.revision) != row.revision:
        return None  # it has changed again: the later event tells of it
    else:
        what = _WHAT[kind]
    told = _planned_told(row)
    private = row.account_id is not None
    return Version(what, row.revision, told, private=private)


def _planned_dark(case_id: int) -> tuple[str, list[Any]]:
    return "SELECT account_id, customer_id FROM planned_affected WHERE plan_id = %s AND gone_at IS NULL", [case_id]


def _planned_told(row: PlannedOutage) -> Told:
    return Told(row.number, wording.cause(row), row.line, row.scope, row.starts_at, row.ends_at, row.change_reason)


def _planned_shown(row: PlannedOutage) -> Shown:
    assert row.published_at is not None
    return Shown(
        row.pk, row.revision, row.case.kind == flows.PLAN, row.case.state, _planned_told(row), row.actual_start,
        row.actual_end, row.points, row.points >= flows.rules_of(row).large,
        max(row.published_at, row.case.state_since, row.counted_at or row.published_at), row.published_at,
    )  # fmt: skip


def _planned_one(case_id: int) -> Shown:
    return _planned_shown(PlannedOutage.objects.system(_WHY).select_related("case").get(pk=case_id))


def _planned_public(now: datetime) -> list[Shown]:
    return [_planned_shown(row) for row in queries.public(now)[:MOST]]


def _planned_near(accounts: Any, now: datetime) -> list[Shown]:
    rows = queries.of_accounts(accounts, now).filter(account=None)
    return [_planned_shown(row) for row in rows[:MOST]]


#: acts on an incident → what they tell; an announcement only where none was made
_INCIDENT = {
    "case.confirm_outage": What.ANNOUNCED, "case.outage_seen": What.ANNOUNCED, "case.crew_went": What.ANNOUNCED,
    "case.send_outage_crew": What.ANNOUNCED, "case.estimate_outage": What.CHANGED, "case.tell_everybody": What.CHANGED,
    "case.outage_moved": What.CHANGED, "case.restore_outage": What.RESTORED, "case.lead_restored": What.RESTORED,
    "case.outage_light": What.RESTORED, "case.rest_restored": What.RESTORED, "case.all_light": What.RESTORED,
    "case.outage_withdrawn": What.CANCELLED, "case.not_outage": What.CANCELLED,
}  # fmt: skip
#: states of an incident of which customers are told, and of which they learn when they ask
_SURE, _ASKED = ("confirmed", "crew_sent"), ("probable", "confirmed", "crew_sent")
_LOOKED_INTO = Label("正在查明", "being looked into")
_BELOW = """SELECT party.account_id, party.customer_id FROM grid_griddevice top
    JOIN grid_griddevice device ON device.lft >= top.lft AND device.lft < top.rgt
    JOIN grid_gridpoint point ON point.device_id = device.id
    JOIN customers_usagepoint supplied ON supplied.id = point.usage_point_id
    JOIN customers_accountparty party ON party.account_id = supplied.account_id AND party.valid_to IS NULL
      AND party.role <> 'payer'
    JOIN customers_customer customer ON customer.id = party.customer_id AND customer.closed_at IS NULL
    WHERE top.code = ANY(%s)"""


def _incident_version(case_id: int, kind: str, payload: Mapping[str, Any]) -> Version | None:
    row = Outage.objects.system(_WHY).select_related("case").filter(pk=case_id).first()
    if row is None:
        return None
    what, last = _INCIDENT[kind], Broadcast.objects.system(_WHY).filter(case=case_id).order_by("-revision").first()
    if what in (What.ANNOUNCED, What.CHANGED):
        if row.case.state not in _SURE:
            return None  # not sure yet, or over by now: nobody is told, or a later event does
        what = What.ANNOUNCED if last is None else What.CHANGED
    elif last is None:
        return None  # nobody was told of it
    told = _incident_told(row)
    if what == What.RESTORED and row.is_open and row.case.state == "partly_restored":
        left = _left(row, payload)
        # without a word where it is still dark nobody is told: the rest of it is to come
        if not left or last is None:
            return None
        # an outage is restored in part once: heard again, it is the same version
        before = Broadcast.objects.system(_WHY).filter(case=case_id, what=What.PARTLY).first()
        return Version(what, before.revision if before else last.revision + 1, told, left=left)
    if last is not None and what == What.CHANGED and Told.of(last.told) == told:
        return None  # nothing of it is news
    return Version(what, last.revision + 1 if last else 1, told)


def _incident_told(row: Outage) -> Told:
    causes = {one.code: one.label for one in store.get(row.case.rulebook_version).choices("fault_causes")}
    known = causes.get(row.cause_kind)
    area = areas.of_device(row.device)  # by the names of estates and roads: nobody knows a device
    return Told(
        row.number, known or _LOOKED_INTO, areas.line_of(row.device), area.zh, row.actual_start, row.estimated_to,
        row.told[:500], fault=True, found=known is not None, scope_en=area.en,
    )  # fmt: skip


def _left(row: Outage, payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the devices below which it is still dark: as the act said, and as outages of their own say by now."""
    said = incidents.codes(str((payload.get("input") or {}).get("still_dark") or ""))
    nested = Outage.objects.system(_WHY).filter(case__parent_id=row.pk, is_open=True, case__state__in=incidents.DARK)
    found = GridDevice.objects.system(_WHY).filter(code__in={*said, *nested.values_list("device", flat=True)})
    return tuple(found.order_by("code").values_list("code", flat=True))


def below(codes: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the SELECT of who is supplied from below some devices, with its parameters."""
    return _BELOW, [list(codes)]


def _incident_dark(case_id: int) -> tuple[str, list[Any]]:
    code = Outage.objects.system(_WHY).values_list("device", flat=True).get(pk=case_id)
    return below([code])


def _incident_shown(row: Outage) -> Shown:
    large = store.get(row.case.rulebook_version).planned.large
    count = row.original_customers_served
    return Shown(
        row.pk, Broadcast.objects.system(_WHY).filter(case=row.pk).count() or 1, False, row.case.state,
        _incident_told(row), row.actual_start, row.actual_end, count, count >= large and row.case.state in _SURE,
        row.told_at or row.case.state_since, row.case.opened_at,
    )  # fmt: skip


def _incident_one(case_id: int) -> Shown:
    return _incident_shown(Outage.objects.system(_WHY).select_related("case").get(pk=case_id))


def _incident_public(now: datetime) -> list[Shown]:
    rows = Outage.objects.system(_WHY).filter(is_open=True, case__state__in=_SURE).select_related("case")
    return [_incident_shown(row) for row in rows.order_by("-original_customers_served", "pk")[:LARGEST]]


def _incident_near(accounts: Any, now: datetime) -> list[Shown]:
    ids = list(CustomerAccount.objects.system(_WHY).filter(pk__in=accounts).values_list("pk", flat=True)[:MANY])
    rows = {row.pk: row for row in outages.over(ids).values() if row.case.state in _ASKED}
    return [_incident_shown(row) for row in rows.values()]


INCIDENT = Source(
    "incident", _incident_version, _incident_dark, tuple(f"{kind}:{incidents.KIND}" for kind in _INCIDENT),
    _incident_public, _incident_near, _incident_one,
)  # fmt: skip
PLANNED = Source(
    "planned", _planned_version, _planned_dark,
    (*(f"{kind}:{flow}" for kind in _WHAT for flow in flows.KINDS), *(f"{_COUNTED}:{flow}" for flow in flows.KINDS)),
    _planned_public, _planned_near, _planned_one,
)  # fmt: skip
#: all sources, by name
SOURCES: dict[str, Source] = {one.name: one for one in (PLANNED, INCIDENT)}


#: where an outage lies in the numbering of the grid, and how it is told
Spread = tuple[list[Span], Callable[[], Shown]]


def spread(now: datetime) -> list[Spread]:
    """Return what everybody may know of, with where it lies; each is told only when it is asked for."""
    found: list[Spread] = []
    rows = Outage.objects.system(_WHY).filter(is_open=True, case__state__in=_ASKED).select_related("case")
    incidents_ = list(rows.order_by("-original_customers_served", "pk")[:MOST])
    spans = GridDevice.objects.system(_WHY).filter(code__in={row.device for row in incidents_})
    places = {code: (lft, rgt) for code, lft, rgt in spans.values_list("code", "lft", "rgt")}
    found += [([places[row.device]], partial(_incident_shown, row)) for row in incidents_ if row.device in places]
    plans = queries.public(now).filter(account=None)[:MOST]
    return [*found, *((affected.spans(row), partial(_planned_shown, row)) for row in plans)]


def rules_of(case: Any) -> Any:
    """Return the rulebook that an outage's case was opened under."""
    return store.get(case.rulebook_version)


def public(now: datetime) -> list[Shown]:
    """Return what everybody may read of all sources, the earliest start first."""
    found = [one for source in SOURCES.values() for one in source.public(now)]
    return sorted(found, key=lambda one: (one.told.starts_at, one.case_id))


def near(accounts: Any, now: datetime) -> list[Shown]:
    """Return what of that concerns some accounts, the earliest start first."""
    found = [one for source in SOURCES.values() for one in source.near(accounts, now)]
    return sorted(found, key=lambda one: (one.told.starts_at, one.case_id))
