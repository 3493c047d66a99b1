"""The form on which an order is inspected, filled in: points, reasons, fatal errors, and what it comes to. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from open95598.foundation.rulebook.oversight_rows import QaForm

LONGEST_REASON = 500


@dataclass(frozen=True)
class Mark:
    """The points of one line, with the reason when some were lost."""

    points: int
    why: str = ""


@dataclass(frozen=True)
class Sheet:
    """A form filled in: marks by the line's code, codes of fatal errors, a remark."""

    marks: Mapping[str, Mark]
    fatal: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a sheet comes to: a score of 100 (zero with a fatal error) and whether the order passed."""

    score: int
    passed: bool


def problems(form: QaForm, kind: str, sheet: Sheet) -> dict[str, str]:
    """Return what is wrong with a sheet, by the line's code: ``missing``, ``range``, ``reason`` (points were lost
    without one), ``unknown``; empty when nothing is."""
    lines = {line.code: line for line in form.lines(kind)}
    found: dict[str, str] = {}
    for code, line in lines.items():
        mark = sheet.marks.get(code)
        if mark is None:
            found[code] = "missing"
        elif not 0 <= mark.points <= line.most:
            found[code] = "range"
        elif mark.points < line.most and not mark.why.strip():
            found[code] = "reason"
    found |= dict.fromkeys(set(sheet.marks) - set(lines), "unknown")
    found |= dict.fromkeys(set(sheet.fatal) - {e.code for e in form.fatal}, "unknown")
    if sheet.fatal and not sheet.remark.strip():
        found["remark"] = "reason"
    return found


def judge(form: QaForm, kind: str, sheet: Sheet) -> Verdict:
    """Return the verdict on a sheet without problems: its points of those that count for the kind, out of 100."""
    if sheet.fatal:
        return Verdict(0, False)
    most = sum(line.most for line in form.lines(kind))
    score = round(100 * sum(mark.points for mark in sheet.marks.values()) / most)
    return Verdict(score, score >= form.passed_from)


def as_text(sheet: Sheet) -> str:
    """Write a sheet as JSON: how it is handed to the flow and kept."""
    return json.dumps(as_data(sheet), ensure_ascii=False, sort_keys=True)


def as_data(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as plain data."""
    marks = {code: {"points": mark.points, "why": mark.why} for code, mark in sheet.marks.items()}
    return {"marks": marks, "fatal": list(sheet.fatal), "remark": sheet.remark}


def from_text(text: str) -> Sheet:
    """Read what ``as_text`` wrote. ValueError for anything else."""
    try:
        return from_data(json.loads(text))
    except (TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise ValueError("not a sheet") from wrong


def from_data(data: Mapping[str, Any]) -> Sheet:
    """Read what ``as_data`` returned. ValueError, TypeError or KeyError for anything else."""
    marks: dict[str, Mark] = {}
    for code, mark in data["marks"].items():
        points, why = mark["points"], mark.get("why", "")
        if isinstance(points, bool) or not isinstance(points, int) or not isinstance(why, str):
            raise ValueError(f"not a mark: {code}")
        marks[str(code)] = Mark(points, _storable(why)[:LONGEST_REASON])
    fatal = data.get("fatal", [])
    if not isinstance(fatal, list) or not all(isinstance(code, str) for code in fatal):
        raise ValueError("fatal errors are a list of codes")
    return Sheet(marks, tuple(dict.fromkeys(fatal)), _storable(str(data.get("remark", "")))[:2000])


def without_words(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sheet as plain data without what somebody wrote: points and fatal errors stay."""
    sheet = from_data(data)
    return as_data(Sheet({code: Mark(mark.points) for code, mark in sheet.marks.items()}, sheet.fatal))


def _storable(text: str) -> str:
    """Return text without what no database keeps."""
    return text.replace("\x00", "").strip()
