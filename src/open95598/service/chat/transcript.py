"""What was written, as a text: for the customer's letter, their download, other systems."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.service.chat import lines, wording
from open95598.service.chat.kinds import Side, What
from open95598.service.chat.models import Chat, Line

#: characters of a letter
LONGEST = 10_000


def said_by(line: Line, *, desk: bool) -> str:
    """Return who says a line, in the words of the side that reads it."""
    if line.side == Side.CUSTOMER:
        return pgettext("chat", "Customer") if desk else _("You")
    return line.person.name if line.side == Side.AGENT and line.person else ""


def text(rows: Iterable[Line], *, desk: bool = False) -> str:
    """Return lines as a plain text, one after another with time and name."""
    told = []
    for line in rows:
        at = timezone.localtime(line.at).strftime("%Y-%m-%d %H:%M:%S")
        if line.what == What.NEWS:
            told.append(f"[{at}] {wording.news(line, desk=desk)}")
            continue
        what = _("File: %(name)s") % {"name": line.name} if line.what == What.FILE else line.text
        told.append(f"[{at}] {said_by(line, desk=desk)}: {what}")
    return "\n".join(told)


def all_lines(chat: Chat, *, notes: bool) -> list[Line]:
    """Return every line of a chat."""
    found: list[Line] = []
    while True:
        more = lines.after(chat, found[-1].seq if found else 0, notes=notes)
        found += more
        if len(more) < lines.AT_ONCE:
            return found


def letter(chat: Chat) -> tuple[str, str]:
    """Return subject and body of the letter with what was written, in the active language."""
    subject = _("Your conversation with us (%(hotline)s)") % {"hotline": settings.HOTLINE}
    body = text(all_lines(chat, notes=False))
    return subject, body if len(body) <= LONGEST else body[: LONGEST - 1] + "…"
