"""One step of the engine: what came in is told to it, and the outages are brought up to what it believes then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.services import Request
from open95598.casework.work import save_rows
from open95598.foundation.events.services import Said, say
from open95598.registry.grid.models import GridDevice
from open95598.service.outages import flows, rebuilding
from open95598.service.outages.inference.explaining import Below, explain
from open95598.service.outages.inference.reports import Change, Incident, Status, What
from open95598.service.outages.kinds import Act, Apart
from open95598.service.outages.models import Outage, OutageAct, OutageReport
from open95598.service.outages.rebuilding import KEPT_APART, Built, minutes, moment

log = structlog.get_logger(__name__)

HOUSE = Actor.house("outages")
#: orders that one event names; outages that are explained anew in one step
ORDERS, EXPLAINED = 200, 200
#: whose customers wait with the others, though they are no evidence
WAITS_TOO = (Apart.NONE, Apart.AGAIN, Apart.CALLER, Apart.DOUBTED, Apart.LATE)
#: those of them that the engine keeps no note of, so that an outage which opens later finds them here; for so long
ASIDE = tuple(one for one in WAITS_TOO if one is not Apart.NONE)
ASIDE_FOR = timedelta(hours=12)
_WHY = "the engine's own outages"


class Step:
    """What is told in one round, and what comes of it. ``taken`` counts on; ``broken``: an input was refused."""

    def __init__(self, built: Built, now: datetime, taken: int) -> None:
        self.built, self.engine, self.now, self.taken = built, built.engine, now, taken
        self.broken = False
        self._told: list[tuple[OutageReport, int | None]] = []
        #: the engine's outages that something happened to; those whose reports are looked through anew
        self._touched: set[int] = set()
        self._swept: set[int] = set()
        #: our outages that were restored in part: what was reported in what stays dark belongs there now
        self._left: list[int] = []
        #: our outages → orders whose reports belong to them from now on
        self._orders: dict[int, list[int]] = defaultdict(list)

    def go(self, reports: Sequence[OutageReport], acts: Sequence[OutageAct], *, everything: bool) -> None:
        """Tell all that waits in the order in which it came, and bring the outages up to date.

        ``everything``: the engine is new, so that all outages are compared with it.
        """
        devices = [row.device for row in reports] + [code for act in acts for code in act.devices]
        self.built.map.learn([*devices, *(act.outage.device for act in acts)])
        steps: list[tuple[datetime, int, Any]] = [(row.received_at, 0, row) for row in reports]
        steps += [(act.at, 1, act) for act in acts]
        for _at, _kind, one in sorted(steps, key=lambda step: (*step[:2], step[2].pk)):
            self.taken += 1
            one.taken = self.taken
            if isinstance(one, OutageAct):
                self._act(one)
            else:
                self._report(one)
        self._note(self.engine.advance(minutes(self.now)))
        if everything:
            self._touched |= {one.id for one in self.engine.open_incidents()} | self.built.of.keys()
            self._swept |= {one.id for one in self.engine.open_incidents()}
        self._reconcile()
        if everything:
            self._give_up()
        self._assign()
        self._explain()
        save_rows(acts, ("taken",))
        self._say()

    # telling ---------------------------------------------------------------------------------------------------------

    def _report(self, row: OutageReport) -> None:
        place = self.built.map.position(row.device)
        if row.apart in KEPT_APART:
            self._told.append((row, None if place is None else self.engine.of(place)))
            return
        try:
            done = rebuilding.tell(self.built, row)
        except KeyError:
            log.exception("outages.report_refused", report=row.pk, source=row.source)
            self.broken, done = True, None
        if done is None:
            row.apart = Apart.UNKNOWN_PLACE
            self._told.append((row, None))
            return
        row.apart = done.apart.value if done.apart is not None else Apart.NONE
        self._told.append((row, done.incident))
        if done.incident is not None:
            self._touched.add(done.incident)
        self._note(done.changes)

    def _act(self, act: OutageAct) -> None:
        try:
            self._note(self._certain(act))
        except KeyError:  # it ended in the engine before: the case says how it is
            log.info("outages.act_without_outage", act=act.pk, what=act.what)

    def _certain(self, act: OutageAct) -> list[Change]:
        """Tell the engine what somebody made certain. Raises ``KeyError`` for an outage that it does not have."""
        engine, at = self.engine, minutes(act.at)
        places = [place for code in act.devices if (place := self.built.map.position(code)) is not None]
        number = self._number(act.outage_id)
        if act.what == Act.CONFIRM:
            if not places:
                return []
            changes = engine.confirm(places[0], at, number)
            here = engine.of(places[0])
            if here is not None and number is None:
                self.built.of.setdefault(here, act.outage_id)
            return changes
        if number is None:
            raise KeyError(act.outage_id)
        if act.what == Act.RESTORE:
            if places:
                self._left.append(act.outage_id)
            return engine.restore(number, at, places)
        if act.what == Act.WRONG:
            return engine.wrong(number, at)
        if act.what == Act.SPLIT:
            return engine.split(number, places, at) if len(places) > 1 else []
        return self._merge(act, number, at)

    def _merge(self, act: OutageAct, number: int, at: float) -> list[Change]:
        """Take an outage for another one, which goes on, whichever of the two the engine has go on."""
        engine, other = self.engine, self._number(act.others[0])
        if other is None:
            raise KeyError(act.others[0])
        devices = [engine.incidents[one].device for one in (number, other)]
        place = self.built.map.topology.common(devices)
        if place < 0:
            return []
        changes = engine.merge([number, other], place, at)
        kept = engine.of(place)
        if kept == number:  # the engine keeps the older one: it is the other of ours from now on
            self.built.of[number], self.built.of[other] = act.others[0], act.outage_id
        return changes

    def _number(self, outage_id: int) -> int | None:
        return next((number for number, pk in self.built.of.items() if pk == outage_id), None)

    def _note(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self._touched.add(change.incident)
            if change.what in (What.OPENED, What.MOVED, What.SPLIT, What.CONFIRMED):
                self._swept.add(change.incident)
            if change.what in (What.MERGED, What.SPLIT) and change.other is not None:
                self._touched.add(change.other)
                self._swept.add(change.other)

    # bringing the outages up to date ---------------------------------------------------------------------------------

    def _reconcile(self) -> None:
        """Open the outages that are new, and let the others become what the engine believes."""
        incidents = [self.engine.incidents[number] for number in sorted(self._touched)]
        codes = self.built.map.codes(one.device for one in incidents if one.is_open)
        rows = GridDevice.objects.system(_WHY).filter(code__in=codes.values()).select_related("unit")
        devices = {row.code: row for row in rows}
        for one in incidents:
            if one.is_open and one.id not in self.built.of and (device := devices.get(codes[one.device])) is not None:
                self._open(one, device)
        known = (
            Outage.objects.system(_WHY)
            .select_related("case")
            .in_bulk([self.built.of[one.id] for one in incidents if one.id in self.built.of])
        )
        requests: list[Request] = []
        ended: set[int] = set()
        for one in incidents:
            outage = known.get(self.built.of.get(one.id, 0))
            if outage is None:
                continue
            device = devices.get(codes[one.device]) if one.is_open else None
            requests += self._wanted(one, outage, device)
            if not one.is_open and outage.case.parent_id is not None:
                ended.add(outage.case.parent_id)
            if one.is_open and one.settled != outage.settled:
                Outage.objects.system(_WHY).filter(pk=outage.pk).update(settled=one.settled)
        self._perform(requests)
        self._rest(ended)

    def _open(self, one: Incident, device: GridDevice) -> None:
        above = self.built.of.get(one.after or one.nested_in or 0)
        fields = self._place(one, device) | {
            "settled": one.settled, "split_from_id": self.built.of.get(one.split_from or 0),
        }  # fmt: skip
        opening = casework.Opening(
            flows.KIND, device.unit_id, fields, parent_id=above,
            data={"device": device.code, "points": fields["original_customers_served"]},
        )  # fmt: skip
        made = casework.open_many([opening], HOUSE, self.now)[0]
        self.built.of[one.id] = made.case_id

    def _place(self, one: Incident, device: GridDevice) -> dict[str, Any]:
        points = self.engine.feeders.points[self.engine.feeders.of[one.device]]
        return {
            "device": device.code, "device_kind": device.kind, "device_name": device.name,
            "original_customers_served": points, "actual_start": min(moment(one.started), self.now),
        }  # fmt: skip

    def _wanted(self, one: Incident, outage: Outage, device: GridDevice | None) -> list[Request]:
        """Return the acts that bring an outage to what the engine believes; none for what people decided."""
        state, pk = outage.case.state, outage.pk
        if state not in flows.DARK:
            return []
        if one.status is Status.MERGED:
            into = self.built.of.get(one.merged_into or 0)
            return [Request(pk, "outage_merged", {"into_outage": into})] if into not in (None, pk) else []
        if one.status is Status.WITHDRAWN:
            return [Request(pk, "outage_withdrawn")] if state in ("unconfirmed", "probable") else []
        if one.status is Status.RESTORED:
            return [Request(pk, "outage_light")]
        wanted = []
        if device is not None and device.code != outage.device:
            place = self._place(one, device)
            moved = {
                "device": device.code, "device_kind": int(device.kind), "device_name": device.name or device.code,
                "supply_points": place["original_customers_served"], "dark_since": place["actual_start"],
                "unit": device.unit_id,
            }  # fmt: skip
            wanted.append(Request(pk, "outage_moved", moved))
        if one.status is Status.PROBABLE and state == "unconfirmed":
            wanted.append(Request(pk, "outage_probable"))
        if one.status is Status.CONFIRMED and state in ("unconfirmed", "probable"):
            wanted.append(Request(pk, "outage_seen"))
        return wanted

    def _perform(self, requests: Sequence[Request]) -> None:
        """Do what is possible; what somebody did meanwhile stands."""
        for outcome in casework.perform_many(requests, HOUSE, self.now, partial=True) if requests else ():
            if outcome.refusal is not None:
                log.info("outages.not_followed", outage=outcome.case_id, why=type(outcome.refusal).__name__)

    def _rest(self, parents: set[int]) -> None:
        """Let outages that were restored in part be restored when nothing inside them is dark any more."""
        rows = Outage.objects.system(_WHY).filter(pk__in=parents, case__state="partly_restored")
        self._perform([Request(row.pk, "all_light") for row in rows if not row.nested_open()])

    def _give_up(self) -> None:
        """Withdraw what did not stand and is not among what a new engine believes; never where the grid has changed."""
        rows = Outage.objects.system(_WHY).filter(is_open=True, settled=False, case__state__in=flows.FRESH)
        lost = list(rows.exclude(pk__in=self.built.of.values()).exclude(case__state="confirmed"))
        self.built.map.learn(row.device for row in lost)
        known = [row for row in lost if self.built.map.position(row.device) is not None]
        self._perform([Request(row.pk, "outage_withdrawn") for row in known])

    # whose report belongs where --------------------------------------------------------------------------------------

    def _assign(self) -> None:
        """Give each report the outage that it lies in: those just told, and those that an outage newly covers."""
        for row, number in self._told:
            row.outage_id = self.built.of.get(number) if number is not None else None
            self._gather(row)
        save_rows([row for row, _number in self._told], ("taken", "apart", "outage"))
        rows = OutageReport.objects.system(_WHY)
        for number in sorted(self._swept):
            pk = self.built.of.get(number)
            if pk is not None and self.engine.incidents[number].is_open:
                self._move(rows.filter(pk__in=self.engine.reported(number)).exclude(outage_id=pk))
        if self._swept:
            aside = rows.filter(outage=None, order__isnull=False, apart__in=ASIDE)
            self._move(aside.filter(received_at__gt=self.now - ASIDE_FOR).exclude(device=""))
        for pk in self._left:
            self._move(rows.filter(outage_id=pk).exclude(device=""))

    def _move(self, found: Iterable[OutageReport]) -> None:
        """Give reports the outage that their place lies in now, where it is another one than before."""
        rows = list(found)
        self.built.map.learn(row.device for row in rows)
        moved: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            place = self.built.map.position(row.device)
            inner = self.engine.of(place) if place is not None else None
            where = self.built.of.get(inner) if inner is not None else None
            if where is not None and where != row.outage_id:
                row.outage_id = where
                moved[where].append(row.pk)
                self._gather(row)
        for where, ids in moved.items():
            OutageReport.objects.system(_WHY).filter(pk__in=ids).update(outage_id=where)

    def _gather(self, row: OutageReport) -> None:
        if row.outage_id is not None and row.order_id is not None and row.apart in WAITS_TOO:
            self._orders[row.outage_id].append(row.order_id)

    def _say(self) -> None:
        said = []
        for pk, orders in self._orders.items():
            ids = sorted(set(orders))
            for first in range(0, len(ids), ORDERS):
                payload = {"kind": flows.KIND, "orders": ids[first : first + ORDERS]}
                said.append(Said("outage.gathered", f"case/{pk}", self.now, pk, payload))
        say(said)

    # why -------------------------------------------------------------------------------------------------------------

    def _explain(self) -> None:
        """Keep why each outage that something happened to is where it is, by codes."""
        numbers = [n for n in sorted(self._touched) if n in self.built.of and self.engine.incidents[n].is_open]
        told = {number: explain(self.engine, number) for number in numbers[:EXPLAINED]}
        wanted: list[int] = []
        for one in told.values():
            belows = (one.here, *one.speaking, *one.silent)
            wanted += [*(b.device for b in belows), *one.in_line, *(r.device for r in one.ranked)]
        codes = self.built.map.codes(wanted)

        def below(one: Below) -> dict[str, Any]:
            return {"device": codes[one.device], "reports": one.reports, "points": one.points}

        for number, one in told.items():
            why = {
                "here": below(one.here),
                "minutes": round(one.minutes),
                "speaking": [below(b) for b in one.speaking],
                "silent": [below(b) for b in one.silent],
                "light": one.light,
                "in_line": [codes[at] for at in one.in_line],
                "ranked": [{"device": codes[r.device], "probability": round(r.probability, 4)} for r in one.ranked],
            }
            rows = Outage.objects.system(_WHY).filter(pk=self.built.of[number])
            rows.exclude(why=why).update(why=why)
