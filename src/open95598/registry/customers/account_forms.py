"""The forms of an account's page. They read fields; the services judge them. Each act carries its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open95598.foundation.people.forms import HouseForm
from open95598.registry.customers import kinds
from open95598.registry.customers.forms import TermsForm
from open95598.registry.customers.models import CustomerAgreement


class ReasonForm(HouseForm):
    """Why something is done; it is written down."""

    reason = forms.CharField(label=_("Reason (recorded)"), max_length=200)


class NamePartyForm(ReasonForm):
    """Who moves in, takes over or pays; a new owner follows the present one."""

    role = forms.ChoiceField(label=_("As what"), choices=kinds.PartyRole.choices)
    other = forms.IntegerField(label=_("Customer's id"), min_value=1, help_text=_("It stands on that customer's page."))
    field_order = ("role", "other", "reason")


class AgreeForm(TermsForm, ReasonForm):
    """A new supply contract from today; it begins with the terms of the one before."""

    field_order = ("price_class", "relation", "source", "nature", "expires_on", "load_grade", "capacity_kva", "reason")

    def __init__(self, agreement: CustomerAgreement | None, *args: Any, **more: Any) -> None:
        if agreement is not None:
            names = [name for name in self.base_fields if name != "reason"]
            more["initial"] = {name: getattr(agreement, name) for name in names}
        super().__init__(*args, **more)


class ExchangeForm(ReasonForm):
    """A meter in place of another, with what the one shows that comes down and the one that goes up."""

    meter = forms.CharField(label=_("Number of the new meter"), max_length=32)
    multiplier = forms.DecimalField(label=_("Multiplier"), max_digits=10, decimal_places=2, initial=1)
    final = forms.DecimalField(
        label=_("Final reading of the old meter (kWh)"), max_digits=14, decimal_places=2, required=False
    )
    first = forms.DecimalField(
        label=_("First reading of the new meter (kWh)"), max_digits=14, decimal_places=2, initial=0
    )
    field_order = ("meter", "multiplier", "final", "first", "reason")


class RelocateForm(ReasonForm):
    """The address as it should stand."""

    address = forms.CharField(label=_("Service address"), max_length=300)
    field_order = ("address", "reason")


class AliasForm(ReasonForm):
    """What people call the road or estate as well."""

    place = forms.ChoiceField(label=_("Road or estate"))
    name = forms.CharField(label=_("Also called"), max_length=60)
    field_order = ("place", "name", "reason")

    def __init__(self, places: list[tuple[int, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].choices = [(str(pk), name) for pk, name in places]  # type: ignore[attr-defined]
