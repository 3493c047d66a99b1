"""The rows of a rulebook about how the field speaks: what search knows of words. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WordGroup:
    """Words that belong together: those of one matter (``words``), or those that mean the same (``synonyms``)."""

    code: str
    words: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class SearchRules:
    """What a rulebook says about words: those of the field, those that mean the same, those that say nothing."""

    words: tuple[WordGroup, ...] = ()
    synonyms: tuple[WordGroup, ...] = ()
    stop: tuple[str, ...] = ()
