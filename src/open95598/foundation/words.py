"""Bilingual labels of declared data (flows, rulebook): both languages stand side by side in the declaration.

The screens' own words go through gettext; these are data, like a category's name.
"""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    """A name in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str | None) -> str:
        """Return the name for a language code; anything that is not English gives Chinese."""
        return self.en if (language or "").startswith("en") else self.zh

    def __str__(self) -> str:
        return self.zh
