"""What other rooms do when a person leaves: ``hook(person, now)`` passes on the open cases they own.

Hooks run in the transaction of the change; one that raises undoes it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from open95598.foundation.people.models import Person

Succession = Callable[[Person, datetime], None]

succession: list[Succession] = []


def on_succession(hook: Succession) -> Succession:
    """Register ``hook`` (once, however often the module is imported); usable as a decorator."""
    if hook not in succession:
        succession.append(hook)
    return hook
