"""What customers apply for and book, as the rulebook's page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.hall_rows import ApplicationField, ApplicationPaper
from open95598.foundation.rulebook.queries import Line, Table, listed


def tables(built: Built) -> list[Table]:
    """Applications with their fields and documents; appointments with their slots."""
    rules, language = built.rulebook.hall, get_language()
    applications = [
        Line(
            (one.label.in_(language), _needed(one.fields), _needed(one.papers), one.handled_by.in_(language)),
            one.source,
            one.code,
        )
        for one in rules.applications
    ]
    bookings = [
        Line(
            (
                one.label.in_(language), str(one.slot), str(one.capacity), str(one.days),
                listed([m.label.in_(language) for m in one.matters]),
            ),
            one.source,
            one.code,
        )
        for one in rules.bookings
    ]  # fmt: skip
    return [
        Table(
            pgettext("hall", "Applications"),
            (
                _("What"),
                pgettext("application", "Fields"),
                pgettext("application", "Documents"),
                pgettext("application", "Handled by"),
            ),
            tuple(applications),
        ),
        Table(
            pgettext("hall", "Appointments"),
            (_("What"), _("Minutes a slot"), _("At once"), _("Days ahead"), pgettext("appointment", "Matters")),
            tuple(bookings),
        ),
    ]


def _needed(items: Sequence[ApplicationField | ApplicationPaper]) -> str:
    """Return names; those that need not be given in brackets."""
    language = get_language()
    names = [one.label.in_(language) for one in items]
    needed = [one.required and one.asked is None for one in items]
    return listed([name if must else f"({name})" for name, must in zip(names, needed, strict=True)])
