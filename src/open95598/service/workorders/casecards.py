"""A case below an order (a joint part, a supervision, an inspection, an appeal) as pages show it: what all have alike.

A room makes its card of it by saying what its words and buttons are; a page of its own adds what only a page shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from open95598.casework import registry
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.flow import Action
from open95598.casework.models import Case, CaseClock
from open95598.foundation.rulebook import store
from open95598.service.workorders import queries, wording


@dataclass(frozen=True)
class Offered:
    """An action as a button: ``reason`` says why it cannot be taken now (None: it can)."""

    action: Action
    url: str
    reason: Any = None


@dataclass
class CaseCard:
    """A case below an order for one reader at one moment; ``row`` is its typed row, with the case.

    A room says which ``TONES`` its states have, and where its buttons lead (``action_url``).
    """

    #: state → tone of its badge
    TONES: ClassVar[Mapping[str, str]] = {}
    #: acts that have a place of their own, beside the buttons
    ELSEWHERE: ClassVar[Collection[str]] = ()

    row: Any
    actor: Actor
    now: datetime
    clocks: Sequence[CaseClock] = ()
    #: where its buttons lead: "" the order's page, else its own
    at: str = ""

    @property
    def case(self) -> Case:
        """Its case."""
        case: Case = self.row.case
        return case

    @cached_property
    def rules(self) -> Any:
        """The rulebook that it was opened under."""
        return store.get(self.case.rulebook_version)

    @property
    def state(self) -> Any:
        """The state's name."""
        return wording.state(self.case.kind, self.case.state, self.case.flow_version)

    @property
    def tone(self) -> str:
        """The tone of the state's badge."""
        return self.TONES.get(self.case.state, "accent")

    @property
    def clock(self) -> CaseClock | None:
        """The clock that ends first."""
        return next(iter(self.clocks), None)

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        raise NotImplementedError

    @cached_property
    def possible(self) -> list[tuple[Action, Any]]:
        """The actions that the reader has the right to, with the reason against each (None: possible)."""
        return casework.possible(self.case, self.row, self.actor, self.now, self.clocks)

    @cached_property
    def offered(self) -> list[Offered]:
        """The buttons, the main one first; beside an order, whose own notes stand there, without the note."""
        return [
            Offered(action, self.action_url(action.name), reason)
            for action, reason in self.possible
            if action.name not in self.ELSEWHERE and (action.name != "note" or self.at)
        ]


@dataclass
class CaseOwnPage(CaseCard):
    """Such a case on a page of its own."""

    at: str = "page"
    open_form: Any = None

    @cached_property
    def all_clocks(self) -> list[tuple[Any, CaseClock]]:
        """All its clocks with their names, running ones first."""
        return [(wording.clock(c.name), c) for c in queries.all_clocks(self.case.pk)]

    @property
    def waits_for(self) -> list[Any]:
        """The names of the main actions that would move it on, when the reader has none of them."""
        if any(action.main and reason is None for action, reason in self.possible):
            return []
        flow = registry.flow(self.case.kind, self.case.flow_version)
        return [a.label for a in flow.actions_from(self.case.state) if a.main and a.to]
