"""What happens beside a case in the transaction of an act on it: for one case, or for many in a few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from open95598.casework.actors import Actor
from open95598.casework.models import Case

#: (case, typed row, input, actor, now)
Effect = Callable[..., None]


@dataclass(frozen=True)
class Happened:
    """An act as its effect is told of it; ``now`` is its moment (aware UTC)."""

    case: Case
    typed: Any
    data: Mapping[str, Any]
    actor: Actor
    now: datetime


class Together:
    """An effect that only writes rows of its own: ``many`` writes those of any number of acts, in the order given."""

    def __init__(self, many: Callable[[Sequence[Happened]], object]) -> None:
        self.many = many

    def __call__(self, case: Case, typed: Any, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
        """Write those of one act."""
        self.many([Happened(case, typed, data, actor, now)])


def follow(happened: Iterable[tuple[Effect, Happened]]) -> None:
    """Let the effects of acts happen: first those that are written together, then the others in the order given."""
    groups: dict[Together, list[Happened]] = {}
    alone: list[tuple[Effect, Happened]] = []
    for effect, act in happened:
        if isinstance(effect, Together):
            groups.setdefault(effect, []).append(act)
        else:
            alone.append((effect, act))
    for together, acts in groups.items():
        together.many(acts)
    for effect, act in alone:
        effect(act.case, act.typed, act.data, act.actor, act.now)
