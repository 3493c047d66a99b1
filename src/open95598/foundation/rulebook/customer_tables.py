"""Tiers, integrity file, ratings and costs as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.customer_rows import RatingPart
from open95598.foundation.rulebook.queries import Line, Table, Words, listed

ENTITLEMENTS = {
    "manager": gettext_lazy("Account manager"),
    "fast": gettext_lazy("Fast handling"),
    "outage_foreknowledge": gettext_lazy("Advance notice of outages"),
    "connection": gettext_lazy("Service inside the connection flow"),
    "complaint_visit": gettext_lazy("Complaints taken at the door"),
    "visits": gettext_lazy("Regular visits"),
    "social": gettext_lazy("Social events"),
}


def tables(built: Built) -> list[Table]:
    """What each tier entitles to, what the integrity file holds, each formula, what serving costs."""
    words, rules, language = Words(built.rulebook), built.rulebook.customers, get_language()
    tiers = tuple(
        Line(
            (
                tier.label.in_(language),
                listed(str(ENTITLEMENTS[e]) for e in tier.entitlements),
                words.choice("priorities", tier.priority) if tier.priority else "",
                _("every %(days)s days") % {"days": tier.visit_every} if tier.visit_every else "",
            ),
            tier.source,
        )
        for tier in rules.tiers
    )
    integrity = tuple(
        Line((k.label.in_(language), f"{k.points:+d}", _("%(years)s years") % {"years": k.years}), k.source)
        for k in rules.integrity
    )
    costs = [
        Line((channel, _("%(yuan)s yuan a minute") % {"yuan": yuan}), rules.costs.source)
        for channel, yuan in rules.costs.minute.items()
    ] + [
        Line((words.kind(kind), _("%(yuan)s yuan an order") % {"yuan": yuan}), rules.costs.source)
        for kind, yuan in rules.costs.order.items()
    ]
    return [
        Table(_("Service tiers"), (_("Tier"), _("Entitled to"), _("Priority"), _("Visits")), tiers),
        Table(_("Integrity file"), (_("Entry"), _("Points"), _("Kept for")), integrity),
        *(
            Table(
                rating.label.in_(language),
                (_("Part"), _("Most"), _("Points")),
                tuple(Line((p.label.in_(language), str(p.most), _given(p)), rating.source) for p in rating.parts),
            )
            for rating in rules.ratings
        ),
        Table(_("Costs of service"), ("", ""), tuple(costs)),
    ]


def _given(part: RatingPart) -> str:
    """Return how the points come about, in short: ``≤0: 30, ≤2: 24, else 0``."""
    steps = [f"≤{s.up_to.normalize():f}: {s.points}" if s.up_to is not None else f"…: {s.points}" for s in part.steps]
    steps += [f"{code}: {points}" for code, points in part.choices.items()]
    return ", ".join([*steps, *([f"…: {part.otherwise}"] if part.choices else [])])
