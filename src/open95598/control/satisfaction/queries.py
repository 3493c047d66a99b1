"""The figures of a unit and a month, and the cases behind each of them. Reads only, through ``restrict(rights)``.

Everybody's figures are made of the cases that they may see: a confidential one counts for nobody who must not know of
it, so that no figure points at it. Every query is bounded by one month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from open95598.casework.models import Case
from open95598.control.satisfaction import indices
from open95598.control.satisfaction.models import Entered, Name
from open95598.foundation.months import bounds
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.words import Label
from open95598.service.workorders import directory, wording
from open95598.service.workorders.models import CallMade, WorkOrder

#: what a number can be asked to show the cases of
BEHIND = ("handled", "often", "rated", "content", "not_content", "class_1", "class_2", "reports")
#: cases shown behind a number
MOST = 200
#: people named in the table
PEOPLE = 60


@dataclass(frozen=True)
class Rate:
    """A share of content customers with its counts; ``small``: over so few that it says little."""

    name: Any
    rated: int
    content: int
    small: bool
    unit_id: int | None = None

    @property
    def share(self) -> Any:
        """The share in per cent, two decimals; None of nothing."""
        found = indices.share(self.content, self.rated)
        return None if found is None else indices.shown(found)


@dataclass(frozen=True)
class Input:
    """A number that people enter. ``own``: entered for this very unit; else the sum of what units below entered
    (``parts`` of them), or nothing yet (``value`` None)."""

    name: str
    label: Any
    value: int | None
    own: bool
    parts: int = 0


@dataclass
class Figures:
    """Everything that the page shows of a unit and a month."""

    unit: UnitFacts
    path: list[UnitFacts]
    month: date
    rules: Rulebook
    service: indices.Index
    norm: indices.Index
    inputs: list[Input]
    whole: Rate
    by_unit: list[Rate] = field(default_factory=list)
    by_kind: list[Rate] = field(default_factory=list)
    by_person: list[Rate] = field(default_factory=list)
    by_way: list[Rate] = field(default_factory=list)
    reasons: list[tuple[Any, int]] = field(default_factory=list)


def figures(rights: Rights, unit: UnitFacts, month: date, now: datetime) -> Figures:
    """Return the figures of a unit with everything below it. Seven queries."""
    rules = store.current(now, unit.lineage)
    units = {u.id: u for u in directory.units()}
    rows = _ratings(rights, unit, month, rules)
    inputs = _inputs(unit, month)
    entered = {i.name: i.value or 0 for i in inputs}
    whole = _rate("", rows, rules)
    counts = _handled(rights, unit, month, rules).aggregate(
        handled=Count("pk"), often=Count("pk", filter=Q(contacts__gte=rules.indices.service.calls))
    )
    service = indices.service(
        indices.ServiceFacts(
            **counts, rated=whole.rated, content=whole.content, false_orders=entered[Name.FALSE_ORDERS],
            media=entered[Name.MEDIA], faked=entered[Name.FAKED],
        ),
        rules.indices.service,
    )  # fmt: skip
    norm = indices.norm(
        indices.NormFacts(
            calls=entered[Name.CALLS], customers=entered[Name.CUSTOMERS], **_complaints(rights, unit, month, rules)
        ),
        rules.indices.norm,
    )
    found = Figures(
        unit=unit,
        path=[units[i] for i in unit.lineage if i in units and rights.at(Permission.OVERVIEW_VIEW, units[i].lineage)],
        month=month,
        rules=rules,
        service=service,
        norm=norm,
        inputs=inputs,
        whole=whole,
        reasons=_reasons(rights, unit, month, rules),
    )
    _break_down(found, rows, units)
    return found


def _handled(rights: Rights, unit: UnitFacts, month: date, rules: Rulebook) -> Any:
    """Return the events that ended in the month: archived orders, those merged into another one left out.

    ``contacts`` is how often the customer came about it: the order itself, its urges, repeats and merged orders.
    """
    start, end = bounds(month)
    urges = Case.objects.system("the order's own urges, counted").filter(parent_id=OuterRef("pk"), kind="urge")
    counted = urges.order_by().values("parent_id").annotate(n=Count("pk")).values("n")
    rows = WorkOrder.objects.restrict(rights).filter(
        case__scope__contains=[unit.id], case__state="archived", case__closed_at__gte=start, case__closed_at__lt=end,
        merged_into=None,
    )  # fmt: skip
    return rows.annotate(
        contacts=Value(1) + Coalesce(Subquery(counted, output_field=IntegerField()), 0) + F("absorbed") + F("repeats")
    )


def _rated(rights: Rights, unit: UnitFacts, month: date) -> QuerySet[CallMade]:
    """Return the last rating of each order that was rated in the month."""
    start, end = bounds(month)
    rows = CallMade.objects.restrict(rights).filter(at__gte=start, at__lt=end, case__scope__contains=[unit.id])
    rows = rows.exclude(satisfaction__in=("", "no_rating")).order_by("case_id", "-at", "-pk").distinct("case_id")
    return CallMade.objects.system("the last of those that may be seen").filter(pk__in=rows.values("pk"))


def _ratings(rights: Rights, unit: UnitFacts, month: date, rules: Rulebook) -> list[dict[str, Any]]:
    grouped = _rated(rights, unit, month).order_by().values("unit_id", "case__kind", "person_id", "way")
    content = Count("pk", filter=Q(satisfaction__in=rules.callback.content))
    rows: Any = grouped.annotate(rated=Count("pk"), content=content)
    return list(rows)


def _rate(name: Any, rows: Iterable[Mapping[str, Any]], rules: Rulebook, unit_id: int | None = None) -> Rate:
    kept = list(rows)
    rated, content = sum(r["rated"] for r in kept), sum(r["content"] for r in kept)
    return Rate(name, rated, content, rated < rules.indices.small, unit_id)


def _break_down(found: Figures, rows: list[dict[str, Any]], units: Mapping[int, UnitFacts]) -> None:
    def split(key: Callable[[dict[str, Any]], Any]) -> dict[Any, list[dict[str, Any]]]:
        parts: dict[Any, list[dict[str, Any]]] = {}
        for row in rows:
            parts.setdefault(key(row), []).append(row)
        return parts

    def below(row: dict[str, Any]) -> int:
        lineage = units[row["unit_id"]].lineage if row["unit_id"] in units else (found.unit.id,)
        at = lineage.index(found.unit.id) if found.unit.id in lineage else len(lineage) - 1
        return lineage[min(at + 1, len(lineage) - 1)]

    rules = found.rules
    found.by_unit = [_rate(units[i].name, r, rules, i) for i, r in split(below).items() if i in units]
    found.by_kind = [_rate(wording.kind(k), r, rules) for k, r in split(lambda row: row["case__kind"]).items()]
    found.by_way = [_rate(way, r, rules) for way, r in split(lambda row: row["way"]).items()]
    people = split(lambda row: row["person_id"])
    people.pop(None, None)
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    found.by_person = [_rate(names[pk], r, rules) for pk, r in people.items()]
    for table in (found.by_unit, found.by_kind, found.by_way, found.by_person):
        table.sort(key=lambda rate: -rate.rated)
    del found.by_person[PEOPLE:]


def _reasons(rights: Rights, unit: UnitFacts, month: date, rules: Rulebook) -> list[tuple[Any, int]]:
    start, end = bounds(month)
    rows = CallMade.objects.restrict(rights).filter(at__gte=start, at__lt=end, case__scope__contains=[unit.id])
    counts = rows.exclude(reason="").order_by().values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    return [(wording.choice(rules, "dissatisfaction_reasons", code), n) for code, n in counts]


def _in_class(rules: Rulebook, codes: Iterable[str]) -> list[str]:
    """Return categories with everything below them."""
    return [c.code for code in codes if rules.has_category(code) for c in rules.category(code).walk()]


def _came(rights: Rights, unit: UnitFacts, month: date) -> QuerySet[WorkOrder]:
    start, end = bounds(month)
    rows = WorkOrder.objects.restrict(rights).filter(case__scope__contains=[unit.id])
    return rows.filter(case__opened_at__gte=start, case__opened_at__lt=end)


def _complaints(rights: Rights, unit: UnitFacts, month: date, rules: Rulebook) -> dict[str, int]:
    norm = rules.indices.norm
    complaint = Q(case__kind="complaint")
    counts: dict[str, int] = _came(rights, unit, month).aggregate(
        class_1=Count("pk", filter=complaint & Q(category__in=_in_class(rules, norm.class_1))),
        class_2=Count("pk", filter=complaint & Q(category__in=_in_class(rules, norm.class_2))),
        reports=Count("pk", filter=Q(case__kind="report")),
    )
    return counts


def _inputs(unit: UnitFacts, month: date) -> list[Input]:
    """Return what was entered: for the unit itself, else the sum of the highest units below it that have a number."""
    rows = Entered.objects.filter(month=month, unit__lineage__contains=[unit.id])
    told = list(rows.values_list("name", "value", "unit_id", "unit__lineage"))
    found = []
    for name, label in Name.choices:
        mine = {unit_id: (value, lineage) for n, value, unit_id, lineage in told if n == name}
        if unit.id in mine:
            found.append(Input(name, label, mine[unit.id][0], own=True))
            continue
        highest = [v for pk, (v, lineage) in mine.items() if not any(i in mine for i in lineage if i != pk)]
        found.append(Input(name, label, sum(highest) if highest else None, own=False, parts=len(highest)))
    return found


# the cases behind a number -------------------------------------------------------------------------------------------


def behind(rights: Rights, unit: UnitFacts, month: date, what: str, now: datetime) -> QuerySet[WorkOrder]:
    """Return the orders behind a number (one of ``BEHIND``; ``KeyError`` else), newest first, as these eyes may see."""
    rules = store.current(now, unit.lineage)
    norm, content = rules.indices.norm, Q(satisfaction__in=rules.callback.content)

    def rated(which: Q) -> QuerySet[WorkOrder]:
        cases = _rated(rights, unit, month).filter(which).values("case_id")
        return WorkOrder.objects.restrict(rights).filter(pk__in=cases)

    def complaints(codes: tuple[str, ...]) -> QuerySet[WorkOrder]:
        return _came(rights, unit, month).filter(case__kind="complaint", category__in=_in_class(rules, codes))

    made: dict[str, Callable[[], QuerySet[WorkOrder]]] = {
        "handled": lambda: _handled(rights, unit, month, rules),
        "often": lambda: _handled(rights, unit, month, rules).filter(contacts__gte=rules.indices.service.calls),
        "rated": lambda: rated(Q()),
        "content": lambda: rated(content),
        "not_content": lambda: rated(~content),
        "class_1": lambda: complaints(norm.class_1),
        "class_2": lambda: complaints(norm.class_2),
        "reports": lambda: _came(rights, unit, month).filter(case__kind="report"),
    }
    return made[what]().select_related("case", "case__unit").order_by("-case__opened_at", "-case_id")


def named(label: Any, language: str | None) -> str:
    """Return a name in a language: a declared label, or a text as it is."""
    return label.in_(language) if isinstance(label, Label) else str(label)
