"""Promises and their tracking as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from open95598.foundation.rulebook import wording
from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, Words, listed


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
    heads = (_("Applies to"), _("Nothing done for"), _("At least"), _("Where no clock runs"))
    return [
        Table(_("First-contact owner of an order that no person took"), (_("The first of these roles"),), (kept,)),
        Table(_("When an order stands still"), heads, still),
    ]
