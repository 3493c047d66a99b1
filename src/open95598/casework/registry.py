"""The flows of the house and the typed tables beside their cases. Rooms add theirs when Django starts.

A room on a higher floor that watches over the cases of a lower one (supervision over orders) adds its own acts to
their flows with ``extend``: the flow's pages, API and diagram show them, the lower room knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import get_language

from open95598.casework.effects import Effect
from open95598.casework.flow import Action, Flow, Guard, Moment, Owner, check
from open95598.foundation.journal import hooks as journal
from open95598.foundation.words import Label

#: what may stand on a case of what somebody wrote: (case, typed row, action, input, actor) -> input
Screen = Callable[..., dict[str, Any]]


#: a declared label that speaks the active language when it is shown. One lazy type for all: Django's ``lazystr`` makes
#: a class of each text, thousands of them at the start of every process
_in_language = lazy(lambda label: label.in_(get_language()), str)


@dataclass(frozen=True)
class Typed:
    """The table beside the cases of some kinds: its primary key is the case's id.

    ``limit_facts`` gives the rulebook what a limit depends on beside kind and unit (category, priority).
    ``summary`` gives what events and notices may say of a case (number, label; nothing personal).
    ``effects`` are further acts in the transaction of an action, by the name that the flow declares.
    ``ends`` says when a clock ends that somebody set a time for (a promise), whatever the rulebook's limit is; None:
    the rulebook's limit counts.
    ``owed`` says whether a clock means anything for a row (nobody is to be contacted who left no number); None: always.
    ``open_field`` names a boolean column that follows the case's ``is_open``, for partial indexes of that table.
    ``screen`` looks over an action's checked input before it is used: (case, typed row, action, input, actor) → input;
    it may raise ``Invalid``.
    ``words`` are the columns that keep what somebody wrote, each with what erasure leaves of a value.
    ``list_name`` names the address of the list of such cases (parameters ``kind`` and ``state``); "" when none is.
    ``lists_of``: the kind whose entries of the rulebook's lists its forms offer (an outage has the causes of a fault);
    "" its own.
    """

    model: type[models.Model]
    limit_facts: Callable[[Any], Mapping[str, str]]
    summary: Callable[[Any], Mapping[str, Any]]
    effects: Mapping[str, Effect] = field(default_factory=dict)
    screen: Screen | None = None
    list_name: str = ""
    ends: Callable[[Any, str], datetime | None] | None = None
    owed: Callable[[Any, str], bool] | None = None
    open_field: str = ""
    words: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    lists_of: str = ""


def blank(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Return columns of text that erasure leaves empty (``Typed.words``)."""
    return dict.fromkeys(names, lambda _text: "")


_flows: dict[str, dict[int, Flow]] = {}
#: (kind, action) → what rooms above have against it
_guards: dict[tuple[str, str], list[Guard]] = {}
_typed: dict[str, Typed] = {}
_appending: set[str] = set()
_owning: set[str] = set()


def add(flow: Flow, typed: Typed) -> None:
    """Register a flow (a version of it). ValueError when the declaration does not hold together."""
    problems = check(flow)
    missing = {a.effect for a in flow.actions if a.effect} - set(typed.effects)
    problems += [f"{flow.kind}: no effect named {name!r}" for name in sorted(missing)]
    problems += [
        f"{flow.kind}.{a.name}: appends here and changes state elsewhere (or the other way round)"
        for other in flows()
        for b in other.actions
        if (a := flow.action(b.name)) is not None and a.appends != b.appends
    ]
    if problems:
        raise ValueError("; ".join(problems))
    _flows.setdefault(flow.kind, {})[flow.version] = flow
    _typed[flow.kind] = typed
    for action in flow.actions:
        journal.names.setdefault(f"case.{action.name}", _in_language(action.label))
        for wanted in action.inputs:
            journal.fields.setdefault(wanted.name, _in_language(wanted.label))
    _appending.update(a.name for a in flow.actions if a.appends)
    _owning.update(a.name for a in flow.actions if a.owner in (Owner.ACTOR, Owner.INPUT))


def extend(kinds: Iterable[str], actions: Callable[[Flow], Iterable[Action]], effects: Mapping[str, Effect]) -> None:
    """Add actions to the flows of ``kinds``, with the effects that they name; every version of a flow gets them.

    ``actions`` is asked for each flow, so that its sources can be that flow's states. ValueError when a flow would no
    longer hold together, or an effect of that name is there already.
    """
    for kind in kinds:
        beside = _typed[kind]
        if taken := set(effects) & set(beside.effects):
            raise ValueError(f"{kind}: there is an effect named {sorted(taken)} already")
        _typed[kind] = replace(beside, effects={**beside.effects, **effects})
        for known in list(_flows[kind].values()):
            add(replace(known, actions=(*known.actions, *actions(known))), _typed[kind])


def forbid(kinds: Iterable[str], actions: Iterable[str], guard: Guard) -> None:
    """Let a room above refuse actions of flows that are not its own: ``guard`` says why one cannot be done now, as the
    action's own guard does. Actions may be named before a room adds them."""
    for kind in kinds:
        for name in actions:
            _guards.setdefault((kind, name), []).append(guard)


def refusal(action: Action, moment: Moment) -> Label | None:
    """Return why an action cannot be done now, by its own guard or those of rooms above; None when it can."""
    own = () if action.guard is None else (action.guard,)
    guards = (*own, *_guards.get((moment.case.kind, action.name), ()))
    return next((reason for one in guards if (reason := one(moment)) is not None), None)


def flow(kind: str, version: int | None = None) -> Flow:
    """Return a flow: the version a case is pinned to, or the newest. KeyError when there is none."""
    versions = _flows[kind]
    return versions[max(versions) if version is None else version]


def effect(kind: str, action: Action) -> Effect:
    """Return what happens beside a case of a kind by an action that names an effect."""
    return _typed[kind].effects[action.effect]


def versions(kind: str) -> list[int]:
    """Return the known versions of a kind's flow, the newest first. KeyError when the kind is unknown."""
    return sorted(_flows[kind], reverse=True)


def typed(kind: str) -> Typed:
    """Return the typed table of a kind. KeyError when the kind is unknown."""
    return _typed[kind]


def kinds() -> Sequence[str]:
    """Return the registered kinds, in the order of their registration."""
    return list(_flows)


def flows() -> list[Flow]:
    """Return the newest version of every flow."""
    return [flow(kind) for kind in _flows]


def appends(action: str) -> bool:
    """Say whether an action name is one that appends without waiting (in every flow that has it)."""
    return action in _appending


def owns(action: str) -> bool:
    """Say whether an action name is one that makes somebody the owner (in any flow that has it)."""
    return action in _owning
