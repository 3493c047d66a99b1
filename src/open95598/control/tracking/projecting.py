"""Makes the tracks of orders from what is known of them: cases, clocks, parts, journal. It can be run again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from open95598.casework.models import Case, CaseClock
from open95598.control.tracking import judging
from open95598.control.tracking.models import Ending, Track
from open95598.foundation import months
from open95598.foundation.calendars import store as calendars
from open95598.foundation.journal.models import Entry
from open95598.foundation.rulebook import store
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.steps.complaining import AT_FAULT
from open95598.service.workorders.tally import CONTENT, KINDS

CHUNK = 500
#: entries that are no progress: the house's own, and what customers and supervisors say about it
NO_PROGRESS = (
    "case.amended", "case.promise_passed", "case.offer_promise", "case.sign_promise", "case.decline_promise",
    "case.urge", "case.owner_left", "case.succeeded", "case.revealed", "case.erased",
)  # fmt: skip
#: below an order: counted on its track
_PARTS = {"urge": "urges", "supervision": "supervisions"}
_ORDER = (
    "category", "keeper_id", "received_at", "accepted_at", "contacted_at", "arrived_at", "restored_at", "replied_at",
    "answered_at", "called_back_at", "inquired_at", "satisfaction", "substantiated", "found__unit_id",
    "closed_at_once", "returns", "reopenings", "repeat_of_id",
    "case__kind", "case__state", "case__unit_id", "case__owner_id", "case__is_open", "case__closed_at",
    "case__opened_at", "case__state_since", "case__breached", "case__rulebook_version", "case__confidential",
)  # fmt: skip
_KEPT_UP = [f.attname for f in Track._meta.concrete_fields if not f.primary_key]


def project(case_ids: Collection[int], now: datetime) -> list[Track]:
    """Work out the tracks of these orders as they are at ``now`` and write them in one statement; return them.

    Ids of cases that are no orders are left out.
    """
    orders = WorkOrder.objects.system("tracks are the house's").filter(pk__in=list(case_ids), case__kind__in=KINDS)
    rows = list(orders.values("case_id", *_ORDER))
    if not rows:
        return []
    ids = [row["case_id"] for row in rows]
    clocks: dict[int, list[CaseClock]] = defaultdict(list)
    for clock in CaseClock.objects.filter(case_id__in=ids):
        clocks[clock.case_id].append(clock)
    parts = _parts(ids)
    progress = _progress(rows)
    before = {track.pk: track for track in Track.objects.system("tracks are the house's").filter(pk__in=ids)}
    tracks = []
    for row in rows:
        pk = row["case_id"]
        tracks.append(_track(row, clocks[pk], parts.get(pk, {}), progress.get(pk), before.get(pk), now))
    fields = [name.removesuffix("_id") for name in _KEPT_UP]
    Track.objects.bulk_create(tracks, update_conflicts=True, unique_fields=["case"], update_fields=fields)
    return tracks


def _parts(ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return how many urges and supervisions hang below each order."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Case.objects.system("an order's own parts").filter(parent_id__in=ids, kind__in=_PARTS)
    for parent, kind, number in rows.values_list("parent_id", "kind").annotate(n=Count("pk")).order_by():
        found[parent][_PARTS[kind]] = number
    return found


def _progress(rows: Sequence[Mapping[str, Any]]) -> dict[int, datetime]:
    """Return when somebody last did something about each open order. One query, of the months since the oldest."""
    open_ = [row for row in rows if row["case__is_open"]]
    if not open_:
        return {}
    since = min(row["case__opened_at"] for row in open_)
    entries = Entry.objects.filter(case_id__in=[row["case_id"] for row in open_], at__gte=since)
    entries = entries.filter(kind__startswith="case.").exclude(kind__in=NO_PROGRESS).order_by()
    return dict(entries.values_list("case_id").annotate(last=Max("at")))


def _track(
    row: Mapping[str, Any],
    clocks: Sequence[CaseClock],
    parts: Mapping[str, int],
    progress: datetime | None,
    before: Track | None,
    now: datetime,
) -> Track:
    rules, kind = store.get(row["case__rulebook_version"]).tracking, row["case__kind"]
    verdicts = _verdicts(row, clocks, now)
    progress_at = max(progress or row["case__opened_at"], row["case__state_since"])
    looks = [verdict.look_at for verdict in verdicts.values() if verdict.look_at is not None]
    stands = told_for = None
    if row["case__is_open"]:
        stands = judging.stands_at(rules.still(kind), progress_at, clocks, calendars.get)
        told_for = before.told_for if before and before.told_for == progress_at else None
        if told_for is None:
            looks.append(stands)
    said = {says: sorted(c for c, v in verdicts.items() if v.says == says) for says in ("kept", "broken", "pending")}
    return Track(
        case_id=row["case_id"],
        kind=kind,
        category=row["category"],
        unit_id=row["case__unit_id"],
        keeper_id=row["keeper_id"],
        handler_id=_handler(row, before),
        month=months.of(row["received_at"]),
        ended_month=months.of(row["case__closed_at"]) if row["case__closed_at"] else None,
        is_open=row["case__is_open"],
        answered=row["replied_at"] is not None,
        ending=_ending(row, clocks),
        confidential=row["case__confidential"],
        inquired=row["inquired_at"] is not None,
        returns=row["returns"],
        reopenings=row["reopenings"],
        urges=parts.get("urges", 0),
        supervisions=parts.get("supervisions", 0),
        repeated=row["repeat_of_id"] is not None,
        content=_content(row["satisfaction"]),
        finding=row["substantiated"],
        fault_unit_id=row["found__unit_id"] if row["substantiated"] in AT_FAULT else None,
        progress_at=progress_at,
        stands_at=stands,
        told_for=told_for,
        look_at=min((at for at in looks if at is not None), default=None),
        at=now,
        **said,
    )


def _verdicts(row: Mapping[str, Any], clocks: Sequence[CaseClock], now: datetime) -> dict[str, judging.Verdict]:
    rules = store.get(row["case__rulebook_version"])
    answered = row["replied_at"]
    elsewhere = None if row["case__kind"] == "fault" else answered  # a request's answer says that it was done
    done = {
        "arrive": row["arrived_at"] or elsewhere,
        "restore": row["restored_at"] or elsewhere,
        "contact": row["contacted_at"],
        "answer": answered,
        "call_back": row["called_back_at"],
        "accept": row["accepted_at"],
    }
    lineage = rules.lineage(row["category"])
    facts = judging.Facts(row["case__kind"], lineage, done, row["answered_at"], row["case__closed_at"])
    found = {}
    for promise in rules.tracking.promises:
        verdict = judging.judge(promise, facts, clocks, calendars.get, now)
        if verdict is not None:
            found[promise.code] = verdict
    return found


def _handler(row: Mapping[str, Any], before: Track | None) -> int | None:
    """Return who accepted the order last; at once answered ones are their own."""
    if row["case__owner_id"] and (row["accepted_at"] or row["closed_at_once"]):
        return int(row["case__owner_id"])
    return before.handler_id if before is not None and row["accepted_at"] else None


def _ending(row: Mapping[str, Any], clocks: Iterable[CaseClock]) -> str:
    if row["case__is_open"]:
        return ""
    if row["case__state"] == "terminated":
        return Ending.TERMINATED
    if row["replied_at"] is None and row["case__kind"] != "praise":
        return Ending.WITHDRAWN
    rounds = [clock for clock in clocks if clock.name == "answer"]
    late = (
        any(c.stopped_at is not None and c.stopped_at > c.due_at for c in rounds) if rounds else row["case__breached"]
    )
    return Ending.LATE if late else Ending.IN_TIME


def _content(rating: str) -> bool | None:
    return None if rating in ("", "no_rating") else rating in CONTENT


def rebuild(now: datetime, since: datetime | None = None) -> int:
    """Make the tracks of all orders again (of those received since then), in chunks; return how many."""
    cases = Case.objects.system("tracks are the house's").filter(kind__in=KINDS)
    if since is not None:
        cases = cases.filter(opened_at__gte=since)
    done, last = 0, 0
    while ids := list(cases.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        done += len(project(ids, now))
        last = ids[-1]
    return done
