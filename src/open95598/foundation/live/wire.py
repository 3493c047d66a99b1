"""What goes over the stream, and what is remembered for those who come back. Pure.

A position is ``<life>-<number>``: the life of this process's listening (a new one after each loss of the database),
and the place in it. Event ids would not do: they are not committed in their order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

HEARTBEAT = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Update:
    """One event as browsers are told of it: names and numbers, nothing personal."""

    id: int
    type: str
    case_id: int | None = None
    kind: str = ""
    person_ids: frozenset[int] = frozenset()
    everybody: bool = False
    #: what guests hear of it by
    topics: frozenset[str] = frozenset()

    @classmethod
    def of(cls, id: int, type: str, case_id: int | None, payload: dict[str, Any]) -> Update:  # noqa: A002
        """Read an event's row; ``payload["kind"]`` is passed on.

        ``payload["person_ids"]`` addresses it to persons, ``payload["everybody"]`` to all who are signed in,
        ``payload["topics"]`` to guests who may hear of one of them.
        """
        people = payload.get("person_ids") or ()
        return cls(
            id,
            type,
            case_id,
            str(payload.get("kind") or ""),
            frozenset(int(p) for p in people),
            payload.get("everybody") is True,
            frozenset(str(topic) for topic in payload.get("topics") or ()),
        )

    def concerns(self, person_id: int, seen: Collection[int]) -> bool:
        """Say whether a person hears of it: addressed to them by name, or about a case among those they may see."""
        if self.person_ids:
            return person_id in self.person_ids
        if self.everybody:
            return True
        return self.case_id is not None and self.case_id in seen


def message(position: str, update: Update) -> bytes:
    """Return the update as the text of an event stream: ``event: case``, or ``event: bell`` to persons."""
    data: dict[str, Any] = {"id": update.id, "type": update.type}
    if update.case_id is not None:
        data["case_id"] = update.case_id
    if update.kind:
        data["kind"] = update.kind
    name = "bell" if update.person_ids else "case"
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (position.encode(), name.encode(), orjson.dumps(data))


def for_guest(position: str, update: Update) -> bytes:
    """Return the update as a guest is told of it: that there is something, and what kind of thing."""
    return b"id: %s\nevent: guest\ndata: %s\n\n" % (position.encode(), orjson.dumps({"type": update.type}))


def reset(position: str) -> bytes:
    """Return the word that something was missed: the page fetches all that it shows again."""
    return b'id: %s\nevent: reset\ndata: {"type":"reset"}\n\n' % position.encode()


@dataclass
class Memory:
    """The last updates, for those who come back within a window."""

    life: str
    size: int = 5000
    last: int = 0
    #: up to here is forgotten
    forgotten: int = 0
    kept: deque[tuple[int, Update]] = field(default_factory=deque)

    @property
    def position(self) -> str:
        """The place of the latest update."""
        return self.place(self.last)

    def place(self, number: int) -> str:
        """Return the position with a number in this life."""
        return f"{self.life}-{number}"

    def keep(self, updates: Iterable[Update]) -> list[tuple[int, Update]]:
        """Number the updates and remember them; return them with their numbers."""
        numbered = []
        for update in updates:
            self.last += 1
            numbered.append((self.last, update))
        self.kept.extend(numbered)
        while len(self.kept) > self.size:
            self.forgotten = self.kept.popleft()[0]
        return numbered

    def skip(self) -> None:
        """Note that something went by which was not remembered: nobody can resume from before it."""
        self.last += 1
        self.forgotten = self.last
        self.kept.clear()

    def since(self, position: str) -> list[tuple[int, Update]] | None:
        """Return what came after a position, None when that is no longer (or never was) known."""
        life, _, number = position.rpartition("-")
        if life != self.life or not (number.isascii() and number.isdigit()):
            return None
        seen = int(number)
        if seen < self.forgotten or seen > self.last:
            return None
        return [(n, update) for n, update in self.kept if n > seen]
