"""What other rooms do when a person leaves: ``hook(person, now)`` passes on the open cases they own; and what they ask
people to be good at.

Hooks of succession run in the transaction of the change; one that raises undoes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from open95598.foundation.people.models import Person
from open95598.foundation.words import Label

Succession = Callable[[Person, datetime], None]

succession: list[Succession] = []
#: rooms that offer work by skill: (now) -> the skills that they know, as codes with what they are called
skills: list[Callable[[datetime], Sequence[tuple[str, Label]]]] = []


def known_skills(now: datetime) -> dict[str, Label]:
    """Return the skills that some room asks for, by their codes."""
    return {code: label for room in skills for code, label in room(now)}


def on_succession(hook: Succession) -> Succession:
    """Register ``hook`` (once, however often the module is imported); usable as a decorator."""
    if hook not in succession:
        succession.append(hook)
    return hook
