"""The words of announced outages: kinds of information, of work, of moments at which the customers are counted."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Information(TextChoices):
    """What kind of outage information it is (DOMAIN 4): first those of production, then those of marketing."""

    PLANNED = "planned", pgettext_lazy("outage", "Planned")
    TEMPORARY = "temporary", pgettext_lazy("outage", "Temporary")
    FAULT = "fault", pgettext_lazy("outage", "Fault")
    OVER_CAPACITY = "over_capacity", _("Over capacity")
    THEFT = "theft", _("Theft")
    BREACH = "breach", pgettext_lazy("outage", "Use against the contract")
    ARREARS = "arrears", pgettext_lazy("outage", "Arrears")
    ORDERLY = "orderly", _("Orderly use")


#: what is a plan with approval and notice; the others are information that is published at once
PLANS = (Information.PLANNED, Information.TEMPORARY)
#: of one customer alone, and nobody else's business: never on a public page
PRIVATE = (Information.THEFT, Information.BREACH, Information.ARREARS)


class WorkKind(TextChoices):
    """Whose work is done while the supply is off."""

    MAINTENANCE = "maintenance", pgettext_lazy("outage", "Maintenance")
    CONSTRUCTION = "construction", pgettext_lazy("outage", "Construction")
    CONNECTION = "connection", pgettext_lazy("outage", "Connection")
    MUNICIPAL = "municipal", _("Works of others")


class When(TextChoices):
    """When the affected customers were computed."""

    SUBMITTED = "submitted", pgettext_lazy("outage count", "When submitted")
    APPROVAL = "approval", pgettext_lazy("outage count", "At approval")
    WEEK = "week", _("Before the notice")
    DAY = "day", _("A day before")
    START = "start", pgettext_lazy("outage count", "At the start")
    SWITCHING = "switching", _("After switching")
    MOVED = "moved", _("After a move")
    PUBLISHED = "published", _("When published")


class Care(TextChoices):
    """What became of telling an important or life-support customer in person."""

    OPEN = "open", _("To be told in person")
    ACKNOWLEDGED = "acknowledged", _("Has acknowledged")
    VISITED = "visited", pgettext_lazy("outage care", "Was visited")
    GONE = "gone", _("No longer affected")
