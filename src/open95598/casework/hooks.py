"""What casework does when another room calls: units and people change, the journal is verified, browsers are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from open95598.casework import amendments, naming, recusal
from open95598.casework.actors import Actor
from open95598.casework.models import Attachment, Case
from open95598.casework.work import save_rows
from open95598.foundation.events.services import Said, say
from open95598.foundation.files import store as files
from open95598.foundation.journal import hooks as journal
from open95598.foundation.journal.services import Draft, append
from open95598.foundation.live import hooks as live
from open95598.foundation.notices import hooks as notices
from open95598.foundation.people import hooks as people
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.people.rights import SOMEBODY_RECUSED
from open95598.foundation.rulebook import hooks as rulebook
from open95598.foundation.rulebook.wording import CLOCKS
from open95598.foundation.units import hooks as units
from open95598.foundation.units import queries as tree
from open95598.foundation.units.models import Unit

_BATCH = 1_000


def pass_on_unit(from_unit_id: int, to_unit_id: int, now: datetime, actor_name: str) -> None:
    """Give the open cases of a unit that ends to its successor; each case's journal and an event say so.

    What the ended unit was recused from, its successor is recused from as well: its people are there now.
    """
    successor = Unit.objects.get(pk=to_unit_id)
    house = Actor.house(actor_name)
    if len(successor.lineage) > 1:
        for case in _recused_from(from_unit_id):
            recusal.keep_away(case, (), [to_unit_id], house, now)
    for cases in _open_cases({"unit_id": from_unit_id}):
        for case in cases:
            old = set(case.scope)
            case.unit, case.owner = tree.get(recusal.stand_in(successor.lineage, case.recused_units)), None
            case.scope = list(case.unit.lineage)
            case.sight = sorted({*(set(case.sight) - old), *case.scope, *case.opened_by_unit.lineage})
        moved = {case.pk: {"from_unit": from_unit_id, "to_unit": case.unit_id} for case in cases}
        _tell(cases, "case.succeeded", now, actor_name, moved)
        save_rows(cases, ("unit", "owner", "scope", "sight", "journal_seq", "journal_head"))
        say(
            Said(
                "case.succeeded", f"case/{case.pk}", now, case.pk,
                {"kind": case.kind, "to": case.state, "unit": case.unit_id, **moved[case.pk]},
            )
            for case in cases
        )  # fmt: skip


def _recused_from(unit_id: int) -> Iterable[Case]:
    """Yield the cases, open or not, that a unit is recused from, each locked in the caller's transaction."""
    rows = Case.objects.system("succession").filter(SOMEBODY_RECUSED, recused_units__contains=[unit_id])
    rows = rows.select_related("unit", "opened_by_unit").select_for_update(no_key=True, of=("self",))
    return list(rows.order_by("pk"))


def pass_on_person(person: Person, now: datetime) -> None:
    """Take a leaver off the open cases they own: each goes back to its unit's list; its journal says so."""
    for cases in _open_cases({"owner_id": person.pk}):
        for case in cases:
            case.owner = None
        _tell(cases, "case.owner_left", now, "", {case.pk: {"owner": person.pk} for case in cases})
        save_rows(cases, ("owner", "journal_seq", "journal_head"))


def follow_lineage(unit_ids: list[int], now: datetime) -> None:
    """Bring the ancestors' ids beside open cases up to date after units moved in the tree."""
    for unit in Unit.objects.filter(pk__in=unit_ids):
        for cases in _open_cases({"unit_id": unit.pk}):
            for case in cases:
                old = set(case.scope)
                case.scope = list(unit.lineage)
                case.sight = sorted({*(set(case.sight) - old), *unit.lineage, *case.opened_by_unit.lineage})
            save_rows(cases, ("scope", "sight"))


def _open_cases(filters: dict[str, int]) -> Iterable[list[Case]]:
    """Yield locked batches of open cases, in the order of their ids, each in a transaction of the caller."""
    last = 0
    while True:
        with transaction.atomic():
            rows = (
                Case.objects.system("succession")
                .filter(is_open=True, pk__gt=last, **filters)
                .select_related("opened_by_unit")
                .select_for_update(no_key=True, of=("self",))
                .order_by("pk")[:_BATCH]
            )
            cases = list(rows)
            if not cases:
                return
            last = cases[-1].pk
            yield cases


def _tell(cases: list[Case], kind: str, now: datetime, actor_name: str, data: Mapping[int, dict[str, int]]) -> None:
    append(
        [
            Draft(
                head=case,
                stream=f"case/{case.pk}",
                kind=kind,
                at=now,
                actor_name=actor_name,
                case_id=case.pk,
                data=data[case.pk],
            )
            for case in cases
        ]
    )


def visible(rights: Rights, case_ids: Iterable[int]) -> set[int]:
    """Return which of the cases a person may see: what live events and links are filtered by."""
    rows = Case.objects.restrict(rights, Permission.CASE_VIEW).filter(pk__in=list(case_ids))
    return set(rows.values_list("pk", flat=True))


def attachment_digests() -> Iterable[str]:
    """Yield the digests of the files that cases refer to."""
    return Attachment.objects.values_list("sha256", flat=True).distinct().iterator()


def register() -> None:
    """Tell the rooms below what they may ask of this one (once, when Django starts)."""
    rulebook.on_amendment(amendments.apply)
    units.on_succession(pass_on_unit)
    units.on_lineage_changed(follow_lineage)
    people.on_succession(pass_on_person)
    journal.existence_checks["case"] = Case
    journal.visible_cases.append(visible)
    journal.codes |= {"action": naming.action, "kind": naming.kind, "clock": CLOCKS.get}
    journal.codes |= dict.fromkeys(("state", "from", "to"), naming.state)
    files.references.append(attachment_digests)
    live.visible = visible
    notices.kept_from = recusal.kept_from
