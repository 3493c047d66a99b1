"""What devices and findings are called."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeviceKind(models.IntegerChoices):
    """What a device is: `topology.Kind` with its names."""

    SUBSTATION = 0, _("Substation")
    FEEDER = 1, _("Feeder")
    SECTION = 2, _("Switch or line section")
    TRANSFORMER = 3, _("Transformer area")
    BOX = 4, _("Meter box")
    METER = 5, pgettext_lazy("grid", "Meter")


#: what is rated and measured in A; anything else in kVA
LINES = (DeviceKind.FEEDER, DeviceKind.SECTION)


class Ownership(models.TextChoices):
    """Who owns a device, and so who repairs it (产权归属, H14)."""

    UTILITY = "utility", _("The utility's")
    CUSTOMER = "customer", _("The customer's")


class FindingKind(models.TextChoices):
    """What is wrong with a grid as it was loaded."""

    DUPLICATE = "duplicate", _("Named twice")
    ORPHAN = "orphan", _("What feeds it is not known")
    LOOP = "loop", _("Feeds itself in a ring")
    ISLAND = "island", _("Nothing feeds it")
    LEVEL = "level", _("Hangs below what belongs below it")
    DOUBLE = "double", _("A usage point on two devices")
    ACCOUNT = "account", _("The account is not known here")
    RENUMBER = "renumber", _("The former and the new code are both here")
    READING = "reading", _("Not understood in the file")
