"""What a person is told on the screen (the bell), and what leaves the house (SMS, e-mail, webhook, file)."""

from __future__ import annotations

import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from open95598.foundation.words import Label


class Notice(models.Model):
    """Something a person should know; once per (person, key). Title and body are kept in both languages."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=160)
    title = models.JSONField()
    body = models.JSONField()
    case_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="notice_once"),)
        indexes = (
            models.Index(fields=("person", "-id"), name="notice_of_person"),
            models.Index(fields=("person", "-id"), name="notice_unread", condition=Q(read_at=None)),
        )

    @property
    def title_words(self) -> str:
        """The title in the reader's language."""
        return Label(**self.title).in_(get_language())

    @property
    def body_words(self) -> str:
        """The body in the reader's language."""
        return Label(**self.body).in_(get_language())


class Channel(models.TextChoices):
    """The ways out of the house."""

    SMS = "sms", _("SMS")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    WEBHOOK = "webhook", _("Webhook")
    FILE = "file", _("File drop")
    PUSH = "push", _("Web push")


class MessageState(models.TextChoices):
    """``unknown``: the line broke before the answer and the other side cannot be asked; a person must find out.
    ``withheld``: before it left, its receiver was recused from the case that it is about. Of subscriptions only:
    ``failed``: given up after some tries; ``ended``: before it left, the subscription ended or was paused.
    """

    WAITING = "waiting", _("Waiting to leave")
    SENT = "sent", _("Sent")
    UNKNOWN = "unknown", _("Fate unknown")
    WITHHELD = "withheld", _("Withheld: recused since")
    FAILED = "failed", pgettext_lazy("message", "Given up")
    ENDED = "ended", _("Not sent: subscription ended")


class Message(models.Model):
    """Something on its way out; one per ``key`` for ever. ``ref`` is our id at the other side: repeats do no harm.

    Address and text are personal data: shown masked, revealed by right and with a line in the journal.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=8, choices=Channel)
    to = models.CharField(max_length=400)
    subject = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField()
    #: where one POST ends messages like it (RFC 8058); told in the head of an e-mail
    unsubscribe = models.CharField(max_length=300, blank=True, default="", db_default="")
    case_id = models.BigIntegerField(null=True)
    #: the subscription that it is for, ``<room>/<id>`` (see ``subscribers``)
    subscriber = models.CharField(max_length=60, blank=True, default="", db_default="")
    #: who of the house it is for (None: a customer, another system)
    person = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    #: what the other side calls it, or why its fate is unknown
    answer = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("case_id",), name="message_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=("id",), name="message_unsettled", condition=~Q(state="sent")),
        )

    @property
    def outbox_key(self) -> str:
        """The key of its delivery in the outbox, within which nothing overtakes.

        What one receiver is told of one case goes in order. A message that waits for its hour holds nobody back.
        """
        if self.case_id is None or self.not_before > self.created_at:
            return f"message/{self.pk}"
        receiver = hashlib.sha256(f"{self.channel} {self.to}".encode()).hexdigest()[:16]
        return f"message/case/{self.case_id}/{receiver}"


class DevSms(models.Model):
    """An SMS that the development gateway received instead of a telephone company."""

    ref = models.CharField(max_length=64, unique=True)
    to = models.CharField(max_length=40)
    text = models.TextField()
    at = models.DateTimeField()
    times = models.IntegerField(default=1, help_text="how often the same message was handed in")
