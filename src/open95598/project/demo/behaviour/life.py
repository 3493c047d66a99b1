"""What becomes of an order, drawn once from its key: which turns its life takes. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

#: turn → share of the orders of a kind ("": of any other kind) whose life takes it where it can be taken
TURNS: Mapping[str, Mapping[str, float]] = {
    # who gets it
    "returned": {"": 0.06, "fault": 0.025},
    "disputed": {"": 0.012, "fault": 0.003},  # returned a second time: the province decides
    "transferred": {"": 0.02, "fault": 0.0},  # a fault goes to its station anyway
    "at_once": {"": 0.1, "fault": 0.02},  # of what waits for a dispatcher: answered at once after all
    "promise_passed": {"": 0.02, "fault": 0.004},  # another agent keeps the promise from now on
    "promise_declined": {"": 0.004, "fault": 0.001},
    "withdrawn": {"": 0.06},  # by the customer, of what came through the customer's page
    "complaint_withdrawn": {"": 0.0, "complaint": 0.03},  # by the customer, in a call or on their page
    # the time it has
    "suspended": {"": 0.04, "fault": 0.02},
    "suspension_refused": {"": 0.15},
    "extended": {"": 0.07, "consultation": 0.02, "fault": 0.004},
    "extension_refused": {"": 0.25},
    # others drawn in
    "joint": {"": 0.07, "fault": 0.004},
    "declined": {"": 0.12},  # of the joint parts
    "progress": {"": 0.5},  # of the joint parts: how far it is is told before the end
    "escalated": {"": 0.05, "fault": 0.003},
    "coordinated": {"": 0.035, "fault": 0.001},
    "invited": {"": 0.3},  # of the coordinations: a further unit
    "called_off": {"": 0.15},  # of the coordinations
    "joined_after": {"": 0.4},  # of the coordinations: what was decided is carried out by another unit
    "named": {"": 0.0, "complaint": 0.1, "report": 0.4},  # who it is about is said, and kept away at once
    "recused": {"": 0.0, "complaint": 0.06, "report": 0.2},
    "let_back": {"": 0.25},  # of those recused: it was a mistake
    # watched over
    "supervised": {"": 0.05, "complaint": 0.12, "fault": 0.006},
    "marked": {"": 0.02, "complaint": 0.06, "fault": 0.003},
    "unmarked": {"": 0.2},  # of those marked
    "charged": {"": 0.02, "fault": 0.001},  # in the assessment, by hand
    "answer_sent_back": {"": 0.15},  # of the supervisions
    "supervision_withdrawn": {"": 0.05},
    "raised": {"": 0.1},  # of the supervisions: to the level above
    "put_off": {"": 0.25},  # of the inspections: judged late in the week
    "objected": {"": 0.1},  # of the inspections
    "appealed": {"": 0.12},  # of the charges
    # the customer again
    "urged": {"": 0.13, "fault": 0.05},
    "urged_again": {"": 0.04, "fault": 0.01},
    "repeated": {"": 0.6, "fault": 0.25},  # of those whose customer had such an order before
    "mistaken": {"": 0.08},  # of those linked as repeats, or merged: it is taken back
    "merged": {"": 0.02},
    "noted": {"": 0.08},
    "added": {"": 0.3},  # of what came through the customer's page: the customer adds something there
    # on the way to the answer
    "no_answer": {"": 0.12},  # of the contacts: nobody answered the first time
    "appointed": {"": 0.0, "service_request": 0.35},
    "attended": {"": 0.5},  # of the requests to which somebody must come in time
    "reconnected": {"": 0.6},  # of the requests by which the supply must be back in time
    "contacted": {"": 0.0, "opinion": 0.15, "fault": 0.12},  # where no clock demands it
    "terminated": {"": 0.025, "fault": 0.002},
    "termination_refused": {"": 0.2},
    "continued": {"": 0.15},  # of the approved terminations: the inquiry finds that it must be handled
    "graded": {"": 0.0, "complaint": 0.12},
    "graded_down": {"": 0.0, "complaint": 0.03},
    "progress_told": {"": 0.0, "complaint": 0.5},
    "completed": {"": 0.0, "complaint": 0.1},
    "finding_changed": {"": 0.0, "complaint": 0.05},
    "appeal_granted": {"": 0.3},
    "appeal_again": {"": 0.4},
    "appeal_withdrawn": {"": 0.05},
    "rejected": {"": 0.08},
    # after the answer
    "explained": {"": 0.03},
    "dissatisfied": {"": 0.09, "fault": 0.025},
    "reopened": {"": 0.012},
    "call_promised": {"": 0.04, "fault": 0.02},
    "not_asked": {"": 0.015},  # does not wish to be asked
    "asked_anyway": {"": 0.1},  # kinds that need no call-back
    "confirmed": {"": 0.0, "fault": 0.22},  # by the one-time link, without a call
    "wished": {"": 0.05, "fault": 0.02},
    "rated": {"": 0.35},  # of those archived without a rating: it comes by text message
}  # fmt: skip
#: share of the orders in whose life one step is late, and which step
LATE: Mapping[str, tuple[float, tuple[str, ...]]] = {
    "fault": (0.11, ("accept", "arrive", "restore")),
    "": (0.14, ("accept", "contact", "reply")),
}
#: how often nobody answers a call-back before somebody does, with its weight
UNREACHED = {0: 88, 1: 8, 2: 3, 3: 1}


@dataclass(frozen=True)
class Life:
    """What becomes of a case of a kind. ``forced`` overrides what would be drawn (turn → whether it is taken)."""

    key: str
    kind: str = ""
    forced: Mapping[str, bool] = field(default_factory=dict)

    def has(self, turn: str) -> bool:
        """Say whether this life takes a turn; KeyError for one that nobody declared."""
        shares = TURNS[turn]
        if turn in self.forced:
            return self.forced[turn]
        if turn not in self._drawn:  # it is asked again and again, and to seed the dice takes longest
            self._drawn[turn] = self._dice(turn).random() < shares.get(self.kind, shares[""])
        return self._drawn[turn]

    @cached_property
    def _drawn(self) -> dict[str, bool]:
        return {}

    @cached_property
    def late(self) -> str:
        """The step that is late, or "". ``forced["late"]`` False: none is."""
        share, steps = LATE.get(self.kind, LATE[""])
        dice = self._dice("late")
        step = dice.choice(steps)
        return step if self.forced.get("late", True) and dice.random() < share else ""

    @cached_property
    def unreached(self) -> int:
        """How often nobody answers a call-back before somebody does. ``forced["unreached"]`` False: never."""
        drawn = self._dice("unreached").choices(list(UNREACHED), list(UNREACHED.values()))[0]
        return drawn if self.forced.get("unreached", True) else 0

    def drawn(self, what: str, among: Sequence[str]) -> str:
        """Return one of several codes, the same one however often it is asked for."""
        return self._dice(what).choice(among)

    def _dice(self, what: str) -> random.Random:
        return random.Random(f"{self.key}/{what}")  # noqa: S311

    @classmethod
    def of(cls, *turns: str, key: str = "", kind: str = "") -> Life:
        """Return a life that takes these turns and no others, and in which nothing is late."""
        straight = {turn: turn in turns for turn in TURNS} | {"late": False, "unreached": False}
        return cls(key, kind, straight)
