"""The tables of the registry."""

from open95598.registry.customers.models.accounts import (
    AccountFacts,
    AccountParty,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    UsagePoint,
)
from open95598.registry.customers.models.parties import Consent, ContactPoint, Customer, CustomerMerge
from open95598.registry.customers.models.places import Place, PlaceName, ServiceLocation

__all__ = [
    "AccountFacts",
    "AccountParty",
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerAccount",
    "CustomerAgreement",
    "CustomerMerge",
    "Meter",
    "Place",
    "PlaceName",
    "ServiceLocation",
    "UsagePoint",
]
