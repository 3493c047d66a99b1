"""The rulebook as its page shows it, and the difference of two versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from open95598.foundation.rulebook import wording
from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.model import MessageRule, Rulebook
from open95598.foundation.rulebook.models import Publication
from open95598.foundation.words import Label


@dataclass(frozen=True)
class Line:
    """A row of a readable table: cells of text, and where the rule comes from."""

    cells: tuple[str, ...]
    source: str
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table of a section; ``heads`` names the columns."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Change:
    """One rule that differs: ``how`` is ``added``, ``removed`` or ``changed``; fields as (name, before, after)."""

    section: str
    name: str
    how: str
    fields: tuple[tuple[str, str, str], ...] = field(default=())


def say(label: Label | None) -> str:
    """Return a label in the user's language."""
    return label.in_(get_language()) if label else ""


def is_default(source: str) -> bool:
    """Say whether a rule is a default that the utility should look at ([G], [Q])."""
    return "[G]" in source or "[Q" in source


def published() -> list[Publication]:
    """Return every published layer, without its content."""
    return list(Publication.objects.select_related("published_by").defer("content"))


class Words:
    """Names a rulebook's codes."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    def kind(self, code: str) -> str:
        """Name a kind."""
        return say(self.rules.kind(code).label)

    def category(self, code: str) -> str:
        """Name a category with those above it."""
        return " / ".join(say(label) for label in self.rules.path(code))

    def choice(self, name: str, code: str) -> str:
        """Name an entry of a list."""
        return say(self.rules.choice(name, code).label)

    def scope(self, row: Any) -> str:
        """Say to which orders a row applies."""
        parts = [self._kinds_and_categories(row)]
        parts.append(listed(wording.area(a) for a in getattr(row, "areas", ())))
        parts.append(listed(self.choice("priorities", p) for p in getattr(row, "priorities", ())))
        parts.append(listed(self.choice("channels", c) for c in getattr(row, "channels", ())))
        parts.append(listed(self.choice("grades", g) for g in getattr(row, "grades", ())))
        return " · ".join(part for part in parts if part) or _("All orders")

    def promised(self, row: Any) -> str:
        """Say of which orders a promise is measured."""
        return self._kinds_and_categories(row)

    def _kinds_and_categories(self, row: Any) -> str:
        if row.categories if hasattr(row, "categories") else ():
            return listed(f"{self.kind(self.rules.category(c).kind)}: {self.category(c)}" for c in row.categories)
        return listed(self.kind(k) for k in row.kinds)


def limits(built: Built) -> list[Table]:
    """The time limits, one table a clock, in the order of a case."""
    words = Words(built.rulebook)
    tables = []
    for clock in wording.CLOCKS:
        lines = tuple(
            Line((words.scope(row), wording.length(row.limit)), row.source, row.code, say(row.note))
            for row in built.book.limits
            if row.clock == clock
        )
        if lines:
            tables.append(Table(wording.clock(clock), (_("Applies to"), _("Limit")), lines))
    warning = built.rulebook.warn
    text = _("%(before)s before due; limits of up to %(short)s in their last %(percent)d %%, at least %(least)s") % {
        "before": wording.minutes_in_words(warning.before_minutes),
        "short": wording.minutes_in_words(warning.under_minutes),
        "percent": warning.percent,
        "least": wording.minutes_in_words(warning.least_minutes),
    }
    tables.append(Table(_("Warning"), (_("When a clock warns"),), (Line((text,), warning.source),)))
    return tables


def routing(built: Built) -> list[Table]:
    """The routes, in the order in which they are tried."""
    words = Words(built.rulebook)
    lines = tuple(
        Line(
            (
                str(number),
                say(row.label),
                words.scope(row),
                row.unit or wording.level(row.level or ""),
                _("By itself") if row.automatic else _("A dispatcher confirms"),
            ),
            row.source,
            row.code,
        )
        for number, row in enumerate(built.book.routes, 1)
    )
    heads = (_("No."), _("Rule"), _("Applies to"), _("Goes to"), _("Dispatch"))
    return [Table(_("The first rule that matches counts"), heads, lines)]


def callback(built: Built) -> list[Table]:
    """Call-back: when, how often, which orders."""
    rules, words = built.rulebook, Words(built.rulebook)
    windows = listed(wording.window(w) for w in rules.callback.windows)
    quiet = listed(wording.window(w) for w in rules.quiet_hours.windows)
    basics = (
        Line((_("Attempts"), str(rules.callback.attempts)), rules.callback.source),
        Line((_("Gap between attempts"), wording.minutes_in_words(rules.callback.gap_minutes)), rules.callback.source),
        Line((_("Calls are made"), windows), rules.quiet_hours.source),
        Line((_("Quiet hours"), quiet), rules.quiet_hours.source),
        Line(
            (
                _("A customer who is not satisfied"),
                listed(words.choice("callback_outcomes", c) for c in rules.callback.unsatisfied),
            ),
            rules.callback.source,
        ),
        Line((_("Counted as content"), listed(words.choice("satisfaction", c) for c in rules.callback.content)), "H12"),
        Line(
            (
                _("A call can be promised"),
                _("at most %(length)s ahead")
                % {"length": wording.minutes_in_words(rules.callback.longest_promise_minutes)},
            ),
            rules.callback.source,
        ),
        *_by_message(rules.callback.message),
    )
    times = tuple(
        Line((t.label.in_(get_language()), wording.window((t.start, t.end))), t.source, t.code)
        for t in rules.callback.times
    )
    needs = tuple(Line((words.scope(row), _need(row)), row.source, row.code) for row in built.book.callback.needs)
    return [
        Table(_("Call-back"), ("", ""), basics),
        Table(_("Which orders are called back"), (_("Applies to"), _("Call-back")), needs),
        Table(_("Times that customers can wish for"), (_("Time of day"), _("From – to")), times),
    ]


def _by_message(rule: MessageRule) -> tuple[Line, ...]:
    """Say what a rating by a link leads to."""
    leads = {"reopen": _("handled again at once"), "call": _("called by a person")}
    archived = _("archived by the house") if rule.archive else _("archived by a person")
    return (
        Line((_("Link of a rating counts"), wording.minutes_in_words(rule.valid_minutes)), rule.source),
        Line((_("Content by link"), archived), rule.source),
        Line((_("Not solved, by link"), leads[rule.not_solved]), rule.source),
        Line((_("Not satisfied, by link"), leads[rule.unsatisfied]), rule.source),
    )


def _need(row: Any) -> str:
    if not row.needed:
        return _("Not called back")
    return _("Called back, unless the customer confirmed by message") if row.message_is_enough else _("Called back")


def escalation(built: Built) -> list[Table]:
    """The ladders, one table each."""
    words = Words(built.rulebook)
    tables = []
    for part in built.book.ladders:
        clocks = listed(wording.clock(c) for c in part.clocks) or _("every clock")
        lines = tuple(
            Line(
                (
                    str(wording.WHENS[step.when])
                    if step.after is None
                    else _("%(length)s overdue") % {"length": wording.length(step.after)},
                    listed(wording.role(r) for r in step.roles),
                    wording.level(step.level),
                    listed(str(wording.MEANS[m]) for m in step.by),
                ),
                step.source or part.source,
            )
            for step in part.steps
        )
        heads = (_("When"), pgettext("ladder", "Who"), _("Where"), _("How"))
        tables.append(Table(f"{words.scope(part)} · {clocks}", heads, lines))
    return tables


def handling(built: Built) -> list[Table]:
    """Review, return, urge, extension, retention."""
    book, words = built.book, Words(built.rulebook)
    reviews = tuple(Line((words.scope(r), str(r.depth)), r.source, r.code) for r in book.reviews)
    returns = tuple(
        Line(
            (words.scope(r), wording.minutes_in_words(r.within), str(r.most), wording.level(r.decided_by)),
            r.source,
            r.code,
        )
        for r in book.returns
    )
    unlimited = [words.choice("priorities", p) for p in book.urge.unlimited_priorities]
    unlimited += [words.category(c) for c in book.urge.unlimited_categories]
    unlimited += [words.choice("urge_reasons", r) for r in book.urge.unlimited_reasons]
    unlimited += [words.choice("order_marks", m) for m in book.urge.unlimited_marks]
    urge = (
        Line((_("Passed on within"), wording.minutes_in_words(book.urge.pass_on)), book.urge.source),
        Line((_("Times before half of the period"), str(book.urge.most_before_half)), book.urge.source),
        Line((_("Without limit"), listed(unlimited)), book.urge.source),
    )
    extension = (
        Line((_("Extensions of an order"), str(book.extension.most)), book.extension.source),
        Line((_("Approved so many levels up"), str(book.extension.approved_levels_up)), book.extension.source),
        Line((_("By at most so many days"), str(book.extension.most_days)), book.extension.source),
    )
    told = _("%(roles)s, %(level)s") % {
        "roles": listed(wording.role(r) for r in book.repeats.roles),
        "level": wording.level(book.repeats.level),
    }
    repeats = (
        Line((_("Told from so many repeats on"), str(book.repeats.tell_from)), book.repeats.source),
        Line((_("Who is told"), told), book.repeats.source),
    )
    kept = tuple(
        Line(
            (
                wording.named(wording.KEPT, r.what),
                listed(words.choice("grades", g) for g in r.grades) or _("All grades"),
                _("%(n)d years") % {"n": r.years},
            ),
            r.source,
            r.code,
        )
        for r in book.retention
    )
    return [
        Table(_("Review"), (_("Applies to"), _("Levels of review")), reviews),
        Table(_("Return"), (_("Applies to"), _("Within"), _("At most"), _("Then decided by")), returns),
        Table(_("Urge"), ("", ""), urge),
        Table(_("Extension"), ("", ""), extension),
        Table(_("Repeats"), ("", ""), repeats),
        Table(_("Retention of personal content"), (_("What"), _("Grade"), _("Kept")), kept),
    ]


def lists(built: Built) -> list[Table]:
    """The lists to choose from, and the fixed texts."""
    words = Words(built.rulebook)
    tables = [
        Table(
            wording.named(wording.LISTS, name),
            (_("Entry"), _("Code"), _("Applies to")),
            tuple(
                Line(
                    (say(p.label), p.code, listed(words.kind(k) for k in p.kinds) or _("All orders")),
                    p.source,
                    note=say(p.note),
                )
                for p in parts
            ),
        )
        for name, parts in built.book.choices.items()
    ]
    texts = tuple(Line((name, say(label)), "") for name, label in built.book.texts.items())
    return [*tables, Table(_("Texts"), (_("Code"), _("Text")), texts)]


#: fields that say which row is meant and what becomes of it, not what the rule is
_MEANS = ("code", "drop")


def difference(old: Built, new: Built) -> list[tuple[str, list[Change]]]:
    """Return what differs between two versions, by section (only sections that differ)."""
    groups = []
    for section, title in wording.SECTIONS.items():
        before, after = dict(_rules(old, section)), dict(_rules(new, section))
        changes = []
        for key in {**before, **after}:
            if key not in before:
                changes.append(Change(section, key, "added", _fields({}, after[key])))
            elif key not in after:
                changes.append(Change(section, key, "removed", _fields(before[key], {})))
            elif before[key] != after[key]:
                changes.append(Change(section, key, "changed", _fields(before[key], after[key])))
        if changes:
            groups.append((str(title), changes))
    return groups


def _fields(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    names = [n for n in {**before, **after} if before.get(n) != after.get(n)]
    shown = ((n, _value(n, before.get(n)), _value(n, after.get(n))) for n in names if n not in _MEANS)
    return tuple(line for line in shown if line[1] != line[2])


def _value(name: str, value: Any) -> str:
    return wording.length(value) if name == "limit" and value else _text(value)


def _rules(built: Built, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each rule of a section under a name that stays the same between versions."""
    value = built.book.model_dump()[section]
    if section == "categories":
        for parts in value.values():
            yield from _nodes(parts)
    elif section == "choices":
        for name, parts in value.items():
            for part in parts:
                yield f"{name} / {part['code']}", part
    elif section == "texts":
        for name, label in value.items():
            yield name, {"text": label}
    elif isinstance(value, dict):
        yield "", value
    else:
        for part in value:
            yield part["code"], part


def _nodes(parts: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in parts:
        yield part["code"], {k: v for k, v in part.items() if k != "children"}
        yield from _nodes(part["children"])


def _text(value: Any) -> str:
    if value is None or value in ((), ""):
        return "—"
    if isinstance(value, Label):
        return say(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "; ".join(f"{k} {_text(v)}" for k, v in value.items() if v not in ((), None, "", False))
    if isinstance(value, list | tuple):
        return ", ".join(_text(v) for v in value)
    return str(value)


def listed(parts: Iterable[str]) -> str:
    """Return parts as a list in the user's language."""
    return (", " if (get_language() or "").startswith("en") else "、").join(parts)
