"""An inspection as its page shows it: the order beside the form, filled in or to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.control.sampling import flows, judging, listing, queries
from open95598.control.sampling.models import Inspection
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook.oversight_rows import FatalError, FormPoint, QaForm
from open95598.service.workorders import queries as orders
from open95598.service.workorders import storytelling, wording
from open95598.service.workorders.casecards import CaseOwnPage
from open95598.service.workorders.models import WorkOrder

ENTRIES = 30


@dataclass(frozen=True)
class Row:
    """A line of the form with what was given for it; ``problem`` when that will not do."""

    point: FormPoint
    points: Any = ""
    why: str = ""
    problem: str = ""


@dataclass
class InspectionPage(CaseOwnPage):
    """An inspection for one reader at one moment."""

    TONES = listing.TONES
    ELSEWHERE = ("judge",)

    row: Inspection
    #: what was typed and why it will not do, after a refusal
    typed: judging.Sheet | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> QaForm:
        """The form."""
        found: QaForm | None = self.rules.oversight.form(self.row.form)
        assert found is not None
        return found

    @property
    def plan(self) -> Any:
        """The plan by which it was drawn."""
        found = self.rules.oversight.plan(self.row.draw.plan)
        return found.label if found else self.row.draw.plan

    @property
    def kind(self) -> Any:
        """The order's kind."""
        return wording.kind(self.row.order_kind)

    @property
    def score(self) -> Any:
        """The score as a mark."""
        return listing.score(self.row.score, self.row.passed, self.row.fatal)

    @property
    def url(self) -> str:
        """The page's address."""
        return reverse("sampling:inspection", args=(self.row.pk,))

    @cached_property
    def order(self) -> WorkOrder | None:
        """The order, when the reader may see it: it is inspected in front of its own page's words."""
        assert self.actor.rights is not None
        return orders.orders(self.actor.rights).filter(pk=self.row.order_id).first()

    @property
    def said(self) -> list[tuple[Any, str]]:
        """What the customer said and what was answered, masked."""
        if self.order is None:
            return []
        order = self.order
        texts = [(_("What the customer said"), order.description), (_("Answer"), order.answer)]
        return [(name, mask_text(text)) for name, text in texts if text]

    @cached_property
    def story(self) -> list[dict[str, Any]]:
        """The order's own timeline, newest first."""
        if self.order is None:
            return []
        told = journal.timeline(self.order.pk, reveal=True, limit=ENTRIES, since=self.order.case.opened_at)
        return storytelling.entries(told, self.order.case, self.order.number)

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The inspection's own timeline; the sheet stands beside it."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        entries = storytelling.entries(told, self.case, "")
        for entry, what in zip(entries, told, strict=True):
            if what.kind == "case.opened":
                entry |= {"title": _("Drawn"), "icon": "dice", "facts": []}
            elif what.kind == "case.judge":
                entry["body"] = ""
        return entries

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("sampling:action", args=(self.row.pk, name))

    @property
    def may_judge(self) -> bool:
        """Whether the reader fills in the form."""
        return any(a.name == "judge" and reason is None for a, reason in self.possible)

    @property
    def why_not(self) -> Any:
        """Why somebody with the right to judge cannot judge this one."""
        return next((reason for a, reason in self.possible if a.name == "judge"), None)

    @cached_property
    def sheet(self) -> judging.Sheet | None:
        """What was typed, else what was judged."""
        if self.typed is not None:
            return self.typed
        return judging.from_data(self.row.sheet) if self.row.sheet else None

    @property
    def lines(self) -> list[Row]:
        """The lines of the form; to be filled in they begin with all points."""
        given = self.sheet.marks if self.sheet else {}
        return [
            Row(p, given[p.code].points if p.code in given else p.most, given[p.code].why if p.code in given else "",
                self.problems.get(p.code, ""))
            for p in self.form.lines(self.row.order_kind)
        ]  # fmt: skip

    @property
    def fatal(self) -> list[tuple[FatalError, bool]]:
        """The fatal errors, and whether each was found."""
        found = self.sheet.fatal if self.sheet else ()
        return [(error, error.code in found) for error in self.form.fatal]

    @property
    def remark(self) -> str:
        """The remark of the sheet."""
        return self.sheet.remark if self.sheet else ""

    @property
    def outcome(self) -> Any:
        """What came of the objection."""
        return dict(flows.OUTCOMES).get(self.row.outcome, "")

    @property
    def objection(self) -> str:
        """Why the unit objected, masked."""
        return mask_text(self.row.objection)

    @property
    def decision(self) -> str:
        """What it was answered, masked."""
        return mask_text(self.row.decision)

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        """Who and when, empty ones left out."""
        row = self.row
        names = (
            (_("Judged by"), row.judged_by),
            (_("Objected by"), row.objected_by),
            (_("Objection decided by"), row.decided_by),
        )
        pairs = [
            (_("Plan"), self.plan),
            (_("Drawn for the week of"), f"{row.draw.week:%Y-%m-%d}"),
            (_("Drawn from"), _("%(n)d of %(of)d orders") % {"n": len(row.draw.drawn), "of": len(row.draw.population)}),
            (_("Seed"), row.draw.seed),
            (_("Judged unit"), self.case.unit.name),
            (_("Answered by"), row.person.name if row.person else ""),
            *((name, person.name) for name, person in names if person is not None),
        ]
        return [(name, value) for name, value in pairs if value]


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, **more: Any) -> InspectionPage:
    """Return the page of an inspection that the reader may see. Raises ``NotFound``."""
    clocks = orders.running_clocks([pk]).get(pk, [])
    return InspectionPage(queries.get(rights, pk), actor, now, clocks, **more)
