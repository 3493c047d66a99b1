"""The API of chats: what waits, is led and is over; what was written, for other systems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema

from open95598.casework.inputs import in_zone
from open95598.foundation import masking
from open95598.foundation.ui import keyset
from open95598.service.chat import feed, queries, transcript
from open95598.service.chat.kinds import State
from open95598.service.chat.models import Chat
from open95598.service.workorders import presenting
from open95598.service.workorders.api import PROBLEMS, Cursor, Instant, Limit, UnitCode, answer, unit_id_of

router = Router(tags=["chats"])
Code = Annotated[str, Path(max_length=20)]


class ChatBrief(Schema):
    """A chat; ``code`` is its contact's, name and phone are masked, times are UTC. ``lines``: how many there are."""

    code: str
    state: str
    topic: str
    language: str
    unit: str
    agent: str | None
    name: str
    phone: str
    phone_confirmed: bool
    lines: int
    rating: int | None
    opened_at: datetime
    waiting_since: datetime | None
    taken_at: datetime | None
    ended_at: datetime | None


class ChatOut(ChatBrief):
    """A chat, with where its page is and what came of it (the contact's outcome)."""

    page: str
    outcome: str


class ChatsOut(Schema):
    """Chats, newest first; ``next_cursor`` leads to the older ones, null at the end."""

    items: list[ChatBrief]
    next_cursor: str | None


class ChatLineOut(Schema):
    """A line in its place: who wrote it, what; personal values in texts and names of files are masked.

    ``what``: ``text``, ``file``, ``note`` (the customer never sees it) or ``news`` (what happened).
    """

    seq: int
    side: str
    what: str
    agent: str | None
    text: str
    file: str
    size: int
    at: datetime


class ChatTranscriptOut(Schema):
    """The lines of a chat in their order."""

    code: str
    lines: list[ChatLineOut]


@router.get("/chats", response={200: ChatsOut, **PROBLEMS}, summary="Chats, newest first")
def chats(
    request: Any,
    state: Annotated[str, Query(pattern=f"^({'|'.join(State.values)})?$")] = "",
    unit: UnitCode = "",
    opened_from: Annotated[Instant | None, Query()] = None,
    opened_to: Annotated[Instant | None, Query()] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the chats that the account may see."""
    rows = queries.chats(request.rights)
    rows = rows.filter(state=state) if state else rows
    unit_id = unit_id_of(unit)
    rows = rows if unit_id is None else rows.filter(contact__scope__contains=[unit_id])
    rows = rows.filter(opened_at__gte=in_zone(opened_from)) if opened_from else rows
    rows = rows.filter(opened_at__lt=in_zone(opened_to)) if opened_to else rows
    page = keyset.page(rows, "newest", ("-opened_at", "-pk"), size=limit, cursor=cursor)
    return answer({"items": [_brief(row) for row in page.rows], "next_cursor": page.next or None})


@router.get("/chats/{code}", response={200: ChatOut, **PROBLEMS}, summary="One chat")
def chat(request: Any, code: Code) -> HttpResponse:
    """Return a chat."""
    row = queries.get(request.rights, code)
    return answer(_brief(row) | {"page": f"/chats/{row.contact.code}/", "outcome": row.contact.outcome})


@router.get("/chats/{code}/transcript", response={200: ChatTranscriptOut, **PROBLEMS}, summary="What was written")
def chat_transcript(request: Any, code: Code) -> HttpResponse:
    """Return the lines of a chat, in their order."""
    row = queries.get(request.rights, code)
    found = transcript.all_lines(row, notes=True)
    shown = feed.dress(row, found, desk=True, plain=False)
    told = [
        {
            "seq": line.seq,
            "side": line.side,
            "what": line.what,
            "agent": line.person.username if line.person else None,
            "text": dressed["text"],
            "file": dressed["name"] if line.sha256 else "",
            "size": line.size,
            "at": presenting.instant(line.at),
        }
        for line, dressed in zip(found, shown, strict=True)
    ]
    return answer({"code": row.contact.code, "lines": told})


def _brief(row: Chat) -> dict[str, Any]:
    contact = row.contact
    waits = row.state == State.WAITING
    return {
        "code": contact.code,
        "state": row.state,
        "topic": row.topic,
        "language": row.language,
        "unit": contact.unit.code,
        "agent": contact.owner.username if contact.owner else None,
        "name": masking.mask_name(contact.name) if contact.name else "",
        "phone": masking.mask_phone(contact.phone) if contact.phone else "",
        "phone_confirmed": row.proved,
        "lines": row.last,
        "rating": row.rating,
        "opened_at": presenting.instant(row.opened_at),
        "waiting_since": presenting.instant(row.waiting_since) if waits else None,
        "taken_at": presenting.instant(row.taken_at),
        "ended_at": presenting.instant(row.ended_at),
    }
