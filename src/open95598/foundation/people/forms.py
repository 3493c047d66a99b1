"""The forms of this room's pages. They read fields; the services judge them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from open95598.foundation.errors import Refused
from open95598.foundation.people.models import ROLE_NAMES, Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.units.models import AreaType, Unit, UnitLevel
from open95598.foundation.units.queries import in_reach, unit_options
from open95598.foundation.words import Label


class Day(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Moment(forms.DateTimeInput):
    """The browser's own field for a date and a time (in the utility's zone)."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class UnitChoice(forms.TypedChoiceField):
    """A choice among the open units where the person holds a permission; gives the unit."""

    def __init__(self, rights: Rights, permission: Permission, **more: Any) -> None:
        options = unit_options(rights, permission)
        blank = [] if more.get("required", True) and len(options) == 1 else [("", "—")]
        super().__init__(
            choices=[*blank, *options],
            coerce=lambda pk: in_reach(rights, permission).get(pk=pk),
            empty_value=None,
            **more,
        )


class HouseForm(forms.Form):
    """A form that hands its fields to a service and shows what the service refused beside the fields."""

    def carry_out(self, service: Callable[[dict[str, Any]], Any]) -> Any:
        """Call ``service`` with the fields; return what it returns, or None with the form's errors set."""
        if not self.is_valid():
            return None
        try:
            return service(self.cleaned_data) or True
        except Refused as refused:
            for name, reason in refused.fields.items():
                self.add_error(name if name in self.fields else None, str(reason))
            if not refused.fields:
                self.add_error(None, str(refused.detail))
            return None


class PersonForm(HouseForm):
    """A new account, or a change of one (then without account and password)."""

    username = forms.CharField(label=_("Account"), max_length=64)
    name = forms.CharField(label=_("Name"), max_length=64)
    employee_number = forms.CharField(label=_("Employee number"), max_length=32, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    password = forms.CharField(
        label=_("First password"),
        max_length=256,
        strip=False,
        required=False,
        help_text=_("It must be changed at the first sign-in. Empty: only OIDC or tokens."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(
        self, rights: Rights, *args: Any, person: Person | None = None, skills: Mapping[str, Label], **more: Any
    ) -> None:
        if person is not None:
            names = ("name", "employee_number", "phone", "email", "skills")
            more["initial"] = {"unit": person.unit_id, **{name: getattr(person, name) for name in names}}
        super().__init__(*args, **more)
        self.fields["unit"] = UnitChoice(rights, Permission.PEOPLE_MANAGE, label=_("Unit"))
        names_of = {code: label.in_(get_language()) for code, label in skills.items()}
        kept = [code for code in (person.skills if person is not None else ()) if code not in names_of]
        if names_of or kept:
            self.fields["skills"] = forms.MultipleChoiceField(
                label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple(),
                choices=[*names_of.items(), *((code, code) for code in kept)],
            )  # fmt: skip
        if person is not None:
            del self.fields["username"], self.fields["password"]


class RoleForm(HouseForm):
    """A role at a unit."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, name) for role, name in ROLE_NAMES.items()])
    valid_from = forms.DateTimeField(label=_("From"), required=False, widget=Moment(), help_text=_("Empty: at once"))
    valid_to = forms.DateTimeField(label=_("Until"), required=False, widget=Moment(), help_text=_("Empty: open"))

    def __init__(self, rights: Rights, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"] = UnitChoice(rights, Permission.PEOPLE_MANAGE, label=_("At unit"))
        self.order_fields(["role", "unit", "valid_from", "valid_to"])


class DelegationForm(HouseForm):
    """Who handles somebody's cases during an absence."""

    delegate = forms.CharField(label=_("Account of the delegate"), max_length=64)
    valid_from = forms.DateTimeField(label=_("From"), widget=Moment())
    valid_to = forms.DateTimeField(label=_("Until"), widget=Moment())
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_delegate(self) -> Person:
        """Return the active person with this account."""
        person = Person.objects.filter(username__iexact=self.cleaned_data["delegate"].strip(), is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("There is no active account of this name."))
        return person


class TokenForm(HouseForm):
    """A new API token."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=3650, required=False,
                              help_text=_("Empty: until revoked"))  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("Limited to"),
        required=False,
        choices=[(p.value, p.value) for p in Permission],
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("None chosen: all that the account may do"),
    )


class PasswordForm(HouseForm):
    """One's own new password."""

    old_password = forms.CharField(label=_("Present password"), strip=False, max_length=256,
                                   widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))  # fmt: skip
    new_password = forms.CharField(label=_("New password"), strip=False, max_length=256,
                                   widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))  # fmt: skip
    new_password_again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or {}
        if data.get("new_password") != data.get("new_password_again"):
            self.add_error("new_password_again", _("The two are not the same."))
        return data


class ResetForm(HouseForm):
    """A first password for somebody who lost theirs."""

    new_password = forms.CharField(label=_("First password"), strip=False, max_length=256,
                                   widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))  # fmt: skip


class LeaveForm(HouseForm):
    """Closing an account."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ProfileForm(HouseForm):
    """Language and theme."""

    language = forms.ChoiceField(label=_("Language"), required=False,
                                 choices=[("", _("As the browser")), *settings.LANGUAGES])  # fmt: skip
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=[("auto", _("As the machine")), ("light", _("Light")), ("dark", _("Dark"))]
    )


class UnitForm(HouseForm):
    """A new unit below another."""

    code = forms.CharField(label=_("Unit code"), max_length=16, help_text=_("Part of order numbers; it never changes"))
    name = forms.CharField(label=_("Unit name"), max_length=80)
    level = forms.ChoiceField(label=_("Unit level"), choices=UnitLevel.choices[1:])
    area_type = forms.ChoiceField(label=_("Area type"), choices=AreaType.choices)
    opens_on = forms.DateField(label=_("Opens on"), widget=Day())


class AmendForm(HouseForm):
    """What changes without a date."""

    area_type = forms.ChoiceField(label=_("Area type"), choices=AreaType.choices)
    calendar = forms.CharField(label=_("Business calendar"), max_length=32)
    territory = forms.CharField(
        label=_("Territory"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One division code or place name a line"),
    )

    def clean_territory(self) -> list[str]:
        """Return the lines."""
        return str(self.cleaned_data["territory"]).splitlines()


class _Dated(HouseForm):
    effective_on = forms.DateField(label=_("Takes effect on"), widget=Day())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class RenameForm(_Dated):
    """Another name from a day on."""

    new_name = forms.CharField(label=_("New name"), max_length=80)
    field_order = ("new_name", "effective_on", "reason")


class _Onto(_Dated):
    field_order = ("new_parent", "successor", "effective_on", "reason")
    onto = ""
    onto_label: Any = ""

    def __init__(self, rights: Rights, unit: Unit, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choice = UnitChoice(rights, Permission.UNITS_MANAGE, label=self.onto_label)
        options = unit_options(rights, Permission.UNITS_MANAGE)
        choice.choices = [("", "—"), *((pk, name) for pk, name in options if pk != unit.pk)]
        self.fields[self.onto] = choice
        self.order_fields(self.field_order)


class MoveForm(_Onto):
    """Another unit above from a day on."""

    onto, onto_label = "new_parent", _("Under which unit")


class MergeForm(_Onto):
    """Into another unit from a day on."""

    onto, onto_label = "successor", _("Into which unit")


class CloseForm(_Onto):
    """Closed from a day on."""

    onto, onto_label = "successor", _("Who takes over what is open")
