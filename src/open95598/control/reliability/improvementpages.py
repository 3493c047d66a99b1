"""An improvement on a page of its own, and the list of improvements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from open95598.casework.actors import Actor
from open95598.control.reliability import improvements, improving, loadpages
from open95598.control.reliability.models import Ground, Improvement
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.policy import Rights
from open95598.foundation.ui import marks
from open95598.foundation.ui.lists import BOOL, CHOICE, UNIT, Column, Filter, ListSpec, Order
from open95598.registry.grid import queries as grid
from open95598.registry.grid.kinds import DeviceKind
from open95598.service.outages import queries as outages
from open95598.service.outages.models import Outage
from open95598.service.workorders import actionforms, storytelling, wording
from open95598.service.workorders import queries as orders
from open95598.service.workorders.casecards import CaseOwnPage

TONES = {"begun": "warning", "planned": "accent", "approved": "accent", "done": "accent", "closed": "done",
         "dropped": "quiet"}  # fmt: skip
ENTRIES = 40


def _said(pairs: Sequence[tuple[str, Any]], code: str) -> Any:
    return marks.words_of(next((label for one, label in pairs if one == code), ""))


@dataclass
class ImprovementPage(CaseOwnPage):
    """An improvement for one reader at one moment."""

    TONES: ClassVar[dict[str, str]] = TONES

    row: Improvement

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("reliability:action", args=(self.row.pk, name))

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know: name and value, empty ones left out."""
        row, case = self.row, self.case
        reason = improving.FLOW.action("plan_improvement")
        judged = improving.FLOW.action("close_improvement")
        assert reason is not None
        assert judged is not None
        pairs: list[tuple[Any, Any]] = [
            (_("Code of the device"), row.device),
            (_("Kind of device"), DeviceKind(row.device_kind).label),
            (_("Unit"), case.unit.name),
            (pgettext("outage", "In charge"), case.owner.name if case.owner else ""),
            (_("When it began"), self._began),
            (_("What is wrong"), _said(reason.inputs[0].choices, row.reason)),  # type: ignore[arg-type]
            (_("Measures"), row.measures),
            (_("Investment, 10,000 yuan"), "" if row.investment is None else row.investment),
            (_("To be finished by"), marks.absolute(row.finish_by) if row.finish_by else ""),
            (_("What was done"), row.result),
            (_("Done at"), marks.absolute(row.done_at) if row.done_at else ""),
            (_("Effect"), _said(judged.inputs[0].choices, row.effect)),  # type: ignore[arg-type]
            (_("Conclusion"), row.conclusion),
        ]
        return [(name, value) for name, value in pairs if value != ""]

    @property
    def _began(self) -> str:
        row = self.row
        if row.ground == Ground.LOAD:
            said = {"grade": loadpages.GRADES[row.grade], "rate": f"{row.rate:g}", "days": row.days}
            return str(_("%(grade)s: up to %(rate)s %% of the rating, on %(days)s days") % said)
        return str(_("%(n)s outages in %(months)s months") % {"n": row.times, "months": row.months})

    @cached_property
    def device_pk(self) -> int | None:
        """The device on its page, for who may see it there."""
        assert self.actor.rights is not None
        return grid.devices(self.actor.rights).filter(code=self.row.device).values_list("pk", flat=True).first()

    @cached_property
    def load_effect(self) -> improvements.LoadEffect | None:
        """Whether the load went down since it was done."""
        return improvements.load_effect(self.row, self.now)

    @cached_property
    def effect(self) -> improvements.Effect | None:
        """Whether outages went down since it was done."""
        return improvements.effect(self.row, self.now)

    @cached_property
    def outages(self) -> list[Outage]:
        """The outages that began it, as far as the reader may see them."""
        assert self.actor.rights is not None
        return list(outages.outages(self.actor.rights).filter(pk__in=self.row.outages).order_by("-actual_start"))

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        return list(storytelling.entries(told, self.case, ""))


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, form: Any = None) -> ImprovementPage:
    """Return the page of an improvement that the reader may see. Raises ``NotFound``."""
    return ImprovementPage(
        improvements.get(rights, pk), actor, now, orders.running_clocks([pk]).get(pk, []), open_form=form
    )


# the list ------------------------------------------------------------------------------------------------------------

VALUES = (
    "case_id", "case__state", "case__flow_version", "case__unit__name", "device", "device_name", "device_kind",
    "times", "months", "ground", "rate", "finish_by", "case__opened_at",
)  # fmt: skip


def _states(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(state.name, state.label) for state in improving.STATES]


def _units(_request: Any) -> Iterable[tuple[str, Any]]:
    return [(str(pk), name) for pk, name in actionforms.unit_options()]


def _in_unit(found: QuerySet[Any], unit_id: int) -> QuerySet[Any]:
    return found.filter(case__scope__contains=[unit_id])


def _state(row: Any, _now: datetime) -> Any:
    state = wording.state(improving.KIND, row["case__state"], row["case__flow_version"])
    return marks.badge(state, TONES[row["case__state"]])


def _began(row: Any) -> Any:
    if row["ground"] == Ground.LOAD:
        return _("load %(rate)s %%") % {"rate": f"{row['rate'] or 0:g}"}
    return _("%(n)s outages") % {"n": row["times"]}


def _finish(row: Any, _now: datetime) -> Any:
    return marks.absolute(row["finish_by"]) if row["finish_by"] else marks.DASH


SPEC = ListSpec(
    name="improvements",
    title=gettext_lazy("Improvements of lines"),
    columns=(
        Column("number", pgettext_lazy("improvement", "Number"), value=lambda r: f"ZG-{r['case_id']}", opens=True),
        Column("device", gettext_lazy("Line or device"), value=lambda r: r["device_name"] or r["device"],
               classes="is-wide"),
        Column("kind", gettext_lazy("Kind of device"), value=lambda r: DeviceKind(r["device_kind"]).label),
        Column("ground", gettext_lazy("When it began"), value=_began),
        Column("state", gettext_lazy("State"), draw=_state, classes="nowrap"),
        Column("finish", gettext_lazy("To be finished by"),
               draw=_finish, classes="nowrap"),
        Column("unit", gettext_lazy("Unit"), value="case__unit__name"),
    ),
    orders=(Order("newest", gettext_lazy("Newest first"), ("-case_id",)),),
    filters=(
        Filter("open", gettext_lazy("Not closed"), BOOL, apply="is_open"),
        Filter("state", gettext_lazy("State"), CHOICE, apply="case__state__in", choices=_states),
        Filter("ground", gettext_lazy("Ground"), CHOICE, apply="ground__in", choices=lambda _request: Ground.choices),
        Filter("unit", gettext_lazy("Unit and below"), UNIT, apply=_in_unit, choices=_units),
    ),
    row_url=lambda row: reverse("reliability:improvement", args=(row["case_id"],)),
    row_id=lambda row: row["case_id"],
    row_case=lambda row: row["case_id"],
    empty_title=gettext_lazy("No improvement"),
    empty_text=gettext_lazy("They begin from the lists of lines: out frequently, heavily loaded or overloaded."),
)  # fmt: skip
