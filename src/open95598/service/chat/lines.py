"""Lines of a chat: written once, in one order, whoever sends them how often."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import Impossible, Invalid, NotFound
from open95598.foundation.events.services import Said, say
from open95598.foundation.files import store
from open95598.foundation.people.models import Person
from open95598.service.chat.kinds import LIVE, SEEN, Side, State, What
from open95598.service.chat.models import Chat, Line

#: what one line, and one chat, may hold
LONGEST, MOST_LINES, MOST_FILES = 2000, 2000, 30
MAX_FILE = 10 * 1024 * 1024
#: lines handed out at a time; whoever has more to read asks again
AT_ONCE = 200
WAITING, TAKEN, ENDED, SAID, WRITING = "chat.waiting", "chat.taken", "chat.ended", "chat.said", "chat.writing"
_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def locked(chat_id: int) -> Chat:
    """Return a chat that nobody else writes to until the transaction ends. Raises ``NotFound``."""
    rows = Chat.objects.system("the caller has judged the right").select_for_update(of=("self",))
    row: Chat | None = rows.select_related("contact", "contact__unit", "contact__owner").filter(pk=chat_id).first()
    if row is None:
        raise NotFound(_("There is no such chat."))
    return row


def plain(text: Any) -> str:
    """Return what somebody wrote as it is kept. Raises ``Invalid`` (field ``text``) for nothing, or too much."""
    said = _UNWANTED.sub("", str(text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not said:
        raise Invalid(_("Some fields need your attention."), fields={"text": _("Write something first.")})
    if len(said) > LONGEST:
        reason = _("At most %(limit)s characters.") % {"limit": LONGEST}
        raise Invalid(_("Some fields need your attention."), fields={"text": reason})
    return said


def of_key(key: str) -> str:
    """Return a line's key if it is one. Raises ``Invalid`` (field ``key``): without it nothing is sent only once."""
    if not _KEY.fullmatch(key):
        raise Invalid(_("Some fields need your attention."), fields={"key": _("Load the page again, please.")})
    return key


def known(chat: Chat, side: Side, key: str) -> Line | None:
    """Return the line that was written with a key already."""
    return chat.lines.filter(side=side, key=key).first()


def write(
    chat: Chat,
    side: Side,
    what: What,
    now: datetime,
    *,
    key: str = "",
    text: str = "",
    person: Person | None = None,
    name: str = "",
    file: store.Stored | None = None,
) -> Line:
    """Write a line to a locked chat (``locked``) and return it; with a key that is known, the line that it made.

    Raises ``Impossible`` when nothing can be written any more, or when it is full.
    """
    if key and (before := known(chat, side, key)) is not None:
        return before
    if side != Side.HOUSE and chat.state not in LIVE:
        raise Impossible(_("This conversation is over."))
    if side != Side.HOUSE and (chat.last >= MOST_LINES or (file and _files(chat) >= MOST_FILES)):
        raise Impossible(_("This conversation is full. Please begin another one."))
    chat.last += 1
    line = Line(
        chat=chat, seq=chat.last, side=side, what=what, key=key or f"{side}-{chat.last}", text=text, at=now,
        person=person, name=(file.name if file else name)[:150],
    )  # fmt: skip
    if file is not None:
        line.sha256, line.size, line.media_type = file.sha256, file.size, file.media_type
    line.save(force_insert=True)
    chat.save(update_fields=("last",))
    tell(chat, SAID, now, customer=what in SEEN)
    return line


def _files(chat: Chat) -> int:
    return chat.lines.filter(what=What.FILE).count()


def news(chat: Chat, code: str, now: datetime, name: str = "") -> Line:
    """Write down what happened, said to both sides in their own language (``wording.NEWS``)."""
    return write(chat, Side.HOUSE, What.NEWS, now, text=code, name=name)


def tell(chat: Chat, what: str, now: datetime, *, customer: bool = True, everybody: bool = False) -> None:
    """Tell the pages of both sides that there is something to fetch, in the caller's transaction: never what it is."""
    payload: dict[str, Any] = {"kind": "chat"}
    if customer:
        payload["topics"] = [topic(chat)]
    if everybody:
        payload["everybody"] = True
    elif chat.contact.owner_id:
        payload["person_ids"] = [chat.contact.owner_id]
    if len(payload) > 1:
        say([Said(what, f"chat/{chat.pk}", now, payload=payload)])


def topic(chat: Chat) -> str:
    """Return the name under which a customer's page hears of its chat."""
    return f"chat/{chat.contact.code}"


def after(chat: Chat, seq: int, *, notes: bool) -> list[Line]:
    """Return the lines after a place, oldest first; internal notes only for the desk."""
    rows: QuerySet[Line] = chat.lines.filter(seq__gt=seq)
    if not notes:
        rows = rows.filter(what__in=SEEN)
    return list(rows.select_related("person").order_by("seq")[:AT_ONCE])


def file_of(chat: Chat, seq: int) -> Line:
    """Return a line that is a file. Raises ``NotFound``."""
    found = chat.lines.filter(seq=seq, what=What.FILE).exclude(sha256="").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def said_by_customer(chat: Chat) -> str:
    """Return the customer's own words, a line each: what an order is about."""
    rows = chat.lines.filter(side=Side.CUSTOMER, what=What.TEXT).order_by("seq").values_list("text", flat=True)
    return "\n".join(rows)


def forget(chats: Iterable[int]) -> None:
    """Take away what was written in chats, with their files and what says who it was; times and figures stay."""
    ids = list(chats)
    rows = Line.objects.filter(chat__in=ids)
    digests = set(rows.exclude(sha256="").values_list("sha256", flat=True))
    rows.exclude(what=What.NEWS).update(text="", name="", sha256="", size=0, media_type="")
    Chat.objects.system("erasure").filter(pk__in=ids).update(email="", rating_text="", origin="")
    transaction.on_commit(lambda: [store.remove(digest) for digest in digests] and None)


def is_live(chat: Chat) -> bool:
    """Say whether something can still be written."""
    return chat.state in (State.WAITING, State.TALKING)
