"""What a page of either side is given of a chat: lines as they are shown, how it stands, how far the other side is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from open95598.foundation import masking
from open95598.foundation.rulebook import store as rulebooks
from open95598.service.chat import customer, lines, marks, queries, transcript, wording
from open95598.service.chat.kinds import Side, State, What
from open95598.service.chat.models import Chat, Line

#: somebody "is writing" for so many seconds after the page said so
WRITES = 8


def number(text: str) -> int:
    """Return a number of a request; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def dress(chat: Chat, rows: Iterable[Line], *, desk: bool, plain: bool = True) -> list[dict[str, Any]]:
    """Return lines as they are shown; ``plain`` False: what may be personal is masked."""
    shown = []
    own = Side.AGENT if desk else Side.CUSTOMER
    for line in rows:
        text = wording.news(line, desk=desk) if line.what == What.NEWS else line.text
        got, read = (chat.got, chat.read) if line.side == Side.AGENT else (chat.agent_read, chat.agent_read)
        shown.append(
            {
                "seq": line.seq, "key": line.key if line.side == own else "", "side": line.side, "what": line.what,
                "own": line.side == own, "who": transcript.said_by(line, desk=desk), "at": line.at,
                "text": text if plain or line.what == What.NEWS else masking.mask_text(text),
                "mark": marks.of(line.seq, got, read) if line.side == own and line.what != What.NOTE else "",
                "url": _file_url(chat, line, desk=desk) if line.sha256 else "", "size": line.size,
                "name": line.name if plain else masking.mask_text(line.name),
            }
        )  # fmt: skip
    return shown


def _file_url(chat: Chat, line: Line, *, desk: bool) -> str:
    return (
        reverse("chat:file", args=(chat.contact.code, line.seq)) if desk else reverse("chat:own_file", args=(line.seq,))
    )


def beginning(now: datetime) -> dict[str, Any]:
    """Return what the form of a conversation says: hours, how long one will wait, what it can be about."""
    rules = rulebooks.current(now).chat
    outlook = queries.outlook(None, now)
    opens, closes = (f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in (rules.opens, rules.closes))
    return {
        "open": customer.is_open(rules, now),
        "opens": opens,
        "closes": closes,
        "outlook": outlook,
        "ahead": outlook.place - 1,
        "wait": wording.span(outlook.wait),
        "topics": rules.topics,
    }


def stands(chat: Chat, now: datetime) -> dict[str, Any]:
    """Return how a chat stands for its customer: place and wait while it waits, who is there, what can be done."""
    rules = rulebooks.current(now).chat
    waits = chat.state == State.WAITING
    outlook = queries.outlook(chat, now) if waits else None
    patient = waits and (now - chat.waiting_since).total_seconds() >= rules.patience
    return {
        "chat": chat,
        "waits": waits,
        "live": lines.is_live(chat),
        "outlook": outlook,
        "wait": wording.span(outlook.wait) if outlook else "",
        "agent": chat.contact.owner.name if chat.state == State.TALKING and chat.contact.owner else "",
        "writes": writes(chat.agent_writes_at, now) and chat.state == State.TALKING,
        "may_leave": waits and (patient or outlook is None or not outlook.manned),
        "topics": rules.topics,
        "ratings": customer.RATINGS,
        "contact": chat.contact,
    }


def writes(at: datetime | None, now: datetime) -> bool:
    """Say whether somebody is writing."""
    return at is not None and (now - at).total_seconds() < WRITES


def of_customer(request: Any, chat: Chat, after: int, now: datetime) -> dict[str, Any]:
    """Return what the customer's page fetches: what came after a line, how it stands, what to show when it is over."""
    rows = lines.after(chat, after, notes=False)
    how = stands(chat, now)
    return {
        "html": render_to_string("chat/_lines.html", {"lines": dress(chat, rows, desk=False), "desk": False}),
        "last": rows[-1].seq if rows else min(after, chat.last),
        "more": len(rows) == lines.AT_ONCE,
        "head": render_to_string("chat/_stands.html", how, request),
        "foot": "" if how["live"] else render_to_string("chat/_over.html", how, request),
        "leave": how["may_leave"],
        "live": how["live"],
        "got": chat.agent_read,
        "read": chat.agent_read,
    }


def of_desk(chat: Chat, after: int, now: datetime) -> dict[str, Any]:
    """Return what the desk's page fetches: what came after a line, how it stands, how far the customer is."""
    rows = lines.after(chat, after, notes=True)
    return {
        "html": render_to_string("chat/_lines.html", {"lines": dress(chat, rows, desk=True), "desk": True}),
        "last": rows[-1].seq if rows else min(after, chat.last),
        "more": len(rows) == lines.AT_ONCE,
        "head": render_to_string(
            "chat/_desk_stands.html", {"chat": chat, "writes": writes(chat.customer_writes_at, now)}
        ),
        "foot": "",
        "live": chat.state == State.TALKING,
        "state": chat.state,
        "got": chat.got,
        "read": chat.read,
    }
