"""From marked YAML to a ``Rulebook``: layers merged, schema applied, values made. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pydantic import ValidationError

from open95598.foundation.calendars.arithmetic import DAY
from open95598.foundation.rulebook import hall_schema, rows, schema
from open95598.foundation.rulebook.complaint_build import complaints
from open95598.foundation.rulebook.crew_rows import CrewRules
from open95598.foundation.rulebook.intake_build import intake
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.rulebook.outage_rows import OutageRules
from open95598.foundation.rulebook.oversight_schema import oversight
from open95598.foundation.rulebook.planned_rows import PlannedRules
from open95598.foundation.rulebook.reliability_rows import ReliabilityRules
from open95598.foundation.rulebook.tracking_schema import tracking
from open95598.foundation.rulebook.yamltext import (
    Broken,
    Mark,
    MarkedDict,
    Problem,
    load,
    mark_of,
    merge,
)

_AMENDS = "amends_open_cases"


@dataclass(frozen=True)
class Layer:
    """One dated folder of files: a base (``cn/2026-01-01``) or an overlay. ``files`` maps file names to their text."""

    version: str
    starts_on: date
    files: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name before the date."""
        return self.version.rsplit("/", 1)[0]


@dataclass(frozen=True)
class Built:
    """A rulebook with the marked source and the schema it came from: for checks and for error messages."""

    rulebook: Rulebook
    source: MarkedDict
    book: schema.Book


def read_layer(layer: Layer) -> MarkedDict:
    """Parse the files of one layer into one mapping of sections; raise ``Broken``."""
    whole = MarkedDict()
    whole.mark, whole.marks = Mark(layer.version, 1), {}
    problems: list[Problem] = []
    for file in sorted(layer.files):
        try:
            part = load(layer.files[file], f"{layer.version}/{file}")
        except Broken as broken:
            problems += broken.problems
            continue
        for section, value in part.items():
            if section not in schema.SECTIONS:
                problems.append(Problem(part.marks[section], f"unknown section {section!r}"))
            elif section in whole:
                problems.append(
                    Problem(
                        part.marks[section],
                        f"section {section!r} is already in {whole.marks[section]}",
                    )
                )
            else:
                whole[section], whole.marks[section] = value, part.marks[section]
    if problems:
        raise Broken(problems)
    return whole


def build(layers: Iterable[Layer]) -> Built:
    """Merge a base and its overlays, in order, and make the rulebook; raise ``Broken`` naming file, line, reason."""
    stack = list(layers)
    source = read_layer(stack[0])
    for layer in stack[1:]:
        over = read_layer(layer)
        if "rulebook" in source and _AMENDS in source:
            # what an older layer did to open cases is not repeated by the next one
            source.pop(_AMENDS)
        source = merge(source, over)
    try:
        book = schema.Book.model_validate(source)
    except ValidationError as error:
        raise Broken([_problem(source, e["loc"], e["msg"], e.get("input")) for e in error.errors()]) from None
    version = "+".join(layer.version for layer in stack)
    return Built(_rulebook(version, max(layer.starts_on for layer in stack), book), source, book)


def _problem(source: MarkedDict, loc: tuple[str | int, ...], message: str, value: object) -> Problem:
    place = ".".join(str(step) for step in loc)
    said = message.removeprefix("Value error, ")
    if isinstance(value, str | int) and not isinstance(value, bool) and repr(value) not in said:
        said = f"{said} (found {value!r})"
    return Problem(mark_of(source, loc), f"{place}: {said}")


def _rulebook(version: str, starts_on: date, book: schema.Book) -> Rulebook:
    quiet = rows.QuietHours(
        tuple((w.start, w.end) for w in book.quiet_hours.windows),
        book.quiet_hours.source,
    )
    return Rulebook(
        version=version,
        starts_on=starts_on,
        label=book.rulebook.label,
        calendar=book.rulebook.calendar,
        working_day_minutes=book.rulebook.working_day,
        kinds=tuple(rows.Kind(k.code, k.label, k.priority, k.confidential, k.source) for k in book.kinds),
        trees={
            kind: tuple(_category(part, kind, None, 1) for part in parts) for kind, parts in book.categories.items()
        },
        limits=(*(_limit(part) for part in book.limits), _pass_on(book.urge)),
        warn=rows.WarnRule(
            book.warning.before,
            book.warning.before_working_days,
            book.warning.percent,
            book.warning.short,
            book.warning.short_working_days,
            book.warning.least,
            book.warning.source,
        ),
        routes=tuple(
            rows.RouteRule(
                r.code, r.label, r.level or "", r.unit, r.kinds, r.categories, r.areas, r.channels, r.priorities,
                r.automatic, r.source,
            )
            for r in book.routes
        ),
        callback=_callback(book.callback, quiet),
        quiet_hours=quiet,
        reviews=tuple(rows.ReviewRule(r.depth, r.kinds, r.categories, r.grades, r.source) for r in book.reviews),
        ladders=tuple(_ladder(part, book.rulebook.working_day) for part in book.ladders),
        lists={
            name: tuple(rows.Choice(c.code, c.label, c.kinds, c.note, c.source) for c in parts)
            for name, parts in book.choices.items()
        }
        | {"call_times": tuple(rows.Choice(t.code, t.label, source=t.source) for t in book.callback.times)},
        urge=rows.UrgeRule(
            book.urge.pass_on,
            book.urge.most_before_half,
            book.urge.unlimited_priorities,
            book.urge.unlimited_categories,
            book.urge.unlimited_reasons,
            book.urge.unlimited_marks,
            book.urge.source,
        ),
        return_rules=tuple(rows.ReturnRule(r.within, r.most, r.decided_by, r.kinds, r.source) for r in book.returns),
        extension=rows.ExtensionRule(
            book.extension.most, book.extension.approved_levels_up, book.extension.most_days, book.extension.source
        ),
        repeats=rows.RepeatRule(book.repeats.tell_from, book.repeats.roles, book.repeats.level, book.repeats.source),
        retention=tuple(
            rows.Retention(r.what, r.years * 365 + r.years // 4, r.grades, r.source) for r in book.retention
        ),
        texts=dict(book.texts),
        intake=intake(book),
        oversight=oversight(book),
        tracking=tracking(book),
        indices=book.indices.row(),
        customers=book.customers.row(),
        search=book.search.row(),
        desk=book.desk.row(),
        hall=hall_schema.rules(book),
        chat=book.chat.row(),
        outages=book.outages.row() if book.outages else OutageRules(),
        planned=book.planned.row() if book.planned else PlannedRules(),
        reliability=book.reliability.row() if book.reliability else ReliabilityRules(),
        crews=book.crews.row() if book.crews else CrewRules(),
        complaints=complaints(book),
        amendments=tuple(rows.Amendment(a.clocks, a.kinds, a.reason) for a in book.amends_open_cases),
    )  # fmt: skip


def _category(part: schema.CategoryPart, kind: str, parent: str | None, level: int) -> rows.Category:
    children = tuple(_category(child, kind, part.code, level + 1) for child in part.children)
    return rows.Category(
        part.code,
        part.label,
        kind,
        level,
        parent,
        children,
        part.priority or "",
        part.words,
        part.source,
    )


def _limit(part: schema.LimitPart) -> rows.LimitRule:
    days, minutes = schema.parse_length(part.limit)
    return rows.LimitRule(
        part.clock, days, minutes, part.limit, part.kinds, part.categories, tuple(part.areas), part.priorities,
        part.channels, part.note, part.source, part.grades,
    )  # fmt: skip


def _pass_on(urge: schema.UrgePart) -> rows.LimitRule:
    """Return the limit of the clock that runs until an urge has reached the handling unit (DOMAIN 2.4)."""
    return rows.LimitRule("urge", None, urge.pass_on, f"{urge.pass_on}min", source=urge.source)


def _ladder(part: schema.LadderPart, day: int) -> rows.LadderRule:
    steps = []
    for index, step in enumerate(part.steps):
        days, minutes = schema.parse_length(step.after) if step.after else (None, 0)
        after = days * day if days is not None else minutes or 0
        source = step.source or part.source
        steps.append(
            rows.Step(index, step.when, after, step.roles, step.level, tuple(step.by), step.after or "", source)
        )
    return rows.LadderRule(part.kinds, part.clocks, tuple(steps))


def _callback(part: schema.CallBackPart, quiet: rows.QuietHours) -> rows.CallBack:
    needs = tuple(rows.CallBackNeed(n.needed, n.kinds, n.categories, n.message_is_enough, n.source) for n in part.needs)
    return rows.CallBack(
        part.attempts,
        part.gap,
        open_windows(quiet),
        needs,
        part.unsatisfied,
        part.source,
        part.content,
        tuple(rows.CallTime(t.code, t.label, t.start, t.end, t.source) for t in part.times),
        part.longest_promise,
        rows.MessageRule(
            part.message.valid, part.message.not_solved, part.message.unsatisfied, part.message.archive,
            part.message.source,
        ),
    )  # fmt: skip


def open_windows(quiet: rows.QuietHours) -> tuple[rows.Window, ...]:
    """Return the local day without its quiet hours, as windows in order."""
    edges = sorted({0, DAY, *(edge for window in quiet.windows for edge in window)})
    windows: list[rows.Window] = []
    for a, b in pairwise(edges):
        if quiet.covers(a):
            continue
        if windows and windows[-1][1] == a:
            windows[-1] = (windows[-1][0], b)
        else:
            windows.append((a, b))
    return tuple(windows)
