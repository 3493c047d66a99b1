"""What comes in (reports) and what comes out (outages and what changed about them). Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Report:
    """Something that was told about a place in the grid.

    ``at``: minutes; ``position``: of the device that the usage point hangs on, or that is meant; ``source``: a code
    of the rulebook's ``outages.sources``, which says what such a report says. ``point``: whose supply it is about
    (the same point twice counts once); ``caller``: who told it (one caller counts for one place).
    """

    id: int
    at: float
    position: int
    source: str = "order"
    point: int | None = None
    caller: str | None = None


class Status(StrEnum):
    """The states of an outage (DOMAIN 4)."""

    UNCONFIRMED = "unconfirmed"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    RESTORED = "restored"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class What(StrEnum):
    """What happened to an outage."""

    OPENED = "opened"
    MOVED = "moved"
    MERGED = "merged"
    SPLIT = "split"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


class Apart(StrEnum):
    """Why a report is no evidence of an outage."""

    PLANNED = "planned"
    ARREARS = "arrears"
    SINGLE = "single"
    AGAIN = "again"  # the same usage point has reported
    CALLER = "caller"  # this caller has reported another place
    LATE = "late"  # about what has been restored


@dataclass
class Incident:
    """An outage. ``device`` is a position. ``settled``: it stands, later reports do not move it.

    ``nested_in``: inside another one that is open as well; ``after``: dark again after that one was restored;
    ``merged_into``: the one that took it over; ``split_from``: the one it came out of.
    """

    id: int
    device: int
    started: float
    named: float
    status: Status = Status.UNCONFIRMED
    settled: bool = False
    nested_in: int | None = None
    after: int | None = None
    merged_into: int | None = None
    split_from: int | None = None
    ended: float | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it is still dark there."""
        return self.status in (Status.UNCONFIRMED, Status.PROBABLE, Status.CONFIRMED)


@dataclass(frozen=True)
class Change:
    """Something that happened to an outage; ``other``: the one it was merged into, or split from."""

    what: What
    incident: int
    device: int
    at: float
    other: int | None = None


@dataclass(frozen=True)
class Taken:
    """What a report did: the outage that it belongs to, why it is no evidence, and what changed by it."""

    incident: int | None = None
    apart: Apart | None = None
    changes: tuple[Change, ...] = field(default=())
