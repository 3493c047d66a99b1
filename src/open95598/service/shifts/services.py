"""Preparing a handover, handing it over, signing for it: all writes of the room."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Forbidden, Impossible, Invalid
from open95598.foundation.people.policy import Permission
from open95598.foundation.units.models import Unit
from open95598.service.shifts import queries
from open95598.service.shifts.models import Handover, Item, Kind
from open95598.service.workorders import promises, redaction
from open95598.service.workorders.redaction import Identity

#: characters of a note
MOST = 500


def prepare(unit: Unit, leaving: Collection[int], actor: Actor, now: datetime) -> Handover:
    """Open a handover of a unit's shift and put on its list what is open (``queries.left_open``).

    ``leaving``: ids of the people whose promises are handed over. Raises ``Forbidden`` without CASE_APPROVE at the
    unit, ``Impossible`` while another handover of the unit is not signed for.
    """
    if actor.rights is None or actor.person_id is None or not actor.rights.at(Permission.CASE_APPROVE, unit.lineage):
        raise Forbidden(_("You may not hand over the shift of this unit."))
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two who prepare at once: one after the other
        waiting = Handover.objects.system("one at a time").filter(case__unit=unit, case__is_open=True)
        if waiting.exists():
            raise Impossible(_("A handover of this unit is under way already: finish or discard it first."))
        fields = {"prepared_by_id": actor.person_id, "prepared_at": now}
        opening = casework.Opening("handover", unit.pk, fields, owner_id=actor.person_id)
        handover: Handover = casework.open_many([opening], actor, now)[0].typed
        _list(handover, queries.left_open(actor.rights, unit, leaving))
    return handover


def _list(handover: Handover, found: list[queries.Open]) -> None:
    Item.objects.bulk_create(
        [
            Item(
                handover=handover,
                kind=o.kind,
                ref_id=o.case_id,
                number=o.number,
                person_id=o.person_id,
                due_at=o.due_at,
            )
            for o in found
        ]
    )


def note(handover: Handover, notes: Mapping[int, str], remarks: str, actor: Actor, now: datetime) -> None:
    """Write what the next shift should know of each item (by its id) and of all. Only while it is being prepared.

    Raises ``Forbidden``, ``Impossible`` once it was handed over, ``Invalid`` for a note that is too long.
    """
    if actor.rights is None or not actor.rights.at(Permission.CASE_APPROVE, handover.case.scope):
        raise Forbidden(_("You may not hand over the shift of this unit."))
    too_long = {f"note-{pk}": _("At most %(n)d characters.") % {"n": MOST} for pk, t in notes.items() if len(t) > MOST}
    if len(remarks) > 4 * MOST:
        too_long["remarks"] = _("At most %(n)d characters.") % {"n": 4 * MOST}
    if too_long:
        raise Invalid(_("Some fields need your attention."), fields=too_long)
    with transaction.atomic():
        case = Case.objects.system("the list is frozen once handed over").select_for_update(no_key=True)
        if case.get(pk=handover.pk).state != "prepared":
            raise Impossible(_("The list was handed over: it does not change any more."))
        rows = list(Item.objects.filter(handover=handover, pk__in=list(notes)))
        for row in rows:
            row.note = notes[row.pk].strip()
        Item.objects.bulk_update(rows, ["note"])
        Handover.objects.system("remarks").filter(pk=handover.pk).update(remarks=remarks.strip())


def sign(handover: Handover, actor: Actor, now: datetime, *, version: int | None = None) -> tuple[int, int]:
    """Sign for a handover; return how many promises passed to whoever signs, and how many did not.

    Raises what ``casework.perform`` raises: signing for one's own is refused.
    """
    casework.perform(handover.pk, "sign", actor, now, version=version)
    judged = Item.objects.filter(handover=handover)
    return judged.filter(passed=True).count(), judged.filter(passed=False).count()


def pass_on(case: Case, handover: Handover, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Let whoever signed keep the promises on the list from now on. Effect of ``sign``.

    What was settled meanwhile, or what the signer may not see, stays as it is; the list says so.
    """
    rows = list(Item.objects.filter(handover=handover, kind=Kind.PROMISE).exclude(person_id=actor.person_id or 0))
    by_person: dict[int, list[Item]] = {}
    for row in rows:
        if row.person_id is not None:
            by_person.setdefault(row.person_id, []).append(row)
    passed: set[int] = set()
    for person_id in sorted(by_person):
        wanted = [row.ref_id for row in by_person[person_id]]
        passed |= set(promises.hand_over(person_id, actor, now, case_ids=wanted)[0])
    for row in rows:
        row.passed = row.ref_id in passed
    Item.objects.bulk_update(rows, ["passed"])


# erasure -------------------------------------------------------------------------------------------------------------


def words_about(case_ids: Collection[int], who: Identity) -> int:
    """Return how many notes and remarks of handovers are about these cases, or tell who their customer is."""
    notes = Item.objects.filter(ref_id__in=list(case_ids)).exclude(note="").count()
    return notes + len(_telling(case_ids, who))


def forget_words(case_ids: Collection[int], who: Identity) -> None:
    """Take away the notes about these cases; of the remarks on the whole shift, numbers and what tells who it is."""
    for row in _telling(case_ids, who):
        row.remarks = redaction.proposed(row.remarks, who)
        row.save(update_fields=("remarks",))
    Item.objects.filter(ref_id__in=list(case_ids)).update(note="")


def _telling(case_ids: Collection[int], who: Identity) -> list[Handover]:
    rows = Handover.objects.system("erasure").filter(items__ref_id__in=list(case_ids)).exclude(remarks="")
    return [row for row in rows.distinct().order_by("pk") if redaction.proposed(row.remarks, who) != row.remarks]
