"""Guided scripts in the desk: begun and answered beside the form, their way stays on the contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from open95598.casework.actors import Actor
from open95598.foundation.errors import NotFound
from open95598.foundation.rulebook.model import Rulebook
from open95598.service.contacts.models import Contact
from open95598.service.desk.models import ScriptOfContact
from open95598.service.knowledge import scripting, scripts
from open95598.service.knowledge.models import ScriptRun
from open95598.service.knowledge.scripting import Position, Script


@dataclass(frozen=True)
class Told:
    """A guided conversation as a contact's page shows it; ``steps``: question and answer; ``whole``: the script is
    still the one that was followed, so that its words can be shown."""

    label: Any
    steps: list[tuple[Any, Any]]
    ending: Any
    run: ScriptRun
    whole: bool


def answer(
    script: Script, run_id: int | None, given: Sequence[str], contact: Contact | None, actor: Actor, now: datetime
) -> tuple[ScriptRun, Position]:
    """Keep the answers given so far; the first one begins the conversation, and notes the contact it belongs to.

    Raises as ``knowledge.scripts`` does; ``NotFound`` for somebody else's conversation.
    """
    scripts.walk(script, given)  # nothing is begun with an answer that there is not
    with transaction.atomic():
        if run_id is None:
            begun = scripts.begin(script, actor, now)
            if contact is not None and not contact.hushed:
                ScriptOfContact.objects.create(run=begun, contact=contact)
            run_id = begun.pk
        elif scripts.own(run_id, actor).script != script.code:
            raise NotFound("another script")
        return scripts.answer(run_id, given, actor, now)


def fills(position: Position, rules: Rulebook) -> dict[str, str]:
    """Return what an ending fills into the seat's form: kind, category, the conversation as text, what it
    answers of the triage; {} when it opens no order."""
    ending = position.ending
    if ending is None or ending.does != "order" or not rules.has_category(ending.category):
        return {}
    told = scripting.told(position, get_language())[: scripts.TOLD]
    kind = rules.category(ending.category).kind
    said = scripting.triage(position) if rules.intake.form_of(kind) else ""
    return {"kind": kind, "category": ending.category, "description": told, "triage": said}


def of_contact(row: Contact) -> list[Told]:
    """Return the guided conversations of a contact, in their order. One query."""
    rows = ScriptOfContact.objects.filter(contact=row).select_related("run").order_by("run__started_at", "run_id")
    return [_told(one.run) for one in rows]


def _told(run: ScriptRun) -> Told:
    try:
        script = scripts.get(run.script)
        if script.digest != run.digest:
            raise NotFound(run.script)
        position = scripts.walk(script, [answer_ for _step, answer_ in run.path])
    except NotFound:
        return Told(run.script, [(step, answer_) for step, answer_ in run.path], run.ending, run, whole=False)
    steps = [(step.ask, chosen.label) for step, chosen in position.path]
    return Told(script.label, steps, position.ending.label if position.ending else "", run, whole=True)
