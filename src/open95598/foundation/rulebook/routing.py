"""Which unit should get an order, and why. Pure: units come in as values, a unit and an explanation go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from open95598.foundation.words import Label

if TYPE_CHECKING:
    from open95598.foundation.rulebook.model import RouteRule, Rulebook

#: the levels of the tree from the top
LEVELS = ("headquarters", "province", "city", "county", "team")
LEVEL_LABELS = {
    "headquarters": Label("总部", "headquarters"),
    "province": Label("省公司", "province"),
    "city": Label("市公司", "city"),
    "county": Label("县公司", "county"),
    "team": Label("班组", "team"),
}


@dataclass(frozen=True)
class UnitFacts:
    """What routing must know of a unit. ``lineage`` = ids from the top down to its own."""

    id: int
    code: str
    name: str
    level: str
    lineage: tuple[int, ...]
    territory: tuple[str, ...] = ()
    area: str = ""


@dataclass(frozen=True)
class Route:
    """Where an order should go. ``unit_id`` is None when no unit is certain: a dispatcher decides.

    ``automatic`` says that it may be dispatched without a person; ``why`` explains it to people; ``matched`` is the
    place name or division code that decided, ``rule`` the code of the rule.
    """

    unit_id: int | None
    level: str
    rule: str
    automatic: bool
    why: Label
    matched: str = ""


def route(rulebook: Rulebook, facts: Mapping[str, Any]) -> Route:
    """Return where an order of these facts goes.

    Facts: ``kind``, ``category``, ``channel``, ``priority``, ``area`` (may be absent); ``address`` and ``division``
    (a division code); ``unit_id`` when a person or a partner named the unit; ``units``: sequence of ``UnitFacts``.
    The first rule that matches decides the level; the unit is found by the named unit, else by the longest territory
    that the address contains or the division code starts with.
    """
    units: Sequence[UnitFacts] = facts.get("units") or ()
    lineage = rulebook.lineage(str(facts.get("category") or ""))
    rule = next((r for r in rulebook.routes if r.matches(facts, lineage)), None)
    if rule is None:
        return Route(
            None,
            "",
            "",
            False,
            Label(
                "没有适用的派单规则，请人工派单",
                "No routing rule applies: dispatch by hand",
            ),
        )
    level = LEVEL_LABELS.get(rule.level, Label(rule.level, rule.level))
    if rule.unit:
        fixed = next((u for u in units if u.code == rule.unit), None)
        if fixed is None:
            why = Label(
                f"规则指定的单位 {rule.unit} 不存在，请人工派单",
                f"The rule's unit {rule.unit} does not exist: dispatch by hand",
            )
            return Route(None, rule.level, rule.code, False, why)
        why = Label(
            f"{rule.label.zh}：固定派往{fixed.name}",
            f"{rule.label.en}: always to {fixed.name}",
        )
        return Route(fixed.id, fixed.level, rule.code, rule.automatic, why)
    by_id = {u.id: u for u in units}
    named = by_id.get(facts.get("unit_id") or 0)
    if named is not None:
        return _at_level(rule, named, by_id, level, "")
    hit, matched = _by_territory(units, str(facts.get("address") or ""), str(facts.get("division") or ""))
    if hit is None:
        why = Label(
            f"{rule.label.zh}：地址未匹配到任何单位的供电区域，请人工派单",
            f"{rule.label.en}: the address matches no unit's territory, dispatch by hand",
        )
        return Route(None, rule.level, rule.code, False, why)
    return _at_level(rule, hit, by_id, level, matched)


def _at_level(
    rule: RouteRule,
    unit: UnitFacts,
    by_id: Mapping[int, UnitFacts],
    level: Label,
    matched: str,
) -> Route:
    """Climb from ``unit`` to the rule's level; a unit that is above it already keeps the order."""
    wanted = LEVELS.index(rule.level)
    chosen = unit
    for unit_id in reversed(unit.lineage):
        above = by_id.get(unit_id)
        if above is not None and LEVELS.index(above.level) >= wanted:
            chosen = above
            if above.level == rule.level:
                break
    place = (
        Label(f"地址含“{matched}”", f"the address contains “{matched}”")
        if matched
        else Label("已指定单位", "a unit was named")
    )
    why = Label(
        f"{rule.label.zh}：{place.zh}，派往{level.zh}级{chosen.name}",
        f"{rule.label.en}: {place.en}, goes to {chosen.name} at {level.en} level",
    )
    if chosen.level != rule.level:
        why = Label(
            f"{rule.label.zh}：{place.zh}，由{chosen.name}再派",
            f"{rule.label.en}: {place.en}, {chosen.name} passes it on",
        )
    return Route(chosen.id, chosen.level, rule.code, rule.automatic, why, matched)


def _by_territory(units: Sequence[UnitFacts], address: str, division: str) -> tuple[UnitFacts | None, str]:
    """Return the unit with the longest territory found in the address or leading the division code.

    Of equal lengths the deepest unit wins; when two units of one level claim it, their nearest common unit does, and
    that is for the caller to climb: here it means that neither is certain, so the one above is returned.
    """
    best: list[UnitFacts] = []
    best_key, matched = (0, -1), ""
    for unit in units:
        for place in unit.territory:
            found = division.startswith(place) if place.isdigit() else place in address
            if not place or not found:
                continue
            key = (len(place), LEVELS.index(unit.level))
            if key > best_key:
                best, best_key, matched = [unit], key, place
            elif key == best_key and unit not in best:
                best.append(unit)
    if not best:
        return None, ""
    if len(best) == 1:
        return best[0], matched
    shared = [a for a in best[0].lineage if all(a in other.lineage for other in best)]
    above = next((u for a in reversed(shared) for u in units if u.id == a), None)
    return above, matched if above else ""
