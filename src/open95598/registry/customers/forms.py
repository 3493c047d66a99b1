"""The forms of this room's pages. They read fields; the services judge them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from open95598.foundation.people.forms import Day, HouseForm, UnitChoice
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers import kinds
from open95598.registry.customers.accounts import Agreement
from open95598.registry.customers.models import Customer


class CustomerForm(HouseForm):
    """A new customer, or a change of one (then with the version that was read)."""

    kind = forms.ChoiceField(label=_("Kind of customer"), choices=kinds.PartyKind.choices)
    name = forms.CharField(label=_("Name of the customer"), max_length=120)
    tier = forms.ChoiceField(label=_("Service tier"), choices=kinds.Tier.choices, required=False)
    importance = forms.ChoiceField(label=_("Importance"), choices=kinds.Importance.choices, required=False)
    manager = forms.CharField(
        label=_("Account manager (account)"),
        max_length=64,
        required=False,
        help_text=_("The sign-in name of one of us."),
    )
    protected = forms.BooleanField(label=_("A life hangs on the supply"), required=False)

    def __init__(self, rights: Rights, *args: Any, customer: Customer | None = None, **more: Any) -> None:
        """What these rights may not change (how the customer is looked after, and where) is not asked for."""
        if customer is not None:
            names = ("kind", "name", "tier", "importance", "protected")
            more["initial"] = {
                "unit": customer.unit_id,
                "manager": customer.manager.username if customer.manager else "",
                **{name: getattr(customer, name) for name in names},
            }
        super().__init__(*args, **more)
        if customer is None or rights.at(Permission.CUSTOMER_EDIT, customer.unit.lineage):
            self.fields["unit"] = UnitChoice(rights, Permission.CUSTOMER_EDIT, label=_("Unit that looks after them"))
        if customer is None:
            self.fields["phone"] = forms.CharField(label=_("Phone"), max_length=40, required=False)
            cares = rights.anywhere(Permission.CUSTOMER_CARE)
        else:
            cares = rights.at(Permission.CUSTOMER_CARE, customer.unit.lineage)
        for name in () if cares else ("tier", "importance", "manager", "protected"):
            del self.fields[name]

    def clean_manager(self) -> int | None:
        """Return the id of the manager; None without one."""
        given = self.cleaned_data["manager"].strip()
        if not given:
            return None
        found = Person.objects.filter(username__iexact=given, is_active=True).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no such person."))
        return found

    def values(self) -> dict[str, Any]:
        """Return the fields by the services' names."""
        data = dict(self.cleaned_data)
        data.pop("phone", None)
        if "manager" in data:
            data["manager_id"] = data.pop("manager")
        if "unit" in data:
            data["unit_id"] = data.pop("unit").pk
        return data


class ContactForm(HouseForm):
    """A way to reach a customer, and what for."""

    kind = forms.ChoiceField(label=_("Kind of contact"), choices=kinds.ContactKind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=200)
    label = forms.CharField(label=_("Whose it is"), max_length=40, required=False)
    purposes = forms.MultipleChoiceField(
        label=_("Agreed to"), choices=kinds.Purpose.choices, required=False, initial=["service"],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    preferred = forms.BooleanField(label=_("Preferred"), required=False)


class TermsForm(HouseForm):
    """The five classifications of a supply contract, its end where it has one, its capacity."""

    price_class = forms.ChoiceField(label=_("Price class"), choices=kinds.PriceClass.choices)
    relation = forms.ChoiceField(label=_("Supply relation"), choices=kinds.SupplyRelation.choices)
    source = forms.ChoiceField(label=_("Source of supply"), choices=kinds.SupplySource.choices)
    nature = forms.ChoiceField(label=_("Nature of supply"), choices=kinds.SupplyNature.choices)
    expires_on = forms.DateField(label=_("Supply ends on"), required=False, widget=Day())
    load_grade = forms.ChoiceField(label=_("Load grade"), choices=kinds.LoadGrade.choices, initial="3")
    capacity_kva = forms.DecimalField(label=_("Capacity (kVA)"), max_digits=10, decimal_places=2, required=False)

    def agreement(self) -> Agreement:
        """Return the terms that the services take."""
        return Agreement(**{field.name: self.cleaned_data[field.name] for field in fields(Agreement)})


class AccountForm(TermsForm):
    """A new account that the customer owns."""

    number = forms.CharField(label=_("Account number"), max_length=32)
    address = forms.CharField(label=_("Service address"), max_length=300)
    field_order = ("number", "address")
    meter = forms.CharField(label=_("Meter number"), max_length=32, required=False)
    multiplier = forms.DecimalField(label=_("Multiplier"), max_digits=10, decimal_places=2, initial=1)

    def __init__(self, rights: Rights, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"] = UnitChoice(rights, Permission.CUSTOMER_EDIT, label=_("Unit that serves it"))


class PartyForm(HouseForm):
    """Who else is party of an account; a new owner follows the present one."""

    account = forms.ChoiceField(label=_("Account number"))
    role = forms.ChoiceField(label=_("As what"), choices=kinds.PartyRole.choices)
    other = forms.IntegerField(label=_("Customer's id"), min_value=1, help_text=_("It stands on that customer's page."))

    def __init__(self, numbers: list[str], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["account"].choices = [(n, n) for n in numbers]  # type: ignore[attr-defined]


class MergeForm(HouseForm):
    """The other row of the same customer, and why one thinks so."""

    other = forms.IntegerField(label=_("Customer's id"), min_value=1, help_text=_("It stands on that customer's page."))
    reason = forms.CharField(label=_("Reason (recorded)"), max_length=200)
