"""The knowledge that lies beside the rulebooks as files: its categories and what ``knowledge load`` brings."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from open95598.foundation.words import Label
from open95598.service.knowledge import content


def folder() -> Path:
    """Return where the files lie (``items/`` and ``scripts/`` below)."""
    return Path(settings.RULEBOOKS) / "cn" / "knowledge"


@lru_cache(maxsize=4)
def _read(where: Path) -> content.Content:
    return content.read(where / "items")


def shipped() -> content.Content:
    """Return the items on files, read once a process. Raises ``Broken`` with all that is wrong in them."""
    return _read(folder())


def categories() -> dict[str, Label]:
    """Return the names of the categories, in the order of the files."""
    return {category.code: category.label for category in shipped().categories}
