"""The rows of a rulebook about promises to customers: who keeps them, when an order stands still. Pure."""

from __future__ import annotations

from dataclasses import dataclass


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


_ANY = StandingRule(40, 240, 4320)


@dataclass(frozen=True)
class TrackingRules:
    """What a rulebook says about promises and their tracking (B2, B3)."""

    first_contact: FirstContactRule = FirstContactRule(("shift_leader", "dispatcher", "agent"))
    standing: tuple[StandingRule, ...] = ()

    def still(self, kind: str) -> StandingRule:
        """Return the rule for orders of a kind: one that names the kind before one for all."""
        rows = [rule for rule in self.standing if not rule.kinds or kind in rule.kinds]
        return max(rows, key=lambda rule: bool(rule.kinds), default=_ANY)
