"""The rows of a rulebook about promises to customers: who keeps them, when an order stands still. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.words import Label


@dataclass(frozen=True)
class FirstContactRule:
    """Who keeps the promise of an order that no person took (B3): the first of ``roles`` that somebody holds at the
    unit that took it, or at the next one above."""

    roles: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class StandingRule:
    """When an order stands still (B2): nothing was done for ``percent`` of the limit of the clock that ends first.

    Counted on that clock's calendar, at least ``least_minutes``; where no clock runs, ``idle_minutes`` round the clock.
    """

    percent: int
    least_minutes: int
    idle_minutes: int
    kinds: tuple[str, ...] = ()
    source: str = ""

    def minutes(self, limit: int) -> int:
        """Return for how many minutes of its calendar nothing may happen under a clock with that limit."""
        return max(limit * self.percent // 100, self.least_minutes)


@dataclass(frozen=True)
class Promise:
    """A promise to customers and how it is measured (H16, DOMAIN 2.5). ``number``: which of the ten it belongs to.

    ``clock``: measured by that clock of the orders of ``kinds`` and ``categories`` (empty: any; ``without`` are left
    out); "" : no order tells of it; then ``measure`` names what a room counts, or ``awaits`` says what its figures will
    come from. ``working_days`` or
    ``minutes``: what was promised, where the utility's own limit is shorter; else the clock's limit counts. ``told``:
    kept when the customer was told by then, not when the house had its answer ready and the clock stopped.
    """

    code: str
    number: int
    label: Label
    text: Label
    clock: str = ""
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    working_days: int | None = None
    minutes: int | None = None
    target: str = ""
    awaits: Label | None = None
    source: str = ""
    told: bool = False
    measure: str = ""

    def applies(self, kind: str, lineage: tuple[str, ...]) -> bool:
        """Say whether orders of a kind and category (with those above it) tell of the promise."""
        return (
            bool(self.clock)
            and (not self.kinds or kind in self.kinds)
            and (not self.categories or not set(self.categories).isdisjoint(lineage))
            and set(self.without).isdisjoint(lineage)
        )


_ANY = StandingRule(40, 240, 4320)


@dataclass(frozen=True)
class TrackingRules:
    """What a rulebook says about promises and their tracking (B2, B3)."""

    first_contact: FirstContactRule = FirstContactRule(("shift_leader", "dispatcher", "agent"))
    standing: tuple[StandingRule, ...] = ()
    promises: tuple[Promise, ...] = ()

    def still(self, kind: str) -> StandingRule:
        """Return the rule for orders of a kind: one that names the kind before one for all."""
        rows = [rule for rule in self.standing if not rule.kinds or kind in rule.kinds]
        return max(rows, key=lambda rule: bool(rule.kinds), default=_ANY)
