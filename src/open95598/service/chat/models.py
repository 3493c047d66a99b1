"""Chats beside their contacts, their lines in their one order, and when an agent's screens were last heard of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from open95598.foundation.people.rights import ScopedQuerySet
from open95598.service.chat.kinds import Side, State, What

ChatManager = models.Manager.from_queryset(ScopedQuerySet)


class Chat(models.Model):
    """A conversation in writing; who it is with, who leads it and what came of it are its contact's.

    ``token``: digest of what the customer's browser holds. ``origin``: keyed digest of the address it came from, kept
    while it waits and blanked then. ``waiting_since`` (UTC) the present waiting began; ``front``: it goes before others
    (its agent was gone, or handed it over). ``last``: number of the newest line; ``got``, ``read`` how far the
    customer's page received and showed them, ``agent_read`` how far the agent's did.
    """

    policy_prefix = "contact__"

    contact = models.OneToOneField("contacts.Contact", primary_key=True, on_delete=models.CASCADE, related_name="chat")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    topic = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=2, default="zh")
    token = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=64, blank=True, default="")
    proved = models.BooleanField(default=False)
    email = models.CharField(max_length=254, blank=True, default="")

    opened_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    front = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    customer_seen_at = models.DateTimeField()
    customer_writes_at = models.DateTimeField(null=True)
    agent_writes_at = models.DateTimeField(null=True)

    last = models.PositiveIntegerField(default=0)
    got = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    agent_read = models.PositiveIntegerField(default=0)

    rating = models.PositiveSmallIntegerField(null=True)
    rating_text = models.CharField(max_length=500, blank=True, default="")

    objects = ChatManager()

    class Meta:
        indexes = (
            models.Index(
                fields=("-front", "waiting_since", "contact"), name="chat_queue", condition=Q(state="waiting")
            ),
            models.Index(fields=("state",), name="chat_under_way", condition=Q(state="talking")),
            models.Index(fields=("opened_at",), name="chat_opened"),
            models.Index(fields=("ended_at",), name="chat_token_lives", condition=Q(ended_at__isnull=False)),
        )

    def __str__(self) -> str:
        return str(self.contact_id)


class Line(models.Model):
    """One line, written once: ``key`` is made by whoever sends it, and the same one is the same line; ``seq`` is its
    place in the chat's one order.

    A file's bytes are in the house's store; ``text`` of ``NEWS`` is a code that is said in the reader's language, of
    which ``name`` is who it is about.
    """

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="lines", db_index=False)
    seq = models.PositiveIntegerField()
    side = models.CharField(max_length=8, choices=Side)
    what = models.CharField(max_length=4, choices=What)
    key = models.CharField(max_length=40)
    person = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150, blank=True, default="")
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("chat", "seq"), name="chat_line_in_order"),
            models.UniqueConstraint(fields=("chat", "side", "key"), name="chat_line_once"),
        )


class Presence(models.Model):
    """When the chat's pages of an agent were last heard of (UTC)."""

    person = models.OneToOneField(
        "people.Person", primary_key=True, on_delete=models.CASCADE, related_name="chat_presence"
    )
    seen_at = models.DateTimeField()


class Proof(models.Model):
    """A code sent to a phone that a customer named in a chat: its keyed digest. The newest of a chat counts."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="proofs")
    phone = models.CharField(max_length=32)
    code = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("phone", "asked_at"), name="chat_proof_phone"),)
