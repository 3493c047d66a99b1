"""What the orders' pages show of supervision: a mark in lists, a filter, a panel, entries of the timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from open95598.control.supervision import pages
from open95598.control.supervision.flows import FLOW
from open95598.control.supervision.models import OrderMark, Supervision
from open95598.foundation.journal import hooks as journal
from open95598.foundation.rulebook import store
from open95598.service.workorders import hooks as orders
from open95598.service.workorders import models, wording
from open95598.service.workorders.casepage import CasePage
from open95598.service.workorders.hooks import Branch, Mark, Panel

#: what is told on an order's timeline: name → (title, icon, tone)
ENTRIES = {
    "supervised": (_("Supervised"), "eye-exclamation", "danger"),
    "supervision_noted": (_("Supervision noted"), "eye-check", "quiet"),
    "supervision_answered": (_("Supervision answered"), "message-check", "accent"),
    "supervision_accepted": (_("Answer to the supervision accepted"), "checks", "done"),
    "supervision_sent_back": (_("Answer to the supervision sent back"), "arrow-back-up", "warning"),
    "supervision_raised": (_("Supervision raised to the level above"), "arrow-big-up", "danger"),
    "supervision_closed": (_("Supervision closed"), "eye-off", "done"),
    "supervision_withdrawn": (_("Supervision withdrawn"), "eye-off", "quiet"),
}
ICONS = {"supervise": "eye-exclamation", "mark": "flag", "unmark": "flag-off"}


def marks(case_ids: Collection[int]) -> Mapping[int, Iterable[Mark]]:
    """Return the marks of orders: open supervisions, and what somebody marked them as. Two queries."""
    found: dict[int, list[Mark]] = {}
    rows = Supervision.objects.system("a mark on orders one sees").filter(order_id__in=case_ids, case__is_open=True)
    counts: dict[int, int] = {}
    for order_id in rows.values_list("order_id", flat=True):
        counts[order_id] = counts.get(order_id, 0) + 1
    for order_id, count in counts.items():
        words = _("Supervised") if count == 1 else gettext("Supervised ×%(n)d") % {"n": count}
        found[order_id] = [Mark(words, "danger", "eye-exclamation", line=True)]
    marked = OrderMark.objects.filter(order_id__in=case_ids).order_by("id")
    for order_id, code, version in marked.values_list("order_id", "mark", "order__case__rulebook_version"):
        name = wording.choice(store.get(version), "order_marks", code)
        found.setdefault(order_id, []).append(Mark(name, "warning", "flag"))
    return found


def mark_codes(case_id: int) -> Iterable[str]:
    """Return the codes of an order's marks. One query."""
    return OrderMark.objects.filter(order_id=case_id).values_list("mark", flat=True)


def _open_now() -> Q:
    rows = Supervision.objects.system("a filter of orders one sees").filter(case__is_open=True)
    return Q(pk__in=rows.values("order_id"))


def _ever() -> Q:
    return Q(pk__in=Supervision.objects.system("a filter of orders one sees").values("order_id"))


def _marked() -> Q:
    return Q(pk__in=OrderMark.objects.values("order_id"))


def panel(page: CasePage) -> Panel | None:
    """Return the supervisions of the order that the reader may see; None when there are none."""
    cards = pages.cards(page.case.pk, page.actor, page.now) if FLOW.kind in page.below else []
    return Panel("supervision/_panel.html", cards) if cards else None


def address(case_id: int) -> str | None:
    """Return the address of a supervision's page; None when the case is none."""
    rows = Supervision.objects.system("the address only").filter(pk=case_id)
    return reverse("supervision:case", args=(case_id,)) if rows.exists() else None


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_marks.append(marks)
    models.marked_as.append(mark_codes)
    orders.further_branches += [
        Branch("supervised", _("Supervised now"), _open_now),
        Branch("was_supervised", _("Supervised once"), _ever),
        Branch("marked", _("Marked"), _marked),
    ]
    orders.further_panels.append(panel)
    orders.further_addresses.append(address)
    orders.further_entries.update(ENTRIES)
    orders.further_entries.update({name: (None, icon, "warning") for name, icon in ICONS.items()})
    journal.fields |= {"serious": _("Serious"), "supervision": _("Supervision (id)"), "trigger": _("Trigger")}
    journal.names |= {f"case.{name}": title for name, (title, _icon, _tone) in ENTRIES.items()}
