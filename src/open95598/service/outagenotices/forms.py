"""What customers type: an account or a place, where to tell them, the code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.service.outagenotices.kinds import About
from open95598.service.portal.pages.forms import CustomerForm, Text


class LookForm(CustomerForm):
    """Is it me: an account number, or an address."""

    account = Text(
        40, label=pgettext_lazy("supply", "Account number"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    address = Text(200, label=_("Address, road or estate"), required=False)

    def clean(self) -> None:
        """One of the two is needed."""
        super().clean()
        if not self.cleaned_data.get("account") and not self.cleaned_data.get("address") and not self.errors:
            self.add_error("address", _("Give an account number or an address."))


class SubscribeForm(CustomerForm):
    """What to be told of, and where."""

    about = forms.ChoiceField(
        label=_("Tell me of outages of"), initial=About.AREA, widget=forms.RadioSelect,
        choices=[
            (About.AREA.value, _("a road, an estate or a village")),
            (About.ACCOUNT.value, _("an account number")),
        ],
    )  # fmt: skip
    text = Text(200, label=_("Which one"))
    to = Text(200, label=_("Mobile number or e-mail address"))
    at_night = forms.BooleanField(label=_("Also at night"), required=False)


class PushForm(SubscribeForm):
    """What to be told of; the browser adds where it is reached."""

    endpoint = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    p256dh = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    auth = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["to"]


class WebhookForm(SubscribeForm):
    """What to be told of, which address is called, who owns it."""

    url = Text(
        400, label=_("Address to call (https)"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("url", "about", "text", "to", "at_night")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["to"].label = _("Your mobile number or e-mail address")
