"""Who hears what: a room's ``events.py`` subscribes its handlers; the module is imported when Django starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as a handler receives it. ``attempt`` counts from 1."""

    id: int
    type: str
    key: str
    at: datetime
    case_id: int | None
    payload: Mapping[str, Any]
    attempt: int = 1


Handler = Callable[[Heard, datetime], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A named handler and the types that it hears.

    A type that ends in ``*`` stands for all with that beginning; ``type:kind`` for events of that type about a case of
    that kind only (the payload's ``kind``). ``lanes``: so many workers at most are busy with it at a time (0: any).
    """

    name: str
    types: tuple[str, ...]
    handler: Handler
    attempts: int | None = None
    lanes: int = 0

    def hears(self, event_type: str, kind: str = "") -> bool:
        """Say whether an event of this type, about a case of this kind, is for this subscriber."""
        for wanted, _, of in (each.partition(":") for each in self.types):
            fits = event_type.startswith(wanted[:-1]) if wanted.endswith("*") else event_type == wanted
            if fits and of in ("", kind):
                return True
        return False


class Later(Exception):
    """Raised by a handler when it is to be tried again; ``after``: not before so long."""

    def __init__(self, said: str, *, after: timedelta | None = None) -> None:
        super().__init__(said)
        self.after = after


class Undeliverable(Exception):
    """Raised by a handler when trying again cannot help: the delivery becomes a dead letter at once."""


_subscribers: dict[str, Subscriber] = {}
_by_type: dict[tuple[str, str], tuple[str, ...]] = {}


def subscribe(name: str, *types: str, attempts: int | None = None, lanes: int = 0) -> Callable[[Handler], Handler]:
    """Subscribe the decorated ``handler(event, now)`` to ``types`` under a name that must never change.

    The handler runs in a worker, in one transaction with the mark "done": its database effects happen once, in the
    order of the events of one key. What it does outside the database must bear repetition. Raising means: again later,
    and after ``attempts`` tries (default: about a day and a quarter of them) a dead letter. ``lanes``: for one that
    waits for strangers, so that they cannot keep all workers waiting.
    """
    if not types:
        raise ValueError(f"subscriber {name} hears nothing")
    if not 0 < len(name) <= MAX_NAME:
        raise ValueError(f"a subscriber's name has 1 to {MAX_NAME} characters: {name!r}")

    def add(handler: Handler) -> Handler:
        known = _subscribers.get(name)
        if known is not None and known.handler is not handler:
            raise ValueError(f"two subscribers are named {name}")
        _subscribers[name] = Subscriber(name, types, handler, attempts, lanes)
        _by_type.clear()
        return handler

    return add


def unsubscribe(name: str) -> None:
    """Forget a subscriber (tests); deliveries already written stay pending."""
    _subscribers.pop(name, None)
    _by_type.clear()


def subscriber(name: str) -> Subscriber | None:
    """Return the subscriber of that name, None when the code no longer has it."""
    return _subscribers.get(name)


def names() -> Iterable[str]:
    """Return the names of all subscribers, sorted."""
    return sorted(_subscribers)


def hearers(event_type: str, kind: str = "") -> tuple[str, ...]:
    """Return the names of those who hear events of this type, about cases of this kind."""
    found = _by_type.get((event_type, kind))
    if found is None:
        found = tuple(sorted(s.name for s in _subscribers.values() if s.hears(event_type, kind)))
        _by_type[event_type, kind] = found
    return found
