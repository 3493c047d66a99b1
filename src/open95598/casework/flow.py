"""A flow as data: states, actions, and what each action needs and does. Pure: no Django, no clock.

A flow says everything a client must know to drive a case: who may act, from which states to which, with what input,
which clocks start, stop, pause or resume, and which fields of the typed table are set. What must be computed
(a guard, the choice between two target states) is a pure function over ``Moment``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import Any

from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label

#: target of an action that returns to the state before the present one (resume after a suspension)
BACK = "@back"
#: in place of a unit input: the unit that opened the case becomes responsible again
OPENER = "@opener"
_LEVEL = "@level:"


def at_level(level: str) -> str:
    """Return what stands in place of a unit input when the unit of ``level`` above the case's becomes responsible."""
    return f"{_LEVEL}{level}"


def level_of(unit: str) -> str | None:
    """Return the level that ``at_level`` named; None for anything else."""
    return unit.removeprefix(_LEVEL) if unit.startswith(_LEVEL) else None


class InputType(StrEnum):
    """What kind of value an input is; pages and API derive their fields from it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CATEGORY = "category"
    UNIT = "unit"
    PERSON = "person"
    DATETIME = "datetime"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    PHONE = "phone"


@dataclass(frozen=True)
class Input:
    """One field of an action's form. ``choices`` names a list of the rulebook, or gives (code, label) pairs.

    ``personal`` keeps the value out of the journal's body (it goes to the erasable part). ``names_recused``: a unit or
    a person that is to be kept away, not to be drawn in. ``required_if``: another input and those of its values with
    which this one is needed too; it tells clients, the action's effect or guard refuses. ``outward``: words that the
    customer reads or hears; whoever writes them is told what would be better.
    """

    name: str
    label: Label
    type: InputType = InputType.TEXT
    required: bool = True
    choices: str | tuple[tuple[str, Label], ...] = ()
    max_length: int = 0
    minimum: int | None = None
    maximum: int | None = None
    default: Any = None
    help: Label | None = None
    personal: bool = False
    names_recused: bool = False
    required_if: tuple[str, tuple[Any, ...]] | None = None
    outward: bool = False


class Source(StrEnum):
    """Where a field of the typed table takes its value from when an action sets it."""

    NOW = "now"
    ACTOR = "actor"


@dataclass(frozen=True)
class FromInput:
    """The value of an input."""

    name: str


@dataclass(frozen=True)
class Plus:
    """The field's own value plus a number."""

    amount: int = 1


@dataclass(frozen=True)
class Computed:
    """A value worked out from the moment by a pure function; a ``Source`` stands for what it means then."""

    of: Callable[[Moment], Any]


class Owner(StrEnum):
    """Who is responsible after an action."""

    KEEP = "keep"
    ACTOR = "actor"
    NOBODY = "nobody"
    INPUT = "input"


@dataclass(frozen=True)
class Moment:
    """What guards and deciders look at: the case and its typed row as they are, the input, the rules, the time."""

    case: Any
    typed: Any
    data: Mapping[str, Any]
    rules: Any
    now: datetime
    clocks: Mapping[str, Any] = field(default_factory=dict)
    #: the utility's zone, in which windows of the day are meant
    zone: tzinfo = UTC
    #: who acts; None: the house itself
    actor_id: int | None = None


Guard = Callable[[Moment], Label | None]
Decider = Callable[[Moment], str]
#: says who becomes responsible: what ``unit_input`` may say, or a unit's id
UnitDecider = Callable[[Moment], str | int]


@dataclass(frozen=True)
class State:
    """A state of a flow. ``final`` ends the case: it leaves the open lists, its clocks end.

    ``clock`` runs as long as the state lasts; ``starts`` are clocks that begin on entering it and outlive it.
    ``side``: a state that one comes back from (``BACK``) to where one was before; the clocks then stand as if one had
    stayed there.
    """

    name: str
    label: Label
    final: bool = False
    side: bool = False
    clock: str = ""
    starts: tuple[str, ...] = ()
    help: Label | None = None


@dataclass(frozen=True)
class Action:
    """Something that somebody can do with a case.

    ``to`` empty: the state stays. Several targets: ``decide`` picks one. ``appends``: adds to the case without waiting
    for it (a note, an urge); such an action changes neither state nor clocks. ``permission``: one, or any of several;
    none at all means that only the house itself does it. ``besides``: by the typed row, a right that is needed as well.
    ``above``: by the rules and the case, so many levels above the case's unit it must be held. ``asked_by`` names the
    field of the typed row that says who asked for it: for them the right counts only from one level above on, so that
    nobody approves what they asked for by themselves.

    ``unit_input`` names the input whose unit becomes the case's unit (``OPENER``: the one that opened it, ``at_level``:
    the one of a level above), or decides which unit. ``starts_from``: the moment from which the clocks of ``starts``
    count, when it is not now (a time promised; None: now). ``starts_if``, ``stops_if``: clock → whether this act, as it
    was done, starts or stops it (a call that nobody answered does not). ``extends``: clock → by how many days of its
    calendar its end moves. ``relimits``: what the action sets can change the limits of running clocks. ``keeps``:
    fields of the typed row whose values before the act go to the journal and the event (``before``). ``when``: a
    condition without which it is not offered at all; ``guard`` says why it cannot be done now, ``caution`` warns
    without refusing. ``effect`` names what else happens in the same transaction (``registry.effect``).
    """

    name: str
    label: Label
    permission: Permission | tuple[Permission, ...]
    sources: tuple[str, ...]
    to: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    starts: tuple[str, ...] = ()
    starts_from: Callable[[Moment], datetime | None] | None = None
    starts_if: Mapping[str, Callable[[Moment], bool]] = field(default_factory=dict)
    stops: tuple[str, ...] = ()
    stops_if: Mapping[str, Callable[[Moment], bool]] = field(default_factory=dict)
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: Mapping[str, Callable[[Moment], int]] = field(default_factory=dict)
    relimits: bool = False
    sets: Mapping[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    owner: Owner = Owner.KEEP
    unit_input: str | UnitDecider = ""
    above: Callable[[Any, Any], int] | None = None
    asked_by: str = ""
    besides: Callable[[Any], Permission | None] | None = None
    when: Callable[[Moment], bool] | None = None
    guard: Guard | None = None
    caution: Guard | None = None
    decide: Decider | None = None
    effect: str = ""
    appends: bool = False
    main: bool = False
    danger: bool = False
    help: Label | None = None

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """The permissions of which one is needed."""
        return self.permission if isinstance(self.permission, tuple) else (self.permission,)

    @property
    def changes_state(self) -> bool:
        """Whether performing it needs and raises the case's version."""
        return bool(self.to)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the inputs that must be given."""
        return tuple(i.name for i in self.inputs if i.required)


@dataclass(frozen=True)
class Flow:
    """The declared life of one kind of case. A case keeps the version it was opened with."""

    kind: str
    version: int
    label: Label
    initial: str
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    starts: tuple[str, ...] = ()

    def state(self, name: str) -> State:
        """Return a state; KeyError when the flow has none of that name."""
        return self._states[name]

    def action(self, name: str) -> Action | None:
        """Return an action, or None."""
        return self._actions.get(name)

    def actions_from(self, state: str) -> Iterator[Action]:
        """Yield the actions that leave (or act in) a state, the main ones first."""
        here = [a for a in self.actions if state in a.sources]
        yield from sorted(here, key=lambda a: not a.main)

    @cached_property
    def _states(self) -> dict[str, State]:
        return {s.name: s for s in self.states}

    @cached_property
    def _actions(self) -> dict[str, Action]:
        return {a.name: a for a in self.actions}

    @property
    def open_states(self) -> tuple[str, ...]:
        """Names of the states in which a case is open."""
        return tuple(s.name for s in self.states if not s.final)


def check(flow: Flow) -> list[str]:
    """Return what is wrong with a flow: unknown states, dead ends, unreachable states, clocks never started."""
    problems: list[str] = []
    names = {s.name for s in flow.states}
    if len(names) != len(flow.states):
        problems.append(f"{flow.kind}: a state is declared twice")
    if len({a.name for a in flow.actions}) != len(flow.actions):
        problems.append(f"{flow.kind}: an action is declared twice")
    if flow.initial not in names:
        problems.append(f"{flow.kind}: initial state {flow.initial!r} is not declared")
        return problems
    started = {*flow.starts, *(c for s in flow.states for c in (*s.starts, s.clock) if c)}
    for action in flow.actions:
        problems += [f"{flow.kind}.{action.name}: unknown source {s!r}" for s in action.sources if s not in names]
        problems += [f"{flow.kind}.{action.name}: unknown target {t!r}" for t in action.to if t not in names | {BACK}]
        if len(action.to) > 1 and action.decide is None:
            problems.append(f"{flow.kind}.{action.name}: several targets and nothing that decides")
        starting, stopping = (*action.starts, *action.starts_if), (*action.stops, *action.stops_if)
        clocks = (*starting, *stopping, *action.pauses, *action.resumes, *action.extends)
        if action.appends and (action.to or clocks or action.relimits):
            problems.append(f"{flow.kind}.{action.name}: an appending action may not change state or clocks")
        input_names = {i.name for i in action.inputs}
        wanted = {v.name for v in action.sets.values() if isinstance(v, FromInput)}
        wanted |= {i.required_if[0] for i in action.inputs if i.required_if is not None}
        if isinstance(action.unit_input, str) and not action.unit_input.startswith("@"):
            wanted |= {action.unit_input} - {""}
        problems += [f"{flow.kind}.{action.name}: no input named {w!r}" for w in sorted(wanted - input_names)]
        started |= set(starting)
    for action in flow.actions:
        touched = {*action.stops, *action.stops_if, *action.pauses, *action.resumes, *action.extends} - {"*"}
        problems += [f"{flow.kind}.{action.name}: clock {c!r} never starts" for c in sorted(touched - started)]
    reached = reachable(flow)
    problems += [f"{flow.kind}: state {s!r} cannot be reached" for s in sorted(names - reached)]
    sides = {s.name for s in flow.states if s.side}
    problems += [
        f"{flow.kind}.{a.name}: goes back from a state that is not a side state"
        for a in flow.actions
        if BACK in a.to and not set(a.sources) <= sides
    ]
    for state in flow.states:
        leaving = [a for a in flow.actions if state.name in a.sources and a.to]
        if state.final and any("reopened" not in a.to for a in leaving):
            problems.append(f"{flow.kind}: final state {state.name!r} is left by something other than reopening")
        if not state.final and not leaving:
            problems.append(f"{flow.kind}: state {state.name!r} is a dead end")
    return problems


def reachable(flow: Flow) -> set[str]:
    """Return the states that can be reached from the initial one."""
    seen, queue = {flow.initial}, deque([flow.initial])
    while queue:
        here = queue.popleft()
        for action in flow.actions:
            if here in action.sources:
                for target in action.to:
                    if target != BACK and target not in seen:
                        seen.add(target)
                        queue.append(target)
    return seen


def edges(flow: Flow) -> list[tuple[str, str, Action]]:
    """Return (from, to, action) of every change of state, for the diagram; BACK edges point at where they may lead."""
    out: list[tuple[str, str, Action]] = []
    for action in flow.actions:
        for source in action.sources:
            for target in action.to:
                if target == BACK:
                    out += [(source, s, action) for s in sorted(_came_from(flow, source))]
                else:
                    out.append((source, target, action))
    return out


def _came_from(flow: Flow, side: str) -> set[str]:
    """Return the states that ``BACK`` can lead to from a side state: those it was entered from, side states unwound."""
    found: set[str] = set()
    seen, queue = {side}, deque([side])
    while queue:
        here = queue.popleft()
        for action in flow.actions:
            if here in action.to:
                for source in action.sources:
                    if not flow.state(source).side:
                        found.add(source)
                    elif source not in seen:
                        seen.add(source)
                        queue.append(source)
    return found
