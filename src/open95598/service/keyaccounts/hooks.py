"""What this room tells the rooms below: where its cases' pages are, which marks orders and customers get."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from open95598.casework.models import Case
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Rights
from open95598.registry.customers import hooks as customers
from open95598.registry.customers.kinds import Tier
from open95598.registry.customers.models import Customer
from open95598.service.keyaccounts.flows import CONNECTION, DOOR, KINDS
from open95598.service.keyaccounts.models import TierProposal, Visit
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.models import WorkOrder


def marks(case_ids: Collection[int]) -> Mapping[int, Iterable[orders.Mark]]:
    """Return the marks of orders: somebody's life hangs on the supply, an important user, the tier. Two queries."""
    rows = WorkOrder.objects.system("a mark on orders one sees").filter(
        pk__in=case_ids, account__isnull=False, confidential=False, account__parties__valid_to=None
    )
    found: dict[int, list[orders.Mark]] = {}
    values = ("pk", "account__parties__customer__protected", "account__parties__customer__importance",
              "account__parties__customer__tier")  # fmt: skip
    for pk, protected, importance, tier in rows.values_list(*values).distinct():
        its = found.setdefault(pk, [])
        if protected:
            its.append(orders.Mark(_("Life support"), "danger", "heartbeat"))
        if importance:
            its.append(orders.Mark(_("Important user"), "warning", "shield-star"))
        if tier:
            its.append(orders.Mark(Tier(tier).label, "accent", "diamond"))
    door = Visit.objects.system("a mark on orders one sees").filter(
        order__in=case_ids, case__kind__in=(DOOR, CONNECTION), case__is_open=True
    )
    for pk, kind in door.values_list("order_id", "case__kind"):
        said = _("Visit at the door") if kind == DOOR else _("Visit during the connection")
        found.setdefault(pk, []).append(orders.Mark(said, "warning", "home"))
    return found


def panel(customer: Customer, rights: Rights) -> customers.Panel | None:
    """Return the newest visits to a customer and proposed tiers that one may see."""
    visits = Visit.objects.restrict(rights).filter(customer=customer).select_related("case", "case__owner")
    proposals = TierProposal.objects.restrict(rights).filter(customer=customer).select_related("case")
    content = {
        "customer": customer,
        "visits": list(visits.order_by("-case_id")[:5]),
        "proposals": list(proposals.order_by("-case_id")[:3]),
    }
    return customers.Panel("keyaccounts/_panel.html", content)


def address(case_id: int) -> str | None:
    """Return the address of the page of a visit or a proposal; None when the case is neither."""
    if Case.objects.system("the address only").filter(pk=case_id, kind__in=KINDS).exists():
        return reverse("keyaccounts:case", args=(case_id,))
    return None


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_marks.append(marks)
    orders.further_addresses.append(address)
    customers.panels.append(panel)
    journal.fields |= {"customer": _("Customer (id)")}
