"""The ledger as its pages show it: lists, what an entry says, an appeal for one reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from open95598.casework.models import CaseClock
from open95598.control.assessment import queries
from open95598.control.assessment.flows import AGAIN, APPEAL, ASKED
from open95598.control.assessment.models import Appeal, LedgerEntry
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store, wording
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, DATE, TEXT, UNIT, Column, Filter, ListSpec, Order
from open95598.service.workorders import actionforms, storytelling
from open95598.service.workorders import queries as orders
from open95598.service.workorders.casecards import CaseOwnPage
from open95598.service.workorders.steps.complaining import FINDINGS

TONES = {"granted": "done", "upheld": "warning", "withdrawn": "quiet", "refused": "warning"}
MOST_ENTRIES = 40


def points(value: Any) -> str:
    """Return points as they are read: a minus for what was taken back."""
    return f"{value.normalize():f}".replace("-", "−")


def charge_name(code: str, now: datetime) -> Any:
    """Return what a charge is called."""
    try:
        return store.current(now).choice("charges", code).label
    except KeyError:
        return code


def why(entry: Any, now: datetime) -> str:
    """Return in the reader's language why an entry was written: the words of who judged, or what the rule saw.

    ``entry``: a row of ``queries.VALUES`` or an entry.
    """

    def get(name: str) -> Any:
        return entry[name] if isinstance(entry, dict) else getattr(entry, name)

    if get("reason"):
        return str(get("reason"))
    facts = get("facts")
    if get("reverses_id") is not None:
        return gettext("The finding was changed")
    parts = []
    if "clock" in facts:
        due = datetime.fromisoformat(facts["due_at"])
        parts.append(
            gettext("%(clock)s, due %(at)s") % {"clock": wording.clock(facts["clock"]), "at": marks.absolute(due)}
        )
    if "substantiated" in facts:
        parts.append(str(marks.words_of(dict(FINDINGS).get(facts["substantiated"], ""))))
    if facts.get("grade"):
        parts.append(str(marks.words_of(store.current(now).choice("grades", facts["grade"]).label)))
    return " · ".join(parts)


# the ledger ----------------------------------------------------------------------------------------------------------


def _cell_points(row: Any, _now: datetime) -> Any:
    return marks.fill("<b>{}</b>", points(row["points"]))


def _cell_state(row: Any, _now: datetime) -> Any:
    if row["reverses_id"]:
        return marks.badge(gettext("Reversal"), "done")
    if row["reversal__id"]:
        return marks.badge(gettext("Reversed"), "done")
    if row["appeal__case__state"]:
        name = APPEAL.state(row["appeal__case__state"]).label
        return marks.badge(name, TONES.get(row["appeal__case__state"], "accent"))
    return marks.badge(gettext("Stands"), "quiet")


def _cell_why(row: Any, _now: datetime) -> Any:
    return marks.fill('<span title="{}">{}</span>', row["why"], row["why"][:80])


def _charges(request: Any) -> Iterable[tuple[str, Any]]:
    return [(c.code, c.label) for c in store.current(request.now).choices("charges")]


def _units(_request: HttpRequest) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(scope__contains=[unit_id])


def _standing(found: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    return found.filter(reverses=None, reversal=None) if wanted else found.exclude(reverses=None, reversal=None)


FILTERS = (
    Filter("charge", _("What for"), CHOICE, apply="charge__in", choices=_charges),
    Filter("unit", _("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    Filter("person", _("Person"), TEXT, apply="person__name__icontains"),
    Filter("number", _("Order"), TEXT, apply="number__iexact"),
    Filter("at", _("Time"), DATE, apply="at"),
    Filter("standing", _("Stands"), BOOL, apply=_standing, choices=(("1", _("yes")), ("0", _("no")))),
)
LEDGER = ListSpec(
    name="ledger",
    title=_("Assessment"),
    columns=(
        Column("at", _("Time"), value=lambda row: marks.absolute(row["at"]), classes="nowrap", opens=True),
        Column("unit", _("Unit"), value="unit__name"),
        Column("person", _("Person"), value=lambda row: row["person__name"] or marks.DASH, classes="nowrap"),
        Column("charge", _("What for"), value=lambda row: marks.words_of(row["charge_name"]), classes="nowrap"),
        Column("why", _("Why"), draw=_cell_why, classes="is-wide"),
        Column("number", _("Order"), value="shown_number", classes="nowrap"),
        Column("points", _("Points"), draw=_cell_points, classes="number"),
        Column("state", _("State"), draw=_cell_state, classes="nowrap"),
    ),
    orders=(
        Order("newest", _("Newest first"), ("-at", "-id")),
        Order("most", _("Most points first"), ("-points", "-id")),
    ),
    filters=FILTERS,
    row_url=lambda row: reverse("assessment:entry", args=(row["id"],)),
    row_id=lambda row: row["id"],
    empty_title=_("Nothing is charged"),
    empty_text=_("What units and people answer for appears here."),
)


def dress(rows: Sequence[dict[str, Any]], rights: Rights, now: datetime) -> None:
    """Add to each row what is shown of it. One query for all."""
    told = queries.shown_numbers(rights, [row["case_id"] for row in rows])
    for row in rows:
        row["charge_name"] = charge_name(row["charge"], now)
        row["why"] = why(row, now)
        row["shown_number"] = row["number"] if row["case_id"] in told else gettext("not shown")


# appeals -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AppealLine:
    """An appeal as the list shows it: what its charge is called, the clock that ends first."""

    appeal: Appeal
    charge_name: Any
    clock: CaseClock | None

    @property
    def pk(self) -> int:
        """The id of its case."""
        return self.appeal.pk


def _appeal_state(row: Any, _now: datetime) -> Any:
    return marks.badge(APPEAL.state(row.appeal.case.state).label, TONES.get(row.appeal.case.state, "accent"))


def _appeal_clock(row: Any, now: datetime) -> Any:
    return (
        marks.DASH
        if row.clock is None
        else marks.clock_bar(row.clock, now, wording.clock(row.clock.name), compact=True)
    )


def _open(found: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    return found.filter(case__is_open=wanted)


def _appeal_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


APPEALS = ListSpec(
    name="appeals",
    title=_("Appeals"),
    columns=(
        Column("clock", _("Clock"), draw=_appeal_clock, classes="nowrap at-clock"),
        Column(
            "number",
            pgettext_lazy("appeal", "Appeal"),
            value=lambda row: row.appeal.number,
            opens=True,
            classes="nowrap",
        ),
        Column("state", _("State"), draw=_appeal_state, classes="nowrap"),
        Column("unit", _("Unit charged"), value=lambda row: row.appeal.entry.unit.name),
        Column(
            "person",
            _("Person"),
            value=lambda row: row.appeal.entry.person.name if row.appeal.entry.person else marks.DASH,
        ),
        Column("charge", _("What for"), value=lambda row: marks.words_of(row.charge_name), classes="nowrap"),
        Column("points", _("Points"), value=lambda row: points(row.appeal.entry.points), classes="number"),
        Column("by", _("Appellant"), value=lambda row: row.appeal.by.name, classes="nowrap"),
    ),
    orders=(
        Order("newest", _("Newest first"), ("-case_id",)),
        Order("due", _("Due first"), ("case__due_at?", "case_id")),
    ),
    filters=(
        Filter("open", _("Open"), BOOL, apply=_open, choices=(("1", _("yes")), ("0", _("no")))),
        Filter("unit", _("Unit and below"), UNIT, apply=_appeal_unit, choices=_units),
    ),
    row_url=lambda row: reverse("assessment:appeal", args=(row.pk,)),
    row_id=lambda row: row.pk,
    row_case=lambda row: row.pk,
    empty_title=_("No appeals"),
    empty_text=_("Appeals against entries of the assessment appear here."),
)


def dress_appeals(rows: list[Any], now: datetime) -> None:
    """Put appeals as lines of the list in their place (a page's rows). One query for all."""
    clocks = orders.running_clocks([row.pk for row in rows]) if rows else {}
    rows[:] = [
        AppealLine(row, charge_name(row.entry.charge, now), next(iter(clocks.get(row.pk, [])), None)) for row in rows
    ]


@dataclass
class AppealPage(CaseOwnPage):
    """One appeal for one reader at one moment, as the pages around the forms of actions know it."""

    TONES = TONES

    row: Appeal

    @property
    def appeal(self) -> Appeal:
        """The appeal."""
        return self.row

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("assessment:appeal", args=(self.appeal.pk,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("assessment:appeal_action", args=(self.appeal.pk, name))

    @cached_property
    def entry(self) -> EntryView:
        """The entry that it is about."""
        assert self.actor.rights is not None
        return EntryView(self.appeal.entry, self.actor.rights, self.now)

    @property
    def clock_rows(self) -> list[tuple[Any, CaseClock]]:
        """The clocks with their names."""
        return self.all_clocks

    @property
    def waits_for(self) -> list[Any]:
        """Nothing: who rules on it is said by ``waits_above``."""
        return []

    @property
    def waits_above(self) -> bool:
        """Whether it waits for a ruling that the reader cannot give."""
        return self.case.state in (ASKED, AGAIN) and not any(o.action.main and o.reason is None for o in self.offered)

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=MOST_ENTRIES, since=self.case.opened_at)
        shown = storytelling.entries(told, self.case, "")
        for entry, line in zip(told, shown, strict=True):
            if entry.kind == "case.opened":
                line |= {"title": gettext("Appeal asked for"), "icon": "gavel", "facts": []}
        return shown


@dataclass
class EntryView:
    """An entry for one reader."""

    entry: LedgerEntry
    rights: Rights
    now: datetime

    @property
    def charge(self) -> Any:
        """What it is for."""
        return charge_name(self.entry.charge, self.now)

    @property
    def why(self) -> str:
        """Why it was written."""
        return why(self.entry, self.now)

    @property
    def points(self) -> str:
        """Its points."""
        return points(self.entry.points)

    @cached_property
    def number(self) -> str:
        """The order's number, when the reader may see the order."""
        return self.entry.number if queries.shown_numbers(self.rights, [self.entry.case_id]) else ""

    @cached_property
    def reversal(self) -> LedgerEntry | None:
        """The entry that reversed it."""
        return LedgerEntry.objects.filter(reverses=self.entry).first()

    @cached_property
    def appeal(self) -> Appeal | None:
        """The appeal against it, when the reader may see it."""
        return queries.appeals(self.rights).filter(entry=self.entry).first()

    @property
    def appeal_state(self) -> Any:
        """How the appeal stands."""
        return APPEAL.state(self.appeal.case.state).label if self.appeal else ""
