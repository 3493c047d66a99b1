"""What the page of one order shows, gathered in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.urls import reverse
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
from open95598.service.workorders import (
    casefacts,
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
    def facts(self) -> list[tuple[Any, Any]]:
        """What lists of the order say beside the customer's words: name and value, empty ones left out."""
        return casefacts.facts(self)

    @property
    def moments(self) -> list[tuple[Any, datetime]]:
        """When what happened."""
        return casefacts.moments(self.order)

    @property
    def unit_path(self) -> str:
        """The names of the responsible unit's ancestors and its own, from the level below the top."""
        return casefacts.unit_path(self.case)

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
    def acting_for(self) -> str:
        """The name of the absent owner for whom the reader stands in here; empty when they act for themselves."""
        rights, owner = self.actor.rights, self.case.owner
        return owner.name if rights is not None and owner is not None and owner.pk in rights.deputises else ""

    @cached_property
    def below(self) -> Mapping[str, int]:
        """How many cases of which kind hang below the order, seen or not: what is not there need not be asked for."""
        rows = Case.objects.system("whether there is anything, before rights are asked").filter(parent_id=self.case.pk)
        return dict(rows.order_by().values_list("kind").annotate(Count("pk")))

    @property
    def urges(self) -> int:
        """How often the customer urged."""
        return self.below.get("urge", 0)

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
        return partpages.cards(self.case.pk, self.actor, self.now) if partpages.KINDS & self.below.keys() else []

    @cached_property
    def related(self) -> list[matters.Related]:
        """Orders that belong to the same matter, as far as the reader may see them."""
        assert self.actor.rights is not None
        return matters.related(self.order, self.actor.rights, children=bool(self.below))

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
