"""What this room tells the rooms below: names of journal entries, what concerns a matter beside the seat's form, the
way from an order to a bulletin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.service.bulletins import outages, queries
from open95598.service.workorders import hooks as orders


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    journal.names |= {
        "bulletin.posted": _("Bulletin posted"),
        "bulletin.proposed": _("Bulletin proposed"),
        "bulletin.declined": _("Bulletin not posted"),
        "bulletin.corrected": _("Bulletin corrected"),
        "bulletin.withdrawn": _("Bulletin withdrawn"),
        "bulletin.reminded": _("Reminded of a bulletin"),
    }
    journal.fields |= {"severity": pgettext_lazy("bulletin", "Severity")}
    orders.further_hints.insert(0, concerning)
    orders.further_panels.append(from_order)
    outages.register()


def concerning(request: Any, given: Mapping[str, str]) -> orders.Panel:
    """Return the bulletins that concern what is being typed; an empty panel takes no room."""
    text = f"{given.get('address', '')} {given.get('description', '')}"
    if not text.strip() and not given.get("category"):
        return orders.Panel("bulletins/_concerning.html", ())
    rules, code = store.current(request.now), given.get("category", "")
    chosen = rules.lineage(code) if code and rules.has_category(code) else ()
    return orders.Panel("bulletins/_concerning.html", queries.about(request.rights, text[:4000], chosen, request.now))


def from_order(page: Any) -> orders.Panel | None:
    """Return the way from an order to the shift leader (H17); none from one that not everybody may know of."""
    case, rights = page.case, page.actor.rights
    if rights is None or not case.is_open or case.confidential or page.order.sealed:
        return None
    if not queries.at_a_desk(rights) or not rights.at(Permission.CASE_NOTE, case.sight):
        return None
    return orders.Panel("bulletins/_from_order.html", page.order.number)
