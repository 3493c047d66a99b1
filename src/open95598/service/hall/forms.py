"""What customers fill in to sign in and to change how we reach them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from open95598.foundation import phones
from open95598.service.hall.signing import plain_number
from open95598.service.portal.pages.forms import CustomerForm, Phone, Text

_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def _digits(label: Any, **attrs: str) -> Text:
    shape = {"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]*"} | attrs
    return Text(12, label=label, widget=forms.TextInput(attrs=shape))


class SignInForm(CustomerForm):
    """Account number and a phone that we know for it."""

    number = Text(
        40, label=pgettext_lazy("supply", "Account number"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    phone = Phone(label=gettext_lazy("Phone that we know for this account"))

    def clean_number(self) -> str:
        """Return the number as it is kept."""
        return plain_number(self.cleaned_data["number"])

    def clean_phone(self) -> str:
        """Codes go out as text messages: a fixed line cannot get one."""
        phone: str = self.cleaned_data["phone"]
        if not phones.is_mobile(phone):
            raise forms.ValidationError(_("We can send a code to mobile numbers only. For others, please call us."))
        return phone


class NewPhoneForm(CustomerForm):
    """The phone that we are to use from now on."""

    phone = Phone(label=gettext_lazy("New mobile phone"))


class TwoCodesForm(CustomerForm):
    """The codes that came to the old phone and to the new one."""

    old = _digits(gettext_lazy("Code sent to the present phone"), autocomplete="off")
    new = _digits(gettext_lazy("Code sent to the new phone"))

    def clean(self) -> dict[str, Any]:
        """Return the digits alone."""
        cleaned: dict[str, Any] = super().clean() or {}
        return {name: "".join(str(value).translate(_WIDE).split()) for name, value in cleaned.items()}
