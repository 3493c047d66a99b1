"""The rules that come with the house, read from their files once for all tests of a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from open95598.foundation.rulebook.files import check_root
from open95598.foundation.rulebook.model import Rulebook

ROOT = Path(__file__).resolve().parents[1] / "rulebooks"


@cache
def shipped() -> Rulebook:
    """Return the first version of the rules that are shipped."""
    return check_root(ROOT)[0].rulebook
