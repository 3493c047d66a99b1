"""What contacts are told apart by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """How the conversation was led (B9)."""

    PHONE = "phone", pgettext_lazy("contact", "Telephone")
    COUNTER = "counter", pgettext_lazy("contact", "Counter")
    WEB = "web", pgettext_lazy("contact", "Web")
    CHAT = "chat", pgettext_lazy("contact", "Chat")
    EMAIL = "email", pgettext_lazy("contact", "E-mail")
    SMS = "sms", pgettext_lazy("contact", "Text message")
    WEBHOOK = "webhook", pgettext_lazy("contact", "Another system")
    LETTER = "letter", pgettext_lazy("contact", "Letter")
    VISIT = "visit", pgettext_lazy("contact", "Visit")


class Direction(models.TextChoices):
    """Who sought the conversation."""

    IN = "in", pgettext_lazy("contact", "Customer to us")
    OUT = "out", pgettext_lazy("contact", "We to the customer")


class State(models.TextChoices):
    """Where a contact stands: under way, over but not yet worked up, done."""

    OPEN = "open", pgettext_lazy("contact", "Under way")
    AFTER = "after", pgettext_lazy("contact", "After-contact work")
    DONE = "done", pgettext_lazy("contact", "Finished")


class Outcome(models.TextChoices):
    """What came of it. ``LOST``: given up or broken off before it could be served."""

    ANSWERED = "answered", pgettext_lazy("contact", "Answered")
    ORDER = "order", pgettext_lazy("contact", "Order registered")
    ADDED = "added", pgettext_lazy("contact", "Added to an order")
    PASSED = "passed", pgettext_lazy("contact", "Passed on")
    PROMISED = "promised", pgettext_lazy("contact", "Call promised")
    LOST = "lost", pgettext_lazy("contact", "Given up or cut off")
    NONE = "none", pgettext_lazy("contact", "No matter of ours")


class Link(models.TextChoices):
    """What a contact has to do with an order."""

    MADE = "made", pgettext_lazy("contact", "Registered in it")
    ADDED = "added", pgettext_lazy("contact", "Added to")
    ASKED = "asked", pgettext_lazy("contact", "Asked about")


#: outcomes after which nobody was served: neither solved nor unsolved
NOT_SERVED = frozenset({Outcome.LOST, Outcome.NONE})
