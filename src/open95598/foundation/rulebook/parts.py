"""The smallest pieces of a rulebook's schema: codes, labels, lengths of time, rows with a code. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
)

from open95598.foundation.calendars.arithmetic import DAY
from open95598.foundation.words import Label

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,63}$")]
_LIMIT = re.compile(r"(\d{1,5})\s*(wd|d|h|min)")
_CLOCK_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_UNIT_MINUTES = {"d": DAY, "h": 60, "min": 1}


def parse_length(text: str) -> tuple[int | None, int | None]:
    """Read ``4wd``, ``2d``, ``24h`` or ``20min``; return (working days, None) or (None, minutes)."""
    found = _LIMIT.fullmatch(text) if isinstance(text, str) else None
    if found is None or int(found[1]) == 0:
        raise ValueError(f"not a length of time like 4wd, 2d, 24h or 20min: {text!r}")
    number = int(found[1])
    return (number, None) if found[2] == "wd" else (None, number * _UNIT_MINUTES[found[2]])


def parse_minutes(text: str) -> int:
    """Read a length that is not in working days, as minutes."""
    minutes = parse_length(text)[1]
    if minutes is None:
        raise ValueError(f"working days cannot be used here: {text!r}")
    return minutes


def _label(value: Any) -> Label:
    if isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(v, str) and v for v in value.values()):
        return Label(value["zh"], value["en"])
    raise ValueError("a label needs both languages: {zh: …, en: …}")


def _time(value: Any) -> int:
    found = _CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > DAY:
        raise ValueError(f"not a time of day like 08:30: {value!r}")
    return int(found[1]) * 60 + int(found[2])


def _length(text: str) -> str:
    parse_length(text)
    return text


Words = Annotated[Label, BeforeValidator(_label)]
TimeOfDay = Annotated[int, BeforeValidator(_time)]
Length = Annotated[str, AfterValidator(_length)]
Minutes = Annotated[int, BeforeValidator(parse_minutes)]
Many = tuple[Code, ...]


class Part(BaseModel):
    """A part of a rulebook: unknown keys are errors, texts are not guessed into numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Row(Part):
    """A part with a code of its own and the row of the specification it comes from."""

    code: Code
    source: str = ""
    #: only in overlays: takes the base's row out
    drop: Literal[False] = False
