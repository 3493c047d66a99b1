"""The words of notices: what is told, by which way, how far it is; what can be subscribed to."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class What(TextChoices):
    """What customers are told of an outage. ``spared``: of those who were told before and are no longer concerned."""

    ANNOUNCED = "announced", pgettext_lazy("outage notice", "Announcement")
    CHANGED = "changed", pgettext_lazy("outage notice", "Change")
    CANCELLED = "cancelled", pgettext_lazy("outage notice", "Cancellation")
    RESTORED = "restored", pgettext_lazy("outage notice", "Restoration")
    PARTLY = "partly", pgettext_lazy("outage notice", "Still dark after a part was restored")
    SPARED = "spared", _("No longer concerned")


class Way(TextChoices):
    """By which way. ``call``: somebody of the house telephones."""

    SMS = "sms", _("SMS")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    WEBHOOK = "webhook", _("Webhook")
    PUSH = "push", _("Web push")
    CALL = "call", _("By telephone")


class Fate(TextChoices):
    """How far a notice is. ``handed``: it stands in the outbox, where its message says what became of it.

    ``void``: overtaken by a later notice, or the address is no longer theirs, before it left.
    """

    WAITING = "waiting", pgettext_lazy("outage notice", "Waiting")
    HANDED = "handed", _("Handed to the outbox")
    REACHED = "reached", _("Reached by telephone")
    VOID = "void", _("Not sent")


class About(TextChoices):
    """What somebody subscribed to."""

    ACCOUNT = "account", _("An account")
    ADDRESS = "address", _("An address")
    AREA = "area", _("A road or an estate")
