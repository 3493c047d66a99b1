"""Looks for rules that parse but make no sense: unknown names, rules never reached, gaps, overlaps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook import (
    chat_schema,
    complaint_build,
    crew_schema,
    customer_schema,
    desk_schema,
    hall_schema,
    index_schema,
    intake_check,
    outage_schema,
    oversight_check,
    planned_schema,
    reliability_schema,
    search_schema,
)
from open95598.foundation.rulebook.build import Built, Layer, build
from open95598.foundation.rulebook.model import LimitRule, Rulebook
from open95598.foundation.rulebook.yamltext import Broken, Problem, mark_of

AREAS = ("city", "rural", "remote")
#: lists that the flows and the pages ask for
NEEDED_LISTS = (
    "priorities", "grades", "channels", "return_reasons", "suspend_reasons", "transfer_reasons", "terminate_reasons",
    "reopen_reasons", "reject_reasons", "fault_causes", "ownership", "results", "callback_results",
    "callback_outcomes", "satisfaction", "urge_reasons", "extension_reasons", "escalation_reasons",
    "supervise_reasons", "order_marks",
    "complaint_causes", "flag_reasons", "charges",
    "dissatisfaction_reasons", "call_languages",
)  # fmt: skip
_ROLES = {role.value for role in Role} | {"owner"}


def check_layers(layers: Iterable[Layer]) -> Built:
    """Build a base with its overlays and check its sense; raise ``Broken`` with every problem found."""
    built = build(layers)
    problems = list(problems_of(built))
    if problems:
        raise Broken(problems)
    return built


def problems_of(built: Built) -> Iterator[Problem]:
    """Yield what is wrong with a rulebook that the schema accepts."""
    finder = _Finder(built)
    yield from finder.names()
    yield from finder.limits()
    yield from finder.routes()
    yield from finder.ladders()
    yield from finder.windows()
    yield from finder.tracking()
    yield from intake_check.problems_of(built, finder.at, finder.known)
    yield from oversight_check.problems_of(built, finder.at, finder.known)
    yield from index_schema.problems_of(built, finder.at)
    yield from customer_schema.problems_of(built, finder.at)
    yield from search_schema.problems_of(built, finder.at)
    yield from desk_schema.problems_of(built, finder.at)
    yield from hall_schema.problems_of(built, finder.at, finder.known)
    yield from chat_schema.problems_of(built, finder.at)
    yield from outage_schema.problems_of(built, finder.at)
    yield from planned_schema.problems_of(built, finder.at)
    yield from reliability_schema.problems_of(built, finder.at)
    yield from crew_schema.problems_of(built, finder.at)
    yield from complaint_build.problems_of(built, finder.at, finder.known)


class _Finder:
    def __init__(self, built: Built) -> None:
        self.book, self.rules, self.source = built.book, built.rulebook, built.source
        self.kinds = {kind.code for kind in self.rules.kinds}
        lists = self.rules.lists
        self.known = {
            "kinds": self.kinds,
            "categories": {c.code for trees in self.rules.trees.values() for top in trees for c in top.walk()},
            "priorities": {c.code for c in lists.get("priorities", ())},
            "channels": {c.code for c in lists.get("channels", ())},
            "grades": {c.code for c in lists.get("grades", ())},
            "clocks": {rule.clock for rule in self.rules.limits},
            "roles": _ROLES,
            "ownership": {c.code for c in lists.get("ownership", ())},
        }

    def at(self, reason: str, *path: Any) -> Problem:
        return Problem(mark_of(self.source, path), reason)

    def unknown(self, what: str, codes: Iterable[str], *path: Any) -> Iterator[Problem]:
        for code in codes:
            if code not in self.known[what]:
                yield self.at(f"unknown {_SINGULAR[what]} {code!r}", *path, what)

    def names(self) -> Iterator[Problem]:
        """Every name that a rule uses exists, and no code stands twice."""
        for section in (
            "kinds",
            "limits",
            "routes",
            "ladders",
            "reviews",
            "returns",
            "retention",
            "standing",
            "promises",
            "amends_open_cases",
        ):
            yield from self._twice((part.code for part in getattr(self.book, section)), section)
        for index, kind in enumerate(self.book.kinds):
            if not self.rules.categories(kind.code):
                yield self.at(f"kind {kind.code!r} has no categories", "kinds", index)
            if kind.priority not in self.known["priorities"]:
                yield self.at(f"unknown priority {kind.priority!r}", "kinds", index, "priority")
        for name in NEEDED_LISTS:
            if not self.rules.lists.get(name):
                yield self.at(f"the list {name!r} is missing or empty", "choices")
        for name, parts in self.book.choices.items():
            yield from self._twice((part.code for part in parts), "choices", name)
            for index, part in enumerate(parts):
                yield from self.unknown("kinds", part.kinds, "choices", name, index)
        yield from self._trees()
        yield from self._selectors()
        yield from self._references()

    def _selectors(self) -> Iterator[Problem]:
        for section in ("limits", "routes"):
            for index, row in enumerate(getattr(self.book, section)):
                for what in ("kinds", "categories", "priorities", "channels"):
                    yield from self.unknown(what, getattr(row, what), section, index)
                yield from self.unknown("grades", getattr(row, "grades", ()), section, index)
                yield from self._kin(row, section, index)
        for index, review in enumerate(self.book.reviews):
            for what in ("kinds", "categories", "grades"):
                yield from self.unknown(what, getattr(review, what), "reviews", index)
        for index, back in enumerate(self.book.returns):
            yield from self.unknown("kinds", back.kinds, "returns", index)
        for index, kept in enumerate(self.book.retention):
            yield from self.unknown("grades", kept.grades, "retention", index)
        for index, need in enumerate(self.book.callback.needs):
            yield from self.unknown("kinds", need.kinds, "callback", "needs", index)
            yield from self.unknown("categories", need.categories, "callback", "needs", index)
        for index, amendment in enumerate(self.book.amends_open_cases):
            yield from self.unknown("kinds", amendment.kinds, "amends_open_cases", index)
            yield from self.unknown("clocks", amendment.clocks, "amends_open_cases", index)

    def tracking(self) -> Iterator[Problem]:
        """Promises and their tracking name what exists."""
        for index, still in enumerate(self.book.standing):
            yield from self.unknown("kinds", still.kinds, "standing", index)
        for index, promise in enumerate(self.book.promises):
            for what, codes in (("kinds", promise.kinds), ("categories", promise.categories + promise.without)):
                yield from self.unknown(what, codes, "promises", index)
            if promise.clock and promise.clock not in self.known["clocks"]:
                yield self.at(f"unknown clock {promise.clock!r}", "promises", index, "clock")
            yield from self._kin(promise, "promises", index)
        for role in self.book.first_contact.roles:
            if role not in list(Role):
                yield self.at(f"unknown role {role!r}", "first_contact", "roles")

    def _references(self) -> Iterator[Problem]:
        outcomes = {c.code for c in self.rules.lists.get("callback_outcomes", ())}
        for code in self.book.callback.unsatisfied:
            if code not in outcomes:
                yield self.at(f"unknown call-back outcome {code!r}", "callback", "unsatisfied")
        ratings = {c.code for c in self.rules.lists.get("satisfaction", ())}
        for code in self.book.callback.content:
            if code not in ratings:
                yield self.at(f"unknown rating {code!r}", "callback", "content")
        for index, time in enumerate(self.book.callback.times):
            quiet = self.rules.quiet_hours
            if time.start >= time.end:
                yield self.at("a time to call must end after it starts", "callback", "times", index)
            elif all(quiet.covers(minute) for minute in range(time.start, time.end)):
                yield self.at("a time to call lies in quiet hours altogether", "callback", "times", index)
        yield from self._urging()

    def _urging(self) -> Iterator[Problem]:
        for code in self.book.urge.unlimited_categories:
            if code not in self.known["categories"]:
                yield self.at(f"unknown category {code!r}", "urge", "unlimited_categories")
        for code in self.book.urge.unlimited_priorities:
            if code not in self.known["priorities"]:
                yield self.at(f"unknown priority {code!r}", "urge", "unlimited_priorities")
        for name, of in (("unlimited_reasons", "urge_reasons"), ("unlimited_marks", "order_marks")):
            for code in getattr(self.book.urge, name):
                if code not in {choice.code for choice in self.book.choices.get(of, ())}:
                    yield self.at(f"unknown code {code!r}: not in {of}", "urge", name)

    def _twice(self, codes: Iterable[str], *path: Any) -> Iterator[Problem]:
        seen: set[str] = set()
        for index, code in enumerate(codes):
            if code in seen:
                yield self.at(f"the code {code!r} stands twice in {path[-1]!r}", *path, index)
            seen.add(code)

    def _trees(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for kind, parts in self.book.categories.items():
            if kind not in self.kinds:
                yield self.at(f"unknown kind {kind!r}", "categories", kind)
            stack: list[tuple[Any, tuple[Any, ...]]] = [(part, ("categories", kind, i)) for i, part in enumerate(parts)]
            while stack:
                part, path = stack.pop()
                if part.code in seen:
                    yield self.at(f"the category {part.code!r} stands twice", *path)
                seen.add(part.code)
                if part.priority is not None and part.priority not in self.known["priorities"]:
                    yield self.at(f"unknown priority {part.priority!r}", *path, "priority")
                stack += [(child, (*path, "children", i)) for i, child in enumerate(part.children)]

    def _kin(self, row: Any, section: str, index: int) -> Iterator[Problem]:
        """A category named beside kinds must belong to one of them, or the row never applies."""
        for code in row.categories:
            if row.kinds and code in self.known["categories"] and self.rules.category(code).kind not in row.kinds:
                yield self.at(
                    f"category {code!r} is not of the kinds {list(row.kinds)}",
                    section,
                    index,
                    "categories",
                )

    def limits(self) -> Iterator[Problem]:
        """No two rows are equally specific for one order; selectors by area leave no area out."""
        rules = self.rules.limits
        for (i, one), (j, two) in combinations(enumerate(rules), 2):
            if one.clock == two.clock and _ambiguous(self.rules, one, two):
                codes = self.book.limits[i].code, self.book.limits[j].code
                yield self.at(
                    f"limits {codes[0]!r} and {codes[1]!r} both apply, neither is more specific",
                    "limits",
                    j,
                )
        for index, rule in enumerate(rules):
            group = [r for r in rules if r.clock == rule.clock and r.areas and r.kinds == rule.kinds
                     and r.categories == rule.categories and r.channels == rule.channels
                     and r.grades == rule.grades]  # fmt: skip
            if not rule.areas or group[0] is not rule:
                continue
            kind = rule.kinds[0] if rule.kinds else self.rules.kinds[0].code
            category = rule.categories[0] if rule.categories else ""
            channel = rule.channels[0] if rule.channels else ""
            for area in AREAS:
                grade = rule.grades[0] if rule.grades else ""
                found = self.rules.limit_rule(
                    rule.clock, kind=kind, category=category, area=area, channel=channel, grade=grade
                )
                if found is None and not rule.priorities:
                    yield self.at(
                        f"gap: clock {rule.clock!r} of {kind!r} has no limit in area {area!r}",
                        "limits",
                        index,
                    )

    def routes(self) -> Iterator[Problem]:
        """Every route can be reached, says where to, and something catches the rest."""
        routes = self.rules.routes
        for index, rule in enumerate(routes):
            if bool(rule.level) == bool(rule.unit):
                yield self.at(
                    f"route {rule.code!r} must name either a level or a unit",
                    "routes",
                    index,
                )
            for earlier in routes[:index]:
                if all(_covers(getattr(earlier, s), getattr(rule, s), self.rules) for s in _SELECTORS):
                    yield self.at(
                        f"route {rule.code!r} is never reached: {earlier.code!r} takes all",
                        "routes",
                        index,
                    )
                    break
        if not any(not any(getattr(rule, s) for s in _SELECTORS) for rule in routes):
            yield self.at(
                "gap: no last route without selectors, so some orders go nowhere",
                "routes",
            )

    def ladders(self) -> Iterator[Problem]:
        """Roles exist; steps come in order, each kind of step with what it needs; no two ladders claim one clock."""
        order = {"warn": 0, "breach": 1, "later": 2}
        for index, part in enumerate(self.book.ladders):
            yield from self.unknown("kinds", part.kinds, "ladders", index)
            yield from self.unknown("clocks", part.clocks, "ladders", index)
            steps = self.rules.ladders[index].steps
            before = (-1, 0)
            for number, step in enumerate(steps):
                path = ("ladders", index, "steps", number)
                yield from self.unknown("roles", step.roles, *path)
                if (step.when == "later") != bool(step.text):
                    yield self.at("'after' belongs to 'later' steps, and they need it", *path)
                here = (order[step.when], step.after_minutes)
                if here <= before:
                    yield self.at("steps must follow each other in time", *path)
                before = here
        for (i, one), (j, two) in combinations(enumerate(self.rules.ladders), 2):
            same = bool(one.kinds) == bool(two.kinds) and bool(one.clocks) == bool(two.clocks)
            if same and _meet(one.kinds, two.kinds) and _meet(one.clocks, two.clocks):
                codes = self.book.ladders[i].code, self.book.ladders[j].code
                yield self.at(
                    f"ladders {codes[0]!r} and {codes[1]!r} claim the same clock",
                    "ladders",
                    j,
                )

    def windows(self) -> Iterator[Problem]:
        """Quiet hours do not overlap and leave some time to call."""
        taken: set[int] = set()
        for index, window in enumerate(self.book.quiet_hours.windows):
            if window.start == window.end:
                yield self.at("a window must not be empty", "quiet_hours", "windows", index)
            end = window.end if window.end > window.start else window.end + 1440
            minutes = {minute % 1440 for minute in range(window.start, end)}
            if taken & minutes:
                yield self.at(
                    f"quiet hours overlap at {window.code!r}",
                    "quiet_hours",
                    "windows",
                    index,
                )
            taken |= minutes
        if len(taken) == 1440:
            yield self.at("quiet hours leave no time to call", "quiet_hours")


_SELECTORS = ("kinds", "categories", "areas", "channels", "priorities")
_SINGULAR = {
    "kinds": "kind", "categories": "category", "priorities": "priority", "channels": "channel", "grades": "grade",
    "clocks": "clock", "roles": "role",
}  # fmt: skip


def _meet(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    return not one or not two or not set(one).isdisjoint(two)


def _covers(wide: tuple[str, ...], narrow: tuple[str, ...], rules: Rulebook) -> bool:
    """Say whether a selector takes everything that another one takes (a category takes those below it)."""
    if not wide:
        return True
    return bool(narrow) and all(code in wide or not set(rules.lineage(code)).isdisjoint(wide) for code in narrow)


def _ambiguous(rules: Rulebook, one: LimitRule, two: LimitRule) -> bool:
    """Say whether two rows of one clock can both apply to an order with equal weight."""
    selectors = ("kinds", "areas", "priorities", "channels", "grades")
    if not all(_meet(getattr(one, s), getattr(two, s)) for s in selectors):
        return False
    if bool(one.categories) != bool(two.categories):
        return False
    # of two categories on one branch the deeper one counts, so only the very same category is ambiguous
    if one.categories and set(one.categories).isdisjoint(two.categories):
        return False
    return all(bool(getattr(one, s)) == bool(getattr(two, s)) for s in selectors)
