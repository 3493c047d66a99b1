"""Devices that get another code: what is known of them stays theirs, and whoever uses the former code means them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from open95598.casework.actors import Actor
from open95598.foundation import bulk
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.registry.grid import hooks
from open95598.registry.grid.described import Described, Problem
from open95598.registry.grid.models import GridDevice, GridFormerCode

#: codes named in one entry of the journal; the rest stands in the table of former codes
TOLD = 200


def renumber(described: Described, actor: Actor, now: datetime) -> dict[str, str]:
    """Give devices that are described with their former code the new one; return former → new of those it changed.

    Where both codes are here already and do not change places it is a problem of the description. Rooms above follow in
    the same transaction (`hooks.renumbered`), so that nothing open is lost. The caller holds the lock of the loading.
    """
    wanted: dict[str, str] = {}
    for one in described.devices:
        if one.formerly and one.formerly != one.code:
            wanted.setdefault(one.formerly, one.code)
    if not wanted:
        return {}
    moved, unclear = moves(wanted)
    described.problems += [Problem("", 0, "renumber", f"{old} → {new}") for old, new in unclear.items()]
    if not moved:
        return {}
    pairs = [list(moved), list(moved.values())]
    bulk.execute("DELETE FROM grid_gridformercode WHERE code = ANY(%s)", [[*moved, *moved.values()]])
    # codes are unique at every moment: those that change places make room for each other first
    query = "SELECT id, code FROM grid_griddevice WHERE code = ANY(%s)"
    named = bulk.fetch(query, [list(moved)])
    ids, codes = [pk for pk, _code in named], [moved[code] for _pk, code in named]
    bulk.execute("UPDATE grid_griddevice SET code = '~' || id WHERE id = ANY(%s)", [ids])
    bulk.execute(
        "UPDATE grid_griddevice d SET code = m.code FROM unnest(%s::bigint[], %s::varchar[]) AS m(id, code)"
        " WHERE d.id = m.id",
        [ids, codes],
    )
    # what feeds those below is the same device as before: no new link, only its name
    for statement in (
        (
            "UPDATE grid_griddevice d SET parent_code = m.new FROM unnest(%s::varchar[], %s::varchar[]) AS m(old, new)"
            " WHERE d.parent_code = m.old"
        ),
        (
            "UPDATE grid_gridlink l SET parent_code = m.new FROM unnest(%s::varchar[], %s::varchar[]) AS m(old, new)"
            " WHERE l.parent_code = m.old AND l.valid_to IS NULL"
        ),
    ):
        bulk.execute(statement, pairs)
    bulk.execute(
        "INSERT INTO grid_gridformercode (code, device_id, until) SELECT m.old, d.id, %s"
        " FROM unnest(%s::varchar[], %s::varchar[]) AS m(old, new) JOIN grid_griddevice d ON d.code = m.new",
        [now, *pairs],
    )
    for follow in hooks.renumbered:
        follow(moved, now)
    told = {"codes": [f"{old} → {new}" for old, new in list(moved.items())[:TOLD]], "count": len(moved)}
    draft = Draft(Stream(), "grid", "grid.renumbered", now, actor.person_id, actor.name, data=told)
    append_to_stream("grid", [draft])
    return moved


def moves(wanted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return which of the wanted changes (former → new code) are to be made, and which are unclear because both codes
    are here. Two queries.

    A code that is here may be given when its own device gets another one: codes change places, or move up in a row.
    Where the device of the new code had the former one before, they have done so already: the same table again does
    not change them back.
    """
    olds = list(wanted)
    query = "SELECT code FROM grid_griddevice WHERE code = ANY(%s)"
    here = {code for (code,) in bulk.fetch(query, [[*olds, *wanted.values()]])}
    query = "SELECT f.code, d.code FROM grid_gridformercode f JOIN grid_griddevice d ON d.id = f.device_id"
    done = set(bulk.fetch(f"{query} WHERE f.code = ANY(%s)", [olds]))
    moved: dict[str, str] = {}
    for old, new in wanted.items():
        again = (old, new) in done and (new in wanted or old in wanted.values())
        if old in here and new not in moved.values() and not again:
            moved[old] = new
    unclear: dict[str, str] = {}
    while blocked := {old: new for old, new in moved.items() if new in here and new not in moved}:
        unclear |= blocked
        moved = {old: new for old, new in moved.items() if old not in blocked}
    return moved, unclear


def by_code(codes: Iterable[str], why: str) -> dict[str, GridDevice]:
    """The devices of codes, present or former, each with its unit; codes that never were are left out. Two queries."""
    wanted = set(codes)
    if not wanted:
        return {}
    found = {row.code: row for row in GridDevice.objects.system(why).filter(code__in=wanted).select_related("unit")}
    if lost := wanted - found.keys():
        rows = GridFormerCode.objects.filter(code__in=lost).select_related("device__unit")
        found |= {row.code: row.device for row in rows}
    return found
