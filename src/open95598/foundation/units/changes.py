"""How a dated change is checked and carried out. ``services`` is the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.units import hooks
from open95598.foundation.units.models import ChangeKind, Unit, UnitChange, UnitLevel


class By(NamedTuple):
    """Who does something: a person's id (None: the house itself) and name, as the journal keeps them."""

    id: int | None
    name: str


#: the house itself: a command, an import, a process
HOUSE = By(None, "open95598")
_TREE_LOCK = 0x95598_0001


def lock_tree() -> None:
    """Let one transaction at a time change the shape of the tree (two moves could tie a knot)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def record(unit: Unit, kind: str, by: By, now: datetime, data: dict[str, Any]) -> None:
    """Write an entry into the unit's stream of the journal."""
    key = f"unit/{unit.pk}"
    draft = Draft(Stream(key=key), key, kind, now, actor_id=by.id, actor_name=by.name, data=data)
    append_to_stream(key, [draft])


def told(change: UnitChange) -> dict[str, Any]:
    """Return what the journal keeps of a change."""
    return {
        "change": change.pk,
        "kind": change.kind,
        "effective_on": change.effective_on.isoformat(),
        "reason": change.reason,
        "old_name": change.old_name,
        "new_name": change.new_name,
        "old_parent": change.old_parent.code if change.old_parent else None,
        "new_parent": change.new_parent.code if change.new_parent else None,
        "successor": change.successor.code if change.successor else None,
    }


def check(change: UnitChange) -> None:
    """Say whether the change can be carried out on the tree as it is. Raises ``Invalid`` naming the field."""
    unit = change.unit
    if unit.closed_on:
        _refuse("unit", _("%(unit)s is closed.") % {"unit": unit.name})
    if change.kind == ChangeKind.MOVE:
        parent = change.new_parent
        if unit.level == UnitLevel.HEADQUARTERS or parent is None:
            _refuse("new_parent", _("The headquarters stays at the top."))
        _check_takes("new_parent", parent, unit, [unit.level])
    elif change.kind in (ChangeKind.MERGE, ChangeKind.CLOSE):
        successor = change.successor
        if unit.level == UnitLevel.HEADQUARTERS:
            _refuse("unit", _("The headquarters cannot be closed."))
        if successor is None:
            _refuse("successor", _("Name the unit that takes over what is open."))
        children = Unit.objects.filter(parent=unit, closed_on=None).values_list("level", flat=True)
        _check_takes("successor", successor, unit, list(children))


def _check_takes(field: str, above: Any, unit: Unit, levels: list[str]) -> None:
    """Check that ``above`` may stand over units of these levels, and does not lie under ``unit``."""
    order = [level.value for level in UnitLevel]
    if unit.pk in above.lineage:
        _refuse(field, _("%(unit)s lies below it.") % {"unit": above.name})
    if above.closed_on:
        _refuse(field, _("%(unit)s is closed.") % {"unit": above.name})
    if any(order.index(level) <= order.index(above.level) for level in levels):
        _refuse(field, _("A unit stands below its parent's level."))


def _refuse(field: str, reason: str) -> None:
    raise Invalid(_("The change is not possible: %(reason)s") % {"reason": reason}, fields={field: reason})


def apply(change: UnitChange, now: datetime) -> None:
    """Carry the change out, in the caller's transaction. Raises ``Invalid`` when it is no longer possible."""
    lock_tree()
    unit = change.unit = Unit.objects.select_for_update().get(pk=change.unit_id)
    if change.new_parent_id:
        change.new_parent = Unit.objects.get(pk=change.new_parent_id)
    if change.successor_id:
        change.successor = Unit.objects.select_for_update().get(pk=change.successor_id)
    check(change)
    by = By(change.by_id, change.by_name)
    if change.kind == ChangeKind.RENAME:
        change.old_name, unit.name = unit.name, change.new_name
        unit.save(update_fields=["name"])
    elif change.kind == ChangeKind.MOVE and change.new_parent:
        change.old_parent = unit.parent
        _put_under(unit, change.new_parent, now)
    elif change.successor:
        _pass_on(unit, change.successor, change, now, by)
    change.applied_at, change.problem = now, ""
    change.save()
    record(unit, f"unit.{change.kind}d", by, now, told(change))


def _put_under(unit: Unit, parent: Unit, now: datetime) -> None:
    """Give a unit another parent and everything below it its new lineage; tell the rooms that keep lineages."""
    depth = len(unit.lineage)
    unit.parent = parent
    unit.save(update_fields=["parent"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE units_unit SET lineage = %s::bigint[] || lineage[%s:] WHERE lineage @> %s::bigint[] RETURNING id",
            [parent.lineage, depth, [unit.pk]],
        )
        moved = sorted(row[0] for row in cursor.fetchall())
    unit.refresh_from_db()
    for hook in hooks.lineage_changed:
        hook(moved, now)


def _pass_on(unit: Unit, successor: Unit, change: UnitChange, now: datetime, by: By) -> None:
    """Close a unit; its children, its territory and, through the hooks, all that was open go to the successor."""
    for child in Unit.objects.select_for_update().filter(parent=unit, closed_on=None).order_by("pk"):
        _put_under(child, successor, now)
    merged = list(dict.fromkeys([*successor.territory, *unit.territory]))
    if merged != successor.territory:
        successor.territory = merged
        successor.save(update_fields=["territory"])
    unit.closed_on, unit.successor = change.effective_on, successor
    unit.save(update_fields=["closed_on", "successor"])
    for hook in hooks.succession:
        hook(unit.pk, successor.pk, now, by.name)
