"""The rows of a rulebook about announced outages: notice, changes, telling (DOMAIN 2.5, section 4). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.words import Label


@dataclass(frozen=True)
class OutageCause:
    """Why supply is interrupted, as people choose it and customers read it."""

    code: str
    label: Label
    source: str = ""


@dataclass(frozen=True)
class PlannedRules:
    """What a rulebook says about announced outages. Lengths in minutes.

    ``notice_planned``, ``notice_temporary``: so long before its start an outage must be announced. ``cancel_before``:
    a cancellation or move later than so long before the start is late; ``extend_before``: an extension later than so
    long before the announced end is. ``record_within``: start and restoration are entered so soon after they happened.
    ``recount``: so long before the start the affected customers are computed again. ``again_days``, ``again_most``: the
    same customers should be dark at most so often in so many days; ``join_days``: plans for the same devices so near
    to each other could be one outage. ``large``: from so many usage points on an alert is published for other systems.
    ``area_points``: no area with fewer usage points is told apart on the public map.
    ``a_minute``: so many messages to customers leave at most. ``causes``: what can be chosen.
    """

    notice_planned: int = 10_080
    notice_temporary: int = 1_440
    cancel_before: int = 1_440
    extend_before: int = 60
    record_within: int = 5
    recount: tuple[int, ...] = (10_080, 1_440)
    again_days: int = 60
    again_most: int = 2
    join_days: int = 14
    large: int = 1_000
    area_points: int = 50
    a_minute: int = 3_000
    causes: tuple[OutageCause, ...] = ()
    source: str = ""

    def notice(self, *, temporary: bool) -> int:
        """Return how long before its start an outage must be announced, in minutes (DOMAIN 2.5: 7 days, 24 h)."""
        return self.notice_temporary if temporary else self.notice_planned

    def cause(self, code: str) -> Label | None:
        """Return a cause in words; None for one that is not known."""
        return next((one.label for one in self.causes if one.code == code), None)
