"""Contacts and the orders that they had to do with."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from open95598.foundation.masking import mask_name, mask_phone
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.service.contacts.kinds import Channel, Direction, Link, Outcome, State

ContactManager = models.Manager.from_queryset(ScopedQuerySet)


class Contact(models.Model):
    """One conversation with one customer, on any channel: who, about what, who took it, how long, what came of it.

    ``party`` says that two contacts are with the same customer ("c<id>" of the registry, else "p<phone>"; "" when
    nobody knows). ``began_at`` the customer sought us (a ring, a number drawn, a message's time), ``answered_at`` we
    turned to them, ``ended_at`` the conversation was over, ``done_at`` so was what we did afterwards (all UTC).
    ``hushed``: it led to a sealed order, so that it keeps nothing of who it was. The policy's columns are a case's.
    """

    policy_prefix = ""

    code = models.CharField(max_length=20, unique=True)
    channel = models.CharField(max_length=8, choices=Channel)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    state = models.CharField(max_length=5, choices=State, default=State.OPEN)
    version = models.IntegerField(default=1)

    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = ArrayField(models.BigIntegerField())
    sight = ArrayField(models.BigIntegerField())
    owner = models.ForeignKey(
        "people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="contacts"
    )
    confidential = models.BooleanField(default=False)
    recused_people = ArrayField(models.BigIntegerField(), default=list)
    recused_units = ArrayField(models.BigIntegerField(), default=list)

    party = models.CharField(max_length=40, blank=True, default="")
    customer = models.ForeignKey(
        "customers.Customer", db_index=False, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        "customers.CustomerAccount", db_index=False, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    words = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=24, blank=True, default="")
    category = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default="")
    hushed = models.BooleanField(default=False)

    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    #: who told us of it, when another system did: its name and its own reference
    source = models.CharField(max_length=40, blank=True, default="")
    source_ref = models.CharField(max_length=120, blank=True, default="")

    objects = ContactManager()

    class Meta:
        indexes = (
            models.Index(fields=("-began_at", "-id"), name="contact_newest"),
            models.Index(fields=("party", "began_at"), name="contact_party", condition=~Q(party="")),
            models.Index(fields=("owner",), name="contact_current", condition=~Q(state="done")),
            models.Index(fields=("owner", "-began_at"), name="contact_owner"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_ref"), name="contact_told_once", condition=~Q(source_ref="")
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def stream(self) -> str:
        """The contact's stream of the journal."""
        return f"contact/{self.code}"

    @property
    def who(self) -> str:
        """Who it is with, masked."""
        name = mask_name(self.name) if self.name else ""
        return f"{name} {mask_phone(self.phone) if self.phone else ''}".strip()


class ContactOrder(models.Model):
    """That a contact had to do with an order (its case)."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="orders")
    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=5, choices=Link)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("contact", "case"), name="contact_order_once"),)
