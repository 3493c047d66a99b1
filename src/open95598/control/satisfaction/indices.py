"""The two indices of service (DOMAIN 2.4 [V6]), computed and explained line by line. Pure: numbers in, numbers out.

Everything is ``Decimal`` and exact until ``shown``; each line says what it was made of, so that a person can do the sum
again with a pencil.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from open95598.foundation.rulebook.index_rows import NormRules, ServiceIndexRules

HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class ServiceFacts:
    """What the service index is made of: counts of one unit in one month.

    ``handled``: events that ended; ``often``: those about which the customer called as often as the rule says;
    ``rated``/``content``: call-backs with a rating. The others are entered by people.
    """

    handled: int
    often: int
    rated: int
    content: int
    false_orders: int = 0
    media: int = 0
    faked: int = 0


@dataclass(frozen=True)
class NormFacts:
    """What the marketing norm rate is made of: complaints of both classes, whistle-blow reports, calls, customers."""

    calls: int
    customers: int
    class_1: int
    class_2: int
    reports: int


@dataclass(frozen=True)
class Line:
    """One line of an index: ``code`` names it, ``formula`` is the sum with its numbers, ``points`` what it adds.

    ``numerator``/``denominator`` are the counts behind it (None: it has none).
    """

    code: str
    formula: str
    points: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Index:
    """An index with its lines; ``value`` None: it cannot be computed, ``missing`` says what is lacking."""

    value: Decimal | None
    lines: tuple[Line, ...]
    missing: tuple[str, ...] = ()


def share(part: int, whole: int) -> Decimal | None:
    """Return a share in per cent, exact; None of nothing."""
    return HUNDRED * part / whole if whole else None


def shown(value: Decimal) -> Decimal:
    """Return a value as it is shown: two decimals, half up."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def plain(value: Decimal | int) -> str:
    """Write a number without an exponent and without zeros at its end."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def service(facts: ServiceFacts, rules: ServiceIndexRules) -> Index:
    """Return the service index: (1 − often / handled) × 100, less what is taken off. ``ValueError`` for bad counts.

    Below the target share of content customers each full step takes points off; without a rating nothing does, and
    ``missing`` says so. Nothing keeps the index above zero: a bad month may show.
    """
    _not_negative(facts.handled, facts.often, facts.rated, facts.content, facts.false_orders, facts.media, facts.faked)
    if facts.often > facts.handled or facts.content > facts.rated:
        raise ValueError("a part is larger than its whole")
    missing = () if facts.rated else ("rated",)
    if not facts.handled:
        return Index(None, (), ("handled", *missing))
    base = HUNDRED * (facts.handled - facts.often) / facts.handled
    lines = [
        Line(
            "often", f"(1 − {facts.often} / {facts.handled}) × 100", base, Decimal(facts.often), Decimal(facts.handled)
        )
    ]
    got = share(facts.content, facts.rated)
    if got is not None:
        steps = max(Decimal(0), ((rules.target - got) / rules.step).to_integral_value(ROUND_FLOOR))
        formula = f"{facts.content} / {facts.rated} = {plain(shown(got))}%"
        formula += f"; {plain(rules.target)}% − {plain(shown(got))}%: {plain(steps)} × {plain(rules.per_step)}"
        lines.append(Line("content", formula, -steps * rules.per_step, Decimal(facts.content), Decimal(facts.rated)))
    for code, count, each in (
        ("false_orders", facts.false_orders, rules.false_order),
        ("media", facts.media, rules.media),
        ("faked", facts.faked, rules.faked),
    ):
        lines.append(Line(code, f"{count} × {plain(each)}", -count * each, Decimal(count)))
    return Index(sum((line.points for line in lines), Decimal(0)), tuple(lines), missing)


def norm(facts: NormFacts, rules: NormRules) -> Index:
    """Return the marketing norm rate in per cent: the weighted sum of 1 − n / d over both classes and the reports.

    d = calls / 100 × 50 % + customers / 1000 × 50 % (the rulebook's numbers). None while d is not above zero.
    """
    _not_negative(facts.calls, facts.customers, facts.class_1, facts.class_2, facts.reports)
    calls = Decimal(facts.calls) / rules.calls_per * rules.calls_share
    customers = Decimal(facts.customers) / rules.customers_per * rules.customers_share
    against = calls + customers
    if against <= 0:
        return Index(None, (), tuple(n for n in ("calls", "customers") if not getattr(facts, n)))
    told = (
        f"{facts.calls} / {rules.calls_per} × {plain(rules.calls_share)} + "
        f"{facts.customers} / {rules.customers_per} × {plain(rules.customers_share)} = {plain(shown(against))}"
    )
    lines = [Line("against", told, Decimal(0), None, against)]
    for code, count, weight in (
        ("class_1", facts.class_1, rules.weight_1),
        ("class_2", facts.class_2, rules.weight_2),
        ("reports", facts.reports, rules.weight_reports),
    ):
        points = HUNDRED * weight * (1 - count / against)
        formula = f"{plain(weight)} × (1 − {count} / {plain(shown(against))}) × 100"
        lines.append(Line(code, formula, points, Decimal(count), against))
    missing = tuple(n for n in ("calls", "customers") if not getattr(facts, n))
    return Index(sum((line.points for line in lines), Decimal(0)), tuple(lines), missing)


def _not_negative(*counts: int) -> None:
    if any(count < 0 for count in counts):
        raise ValueError("a count cannot be below zero")
