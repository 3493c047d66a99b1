"""The forms of this room's pages. They read fields; the services judge them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open95598.foundation.people.forms import Day, HouseForm
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook.customer_rows import CustomerRules
from open95598.registry.customers.kinds import Tier
from open95598.registry.standing.services import NewEntry
from open95598.registry.standing.wording import SOURCES


class EntryForm(HouseForm):
    """An entry of the integrity file."""

    kind = forms.ChoiceField(label=_("Kind of entry"))
    on = forms.DateField(label=_("Day it happened"), widget=Day())
    source = forms.ChoiceField(label=_("Where it is from"), choices=list(SOURCES.items()))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=200, help_text=_("An order's number, a paper, a bill's month.")
    )
    words = forms.CharField(label=_("What happened"), max_length=1000, required=False, widget=forms.Textarea)

    def __init__(self, rules: CustomerRules, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        language = get_language()
        kinds = [(k.code, f"{k.label.in_(language)} ({k.points:+d})") for k in rules.integrity]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def entry(self) -> NewEntry:
        """Return the entry that the service takes."""
        return NewEntry(**self.cleaned_data)


class TierForm(HouseForm):
    """Another tier, and why."""

    tier = forms.ChoiceField(label=_("Service tier"), choices=Tier.choices, required=False)
    reason = forms.CharField(label=_("Reason of the change (recorded)"), max_length=200)


class ManagerForm(HouseForm):
    """Who looks after the customer, and who stands in."""

    manager = forms.CharField(label=_("Account manager (account)"), max_length=64, required=False)
    delegate = forms.CharField(label=_("Stands in (account)"), max_length=64, required=False)

    def _person(self, name: str) -> int | None:
        given = self.cleaned_data[name].strip()
        if not given:
            return None
        found = Person.objects.filter(username__iexact=given, is_active=True).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no such person."))
        return found

    def clean_manager(self) -> int | None:
        """Return the manager's id."""
        return self._person("manager")

    def clean_delegate(self) -> int | None:
        """Return the id of who stands in."""
        return self._person("delegate")
