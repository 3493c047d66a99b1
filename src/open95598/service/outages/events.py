"""What the room hears: faults and customers who are still dark (reports), the lead's crew, and its own acts, which
reach the orders inside an outage here, some hundreds a transaction.

It says ``outage.gathered`` (``orders``: their ids) when orders were found to lie in an outage, ``outage.goes_on`` when
an act has not reached all of them yet; on orders' keys ``case.in_outage`` and ``case.outage_told``.
"""

from __future__ import annotations

from datetime import datetime

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.models import CaseLink
from open95598.casework.services import Request
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.events.services import Said, say
from open95598.registry.grid.models import GridVersion
from open95598.service.outages import attaching, flows, reporting
from open95598.service.outages.models import Outage
from open95598.service.workorders.models import WorkOrder

#: acts after which the orders that wait are answered, go on by themselves, are told, wait for another outage, have the
#: crew there
ANSWERED = ("restore_outage", "lead_restored", "outage_light", "all_light", "rest_restored")
LET_GO = ("outage_withdrawn", "not_outage")
TOLD = ("tell_everybody", "estimate_outage")
MERGED = ("outage_merged", "merge_outage")
ATTENDED = ("arrive", "reach_outage")
#: acts by which a lead leaves its crew's way
LEFT = ("merge", "ask_termination", "answer_at_once")
_WHY = "what happened inside an outage"


def report(event: Heard, now: datetime) -> None:
    """Keep the report that a new fault is, where a grid is kept."""
    order = _order(event) if GridVersion.objects.exists() else None
    if order is not None:
        reporting.of_order(order, now)


def switched(event: Heard, now: datetime) -> None:
    """Keep that a switch was opened or closed; of one that is normally open neither darkens anybody."""
    if event.payload.get("normal_open"):
        return
    source = "scada_open" if event.payload["open"] else "scada_closed"
    told = reporting.Told(f"switch/{event.id}", source, event.at, device=str(event.payload["device"]))
    reporting.take([told], attaching.HOUSE, now)


def still_out(event: Heard, now: datetime) -> None:
    """Keep that a customer whose fault was taken for mended is still dark."""
    order = _order(event) if event.payload.get("to") == "reopened" else None
    if order is not None:
        reporting.still_out(order, now)


def lead(event: Heard, now: datetime) -> None:
    """Let the outage follow the crew of its lead: sent, on site, power back.

    A crew that found the fault to be the customer's own has restored nobody else: the next order gets the crew.
    """
    led = Outage.objects.system(_WHY).filter(lead_id=event.case_id, is_open=True).values_list("pk", flat=True).first()
    outage = attaching.held(led) if led is not None else None
    if outage is None or outage.lead_id != event.case_id:
        return
    what = event.type.removeprefix("case.")
    if what == "send_crew" and outage.case.state in flows.FRESH:
        casework.perform_many([Request(outage.pk, "crew_went")], attaching.HOUSE, now, partial=True)
    elif what == "arrive":
        _go_on(outage, "arrive", now, attaching.attended(outage, now) == attaching.MOST)
    elif what == "restore" and outage.case.state in flows.DARK:
        order = WorkOrder.objects.system(_WHY).get(pk=event.case_id)
        if order.ownership == "customer":
            attaching.pass_lead(outage, now, alone=True)
            return
        told = ({"cause": order.cause} if order.cause else {}) | {"power_back_at": order.restored_at}
        casework.perform_many([Request(outage.pk, "lead_restored", told)], attaching.HOUSE, now, partial=True)
    elif what in LEFT and outage.case.state in flows.DARK:
        attaching.pass_lead(outage, now)


def back(event: Heard, now: datetime) -> None:
    """Let an order wait beside its outage that could not when it was bound, as while its return was being decided."""
    linked = CaseLink.objects.filter(case=event.case_id, kind=attaching.LINK).values_list("other_id", flat=True).first()
    if linked is not None and event.case_id is not None:
        attaching.attach(linked, [event.case_id], now)


def gathered(event: Heard, now: datetime) -> None:
    """Bind orders to the outage that they were found to lie in."""
    if event.case_id is not None:
        attaching.attach(event.case_id, [int(pk) for pk in event.payload["orders"]], now)


def acted(event: Heard, now: datetime) -> None:
    """Let an act on an outage reach the orders inside it; what is left over is gone on with in the next event."""
    outage = attaching.held(event.case_id) if event.case_id is not None else None
    if outage is None:
        return
    what = str(event.payload.get("act") or event.type.removeprefix("case."))
    if what in ANSWERED:
        dark = str((event.payload.get("input") or {}).get("still_dark") or event.payload.get("still_dark") or "")
        done = attaching.answer(outage, flows.codes(dark), now)
        _go_on(outage, what, now, done == attaching.MOST, still_dark=dark)
    elif what in LET_GO:
        _go_on(outage, what, now, attaching.let_go(outage, now) == attaching.MOST)
    elif what in TOLD and outage.told:
        last = attaching.tell(outage, int(event.payload.get("after", 0)), now)
        _go_on(outage, what, now, last > 0, after=last)
    elif what in MERGED and outage.merged_into_id is not None:
        ids = list(attaching.waiting(outage).values_list("pk", flat=True)[: attaching.MOST])
        attaching.attach(outage.merged_into_id, ids, now)
        _go_on(outage, what, now, len(ids) == attaching.MOST)
    elif what in ATTENDED:
        _go_on(outage, what, now, attaching.attended(outage, now) == attaching.MOST)


def _go_on(outage: Outage, act: str, now: datetime, more: bool, **rest: object) -> None:
    """Say that an act is to be gone on with, when there may be more orders than one transaction took."""
    if more:
        say([Said("outage.goes_on", f"case/{outage.pk}", now, outage.pk, {"kind": flows.KIND, "act": act, **rest})])


def _order(event: Heard) -> WorkOrder | None:
    rows = WorkOrder.objects.system("a fault that tells where it is dark").select_related("case", "account")
    found: WorkOrder | None = rows.filter(pk=event.case_id, case__kind=flows.FAULT).first()
    return found


def _coming_back() -> set[str]:
    """Return the events of the acts on faults after which one can wait that could not before."""
    found = set()
    for action in registry.flow(flows.FAULT).actions:
        leads = {*action.to} & {*flows.JOINABLE}
        if leads and {*action.sources} - {*flows.JOINABLE, "merged"}:
            found.add(f"case.{action.name}:{flows.FAULT}")
    return found


def listen() -> None:
    """Subscribe, when the flows are known (once, when Django starts)."""
    fault = f":{flows.FAULT}"
    subscribe("outages.orders", f"case.opened{fault}")(report)
    subscribe("outages.switches", "grid.switched")(switched)
    subscribe("outages.still_out", *(f"case.{name}{fault}" for name in ("call_back", "confirm", "reopen")))(still_out)
    crew = ("send_crew", "arrive", "restore", *LEFT)
    subscribe("outages.lead", *(f"case.{name}{fault}" for name in crew))(lead)
    subscribe("outages.back", *sorted(_coming_back()))(back)
    subscribe("outages.gathered", "outage.gathered")(gathered)
    own = (*ANSWERED, *LET_GO, *TOLD, *MERGED, "reach_outage")
    subscribe("outages.acted", "outage.goes_on", *(f"case.{name}" for name in own))(acted)
