"""The API of what belongs to an order beside its actions: files, and personal data in the open."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Path, Router, Schema
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from open95598.casework import attachments
from open95598.casework.models import Attachment
from open95598.foundation.files import store as files
from open95598.service.workorders import evidence, personal, presenting, queries
from open95598.service.workorders.api import PROBLEMS, Number, actor_of, answer

router = Router(tags=["work orders"])


class AttachmentOut(Schema):
    """A file of an order."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    by: str
    at: str
    evidence: bool


class AttachmentsOut(Schema):
    """The files of an order, oldest first."""

    items: list[AttachmentOut]


class RevealIn(Schema):
    """Why personal data is wanted, and which: name, phone and address unless said otherwise."""

    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=1, max_length=200)
    fields: list[str] = Field(default=["contact_name", "contact_phone", "address"], min_length=1, max_length=10)


class RevealOut(Schema):
    """Personal values in the open."""

    personal: dict[str, str]


def _told(row: Attachment, *, kept: bool = False) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "by": row.by.name,
        "at": presenting.instant(row.at),
        "evidence": kept,
    }


@router.post("/work-orders/{number}/attachments", response={201: AttachmentOut, **PROBLEMS}, summary="Attach a file")
def attach(request: Any, number: Number, file: Annotated[UploadedFile, File()]) -> HttpResponse:
    """Keep a file on an order (at most 25 MB; pictures, PDF, office files, text, audio), its kind told by content."""
    order = queries.get(request.rights, number)
    row = attachments.attach(order.case_id, file, actor_of(request), request.now)
    return answer(_told(row), 201)


@router.get("/work-orders/{number}/attachments", response={200: AttachmentsOut, **PROBLEMS}, summary="List the files")
def list_attachments(request: Any, number: Number) -> HttpResponse:
    """Return the files of an order, oldest first."""
    order = queries.get(request.rights, number)
    kept = set(evidence.of([order.case_id]).values_list("pk", flat=True))
    found = attachments.of_case(order.case_id)
    return answer({"items": [_told(row, kept=row.pk in kept) for row in found]})


@router.post(
    "/work-orders/{number}/attachments/{attachment}/evidence",
    response={200: AttachmentOut, **PROBLEMS},
    summary="Keep a file as evidence",
)
def keep_as_evidence(
    request: Any, number: Number, attachment: Annotated[int, Path(ge=1, le=2**63 - 1)]
) -> HttpResponse:
    """Keep a file of an order as evidence, for the years that the rulebook sets by the complaint's grade."""
    order = queries.get(request.rights, number)
    row = evidence.mark(order, attachment, actor_of(request), request.now)
    return answer(_told(row.attachment, kept=True))


@router.get("/work-orders/{number}/attachments/{attachment}", summary="Fetch a file")
def get_attachment(
    request: Any, number: Number, attachment: Annotated[int, Path(ge=1, le=2**63 - 1)]
) -> HttpResponseBase:
    """Return the bytes of a file."""
    order = queries.get(request.rights, number)
    row = attachments.get(order.case_id, attachment)
    return files.response(row.sha256, row.name, row.media_type)


@router.post("/work-orders/{number}/reveal", response={200: RevealOut, **PROBLEMS}, summary="Show personal data")
def reveal(request: Any, number: Number, payload: RevealIn) -> HttpResponse:
    """Return personal data in the open. Who asked, for what, and why is written into the journal."""
    order = queries.get(request.rights, number)
    shown = personal.show(order, payload.fields, actor=actor_of(request), why=payload.why, now=request.now)
    return answer({"personal": shown})
