"""What this room hears: the account manager of a customer is told of every contact (B7)."""

from __future__ import annotations

from datetime import datetime

from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.masking import mask_name
from open95598.foundation.notices.services import notify
from open95598.foundation.words import Label
from open95598.registry.customers.kinds import PartyKind
from open95598.registry.standing import queries as standing
from open95598.service.contacts import queries, services
from open95598.service.contacts.models import Contact


@subscribe("contacts.manager", services.OF_MANAGED)
def tell_manager(event: Heard, now: datetime) -> None:
    """Ring the bells of the named manager and who stands in; not of a contact about an order that is kept from many
    (secret, or with somebody recused): such an order tells people by its own rules."""
    rows = Contact.objects.system("the customer's own manager").select_related("customer__manager", "owner")
    row = rows.filter(pk=event.payload["contact"], customer__manager__is_active=True).first()
    customer = row.customer if row is not None else None
    if row is None or customer is None or customer.manager is None or queries.is_delicate(row.pk):
        return
    name = mask_name(customer.name) if customer.kind == PartyKind.PERSON else customer.name
    title = Label(f"您负责的客户 {name} 刚与我们联系", f"Your customer {name} was in contact with us")
    by = row.owner.name if row.owner else ""
    notify(standing.told_for(customer), services.OF_MANAGED, title, by, now=now, key=f"contact/{row.code}")
