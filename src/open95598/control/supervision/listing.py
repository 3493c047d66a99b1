"""The list of supervisions: what the numbers of the board lead to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.control.supervision import flows
from open95598.control.supervision import wording as own
from open95598.control.supervision.models import Supervision
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.service.workorders import actionforms, directory, queries, wording

VALUES = (
    "case_id", "number", "trigger", "reason", "serious", "demand", "promised_at", "case__state", "case__flow_version",
    "case__is_open", "case__due_at",
    "case__opened_at", "case__unit__name", "case__owner__name", "case__rulebook_version",
)  # fmt: skip
EXCERPT = 60
OPEN, CLOSED, ALL = "", "closed", "all"
SHOWS = ((OPEN, _("Open supervisions")), (CLOSED, _("Closed ones")), (ALL, _("All supervisions")))
DUE, NEWEST = ("case__due_at?", "case_id"), ("-case__opened_at", "-case_id")
OVER, SHORT = "over", "warned"
LATENESS = ((OVER, _("Over the limit")), (SHORT, _("Time is running short")))
#: whose move it is: codes of states by whom they wait for
WAITS = (
    ("supervisor", _("A supervisor's note or judgement"), ("issued", "seconding", "answered")),
    ("unit", _("The unit's answer"), ("noted", "rejected")),
    ("promise", _("The promise to be kept"), ("accepted",)),
)


def show(found: QuerySet[Supervision], what: str) -> QuerySet[Supervision]:
    """Return the open, the closed or all supervisions."""
    return found if what == ALL else found.filter(case__is_open=what != CLOSED)


def waiting_for(rights: Rights) -> Q:
    """Return the open supervisions on which the holder of these rights is to act next."""
    watched = rights.units(Permission.CASE_SUPERVISE)
    depths = [(u.id, len(u.lineage)) for u in directory.units() if u.id in watched]
    handled = sorted({u for p in flows.UNIT for u in rights.units(p)})
    rule = Q(pk__in=[])
    for unit_id, depth in depths:  # raised by hand, it waits for the levels that are high enough
        high = Q(case__scope__len__gte=F("case__review_level") + depth)
        rule |= high & Q(case__state__in=("issued", "seconding", "answered"), case__scope__contains=[unit_id])
    rule |= Q(case__state__in=("noted", "rejected"), case__scope__overlap=handled)
    return rule & Q(case__is_open=True)


def _clock(row: Any, now: datetime) -> Any:
    return marks.DASH if row["clock"] is None else marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def _state(row: Any, _now: datetime) -> Any:
    shown = marks.badge(row["state"], row["tone"])
    return shown + marks.badge(row["serious_word"], "danger") if row["serious"] else shown


def _why(row: Any, _now: datetime) -> Any:
    return marks.fill(
        '<b>{}</b> <span class="muted" title="{}">{}</span>', row["why"], row["words"], row["words"][:EXCERPT]
    )


def _since(row: Any, now: datetime) -> Any:
    return marks.ago(row["case__opened_at"], now)


COLUMNS = (
    Column("clock", _("Clock"), draw=_clock, classes="nowrap at-clock", sort=("due",)),
    Column("number", _("Order"), value="number", opens=True, classes="nowrap at-number"),
    Column("why", _("Why supervised"), draw=_why, classes="is-wide gives-way at-what"),
    Column("state", _("State"), draw=_state, classes="nowrap at-state"),
    Column("unit", _("Supervised unit"), value="case__unit__name", classes="at-unit"),
    Column("owner", pgettext_lazy("supervision", "Supervisor"), value="case__owner__name", classes="at-owner"),
    Column("since", pgettext_lazy("supervision", "Since"), draw=_since, classes="nowrap at-opened", sort=("newest",)),
)


def _triggers(request: Any) -> Iterable[tuple[str, Any]]:
    return own.trigger_names(store.current(request.now))


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(s.name, s.label) for s in flows.STATES]


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _late(now: datetime) -> Any:
    rules = {
        OVER: Q(case__is_open=True, case__due_at__lt=now),
        SHORT: Q(case__is_open=True, case__due_at__gte=now, case__warn_at__lte=now),
    }

    def of(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        rule = Q(pk__in=[])
        for value in values:
            rule |= rules.get(value, Q(pk__in=[]))
        return found.filter(rule)

    return of


def _waits(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    states = [s for code, _name, names in WAITS if code in values for s in names]
    return found.filter(case__state__in=states)


def _serious(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    return found.filter(serious=True) if "yes" in values else found


def spec(now: datetime, what: str = OPEN) -> ListSpec:
    """Return the list at ``now``: open ones by what is due first, others newest first."""
    due, newest = Order("due", _("Due first"), DUE), Order("newest", _("Newest first"), NEWEST)
    return ListSpec(
        name="supervisions",
        title=_("Supervisions"),
        columns=COLUMNS,
        orders=(due, newest) if what == OPEN else (newest, due),
        filters=(
            Filter("trigger", _("Why supervised"), CHOICE, apply="trigger__in", choices=_triggers),
            Filter("waits", _("Waits for"), CHOICE, apply=_waits, choices=[(c, n) for c, n, _s in WAITS]),
            Filter("state", _("State"), CHOICE, apply="case__state__in", choices=_states),
            Filter("late", _("Lateness"), CHOICE, apply=_late(now), choices=LATENESS),
            Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
            Filter("serious", pgettext_lazy("supervision", "Serious"), CHOICE, apply=_serious,
                   choices=(("yes", _("Serious ones only")),)),
        ),
        row_url=lambda row: reverse("supervision:case", args=(row["case_id"],)),
        row_id=lambda row: row["case_id"],
        row_case=lambda row: row["case_id"],
        empty_title=_("Nothing is supervised"),
        empty_text=_("Supervisions of your units appear here: by hand, or because a rule asks for one."),
    )  # fmt: skip


def read(found: QuerySet[Supervision]) -> QuerySet[Any]:
    """Return the supervisions as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    clocks = queries.running_clocks([row["case_id"] for row in found]) if found else {}
    for row in found:
        rules = store.get(row["case__rulebook_version"])
        row["clock"] = next(iter(clocks.get(row["case_id"], [])), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["why"] = marks.words_of(own.reason(rules, row["trigger"], row["reason"]))
        trigger = rules.oversight.trigger(row["trigger"])
        row["words"] = mask_text(row["demand"]).replace("\n", " ") or marks.words_of(trigger.demand if trigger else "")
        row["state"] = wording.state(flows.FLOW.kind, row["case__state"], row["case__flow_version"])
        row["tone"] = own.TONES.get(row["case__state"], "accent")
        row["serious_word"] = pgettext_lazy("supervision", "Serious")
