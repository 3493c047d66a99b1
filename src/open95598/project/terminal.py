"""What a person at the terminal of ``open95598 up`` is told of what the processes say: warnings, and those calmly.

The files in ``HOME/logs`` hold every line; ``OPEN95598_TERMINAL=all`` passes every line on as it is, for whoever
collects them from standard error.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: levels that a person is told of
TOLD = frozenset({"warning", "error", "critical"})
#: seconds in which the same line of the same process is told once
AGAIN = 60.0
#: the longest line, in characters
LONGEST = 200
#: loggers of which every process says the same, over and over, while the database is away; it says so itself as well
SILENT = frozenset({"psycopg.pool"})
#: what else of a line says what happened to whom
FACTS = ("subscriber", "error", "reason")


def _read(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def worth(line: str) -> str | None:
    """Return what of a process's line is worth a person's eyes, or None.

    Told are warnings and errors of ours. A refused request (status 4xx) is its sender's matter, whoever asks whether
    the house is ready is told so (503), and what is no line of ours (the database's own words, a program's output)
    stands in the file. Of a long or many-lined one the beginning.
    """
    told = _read(line)
    if told is None or told.get("level") not in TOLD or told.get("logger") in SILENT:
        return None
    if not isinstance(told.get("event"), str):
        return None
    status = told.get("status_code")
    if isinstance(status, int) and (400 <= status < 500 or status == 503):
        return None
    first, *rest = (told["event"].strip() or "…").splitlines()
    first = ": ".join([first, *(str(told[fact]).splitlines()[0] for fact in FACTS if told.get(fact))])
    if len(first) > LONGEST:
        first = f"{first[: LONGEST - 1]}…"
    more = rest or "exception" in told
    return f"{first} (the rest is in its log)" if more else first


class Terminal:
    """Passes on what is worth telling, the same words of the same process once within ``AGAIN`` seconds."""

    def __init__(self, say: Callable[[str], None], *, everything: bool = False) -> None:
        self._say = say
        self._everything = everything
        self._last: dict[tuple[str, str], float] = {}

    def hear(self, name: str, line: str, at: float) -> None:
        """Take one line of the process ``name``, said at ``at`` (seconds of a clock that only goes forward)."""
        if self._everything:
            print(line, file=sys.stderr, flush=True)
            return
        words = worth(line)
        if words is None:
            return
        key = (name, words)
        if key in self._last and at - self._last[key] < AGAIN:
            return
        self._last = {known: when for known, when in self._last.items() if at - when < AGAIN} | {key: at}
        self._say(f"{name}: {words}")
