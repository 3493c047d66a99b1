"""What waits for the indexer."""

from __future__ import annotations

from django.db import models


class Change(models.Model):
    """A document that changed and was not indexed yet. The indexer deletes the row once the index has it.

    ``object_id`` None asks for all documents of the source again; an empty source for the whole index.
    """

    source = models.CharField(max_length=32, blank=True)
    object_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "search_change"
