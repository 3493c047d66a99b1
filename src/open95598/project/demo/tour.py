"""The guided tour: five steps through one order's life, each with the account to use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class TourStep:
    """One step: what to do, and as whom."""

    account: str
    title: Any
    text: Any


STEPS = (
    TourStep(
        "agent",
        _("Register a fault"),
        format_lazy(
            _("Choose fault and a category, write the address {address} and register it. The rules send it to the "
              "county at once."),
            address="临澜市星湖区文昌路88号",
        ),
    ),
    TourStep(
        "crew",
        _("Accept and drive out"),
        _("Accept it within three minutes and set out, then say that you have arrived, what you found, and that the "
          "supply is back. Try it on a phone."),
    ),
    TourStep(
        "crew",
        _("Reply"),
        _("Write what was done for the customer. A fault needs no review: it goes straight to the call-back desk."),
    ),
    TourStep(
        "callback",
        _("Call the customer back"),
        _("Open the order at the call-back desk, record the result and the rating, and archive it. Who is not "
          "satisfied gets the order opened again."),
    ),
    TourStep(
        "manager",
        _("See the whole"),
        _("Look at the unit's overview and the order's timeline. Let the simulator play at sixty times the speed (on "
          "this page, as admin) and watch the lists change by themselves."),
    ),
)  # fmt: skip
