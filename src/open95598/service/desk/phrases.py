"""Call templates (话术, H11): the rulebook's sentences for a situation, with what is known filled in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from open95598.foundation.rulebook.desk_rows import VARIABLES, Phrase
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.words import Label

#: what stands where nothing is known yet
GAP = "＿＿"
#: names of two characters before the given name
DOUBLE = frozenset({"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒"})


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is said now; ``gaps``: something in it is not known yet."""

    code: str
    situation: str
    name: Label
    label: Label
    text: str
    gaps: bool


def surname(name: str) -> str:
    """Return the surname of a Chinese name; "" when it does not look like one."""
    plain = name.strip()
    if not plain or not all("\u4e00" <= char <= "\u9fff" for char in plain) or len(plain) > 4:
        return ""
    return plain[:2] if plain[:2] in DOUBLE and len(plain) > 2 else plain[:1]


def say(phrase: Phrase, known: Mapping[str, str], language: str | None) -> tuple[str, bool]:
    """Return a sentence with what is known filled in, and whether something is missing."""
    text = phrase.text.in_(language)
    wanted = [name for name in sorted(VARIABLES) if f"{{{name}}}" in text]
    for name in wanted:
        text = text.replace(f"{{{name}}}", known.get(name) or GAP)
    return text, any(not known.get(name) for name in wanted)


def sentences(rules: Rulebook, kind: str, known: Mapping[str, str], language: str | None) -> list[Sentence]:
    """Return what is said in conversations about a kind of order ("" any), in the order of the situations."""
    order = {choice.code: n for n, choice in enumerate(rules.choices("situations"))}
    names = {choice.code: choice.label for choice in rules.choices("situations")}
    fitting = [phrase for phrase in rules.desk.phrases if not kind or phrase.fits(kind)]
    found = []
    for phrase in sorted(fitting, key=lambda one: order.get(one.situation, len(order))):
        text, gaps = say(phrase, known, language)
        found.append(Sentence(phrase.code, phrase.situation, names[phrase.situation], phrase.label, text, gaps))
    return found
