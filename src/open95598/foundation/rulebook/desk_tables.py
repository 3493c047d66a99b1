"""The desk's rules as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, say


def tables(built: Built) -> list[Table]:
    """Sentences for each situation; how long one works up after a contact."""
    rules = built.rulebook.desk
    names = {choice.code: choice.label for choice in built.rulebook.choices("situations")}
    lines = tuple(
        Line((say(names.get(p.situation)), say(p.label), say(p.text)), p.source, p.code) for p in rules.phrases
    )
    after = "" if rules.after_contact_minutes is None else f"{rules.after_contact_minutes} min"
    return [
        Table(_("Sentences for each situation"), (_("Situation"), "", _("Sentence")), lines),
        Table(
            _("Shifts"),
            ("", _("From")),
            tuple(
                Line((say(s.label), f"{s.begins // 60:02d}:{s.begins % 60:02d}"), rules.source, s.code)
                for s in rules.shifts
            ),
        ),
        Table(_("After-contact work at most"), ("",), (Line((after,), rules.source),) if after else ()),
    ]
