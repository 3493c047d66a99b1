"""The tables of the registry."""

from open95598.registry.customers.models.accounts import (
    AccountParty,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    UsagePoint,
)
from open95598.registry.customers.models.facts import AccountBill, AccountFacts, FactsSource
from open95598.registry.customers.models.parties import Consent, ContactPoint, Customer, CustomerMerge
from open95598.registry.customers.models.places import Place, PlaceName, ServiceLocation

__all__ = [
    "AccountBill",
    "AccountFacts",
    "AccountParty",
    "Consent",
    "ContactPoint",
    "Customer",
    "CustomerAccount",
    "CustomerAgreement",
    "CustomerMerge",
    "FactsSource",
    "Meter",
    "Place",
    "PlaceName",
    "ServiceLocation",
    "UsagePoint",
]
