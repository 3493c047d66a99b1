"""Writing knowledge: questions that nobody answers yet, drafts, what helped, days that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.service.knowledge import queries, shelf, writing
from open95598.service.knowledge.effects import dress
from open95598.service.knowledge.flows import EDIT, KIND
from open95598.service.knowledge.models import KnowledgeItem, Use

#: characters of a question that nobody answers yet
LONGEST = 200
#: questions that wait at a unit at most: beyond it a slip of a program, or of a person, would bury the ones that matter
MOST_WAITING = 300
#: who says twice within this time whether an item helped has changed their mind
MIND = timedelta(minutes=10)


def ask(question: str, unit_id: int, actor: Actor, now: datetime) -> tuple[KnowledgeItem, bool]:
    """Make a question without an answer a drafting task at a unit; return it, and whether it is new.

    A question that waits already is counted. What looks like a phone number or an identity is masked. Raises
    ``Invalid`` without a question, ``Forbidden`` for somebody who does not work at the unit, ``Impossible`` when
    ``MOST_WAITING`` wait there.
    """
    text = mask_text(" ".join(question.replace("\x00", "").split()))
    if not 2 <= len(text) <= LONGEST:
        raise Invalid(
            _("Some fields need your attention."),
            fields={"question": _("Write the question in 2 to %(n)d characters.") % {"n": LONGEST}},
        )
    unit = Unit.objects.filter(pk=unit_id, closed_on=None).first()
    if unit is None or actor.rights is None or not actor.rights.at(Permission.CASE_NOTE, unit.lineage):
        raise Forbidden(_("You have no right to do this here."))
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two who ask the same at once: one task
        waiting = KnowledgeItem.objects.system("a question that waits already").filter(
            case__unit_id=unit.pk, case__is_open=True, version__isnull=True, title=text
        )
        if (row := waiting.first()) is not None:
            KnowledgeItem.objects.system("counted").filter(pk=row.pk).update(asked=F("asked") + 1)
            row.refresh_from_db(fields=["asked"])
            return row, False
        unanswered = KnowledgeItem.objects.system("how many wait").filter(
            case__unit_id=unit.pk, case__is_open=True, version__isnull=True
        )
        if unanswered.count() >= MOST_WAITING:
            raise Impossible(_("So many questions wait here that no more are taken: answer or drop some first."))
        return wait(text, unit.pk, actor, now), True


def wait(question: str, unit_id: int, actor: Actor, now: datetime) -> KnowledgeItem:
    """Let a question wait for its answer as a draft without an author. The caller has checked it and the right."""
    return _open(unit_id, {"title": question, "questions": [question]}, actor, now, asked=1)


def draft(given: Mapping[str, Any], unit_id: int, actor: Actor, now: datetime) -> KnowledgeItem:
    """Begin a new item at a unit. Raises ``Forbidden`` without the right to write there, ``Invalid`` by field."""
    unit = Unit.objects.filter(pk=unit_id, closed_on=None).first()
    if unit is None or actor.rights is None or not actor.rights.at(EDIT, unit.lineage):
        raise Forbidden(_("You may not write knowledge at this unit."))
    found = checked(given, now)
    with transaction.atomic():
        return _open(unit.pk, found, actor, now, owner_id=actor.person_id, by_id=actor.person_id)


def write(
    row: KnowledgeItem, given: Mapping[str, Any], actor: Actor, now: datetime, *, version: int | None = None
) -> None:
    """Keep what was typed into a draft. Raises ``Forbidden``, ``Impossible`` when the item is not being written,
    ``Stale`` when somebody kept another text meanwhile, ``Invalid`` by field."""
    if not actor.may(EDIT, casework.facts_of(row.case)):
        raise Forbidden(_("You may not write knowledge at this unit."))
    found = checked(given, now)
    with transaction.atomic():
        case = Case.objects.system("held while its draft is written").select_for_update(no_key=True).get(pk=row.pk)
        if case.state != "drafting":
            raise Impossible(_("The item is not being written now: revise it first."))
        if version is not None and version != case.version:
            raise Stale(_("Somebody else changed this item meanwhile."), version=case.version)
        row.draft, row.drafted_by_id, row.drafted_at = found, actor.person_id, now
        if row.version_id is None:
            dress(row, found)
        fields = ["draft", "drafted_by", "drafted_at", "title", "category", "audience", "valid_from", "valid_until"]
        row.save(update_fields=fields)
        if case.owner_id is None:  # whoever takes a question up answers for it
            Case.objects.system("its first author").filter(pk=case.pk).update(owner_id=actor.person_id)


def checked(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what was typed as the content of a version. Raises ``Invalid``."""
    return writing.content_of(given, shelf.categories(), store.current(now).has_category)


def _open(
    unit_id: int,
    found: dict[str, Any],
    actor: Actor,
    now: datetime,
    *,
    asked: int = 0,
    owner_id: int | None = None,
    by_id: int | None = None,
) -> KnowledgeItem:
    fields = {"code": f"?{unit_id}", "title": found["title"], "category": found.get("category", ""), "asked": asked}
    fields |= {"draft": found, "drafted_by_id": by_id, "drafted_at": now if by_id else None}
    fields["audience"] = found.get("audience") or "internal"
    row: KnowledgeItem = casework.open_many([casework.Opening(KIND, unit_id, fields, owner_id=owner_id)], actor, now)[
        0
    ].typed
    row.code = f"ZS-{row.pk}"
    row.save(update_fields=["code"])
    return row


def used(row: KnowledgeItem, helped: bool, actor: Actor, now: datetime) -> Use:
    """Count that somebody answered with an item, and whether it helped; said again within minutes, it is a change of
    mind. Raises ``Forbidden`` for who may only look, ``NotFound`` for an item that is not served to them."""
    if actor.rights is None or actor.person_id is None or not actor.rights.anywhere(Permission.CASE_NOTE):
        raise Forbidden(_("You have no right to do this here."))
    with transaction.atomic():
        found = KnowledgeItem.objects.system("read below").select_for_update(of=("self",), no_key=True)
        held = found.filter(pk__in=queries.served(actor.rights, now).filter(pk=row.pk).values("pk")).first()
        if held is None or held.version is None:
            raise NotFound(_("There is no such item of knowledge."))
        last = held.uses.filter(person_id=actor.person_id, at__gt=now - MIND).order_by("-at").first()
        if last is None:
            last = Use(item=held, person_id=actor.person_id, at=now, version=held.version.number, helped=helped)
            last.save()
        elif last.helped != helped:
            name = "helped" if last.helped else "not_helped"
            setattr(held, name, getattr(held, name) - 1)
            last.helped = helped
            last.save(update_fields=["helped"])
        else:
            return last
        name = "helped" if helped else "not_helped"
        setattr(held, name, getattr(held, name) + 1)
        held.save(update_fields=["helped", "not_helped"])
        row.helped, row.not_helped = held.helped, held.not_helped
    return last


def expire(now: datetime) -> int:
    """Close published items whose last day is over; return how many."""
    today = timezone.localtime(now).date()
    rows = KnowledgeItem.objects.system("their last day is over")
    over = rows.filter(served=True, valid_until__lt=today, case__state__in=("published", "due")).order_by("case_id")
    requests = [casework.Request(pk, "expire") for pk in over.values_list("pk", flat=True)[:500]]
    done = casework.perform_many(requests, Actor.house("knowledge"), now, partial=True)
    return sum(outcome.refusal is None for outcome in done)
