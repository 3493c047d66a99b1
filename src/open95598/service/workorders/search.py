"""Orders in the top box and the palette: by number, phone, words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import keyset, search
from open95598.service.workorders import finding, personal, queries, rows, wording


def find(request: Any, query: str, limit: int) -> Iterable[search.Hit]:
    """Return the orders that match, open ones first, newest first; personal data masked."""
    if not request.rights.anywhere(Permission.CASE_VIEW):
        return []
    everything = rows.read(queries.orders(request.rights).filter(finding.matching(query)))
    gather, walks = finding.gathering(query), finding.is_common(query)
    found: list[Any] = []
    for is_open in (True, False):
        if len(found) < limit:
            some, walk = everything.filter(case__is_open=is_open), queries.walk(is_open) if walks else None
            found += keyset.read(some, queries.NEWEST, None, limit - len(found), walk=walk, gather=gather)
    language = get_language()
    hits = []
    for row in found:
        state = wording.state(row["case__kind"], row["case__state"], row["case__flow_version"]).in_(language)
        kind = wording.kind(row["case__kind"]).in_(language)
        facts = " · ".join(filter(None, (kind, state, personal.shown(row)["address"])))
        hits.append(search.Hit(row["number"], rows.url(row), facts, "clipboard-text"))
    return hits


def register() -> None:
    """Offer orders to the search (once, when Django starts)."""
    search.register("orders", _("Orders"), find)
