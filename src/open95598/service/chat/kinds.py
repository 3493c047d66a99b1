"""What chats and their lines are told apart by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a chat stands. ``LEFT``: nobody could take it, the customer left a message, which became an order."""

    WAITING = "waiting", pgettext_lazy("chat", "Waiting")
    TALKING = "talking", pgettext_lazy("chat", "Under way")
    ENDED = "ended", pgettext_lazy("chat", "Ended")
    GIVEN_UP = "given_up", pgettext_lazy("chat", "Given up")
    LEFT = "left", pgettext_lazy("chat", "Message left")


class Side(models.TextChoices):
    """Who a line comes from."""

    CUSTOMER = "customer", pgettext_lazy("chat", "Customer")
    AGENT = "agent", pgettext_lazy("chat", "Agent")
    HOUSE = "house", pgettext_lazy("chat", "Notice")


class What(models.TextChoices):
    """What a line is. Notes are for the desk only."""

    TEXT = "text", pgettext_lazy("chat", "Text")
    FILE = "file", pgettext_lazy("chat", "File")
    NOTE = "note", pgettext_lazy("chat", "Note")
    NEWS = "news", pgettext_lazy("chat", "News")


#: what customers see
SEEN = (What.TEXT, What.FILE, What.NEWS)
#: in which something can still be written
LIVE = (State.WAITING, State.TALKING)
