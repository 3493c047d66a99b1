"""What became of a line on the other side. Pure."""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    """``SENT``: the house has it; ``GOT``: it is on the other's page; ``READ``: it was looked at."""

    SENT = "sent"
    GOT = "got"
    READ = "read"


def of(seq: int, got: int, read: int) -> Mark:
    """Return the mark of a line, given up to which line the other side received and read."""
    if seq <= read:
        return Mark.READ
    return Mark.GOT if seq <= got else Mark.SENT


def forward(known: int, told: int, last: int) -> int:
    """Return how far somebody is after telling ``told``: never back, never beyond the newest line."""
    return max(known, min(told, last))
