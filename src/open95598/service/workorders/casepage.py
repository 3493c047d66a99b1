"""What the page of one order shows, gathered in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework import attachments, registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.flow import Action
from open95598.casework.models import Case, CaseClock, Participant
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.ui import marks
from open95598.foundation.units.models import Unit
from open95598.service.workorders import (
    hooks,
    matters,
    naming,
    partpages,
    personal,
    queries,
    scoring,
    sealing,
    storytelling,
    triaging,
    wording,
)
from open95598.service.workorders.casecards import Offered
from open95598.service.workorders.models import WorkOrder
from open95598.service.workorders.partpages import PartCard

#: entries of the timeline that come with the page; older ones on request
ENTRIES = 40
#: actions with a place of their own on the page
_ELSEWHERE = ("note",)
_MOMENTS = (
    "received_at", "dispatched_at", "accepted_at", "contacted_at", "crew_at", "arrived_at", "diagnosed_at",
    "restored_at", "appointment_at", "replied_at", "reviewed_at", "called_back_at",
)  # fmt: skip


@dataclass
class CasePage:
    """One order for one reader at one moment."""

    order: WorkOrder
    actor: Actor
    now: datetime
    open_form: Any = None
    #: personal values shown in the open, after the reader asked for them
    revealed: Mapping[str, str] = field(default_factory=dict)
    #: who told it, after the reader asked for what is sealed
    unsealed: sealing.Unsealed | None = None

    @property
    def case(self) -> Case:
        """The order's case."""
        return self.order.case

    @cached_property
    def rules(self) -> Any:
        """The rulebook that the case was opened under."""
        return store.get(self.case.rulebook_version)

    @cached_property
    def flow(self) -> Any:
        """The flow that the case is pinned to."""
        return registry.flow(self.case.kind, self.case.flow_version)

    @property
    def kind(self) -> Any:
        """The kind's name."""
        return self.flow.label

    @property
    def state(self) -> Any:
        """The state's name."""
        return self.flow.state(self.case.state).label

    @cached_property
    def marks(self) -> list[hooks.Mark]:
        """What rooms above mark it with."""
        return hooks.marks_of([self.case.pk]).get(self.case.pk, [])

    @cached_property
    def panels(self) -> list[hooks.Panel]:
        """What rooms above show beside it."""
        return [panel for further in hooks.further_panels if (panel := further(self)) is not None]

    @property
    def state_tone(self) -> str:
        """The tone of the state's badge."""
        return wording.STATE_TONES.get(self.case.state, "accent")

    @property
    def priority(self) -> Any:
        """The priority's name when it is not the normal one."""
        if self.order.priority not in wording.PRIORITY_TONES:
            return ""
        return wording.choice(self.rules, "priorities", self.order.priority)

    @property
    def priority_tone(self) -> str:
        """The tone of the priority's mark."""
        return wording.PRIORITY_TONES.get(self.order.priority, "quiet")

    @property
    def url(self) -> str:
        """The page's address."""
        return reverse("workorders:case", args=(self.order.number,))

    @cached_property
    def clocks(self) -> list[CaseClock]:
        """All clocks, running ones first."""
        return queries.all_clocks(self.case.pk)

    @cached_property
    def clock_rows(self) -> list[tuple[Any, CaseClock]]:
        """The clocks with their names: those that run or pause, then the last round of each that has ended."""
        live = [c for c in self.clocks if c.state != "stopped"]
        ended = {c.name: c for c in self.clocks if c.state == "stopped" and c.name not in {x.name for x in live}}
        return [(wording.clock(c.name), c) for c in (*live, *ended.values())]

    @cached_property
    def possible(self) -> list[tuple[Action, Any]]:
        """The actions of the state that the reader has the right to, with the reason against each (None: possible)."""
        return casework.possible(self.case, self.order, self.actor, self.now, self.clocks)

    @cached_property
    def offered(self) -> list[Offered]:
        """The buttons, the main one first."""
        return [
            Offered(action, reverse("workorders:action", args=(self.order.number, action.name)), reason)
            for action, reason in self.possible
            if action.name not in _ELSEWHERE
        ]

    @property
    def may_note(self) -> bool:
        """Whether the reader may add notes and files."""
        return any(a.name == "note" for a, _reason in self.possible)

    @property
    def waits_for(self) -> list[Any]:
        """The names of the main actions that would move it on, when the reader has none of them."""
        if any(o.action.main and o.reason is None for o in self.offered):
            return []
        return [a.label for a in self.flow.actions_from(self.case.state) if a.main and a.to]

    @cached_property
    def may_reveal(self) -> bool:
        """Whether the reader may ask to see the personal data."""
        return personal.may_reveal(self.order, self.actor)

    @cached_property
    def may_unseal(self) -> bool:
        """Whether the reader may be shown who told a sealed order."""
        return sealing.may_unseal(self.order, self.actor)

    @property
    def contact(self) -> list[tuple[Any, str, bool]]:
        """Name, phone and address: label, what is shown, and whether it is in the open."""
        labels = {"contact_name": _("Contact"), "contact_phone": _("Phone"), "address": _("Address")}
        shown = personal.shown(self.order)
        return [(label, self.revealed.get(name, shown[name]), name in self.revealed) for name, label in labels.items()]

    @property
    def description(self) -> str:
        """What the customer said."""
        return self.revealed.get("description", mask_text(self.order.description))

    @property
    def answer(self) -> str:
        """The answer that was given."""
        return self.revealed.get("answer", mask_text(self.order.answer))

    @cached_property
    def unit_path(self) -> str:
        """The names of the responsible unit's ancestors and its own, from the level below the top. One query."""
        names = dict(Unit.objects.filter(pk__in=self.case.scope).values_list("pk", "name"))
        path = [names.get(pk, "") for pk in self.case.unit.lineage]
        return " › ".join(path[1:] or path)

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What lists of the order say beside the customer's words: name and value, empty ones left out."""
        order, rules = self.order, self.rules
        # a room above that brought the order tells better where it came from
        origin = [pair for further in hooks.further_facts for pair in further(order)]
        pairs = [
            (_("Category"), wording.category_path(rules, order.category)),
            (_("Channel"), wording.choice(rules, "channels", order.channel)),
            (_("Priority"), wording.choice(rules, "priorities", order.priority)),
            (_("About"), "、".join(naming.shown(row) for row in self.named)),
            (_("Responsible"), self.unit_path),
            (_("Handled by"), self.case.owner.name if self.case.owner else ""),
            (_("Registered by"), self._registered_by),
            (_("First contact"), self._keeper),
            (_("Why there"), order.route_reason.in_(get_language()) if order.route_reason else ""),
            (_("Cause"), wording.choice(rules, "fault_causes", order.cause)),
            (_("Whose equipment"), wording.choice(rules, "ownership", order.ownership)),
            (_("Evaluation"), self._evaluation),
            (_("Result"), wording.choice(rules, "results", order.result)),
            (_("Satisfaction"), wording.choice(rules, "satisfaction", order.satisfaction)),
            (_("Urged"), self._times(self.urges)),
            (_("Returned"), self._times(order.returns)),
            (_("Decided above"), self._decided),
            (_("Extension"), self._extension),
            (_("Repeat"), _("number %(count)s of this matter") % {"count": order.repeats} if order.repeats else ""),
            (_("Merged into it"), self._times(order.absorbed)),
            (_("Why terminated"), wording.choice(rules, "terminate_reasons", order.termination_reason)),
            (_("Inquiry"), self._inquiry),
            (_("Reopened"), self._times(order.reopenings)),
            (_("Call-back attempts"), self._times(order.attempts)),
            *(origin or [(_("Source"), f"{order.source} {order.source_ref}".strip())]),
        ]
        return [(name, value) for name, value in pairs if value]

    @cached_property
    def named(self) -> list[Any]:
        """Whom the order is about. One query."""
        return naming.named_in(self.order)

    @cached_property
    def triage(self) -> Any:
        """The walk through the triage's form, when there was one."""
        return triaging.restored(self.order.triage, self.rules)

    @property
    def triage_told(self) -> list[triaging.Told]:
        """What was asked and answered before the order was dispatched."""
        return triaging.told(self.triage, self.rules) if self.triage else []

    @property
    def triage_does(self) -> Any:
        """What the triage came to."""
        return wording.DOES[self.triage.outcome.does] if self.triage and self.triage.outcome else ""

    @property
    def triage_ownership(self) -> Any:
        """Whose equipment the triage takes it for."""
        return wording.choice(self.rules, "ownership", self.triage.ownership) if self.triage else ""

    @cached_property
    def gaps(self) -> tuple[Any, ...]:
        """The needed facts that an open order does not name."""
        return scoring.gaps(self.order, self.rules) if self.case.is_open else ()

    @cached_property
    def score(self) -> Any:
        """The score of record and answer with its lines, for those with the right to it; else None."""
        if self.order.sealed or not self.actor.may(Permission.CASE_QUALITY_VIEW, casework.facts_of(self.case)):
            return None
        found = scoring.explained(self.order, self.rules)
        return found if found.points is not None else None

    @property
    def score_lines(self) -> list[dict[str, Any]]:
        """The lines of the score, with why points were lost, in the order of the rules."""
        return [
            {"line": line, "remarks": [wording.remark(remark) for remark in line.remarks]} for line in self.score.lines
        ]

    @property
    def _registered_by(self) -> str:
        by, unit = self.order.registered_by, self.case.opened_by_unit.name
        return f"{by.name} · {unit}" if by else unit

    @property
    def _keeper(self) -> str:
        """Who keeps the promise to the customer while it is open, and who was asked to take it over."""
        order = self.order
        if not order.promise_open or order.keeper is None:
            return ""
        if order.keeper_asked is None:
            return order.keeper.name
        return _("%(keeper)s (%(asked)s was asked to take over)") % {
            "keeper": order.keeper.name, "asked": order.keeper_asked.name,
        }  # fmt: skip

    @property
    def _evaluation(self) -> Any:
        from open95598.service.workorders.flows import EVALUATIONS

        return dict(EVALUATIONS).get(self.order.evaluation, self.order.evaluation)

    @property
    def _decided(self) -> str:
        """Who was decided above to take it, and when."""
        order = self.order
        who = [order.settled_unit.name] if order.settled_unit else []
        return " · ".join([*who, str(marks.absolute(order.settled_at))]) if order.settled_at else ""

    @property
    def _extension(self) -> str:
        order = self.order
        if not order.extension:
            return _("granted") if order.extensions else ""
        names = {"asked": _("asked, to be decided"), "granted": _("granted"), "refused": _("not granted")}
        return _("%(days)s days: %(state)s") % {"days": order.extension_days, "state": names[order.extension]}

    @property
    def _inquiry(self) -> str:
        order = self.order
        if order.inquired_at is None:
            return ""
        who = order.inquirer.name if order.inquirer else ""
        return f"{who}：{mask_text(order.inquiry)} → {mask_text(order.finding)}"

    @property
    def acting_for(self) -> str:
        """The name of the absent owner for whom the reader stands in here; empty when they act for themselves."""
        rights, owner = self.actor.rights, self.case.owner
        return owner.name if rights is not None and owner is not None and owner.pk in rights.deputises else ""

    @staticmethod
    def _times(count: int) -> str:
        return _("%(count)s ×") % {"count": count} if count else ""

    @cached_property
    def urges(self) -> int:
        """How often the customer urged."""
        return self.order.urge_count()

    @property
    def moments(self) -> list[tuple[Any, datetime]]:
        """When what happened."""
        names = {
            "received_at": _("Received"), "dispatched_at": _("Dispatched"), "accepted_at": _("Accepted"),
            "contacted_at": _("Contacted"), "crew_at": _("Crew set out"), "arrived_at": _("Arrived"),
            "diagnosed_at": _("Diagnosed"), "restored_at": _("Restored"), "appointment_at": _("Appointment"),
            "replied_at": _("Replied"), "reviewed_at": _("Reviewed"), "called_back_at": _("Called back at"),
        }  # fmt: skip
        found = [(names[name], getattr(self.order, name)) for name in _MOMENTS if getattr(self.order, name)]
        return [*found, *([(_("Archived"), self.case.closed_at)] if self.case.closed_at else [])]

    @cached_property
    def _told(self) -> list[Any]:
        return journal.timeline(self.case.pk, reveal=True, limit=ENTRIES + 1, since=self.case.opened_at)

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of the timeline."""
        return storytelling.entries(self._told[:ENTRIES], self.case, self.order.number)

    @property
    def last_entry(self) -> int:
        """The id of the newest entry: what the reader has seen."""
        return self._told[0].id if self._told else 0

    @property
    def more_url(self) -> str:
        """Where older entries are; empty when there are none."""
        if len(self._told) <= ENTRIES:
            return ""
        return f"{reverse('workorders:timeline', args=(self.order.number,))}?before={self._told[ENTRIES - 1].id}"

    @cached_property
    def files(self) -> list[Any]:
        """The attached files."""
        return attachments.of_case(self.case.pk)

    @cached_property
    def participants(self) -> list[Participant]:
        """Who takes part beside the responsible unit."""
        rows = Participant.objects.filter(case_id=self.case.pk).select_related("unit", "person")
        return list(rows.order_by("id"))

    @cached_property
    def parts(self) -> list[PartCard]:
        """What hangs below the order, as far as the reader may see it, with what they can do about each."""
        return partpages.cards(self.case.pk, self.actor, self.now)

    @cached_property
    def related(self) -> list[matters.Related]:
        """Orders that belong to the same matter, as far as the reader may see them."""
        assert self.actor.rights is not None
        return matters.related(self.order, self.actor.rights)

    @property
    def may_join(self) -> bool:
        """Whether the reader could merge this order, or link it as a repeat."""
        return bool(matters.JOINING & self._can)

    @property
    def candidates(self) -> list[matters.Candidate]:
        """Orders that are perhaps about the same matter, with the act that would say so."""
        assert self.actor.rights is not None
        return matters.candidates(self.order, self.actor.rights, self._can, self.now)

    @cached_property
    def _can(self) -> set[str]:
        return {action.name for action, reason in self.possible if reason is None}

    @property
    def may_recuse(self) -> bool:
        """Whether the reader decides about recusal here."""
        return self.actor.may(Permission.CASE_RECUSE, casework.facts_of(self.case))
