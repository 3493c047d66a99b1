"""What the room hears: somebody says that a finding is corrected, and what changes at a customer with findings."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from open95598.foundation.events.registry import Heard, subscribe
from open95598.service.dataquality import services
from open95598.service.dataquality.flows import KIND
from open95598.service.dataquality.models import DataFinding

#: changes of a customer after which their findings may be gone
_MENDED = (
    "customer.merged", "customer.closed", "customer.contact_added", "customer.party_added", "customer.agreement_made",
    "customer.agreement_ended", "customer.meter_changed", "customer.address_changed", "customer.account_closed",
)  # fmt: skip


@subscribe("dataquality.corrected", f"case.correct_finding:{KIND}")
def corrected(event: Heard, now: datetime) -> None:
    """Look again at a finding that somebody says is corrected."""
    if event.case_id is not None:
        services.look_again([event.case_id], now)


@subscribe("dataquality.mended", *_MENDED)
def mended(event: Heard, now: datetime) -> None:
    """Look again at the findings of a customer who was changed, and of the accounts that are theirs."""
    customer = event.payload.get("customer")
    if customer is None:
        return
    rows = DataFinding.objects.system("findings of a customer who changed").filter(is_open=True)
    owned = Q(account__parties__customer=customer, account__parties__valid_to=None)
    services.look_again(
        list(rows.filter(Q(customer=customer) | Q(other=customer) | owned).values_list("pk", flat=True).distinct()), now
    )
