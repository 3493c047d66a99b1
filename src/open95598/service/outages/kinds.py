"""What outages and reports are called, and the few words that their tables keep."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Apart(TextChoices):
    """Why a report is kept and is no evidence of an outage: the engine's reasons, and those that are known before."""

    NONE = "", pgettext_lazy("report", "Evidence")
    PLANNED = "planned", _("A planned outage")
    ARREARS = "arrears", _("Stopped for arrears")
    SINGLE = "single", _("Only this customer is dark")
    AGAIN = "again", _("The same supply point was reported before")
    CALLER = "caller", _("This caller reported another place before")
    LATE = "late", _("About what has been restored")
    UNKNOWN_PLACE = "unknown_place", _("The place is not known in the grid")
    IMPOSSIBLE_TIME = "impossible_time", _("The time cannot be true")
    DOUBTED = "doubted", _("This caller's reports were found wrong before")


class Weather(TextChoices):
    """What the weather was like at a unit, as far as it matters to lines and to who mends them."""

    CALM = "calm", pgettext_lazy("weather", "Calm")
    RAIN = "rain", pgettext_lazy("weather", "Rain")
    THUNDER = "thunder", pgettext_lazy("weather", "Thunderstorm")
    WIND = "wind", pgettext_lazy("weather", "High wind")
    ICE = "ice", pgettext_lazy("weather", "Snow or ice")
    HEAT = "heat", pgettext_lazy("weather", "Great heat")


class Act(TextChoices):
    """What people and telemetry make certain: what the engine is told beside reports."""

    CONFIRM = "confirm", _("Confirmed")
    RESTORE = "restore", _("Restored")
    SPLIT = "split", _("Taken apart")
    MERGE = "merge", _("Taken together")
    WRONG = "wrong", _("No outage")
