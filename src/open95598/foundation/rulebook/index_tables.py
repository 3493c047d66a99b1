"""The indices of service as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, Words, listed


def tables(built: Built) -> list[Table]:
    """What is taken off the service index, and what the marketing norm rate weighs."""
    words, rules = Words(built.rulebook), built.rulebook.indices
    s, n = rules.service, rules.norm
    service = (
        (_("An event counts from so many calls on"), str(s.calls)),
        (_("Target of the share of content customers"), f"{s.target}%"),
        (_("For each full %(step)s%% below it") % {"step": s.step}, f"-{s.per_step}"),
        (_("For each false order"), f"-{s.false_order}"),
        (_("For each adverse media event"), f"-{s.media}"),
        (_("For each faked or blocked complaint"), f"-{s.faked}"),
        (_("Fewer ratings than this are flagged"), str(rules.small)),
    )
    norm = (
        (_("Complaints of class 1, weight %(weight)s") % {"weight": n.weight_1},
         listed(words.category(c) for c in n.class_1)),
        (_("Complaints of class 2, weight %(weight)s") % {"weight": n.weight_2},
         listed(words.category(c) for c in n.class_2)),
        (_("Whistle-blow reports, weight %(weight)s") % {"weight": n.weight_reports}, ""),
        (_("Measured against"), _("calls / %(calls)s × %(share)s + customers / %(customers)s × %(part)s") % {
            "calls": n.calls_per, "share": n.calls_share, "customers": n.customers_per, "part": n.customers_share}),
    )  # fmt: skip
    return [
        Table(_("Service index"), ("", ""), tuple(Line(cells, s.source) for cells in service)),
        Table(_("Marketing norm rate"), ("", ""), tuple(Line(cells, n.source) for cells in norm)),
    ]
