"""Section ``customers`` of a rulebook's files (B7, DOMAIN 1.5), its rows and what is checked of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from open95598.foundation.rulebook import customer_rows as rows
from open95598.foundation.rulebook.parts import Many, Part, Row, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem


def _number(value: Any) -> Decimal:
    """Read a number that is written as text (``"0.5"``), so that it is exact; a whole number may stand bare."""
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Decimal(value)
    if not isinstance(value, str) or not value.removeprefix("-").replace(".", "", 1).isdecimal():
        raise ValueError(f'not a number like "0.5": {value!r}')
    return Decimal(value)


Number = Annotated[Decimal, BeforeValidator(_number), Field(ge=-10_000_000, le=10_000_000)]
Points = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=1000)]


class TierPart(Row):
    """A tier."""

    label: Words
    entitlements: Many = ()
    priority: str = ""
    visit_every: Annotated[int, Field(ge=0, le=1100)] = 0

    def row(self) -> rows.TierRule:
        """Return the rule."""
        return rows.TierRule(
            self.code, self.label, self.entitlements, self.priority, self.visit_every, self.source
        )  # fmt: skip


class IntegrityPart(Row):
    """A kind of entry in the integrity file."""

    label: Words
    points: Annotated[int, Field(ge=-100, le=100)]
    years: Annotated[int, Field(ge=1, le=50)]
    late: bool = False

    def row(self) -> rows.IntegrityKind:
        """Return the rule."""
        return rows.IntegrityKind(self.code, self.label, self.points, self.years, self.late, self.source)


class StepPart(Part):
    """A step of a part of a rating; the last one has no ``up_to``."""

    up_to: Number | None = None
    points: Points


class RatingPartPart(Row):
    """A part of a rating."""

    label: Words
    fact: str
    most: Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=1000)]
    text: Words
    steps: tuple[StepPart, ...] = ()
    choices: dict[str, Points] = {}
    otherwise: Points = Decimal(0)

    def row(self) -> rows.RatingPart:
        """Return the rule."""
        steps = tuple(rows.Step(s.up_to, s.points) for s in self.steps)
        return rows.RatingPart(
            self.code, self.label, self.fact, self.most, self.text, steps, self.choices, self.otherwise
        )  # fmt: skip


class BandPart(Row):
    """A band of a rating."""

    label: Words
    least: Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=100)]


class RatingRow(Row):
    """A rating."""

    label: Words
    parts: tuple[RatingPartPart, ...]
    bands: tuple[BandPart, ...] = ()
    enough: Annotated[int, Field(ge=1, le=100)] = 60

    def row(self) -> rows.Rating:
        """Return the rule, its bands from the highest down."""
        bands = sorted((rows.Band(b.code, b.label, b.least) for b in self.bands), key=lambda b: -b.least)
        return rows.Rating(
            self.code, self.label, tuple(p.row() for p in self.parts), tuple(bands), self.enough, self.source
        )  # fmt: skip


class CostsPart(Part):
    """What serving customers costs."""

    minute: dict[str, Points] = {}
    minute_otherwise: Points = Decimal(0)
    order: dict[str, Points] = {}
    order_otherwise: Points = Decimal(0)
    source: str = ""


class CustomersPart(Part):
    """Section ``customers``."""

    tiers: tuple[TierPart, ...] = ()
    integrity: tuple[IntegrityPart, ...] = ()
    ratings: tuple[RatingRow, ...] = ()
    costs: CostsPart = CostsPart()
    connections: tuple[str, ...] = ()

    def row(self) -> rows.CustomerRules:
        """Return the rules."""
        return rows.CustomerRules(
            tuple(t.row() for t in self.tiers),
            tuple(k.row() for k in self.integrity),
            tuple(r.row() for r in self.ratings),
            rows.ServiceCosts(**self.costs.model_dump()),
            self.connections,
        )


At = Callable[..., "Problem"]


def problems_of(built: Built, at: At) -> Iterator[Problem]:
    """Yield what is wrong with the section: unknown codes, formulas that cannot be computed or give too little."""
    book = built.book.customers
    for name in ("tiers", "integrity", "ratings"):
        yield from _twice([row.code for row in getattr(book, name)], at, "customers", name)
    priorities = {choice.code for choice in built.rulebook.lists.get("priorities", ())}
    for number, tier in enumerate(book.tiers):
        here = ("customers", "tiers", number)
        if tier.code not in rows.TIERS:
            yield at(f"unknown tier {tier.code!r}", *here, "code")
        for what in tier.entitlements:
            if what not in rows.ENTITLEMENTS:
                yield at(f"unknown entitlement {what!r}", *here, "entitlements")
        if tier.priority and tier.priority not in priorities:
            yield at(f"unknown priority {tier.priority!r}", *here, "priority")
        if bool(tier.priority) != ("fast" in tier.entitlements):
            yield at("a priority belongs to the entitlement 'fast', and it needs one", *here)
        if bool(tier.visit_every) != ("visits" in tier.entitlements):
            yield at("'visit_every' belongs to the entitlement 'visits', and it needs one", *here)
    for number, code in enumerate(book.connections):
        if built.rulebook.category(code) is None:
            yield at(f"unknown category {code!r}", "customers", "connections", number)
    kinds = {kind.code for kind in built.rulebook.kinds}
    for kind in book.costs.order:
        if kind not in kinds:
            yield at(f"unknown kind {kind!r}", "customers", "costs", "order")
    for number, rating in enumerate(book.ratings):
        yield from _rating(rating, at, "customers", "ratings", number)


def _rating(rating: RatingRow, at: At, *here: str | int) -> Iterator[Problem]:
    yield from _twice([p.code for p in rating.parts], at, *here, "parts")
    yield from _twice([b.code for b in rating.bands], at, *here, "bands")
    if not rating.parts:
        yield at(f"rating {rating.code!r} has no parts", *here)
    leasts = [band.least for band in rating.bands]
    if len(set(leasts)) != len(leasts):
        yield at("two bands begin at the same points", *here, "bands")
    if rating.code == "tier" and (unknown := {b.code for b in rating.bands} - {*rows.TIERS, "none"}):
        yield at(f"unknown tier {min(unknown)!r}", *here, "bands")
    if leasts and min(leasts) > 0:
        yield at("gap: no band begins at 0", *here, "bands")
    for number, part in enumerate(rating.parts):
        yield from _part(part, at, *here, "parts", number)


def _part(part: RatingPartPart, at: At, *here: str | int) -> Iterator[Problem]:
    for language, text in (("zh", part.text.zh), ("en", part.text.en)):
        try:
            text.format(value="")
        except (KeyError, IndexError, ValueError):
            yield at(f"the text ({language}) may hold {{value}} and nothing else in braces", *here, "text")
    if part.fact in rows.NUMBERS:
        if part.choices or not part.steps:
            yield at(f"{part.fact!r} is a number: it takes steps and no choices", *here)
            return
        yield from _steps(part, at, *here)
        given = [step.points for step in part.steps]
    elif part.fact in rows.CODES:
        if part.steps or not part.choices:
            yield at(f"{part.fact!r} is one of a list: it takes choices and no steps", *here)
            return
        for code in part.choices:
            if code not in rows.CODES[part.fact]:
                yield at(f"unknown {part.fact} {code!r}", *here, "choices")
        given = [*part.choices.values(), part.otherwise]
    else:
        yield at(f"unknown fact {part.fact!r}", *here, "fact")
        return
    if max(given) != part.most:
        yield at(f"no value gives all {part.most} points, or one gives more", *here, "most")


def _steps(part: RatingPartPart, at: At, *here: str | int) -> Iterator[Problem]:
    ends = [step.up_to for step in part.steps]
    if ends[-1] is not None or None in ends[:-1]:
        yield at("the last step, and only it, has no 'up_to'", *here, "steps")
        return
    known = [end for end in ends if end is not None]
    if known != sorted(set(known)):
        yield at("steps must rise", *here, "steps")


def _twice(codes: Sequence[str], at: At, *here: str | int) -> Iterator[Problem]:
    for number, code in enumerate(codes):
        if code in codes[:number]:
            yield at(f"{code!r} is there twice", *here, number)
