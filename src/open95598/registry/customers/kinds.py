"""The kinds that a customer, an account and an agreement can be (DOMAIN 1.5, section 7)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartyKind(TextChoices):
    """What a customer is."""

    PERSON = "person", pgettext_lazy("customer", "Person")
    ORGANISATION = "organisation", _("Organisation")


class Importance(TextChoices):
    """The grade of an important user (重要用户, DOMAIN 2.5)."""

    NONE = "", _("Not an important user")
    SPECIAL = "special", _("Special important user")
    GRADE_1 = "grade1", _("Important user, grade 1")
    GRADE_2 = "grade2", _("Important user, grade 2")
    TEMPORARY = "temporary", _("Important user for a time")


class Tier(TextChoices):
    """The service tier (B7)."""

    NONE = "", _("No tier")
    DIAMOND = "diamond", _("Diamond")
    PLATINUM = "platinum", _("Platinum")
    SILVER = "silver", _("Silver")


class ContactKind(TextChoices):
    """A way to reach somebody."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat")
    POST = "post", _("Post")


class Purpose(TextChoices):
    """What a customer may agree to be reached for (PIPL: a purpose for everything)."""

    SERVICE = "service", _("About their own matters")
    OUTAGE = "outage", _("Outage notices")
    BILL = "bill", _("Bills and arrears")
    SURVEY = "survey", _("Satisfaction surveys")
    NEWS = "news", _("News and advice")


class PartyRole(TextChoices):
    """What a customer is to an account."""

    OWNER = "owner", pgettext_lazy("supply", "Owner")
    TENANT = "tenant", _("Tenant")
    PAYER = "payer", _("Payer")


class SupplyRelation(TextChoices):
    """Classification 1: the supply relation."""

    DIRECT = "direct", _("Direct supply")
    WHOLESALE = "wholesale", _("Wholesale")
    TRANSFERRED = "transferred", _("Transferred supply")


class PriceClass(TextChoices):
    """Classification 2: the price."""

    RESIDENTIAL = "residential", _("Residential")
    NON_RESIDENTIAL = "non_residential", _("Non-residential lighting")
    COMMERCIAL = "commercial", _("Commercial")
    ORDINARY_INDUSTRIAL = "ordinary_industrial", _("Non-industrial and ordinary industrial")
    LARGE_INDUSTRIAL = "large_industrial", _("Large industrial")
    AGRICULTURAL = "agricultural", _("Agricultural")
    WHOLESALE = "wholesale", _("Wholesale price")


class SupplySource(TextChoices):
    """Classification 3: the source."""

    LOW_VOLTAGE = "lv", _("Low voltage")
    HIGH_VOLTAGE = "hv", _("High voltage")
    DUAL = "dual", _("Dual supply")
    SELF_GENERATION = "self", _("With own generation")
    DEDICATED = "dedicated", _("Dedicated line")


class SupplyNature(TextChoices):
    """Classification 4: the nature; temporary supply lasts six months at most, and both have an end."""

    ORDINARY = "ordinary", _("Permanent supply")
    TEMPORARY = "temporary", _("Temporary supply")
    SEASONAL = "seasonal", _("Seasonal supply")
    IMPORTANT = "important", _("Important supply")


class LoadGrade(TextChoices):
    """Classification 5: the load grade."""

    FIRST = "1", _("Load grade 1")
    SECOND = "2", _("Load grade 2")
    THIRD = "3", _("Load grade 3")


class SupplyState(TextChoices):
    """Whether there is current at an account, as its billing system knows it."""

    UNKNOWN = "", _("Not known")
    ON = "on", _("Supplied")
    STOPPING = "stopping", _("Stop ordered")
    STOPPED = "stopped", _("Stopped")
    PAUSED = "paused", _("Off at the customer's wish")
    RECONNECTING = "reconnecting", _("Being reconnected")


class StopReason(TextChoices):
    """Why there is no current at an account, or is not to be."""

    NONE = "", _("Reason not known")
    ARREARS = "arrears", _("Arrears")
    REQUEST = "request", _("Applied for by the customer")
    SAFETY = "safety", _("Danger")
    THEFT = "theft", _("Use against the contract")
    OTHER = "other", _("Another reason")


class CreditUnit(TextChoices):
    """What a prepaid meter counts down."""

    NONE = "", _("Not prepaid")
    KWH = "kwh", _("kWh")
    YUAN = "yuan", _("yuan")


class NameKind(TextChoices):
    """What a name of a place is."""

    CURRENT = "current", _("Present name")
    ALIAS = "alias", _("Alias")
    FORMER = "former", _("Former name")


class PlaceKind(TextChoices):
    """What a place is."""

    ROAD = "road", _("Road")
    COMMUNITY = "community", _("Estate or village")
