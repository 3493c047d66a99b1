"""Documents of applications: photographs made anew, PDFs judged by their content; nothing else is taken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework import attachments
from open95598.casework.actors import Actor
from open95598.casework.models import Attachment
from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.files import store
from open95598.foundation.files.store import Stored
from open95598.service.hall.models import Application, Paper
from open95598.service.portal.pages import photos

#: bytes of a PDF; files of one document, and of one application
LIMIT, OF_ONE, OF_ALL = 10 * 1024 * 1024, 4, 30
PDF = "application/pdf"
#: what a document does not need and an attack does; what a PDF packs away is found by whoever scans files
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")


def stored(upload: Any, field: str) -> Stored:
    """Keep an uploaded file in the store. Raises ``Invalid`` (at ``field``) for what is neither a photo nor a PDF."""
    try:
        head = upload.file.read(5)
        upload.file.seek(0)
        if head == b"%PDF-":
            if _ACTIVE.search(upload.file.read(LIMIT)):
                reason = _("This PDF carries programs or other files. Print it to a new PDF, or take a photo of it.")
                raise Invalid(reason, fields={field: reason})
            upload.file.seek(0)
            kept = store.put(upload.file, upload.name or "document.pdf", PDF, limit=LIMIT)
            if kept.media_type == PDF:
                return kept
            raise Invalid("", fields={})
        picture = photos.cleaned(upload.file, upload.name or "")
        return store.put(io.BytesIO(picture.content), picture.name, "image/jpeg")
    except Refused as refusal:
        said = next((str(r) for r in refusal.fields.values()), "")
        reason = said or _("Only photos (JPEG, PNG, WebP) and PDF files are taken.")
        raise Invalid(_("Some fields need your attention."), fields={field: reason}) from refusal


def keep(application: Application, code: str, upload: Any, now: datetime) -> Paper:
    """Keep a file as a document of an application. Raises ``Invalid`` for too many, or for a kind that is not taken."""
    field = f"paper-{code}"
    there = Paper.objects.filter(application=application)
    if there.filter(code=code).count() >= OF_ONE or there.count() >= OF_ALL:
        reason = _("At most %(most)d files of one document.") % {"most": OF_ONE}
        raise Invalid(_("Some fields need your attention."), fields={field: reason})
    kept = stored(upload, field)
    same: Paper | None = there.filter(code=code, sha256=kept.sha256).first()
    return same or Paper.objects.create(
        application=application, code=code, name=kept.name[:120], media_type=kept.media_type, size=kept.size,
        sha256=kept.sha256, at=now,
    )  # fmt: skip


def attach(paper: Paper, label: str, case_id: int, actor: Actor, now: datetime) -> Attachment:
    """Put a document onto its order, under the name of what it is."""
    ending = ".pdf" if paper.media_type == PDF else ".jpg"
    with store.open(paper.sha256) as file:
        upload = SimpleNamespace(file=file, name=f"{label}{ending}", content_type=paper.media_type)
        row = attachments.attach(case_id, upload, actor, now, action="application")
    paper.attachment = row
    paper.save(update_fields=("attachment",))
    return row


def digests() -> Iterator[str]:
    """Yield the files that drafts need (what was submitted is the order's)."""
    yield from Paper.objects.filter(attachment=None).values_list("sha256", flat=True).iterator()


def forget(rows: Any) -> None:
    """Take documents away for good, with their files unless something else needs them."""
    gone = list(rows.values_list("sha256", flat=True))
    rows.delete()
    for digest in gone:
        store.remove(digest)
