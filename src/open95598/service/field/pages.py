"""What the page of a sheet shows: a row a repair, what is on record of it, and the fields that are left to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework.actors import Actor
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.field import entering, papers, queries
from open95598.service.field.models import FieldSheet, SheetLine
from open95598.service.field.services import FIELDS, LISTS
from open95598.service.outages.models import Outage
from open95598.service.workorders import personal, wording

_NAME = re.compile(r"^(?P<field>[a-z]+)-(?P<place>\d{1,3})$")


@dataclass(frozen=True)
class Cell:
    """One field of a row: what was typed, what is on record instead, what is wrong with it; ``choices``: a list."""

    name: str
    title: str
    value: str = ""
    recorded: str = ""
    problem: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    asked: bool = True


@dataclass(frozen=True)
class Line:
    """A row of the page; ``cells`` empty: nothing of it is for these eyes any more."""

    line: SheetLine
    number: str
    link: bool
    what: Any
    where: str
    state: Any
    cells: tuple[Cell, ...]
    problem: str = ""


@dataclass(frozen=True)
class Page:
    """A sheet to be entered."""

    sheet: FieldSheet
    lines: list[Line]
    people: list[tuple[int, str]]
    crew: int | None
    may_reveal: bool
    left: int


def given(posted: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """Return what was filled in, by the row's place and the field's name."""
    found: dict[int, dict[str, str]] = {}
    for name, value in posted.items():
        named = _NAME.match(name)
        if named is not None and named["field"] in FIELDS:
            found.setdefault(int(named["place"]), {})[named["field"]] = str(value)
    return found


def page_of(
    sheet: FieldSheet, rights: Rights, actor: Actor, now: datetime, typed: Mapping[int, Mapping[str, str]],
    problems: Mapping[int, Mapping[str, str]],
) -> Page:  # fmt: skip
    """Return a sheet's page; ``typed`` and ``problems`` by place: what is still to be put right."""
    lines = queries.lines(sheet)
    rows = queries.typed(rights, [line.case_id for line in lines])
    drawn = [_line(one, rows.get(one.case_id), typed.get(one.place, {}), problems.get(one.place, {})) for one in lines]
    reveals = any(not isinstance(r, Outage) and personal.may_reveal(r, actor) for r in rows.values())
    left = sum(any(cell.asked for cell in line.cells) for line in drawn)
    return Page(sheet, drawn, queries.people(sheet.unit), sheet.crew_id, reveals, left)


def _line(line: SheetLine, row: Any, typed: Mapping[str, str], bad: Mapping[str, str]) -> Line:
    if row is None:
        return Line(line, "", False, _("not shown to you"), "", "", (), bad.get("", ""))
    case, rules = row.case, store.get(row.case.rulebook_version)
    record = queries.on_record(row)
    outage = isinstance(row, Outage)
    over = case.state not in ((*entering.FRESH, "crew_sent") if outage else entering.NEXT)
    cells = tuple(_cell(name, row, record, rules, typed, bad, over) for name in FIELDS)
    what = _("Outage") if outage else wording.category(rules, row.category)
    where = row.place if outage else personal.shown(row)["address"]
    state = wording.state(case.kind, case.state, case.flow_version)
    return Line(line, row.number, not outage, what, where, state, cells, bad.get("", ""))


def titles() -> dict[str, str]:
    """Return what the fields of a row are called."""
    return {
        "out": pgettext("sheet", "Set out"), "arrived": pgettext("sheet", "Arrived"),
        "restored": pgettext("sheet", "Restored"), "cause": _("Cause"),
        "ownership": _("Whose equipment"), "result": _("Result"), "note": pgettext("sheet", "Remark"),
    }  # fmt: skip


def _cell(
    name: str, row: Any, record: Mapping[str, Any], rules: Any, typed: Mapping[str, str], bad: Mapping[str, str],
    over: bool,
) -> Cell:  # fmt: skip
    title = titles()[name]
    known = record.get(name)
    value, problem = str(typed.get(name, "")), bad.get(name, "")
    if known and not problem:
        shown = (
            f"{timezone.localtime(known):%m-%d %H:%M}" if isinstance(known, datetime) else _choice(rules, name, known)
        )
        return Cell(name, title, recorded=shown, asked=False)
    unasked = isinstance(row, Outage) and name in ("ownership", "result", "note")
    gone = isinstance(row, Outage) and name == "out" and row.case.state not in entering.FRESH
    if (over or unasked or gone) and not problem:
        return Cell(name, title, asked=False)
    if name not in LISTS:
        return Cell(name, title, value, problem=problem)
    choices = enumerate(rules.choices(LISTS[name], "fault"))
    pairs = tuple((c.code, f"{papers.letter(n)} {wording.choice(rules, LISTS[name], c.code)}") for n, c in choices)
    return Cell(name, title, value, problem=problem, choices=pairs)


def _choice(rules: Any, name: str, code: str) -> str:
    return str(wording.choice(rules, LISTS[name], code))
