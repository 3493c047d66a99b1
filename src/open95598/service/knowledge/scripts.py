"""The guided scripts that lie beside the items, and the conversations that followed them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible, NotFound
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook.model import Rulebook
from open95598.service.knowledge import scripting, shelf
from open95598.service.knowledge.models import ScriptRun
from open95598.service.knowledge.scripting import Position, Script

#: characters of a conversation that go into an order's description (into its form's address)
TOLD = 800


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[Script, ...]:
    return scripting.read(folder)


def scripts() -> tuple[Script, ...]:
    """Return all scripts, by code; read once a process. Raises ``Broken``."""
    return _read(shelf.folder() / "scripts")


def get(code: str) -> Script:
    """Return a script. Raises ``NotFound``."""
    found = next((script for script in scripts() if script.code == code), None)
    if found is None:
        raise NotFound(_("There is no such script."))
    return found


def for_item(code: str) -> Script | None:
    """Return the script that decides what an item answers; None for most."""
    return next((script for script in scripts() if code and code in script.part.items), None)


def walk(script: Script, answers: Sequence[str]) -> Position:
    """Return where answers lead. Raises ``NotFound`` for an answer that there is not."""
    try:
        return scripting.walk(script, answers)
    except scripting.NoSuchAnswer:
        raise NotFound(_("The script has no such answer.")) from None


def begin(script: Script, actor: Actor, now: datetime) -> ScriptRun:
    """Begin a conversation. Raises ``Forbidden`` for somebody who only looks."""
    if actor.rights is None or actor.person_id is None or not actor.rights.anywhere(Permission.CASE_NOTE):
        raise Forbidden(_("You have no right to do this here."))
    return ScriptRun.objects.create(
        script=script.code, digest=script.digest, person_id=actor.person_id, started_at=now, path=[]
    )


def own(pk: int, actor: Actor) -> ScriptRun:
    """Return one's own conversation. Raises ``NotFound``."""
    run = ScriptRun.objects.filter(pk=pk).first()
    if run is None or actor.person_id is None or run.person_id != actor.person_id:
        raise NotFound(_("There is no such conversation."))
    return run


def answer(pk: int, answers: Sequence[str], actor: Actor, now: datetime) -> tuple[ScriptRun, Position]:
    """Keep the answers given so far (all of them: one step further, or back). Raises ``NotFound``, and ``Impossible``
    when the script was changed while the conversation went on."""
    with transaction.atomic():
        own(pk, actor)
        run = ScriptRun.objects.select_for_update().get(pk=pk)
        script = get(run.script)
        if script.digest != run.digest:
            raise Impossible(_("The script was changed meanwhile: begin again."))
        position = walk(script, answers)
        run.path = [[step.code, chosen.code] for step, chosen in position.path]
        run.ending = position.ending.code if position.ending else ""
        run.ended_at = now if position.ending else None
        run.save(update_fields=["path", "ending", "ended_at"])
    return run, position


def order_url(position: Position, rules: Rulebook) -> str:
    """Return the seat's form filled in with what the conversation found; "" when it does not end in an order."""
    ending = position.ending
    if ending is None or ending.does != "order" or not rules.has_category(ending.category):
        return ""
    kind = rules.category(ending.category).kind
    told = scripting.told(position, get_language())[:TOLD]
    query = urlencode({"kind": kind, "category": ending.category, "description": told})
    return f"{reverse('workorders:register')}?{query}"


def problems(rules: Rulebook, items: set[str]) -> list[str]:
    """Return what is wrong with scripts that hold together by themselves: categories and items that there are not."""
    found = []
    questions = [question for form in rules.intake.triage for question in form.questions]
    asked = {f"{question.code}={answer.code}" for question in questions for answer in question.answers}
    for script in scripts():
        unknown = [e for e in script.part.endings if e.category and not rules.has_category(e.category)]
        found += [f"{script.mark}: {script.code}.{e.code}: no category {e.category!r} of orders" for e in unknown]
        found += [f"{script.mark}: {script.code}: no item {code!r}" for code in script.part.items if code not in items]
        said = {step for s in script.part.steps for answer in s.answers for step in answer.triage}
        found += [f"{script.mark}: {script.code}: nothing says {step!r} in the triage" for step in sorted(said - asked)]
    return found
