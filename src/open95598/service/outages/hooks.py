"""What this room tells the rooms below: where outages' pages are, which orders lie in one, what its entries are
called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from open95598.casework.models import CaseLink
from open95598.foundation import bulk
from open95598.foundation.journal import hooks as journal
from open95598.foundation.masking import mask_text
from open95598.foundation.people.policy import Rights
from open95598.registry.grid import hooks as grid
from open95598.service.outages import attaching, flows, queries
from open95598.service.outages import wording as own
from open95598.service.outages.models import Outage, OutageAct
from open95598.service.workorders import hooks as orders
from open95598.service.workorders import wording
from open95598.service.workorders.casepage import CasePage
from open95598.service.workorders.hooks import Branch, InHand, Mark, Panel

#: outages that somebody is sent to, on their phone at once
CREWS = 20
#: what is told on an order's timeline: name → (title, icon, tone)
ENTRIES = {
    "in_outage": (_("Lies in an outage"), "bolt-off", "accent"),
    "outage_told": (_("News of the outage"), "speakerphone", "accent"),
    "join_outage": (None, "bolt-off", "accent"),
    "leave_outage": (None, "bolt", "warning"),
    "outage_attended": (None, "map-pin", "quiet"),
}


def marks(case_ids: Collection[int]) -> Mapping[int, Iterable[Mark]]:
    """Return the marks of orders that lie in an outage that is open. One query."""
    links = CaseLink.objects.filter(case__in=case_ids, kind=attaching.LINK, other__is_open=True)
    return {
        case_id: [Mark(gettext("Outage %(number)s") % {"number": f"TD-{other_id}"}, "warning", "bolt-off")]
        for case_id, other_id in links.values_list("case_id", "other_id")
    }


def in_hand(rights: Rights) -> Iterable[InHand]:
    """Return the outages that somebody's crew was sent to and that are still dark, on their phone. One query."""
    rows = queries.outages(rights).filter(is_open=True, case__owner=rights.person_id, crew_sent_at__isnull=False)
    for row in rows.filter(case__state__in=(*flows.DARK, "partly_restored")).order_by("crew_sent_at")[:CREWS]:
        count = ngettext("%(n)s supply point in the dark", "%(n)s supply points in the dark",
                         row.original_customers_served) % {"n": row.original_customers_served}  # fmt: skip
        state = wording.state(row.case.kind, row.case.state, row.case.flow_version)
        yield InHand(row.number, row.place, count, state, reverse("outages:case", args=(row.pk,)))


def _inside() -> Q:
    return Q(pk__in=CaseLink.objects.filter(kind=attaching.LINK, other__is_open=True).values("case_id"))


def panel(page: CasePage) -> Panel | None:
    """Return the outage that an order lies in, where the reader may see it; None when it lies in none."""
    if page.actor.rights is None:
        return None
    rows = queries.outages(page.actor.rights)
    row = rows.filter(case__linked_from__case_id=page.case.pk, case__linked_from__kind=attaching.LINK).first()
    if row is None:
        return None
    state = wording.state(row.case.kind, row.case.state, row.case.flow_version)
    content = {"row": row, "state": state, "tone": own.TONES[row.case.state], "told": mask_text(row.told)}
    return Panel("outages/_panel.html", content)


def address(case_id: int) -> str | None:
    """Return the address of an outage's page; None when the case is none."""
    rows = Outage.objects.system("the address only").filter(pk=case_id)
    return reverse("outages:case", args=(case_id,)) if rows.exists() else None


def renumbered(codes: Mapping[str, str], _now: datetime) -> None:
    """Let outages, reports and acts that wait follow devices which get other codes (`grid.hooks.renumbered`)."""
    pairs = [list(codes), list(codes.values())]
    for statement in (
        (
            "UPDATE outages_outage o SET device = m.new FROM unnest(%s::varchar[], %s::varchar[]) AS m(old, new)"
            " WHERE o.device = m.old"
        ),
        (
            "UPDATE outages_outagereport o SET device = m.new FROM unnest(%s::varchar[], %s::varchar[]) AS m(old, new)"
            " WHERE o.device = m.old"
        ),
    ):
        bulk.execute(statement, pairs)
    for act in OutageAct.objects.filter(taken=None):
        act.devices = [codes.get(code, code) for code in act.devices]
        act.save(update_fields=("devices",))


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    grid.renumbered.append(renumbered)
    orders.further_in_hand.append(in_hand)
    orders.further_marks.append(marks)
    orders.further_branches.append(Branch("in_outage", _("In an outage"), _inside))
    orders.further_panels.append(panel)
    orders.further_addresses.append(address)
    orders.further_entries.update(ENTRIES)
    journal.fields |= {"outage": _("Outage")}
    journal.names |= {"outage.weather": _("Weather noted")}
    journal.names |= {f"case.{name}": title for name, (title, _icon, _tone) in ENTRIES.items() if title is not None}
