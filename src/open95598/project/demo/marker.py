"""What makes an installation a demonstration: a file in its home, written before the first row of the utility.

The settings read it, so that every process and command knows, not only those that ``open95598 up --demo`` started.
"""

from __future__ import annotations

from pathlib import Path

NAME = "demonstration"
CLOCK = "clock.json"


def is_set(home: Path) -> bool:
    """Say whether the installation in ``home`` is a demonstration."""
    return (home / NAME).exists()


def put(home: Path) -> None:
    """Make the installation in ``home`` a demonstration, for good."""
    (home / NAME).write_text("This installation is a demonstration: its data are made up and may be thrown away.\n")


def clock_path(home: Path) -> Path:
    """Return where the anchor of the demonstration's clock lies (``foundation.clock.PacedClock``)."""
    return home / CLOCK
