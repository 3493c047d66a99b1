"""The rows of a rulebook about reliability: what counts as what, which lines are bad (DOMAIN 4, C8, H8). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CauseRules:
    """Codes of causes: ``external`` is left out of RS-2, ``rationing`` out of RS-3, ``apart`` is in no figure."""

    external: tuple[str, ...] = ()
    rationing: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrequentRules:
    """A line that was out ``times`` in ``months`` is on the list; from ``alert`` on somebody is told."""

    months: int = 2
    times: int = 3
    alert: int = 5


@dataclass(frozen=True)
class LoadRules:
    """Load against the rating in percent: from ``heavy`` a line is heavy, above ``overloaded`` it is overloaded, each
    when that ``lasting`` minutes at a stretch. ``days``: the list looks so many days back.

    How loads in another unit than the rating are brought to it: ``power_factor``, the voltage between phases of lines
    (``line_kv``) and on the low side of transformers (``area_kv``) in kV [G].
    """

    heavy: int = 70
    overloaded: int = 100
    lasting: int = 60
    days: int = 31
    power_factor: float = 0.95
    line_kv: float = 10.0
    area_kv: float = 0.4


@dataclass(frozen=True)
class HotspotRules:
    """A device that was out ``times`` in ``months`` is a hotspot of the map."""

    months: int = 12
    times: int = 3


@dataclass(frozen=True)
class ReliabilityRules:
    """What a rulebook says about reliability. ``information``: kinds of announced outages that count."""

    information: tuple[str, ...] = ("planned", "temporary", "over_capacity", "orderly")
    outages: CauseRules = field(default_factory=CauseRules)
    announced: CauseRules = field(default_factory=CauseRules)
    frequent: FrequentRules = field(default_factory=FrequentRules)
    load: LoadRules = field(default_factory=LoadRules)
    hotspots: HotspotRules = field(default_factory=HotspotRules)
    source: str = ""
