"""What the desk keeps: what somebody is typing, and which guided script belonged to which conversation."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """The seat's form as far as it was filled in, for one person; ``key``: the contact's code, "" without one.

    It holds personal data of a customer: nobody else reads it, it is deleted when the order is registered, and it does
    not outlive ``drafts.KEPT``. ``version`` counts the savings, so that two windows do not write over each other.
    """

    person = models.ForeignKey("people.Person", db_index=False, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=20, blank=True, default="")
    content = models.JSONField()
    version = models.IntegerField(default=1)
    saved_at = models.DateTimeField(db_index=True)
    #: the form whose order was registered last: what is still on its way of it is no draft any more
    done_key = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="draft_once"),)


class ScriptOfContact(models.Model):
    """That a guided conversation (the path it took) belonged to a contact."""

    run = models.OneToOneField("knowledge.ScriptRun", primary_key=True, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="+")
