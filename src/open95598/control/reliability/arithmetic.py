"""Figures of reliability (DOMAIN 4): SAIDI, SAIFI, CAIDI, AIHC-1, AITC, RS-1 to RS-3. Exact: whole numbers and
fractions, rounded once, half up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from open95598.control.reliability.times import Told

_TICK = timedelta(microseconds=1)
_MINUTE, _HOUR = timedelta(minutes=1) // _TICK, timedelta(hours=1) // _TICK


def ticks(length: timedelta) -> int:
    """Return a length of time in microseconds."""
    return length // _TICK


@dataclass(frozen=True)
class Sums:
    """What interruptions cost: how many ``events``, customers ``interrupted``, their time ``lost`` (customers times
    microseconds); of it what is ``planned``, ``external`` or ``rationing``."""

    events: int = 0
    interrupted: int = 0
    lost: int = 0
    planned: int = 0
    external: int = 0
    rationing: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.events + other.events, self.interrupted + other.interrupted, self.lost + other.lost,
            self.planned + other.planned, self.external + other.external, self.rationing + other.rationing,
        )  # fmt: skip

    @property
    def minutes(self) -> Fraction:
        """The time lost in customer-minutes."""
        return Fraction(self.lost, _MINUTE)


def of(told: Told, start: datetime, end: datetime, *, planned: bool, external: bool, rationing: bool) -> Sums:
    """Return what an interruption costs from ``start`` to ``end``: time lost counts where it was lost, the interruption
    itself where it began."""
    lost = sum(
        ticks(min(last, end) - max(first, start)) * customers
        for first, last, customers in told.pieces
        if max(first, start) < min(last, end)
    )
    begun = [customers for at, customers in told.begun if start <= at < end]
    return Sums(
        1 if begun or lost else 0, sum(begun), lost,
        lost if planned else 0, lost if external else 0, lost if rationing else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Base:
    """Whom figures are measured against: customer-microseconds of supply that were owed in ``period`` microseconds.

    Over several months with different numbers of customers: their mean, weighted by the months' lengths.
    """

    owed: int = 0
    period: int = 0

    @classmethod
    def of(cls, customers: int, length: timedelta) -> Base:
        """Return the base of so many customers over so long."""
        return cls(customers * ticks(length), ticks(length))

    def __add__(self, other: Base) -> Base:
        return Base(self.owed + other.owed, self.period + other.period)

    @property
    def customers(self) -> Fraction | None:
        """How many customers there were; None over no time at all."""
        return Fraction(self.owed, self.period) if self.period else None


@dataclass(frozen=True)
class Indices:
    """The figures of a period, each exact; None where there is nothing to divide by."""

    sums: Sums
    base: Base

    @property
    def saidi(self) -> Fraction | None:
        """SAIDI: minutes without supply a customer."""
        return self.sums.minutes / self.base.customers if self.base.customers else None

    @property
    def saifi(self) -> Fraction | None:
        """SAIFI, which is AITC: interruptions a customer."""
        return self.sums.interrupted / self.base.customers if self.base.customers else None

    @property
    def caidi(self) -> Fraction | None:
        """CAIDI: minutes an interruption = SAIDI / SAIFI."""
        return self.sums.minutes / self.sums.interrupted if self.sums.interrupted > 0 else None

    @property
    def aihc(self) -> Fraction | None:
        """AIHC-1: hours without supply a household."""
        return Fraction(self.sums.lost, _HOUR) / self.base.customers if self.base.customers else None

    @property
    def rs1(self) -> Fraction | None:
        """RS-1: percent of the time in which there was supply."""
        return self._share(0)

    @property
    def rs2(self) -> Fraction | None:
        """RS-2: the same without what came from outside."""
        return self._share(self.sums.external)

    @property
    def rs3(self) -> Fraction | None:
        """RS-3: the same without rationing."""
        return self._share(self.sums.rationing)

    @property
    def planned_saidi(self) -> Fraction | None:
        """The part of SAIDI that was announced, in minutes."""
        return Fraction(self.sums.planned, _MINUTE) / self.base.customers if self.base.customers else None

    @property
    def fault_saidi(self) -> Fraction | None:
        """The part of SAIDI that came from faults, in minutes."""
        lost = self.sums.lost - self.sums.planned
        return Fraction(lost, _MINUTE) / self.base.customers if self.base.customers else None

    def _share(self, left_out: int) -> Fraction | None:
        return 100 * (1 - Fraction(self.sums.lost - left_out, self.base.owed)) if self.base.owed else None


def rounded(value: Fraction | None, places: int) -> Decimal | None:
    """Return a figure with so many decimals, half up; None stays None."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 60
        shifted = value * 10**places
        whole = (2 * abs(shifted.numerator) + shifted.denominator) // (2 * shifted.denominator)
        return Decimal(whole if value >= 0 else -whole).scaleb(-places).quantize(Decimal(1).scaleb(-places),
                                                                                 ROUND_HALF_UP)  # fmt: skip
