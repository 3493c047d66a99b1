"""Files on a case. Attaching appends: it never waits for whoever is changing the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.casework.models import Attachment, Case
from open95598.casework.services import facts_of
from open95598.foundation.errors import Forbidden, Invalid, NotFound
from open95598.foundation.events.services import Said, say
from open95598.foundation.files import store
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.policy import Permission

#: say whether a file that somebody adds to a case is sealed: ``f(case, actor) -> bool``; rooms above add theirs
sealing: list[Callable[[Case, Actor], bool]] = []
#: more files than this on one case are a mistake or an attack
MOST = 100


class Upload(Protocol):
    """What is needed of an uploaded file (Django's ``UploadedFile`` has it)."""

    name: Any
    content_type: Any
    file: Any


def attach(case_id: int, upload: Upload, actor: Actor, now: datetime, *, action: str = "") -> Attachment:
    """Keep a file on a case: the bytes in the store, a row, a journal entry with its digest, an event.

    ``action`` says which action it belongs to. Raises ``NotFound`` (also for a case that is not for these eyes),
    ``Forbidden`` without ``CASE_NOTE``, ``Invalid`` and ``TooMany`` for what the store does not accept.
    """
    case = _to_add(case_id, actor)
    assert actor.person_id is not None  # the house itself attaches nothing
    sealed = any(seals(case, actor) for seals in sealing)
    kept = store.put(upload.file, upload.name or "", upload.content_type or "")
    with transaction.atomic():
        row = Attachment.objects.create(
            case=case,
            name=kept.name,
            media_type=kept.media_type,
            size=kept.size,
            sha256=kept.sha256,
            by_id=actor.person_id,
            at=now,
            action=action,
            sealed=sealed,
        )
        stream = f"case/{case.pk}/notes"
        facts = {"attachment": row.pk, "sha256": kept.sha256, "size": kept.size, "media_type": kept.media_type}
        draft = Draft(
            head=Stream(),  # set by append_to_stream
            stream=stream,
            kind="case.attached",
            at=now,
            actor_id=actor.person_id,
            actor_name=actor.name,
            case_id=case.pk,
            data={"sealed": True, "sha256": kept.sha256} if sealed else facts | {"via": actor.via, "action": action},
            personal={} if sealed else {"name": kept.name},
        )
        append_to_stream(stream, [draft])
        said = {"kind": case.kind, "unit": case.unit_id}
        if not sealed:
            said |= {"attachment": row.pk, "media_type": kept.media_type}
        say([Said(type="case.attached", key=f"case/{case.pk}", at=now, case_id=case.pk, payload=said)])
    return row


def of_case(case_id: int) -> list[Attachment]:
    """Return the files of a case, oldest first, but no sealed ones. Whoever calls has checked the right to the case."""
    return list(Attachment.objects.filter(case_id=case_id, sealed=False).select_related("by").order_by("id"))


def sealed_of(case_id: int) -> list[Attachment]:
    """Return the sealed files of a case, oldest first. Whoever calls has checked the right to what is sealed."""
    return list(Attachment.objects.filter(case_id=case_id, sealed=True).order_by("id"))


def get(case_id: int, attachment_id: int) -> Attachment:
    """Return one file of a case. Raises ``NotFound``. Whoever calls has checked the right to the case."""
    row = Attachment.objects.filter(case_id=case_id, pk=attachment_id, sealed=False).first()
    if row is None:
        raise NotFound(_("There is no such file."))
    return row


def _to_add(case_id: int, actor: Actor) -> Case:
    case = Case.objects.system("the policy is asked below").filter(pk=case_id).first()
    if case is None or not actor.may(Permission.CASE_VIEW, facts_of(case)):
        raise NotFound(_("There is no such case."))
    if not actor.may(Permission.CASE_NOTE, facts_of(case)) or actor.person_id is None:
        raise Forbidden(_("You have no right to do this here."))
    if Attachment.objects.filter(case_id=case_id).count() >= MOST:
        reason = _("A case holds at most %(most)s files.") % {"most": MOST}
        raise Invalid(reason, fields={"file": reason})
    return case
