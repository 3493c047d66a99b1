"""Promises and their tracking as the rulebook's page shows them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.rulebook import wording
from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, Words, listed, say


def tracking(built: Built) -> list[Table]:
    """Who keeps a promise that no person took, and when an order stands still."""
    words, first = Words(built.rulebook), built.book.first_contact
    kept = Line((listed(wording.role(role) for role in first.roles),), first.source)
    still = tuple(
        Line(
            (
                listed(words.kind(kind) for kind in row.kinds) or _("All orders"),
                _("%(percent)d %% of the limit") % {"percent": row.percent},
                wording.minutes_in_words(row.least),
                wording.minutes_in_words(row.idle),
            ),
            row.source,
            row.code,
        )
        for row in built.book.standing
    )
    promised = tuple(
        Line((f"{row.number}", say(row.label), say(row.text), _measured(row, words)), row.source, row.code)
        for row in built.book.promises
    )
    named = (pgettext("promise", "No."), _("Promise"), _("What was promised"), _("Measured by"))
    heads = (_("Applies to"), _("Nothing done for"), _("At least"), _("Where no clock runs"))
    return [
        Table(_("First-contact owner of an order that no person took"), (_("The first of these roles"),), (kept,)),
        Table(_("When an order stands still"), heads, still),
        Table(_("Promises to customers"), named, promised),
    ]


def _measured(row: Any, words: Words) -> str:
    if row.measure:
        return _("figures of outages")
    if not row.clock:
        return _("nothing yet; awaits: %(source)s") % {"source": say(row.awaits)}
    parts = [_("clock “%(clock)s”") % {"clock": wording.clock(row.clock)}, words.promised(row)]
    if row.told:
        parts.append(_("until the customer was told"))
    if row.limit:
        parts.append(wording.length(row.limit))
    return " · ".join(parts)
