"""Inputs that many actions share. Pure."""

from __future__ import annotations

from open95598.casework.flow import Input, InputType, Source
from open95598.foundation.words import Label

NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, required=False, personal=True)
NEEDED_NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, personal=True)
UNIT = Input("unit", Label("承办单位", "Unit"), InputType.UNIT)
ANSWER = Input("answer", Label("答复内容", "Answer"), InputType.LONG_TEXT, personal=True, max_length=4000, outward=True)
NOW = Source.NOW


def choice(
    name: str, zh: str, en: str, choices: str | tuple[tuple[str, Label], ...], *, required: bool = True
) -> Input:
    """Return a choice: from a list of the rulebook, or from pairs that the flow itself depends on."""
    return Input(name, Label(zh, en), InputType.CHOICE, required=required, choices=choices)
