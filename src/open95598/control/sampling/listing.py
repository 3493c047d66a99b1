"""The list of inspections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.control.sampling import flows
from open95598.control.sampling.models import Inspection
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.service.workorders import actionforms, queries, wording

VALUES = (
    "case_id", "number", "order_kind", "score", "passed", "fatal", "draw__plan", "draw__week", "person__name",
    "case__state", "case__flow_version", "case__is_open", "case__due_at", "case__opened_at",
    "case__unit__name", "case__rulebook_version",
)  # fmt: skip
TONES = {"drawn": "accent", "judged": "warning", "objected": "danger", "settled": "done"}
RESULTS = (("passed", _("Passed")), ("failed", _("Failed")), ("fatal", _("With a fatal error")))


def _clock(row: Any, now: datetime) -> Any:
    return marks.DASH if row["clock"] is None else marks.clock_bar(row["clock"], now, row["clock_name"], compact=True)


def _state(row: Any, _now: datetime) -> Any:
    return marks.badge(row["state"], row["tone"])


def score(points: int | None, passed: bool | None, fatal: bool) -> Any:
    """Return a score as a mark; a dash where there is none."""
    if points is None:
        return marks.DASH
    shown = marks.fill('<span class="score {}">{}</span>', "is-good" if passed else "is-low", str(points))
    return shown + marks.badge(_("Fatal"), "danger") if fatal else shown


def _score(row: Any, _now: datetime) -> Any:
    return score(row["score"], row["passed"], row["fatal"])


COLUMNS = (
    Column("clock", _("Clock"), draw=_clock, classes="nowrap at-clock", sort=("due",)),
    Column("number", _("Order"), value="number", opens=True, classes="nowrap at-number"),
    Column("kind", _("Kind of order"), value=lambda row: marks.words_of(row["kind"]), classes="nowrap at-kind"),
    Column("plan", _("Plan"), value=lambda row: marks.words_of(row["plan"]), classes="is-wide at-what"),
    Column("state", _("State"), draw=_state, classes="nowrap at-state"),
    Column("score", pgettext_lazy("inspection", "Score"), draw=_score, classes="number at-opened"),
    Column("unit", _("Judged unit"), value="case__unit__name", classes="at-unit"),
    Column("person", _("Answered by"), value="person__name", classes="at-owner"),
)


def _plans(request: Any) -> Iterable[tuple[str, Any]]:
    return [(p.code, p.label) for p in store.current(request.now).oversight.plans]


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(s.name, s.label) for s in flows.STATES]


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _result(found: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    if "fatal" in values:
        found = found.filter(fatal=True)
    wanted = [value == "passed" for value in values if value in ("passed", "failed")]
    return found.filter(passed__in=wanted) if wanted else found


SPEC = ListSpec(
    name="inspections",
    title=_("Inspection of orders"),
    columns=COLUMNS,
    orders=(
        Order("due", _("Due first"), ("case__due_at?", "case_id")),
        Order("newest", _("Newest first"), ("-case__opened_at", "-case_id")),
        Order("score", _("Lowest score first"), ("score?", "case_id")),
    ),
    filters=(
        Filter("plan", _("Plan"), CHOICE, apply="draw__plan__in", choices=_plans),
        Filter("state", _("State"), CHOICE, apply="case__state__in", choices=_states),
        Filter("result", _("Result"), CHOICE, apply=_result, choices=RESULTS),
        Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("sampling:inspection", args=(row["case_id"],)),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=_("Nothing to inspect"),
    empty_text=_("Closed orders are drawn each week by the rulebook's plans; what is drawn appears here."),
)


def read(found: QuerySet[Inspection]) -> QuerySet[Any]:
    """Return the inspections as plain values."""
    return found.select_related(None).values(*VALUES)


def dress(found: Sequence[dict[str, Any]]) -> None:
    """Add to each row what is shown of it. One query for all."""
    clocks = queries.running_clocks([row["case_id"] for row in found]) if found else {}
    for row in found:
        plan = store.get(row["case__rulebook_version"]).oversight.plan(row["draw__plan"])
        row["clock"] = next(iter(clocks.get(row["case_id"], [])), None)
        row["clock_name"] = wording.clock(row["clock"].name) if row["clock"] else ""
        row["kind"] = wording.kind(row["order_kind"])
        row["plan"] = f"{marks.words_of(plan.label) if plan else row['draw__plan']} · {row['draw__week']:%m-%d}"
        row["state"] = wording.state(flows.FLOW.kind, row["case__state"], row["case__flow_version"])
        row["tone"] = TONES.get(row["case__state"], "accent")
