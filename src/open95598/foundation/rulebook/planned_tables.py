"""Announced outages, as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, say


def tables(built: Built) -> list[Table]:
    """Times and limits; the causes that can be chosen."""
    rules = built.rulebook.planned

    def hours(minutes: int) -> str:
        return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"

    values = (
        (_("A planned outage is announced before its start by"), hours(rules.notice_planned)),
        (_("A temporary outage is announced before its start by"), hours(rules.notice_temporary)),
        (_("Cancelled or moved in time: before its start by"), hours(rules.cancel_before)),
        (_("Extended in time: before its announced end by"), hours(rules.extend_before)),
        (_("Start and restoration are entered within"), hours(rules.record_within)),
        (_("The customers are computed again before the start by"), ", ".join(hours(m) for m in rules.recount)),
        (_("The same customers in the dark, in so many days"), str(rules.again_days)),
        (_("The same customers in the dark at most so often"), str(rules.again_most)),
        (_("Plans so many days apart could be one outage"), str(rules.join_days)),
        (_("Usage points from which an alert is published"), str(rules.large)),
        (_("Usage points of an area on the public map at least"), str(rules.area_points)),
        (_("Messages to customers that leave in a minute at most"), str(rules.a_minute)),
    )
    causes = tuple(Line((say(one.label),), one.source, one.code) for one in rules.causes)
    return [
        Table(_("Announced outages"), ("", ""), tuple(Line(value, rules.source) for value in values)),
        Table(pgettext("outage", "Causes"), (pgettext("outage", "Cause"),), causes),
    ]
