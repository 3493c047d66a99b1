"""The pages of the rulebook: rules in force, history, difference of two versions."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from open95598.foundation.people.decorators import needs
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import (
    chat_tables,
    complaint_tables,
    crew_tables,
    customer_tables,
    desk_tables,
    hall_tables,
    index_tables,
    intake_tables,
    outage_tables,
    oversight_tables,
    planned_tables,
    queries,
    reliability_tables,
    search_tables,
    store,
    tracking_tables,
)
from open95598.foundation.rulebook.build import Built

#: sections of the page: name → (title, tables)
_TABLES: dict[str, Callable[[Built], list[queries.Table]]] = {
    "limits": queries.limits,
    "routing": queries.routing,
    "callback": queries.callback,
    "escalation": queries.escalation,
    "handling": queries.handling,
    "complaints": complaint_tables.tables,
    "triage": intake_tables.triage,
    "needed": intake_tables.needed,
    "supervision": oversight_tables.supervision,
    "sampling": oversight_tables.sampling,
    "tracking": tracking_tables.tracking,
    "indices": index_tables.tables,
    "customers": customer_tables.tables,
    "words": search_tables.tables,
    "desk": desk_tables.tables,
    "hall": hall_tables.tables,
    "chat": chat_tables.tables,
    "outages": outage_tables.tables,
    "planned": planned_tables.tables,
    "reliability": reliability_tables.tables,
    "crews": crew_tables.tables,
    "lists": queries.lists,
}
_TITLES = {
    "categories": _("Categories"),
    "limits": _("Time limits"),
    "routing": _("Routing"),
    "callback": _("Call-back"),
    "escalation": _("Escalation"),
    "handling": _("Review, return, urge, retention"),
    "complaints": _("Complaints and assessment"),
    "triage": _("Triage"),
    "needed": _("Needed facts and score"),
    "supervision": _("Supervision"),
    "sampling": _("Inspection of orders"),
    "tracking": _("Promises and tracking"),
    "indices": _("Indices of service"),
    "customers": _("Customers and tiers"),
    "words": _("Words of search"),
    "desk": _("The agent's desk"),
    "hall": _("Online hall"),
    "chat": _("Web chat"),
    "outages": _("Finding outages"),
    "planned": _("Announced outages"),
    "reliability": _("Reliability of supply"),
    "crews": _("Crews"),
    "lists": _("Lists and texts"),
}


def _in_force(request: HttpRequest) -> str:
    lineage = getattr(request.user, "unit", None)
    return store.current_version(request.now, lineage.lineage if lineage else ())  # type: ignore[attr-defined]


@needs(Permission.RULEBOOK_VIEW)
def rules(request: HttpRequest) -> HttpResponse:
    """Show one section of a version; without ``version`` the one in force for the person's unit."""
    in_force = _in_force(request)
    version = request.GET.get("version") or in_force
    built = store.built(version)
    section = request.GET.get("section", "")
    section = section if section in _TITLES else "categories"
    context = {
        "rules": built.rulebook,
        "version": version,
        "in_force": version == in_force,
        "sections": _TITLES,
        "section": section,
        "section_title": _TITLES[section],
        "tables": _TABLES[section](built) if section in _TABLES else (),
        "trees": [(kind, built.rulebook.categories(kind.code)) for kind in built.rulebook.kinds],
    }
    return render(request, "rulebook/rules.html", context)


@needs(Permission.RULEBOOK_VIEW)
def history(request: HttpRequest) -> HttpResponse:
    """Show what has been published, and by whom."""
    in_force = _in_force(request)
    context = {"rows": queries.published(), "in_force": in_force.split("+"), "in_force_version": in_force}
    return render(request, "rulebook/history.html", context)


@needs(Permission.RULEBOOK_VIEW)
def difference(request: HttpRequest) -> HttpResponse:
    """Show how two versions differ (``old``, ``new``).

    Without them: the rules in force with and without the overlays of one's unit; else the newest base and the one
    before.
    """
    rows = queries.published()
    bases = [row.version for row in rows if not row.is_overlay]
    in_force = _in_force(request)
    versions = list(dict.fromkeys([*bases, in_force]))
    new = request.GET.get("new") or (in_force if "+" in in_force else bases[0])
    old = request.GET.get("old") or next((v for v in (new.split("+")[0], *versions) if v != new), new)
    versions = list(dict.fromkeys([*versions, old, new]))
    groups = queries.difference(store.built(old), store.built(new))
    amendments = store.amendments_between(old, new)
    context = {"old": old, "new": new, "versions": versions, "groups": groups, "amendments": amendments}
    return render(request, "rulebook/difference.html", context)
