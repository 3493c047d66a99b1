"""The rules of the chat as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, Words, say


def tables(built: Built) -> list[Table]:
    """When the chat is manned and how long things may take; its topics; the words inserted by a key."""
    words, r = Words(built.rulebook), built.rulebook.chat
    skills = {s.code: say(s.label) for s in r.skills}
    rows = (
        (_("Manned"), f"{_clock(r.opens)}–{_clock(r.closes)}"),
        (_("Calendar"), r.calendar or _("every day")),
        (_("Taken within"), _span(r.answer)),
        (_("Marked after"), _span(r.warn)),
        (_("Offered to leave a message after"), _span(r.patience)),
        (_("Chats of one agent at a time"), str(r.at_once)),
        (_("Chats that wait from one address"), str(r.per_address)),
        (_("Offered to those with the topic's skill first for"), _span(r.skill_wait)),
        (_("An agent counts as gone after"), _span(r.agent_silent)),
        (_("A waiting customer counts as gone after"), _span(r.customer_silent)),
    )
    return [
        Table(_("Web chat"), ("", ""), tuple(Line(cells, r.source) for cells in rows)),
        Table(
            _("Topics of the chat"),
            ("", "", _("Skill")),
            tuple(
                Line((say(t.label), words.kind(t.kind), skills.get(t.skill, "")), t.source, t.code) for t in r.topics
            ),
        ),
        Table(
            _("Words inserted by their key"),
            ("", ""),
            tuple(Line((say(p.label), say(p.text)), p.source, f"/{p.code}") for p in r.phrases),
        ),
    ]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _span(seconds: int) -> str:
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
