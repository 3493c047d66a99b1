"""The journal: append-only, a hash chain per stream, sealed in blocks. The timeline and the audit are these rows.

The tables are made by the migration in SQL (partitions, triggers), hence ``managed = False``. ``journal_entry`` is
partitioned by month of ``at``, so its primary key there is (id, at).
"""

from __future__ import annotations

from django.db import models

from open95598.foundation.partitions import Partitioned, declare

ENTRIES = declare(Partitioned("journal_entry", append_only_by="journal_refuse"))


class Chained(models.Model):
    """A row that carries the head of its own journal stream; whoever appends holds the row's lock and saves it."""

    journal_seq = models.IntegerField(default=0)
    journal_head = models.BinaryField(default=b"")

    class Meta:
        abstract = True


class Stream(Chained):
    """The head of a stream that has no row of its own: a case's appended notes, the rulebook, the installation."""

    key = models.CharField(max_length=80, primary_key=True)

    class Meta:
        managed = False
        db_table = "journal_stream"


class Entry(models.Model):
    """One thing that happened. ``body`` is the canonical JSON that is hashed; ``hash`` = SHA-256(prev ‖ body).

    The columns beside ``body`` repeat what it says, for finding; ``journal verify`` holds them to it.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    stream = models.CharField(max_length=80)
    seq = models.IntegerField()
    kind = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    body = models.TextField()
    prev = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_entry"


class Personal(models.Model):
    """Personal content of an entry, apart from it: the entry's body holds only SHA-256(salt ‖ content)."""

    pk = models.CompositePrimaryKey("entry_id", "name")
    entry_id = models.BigIntegerField()
    name = models.CharField(max_length=64)
    salt = models.BinaryField()
    content = models.TextField()

    class Meta:
        managed = False
        db_table = "journal_personal"


class Block(models.Model):
    """A seal over all entries committed with an id in ``first_id … last_id``; blocks leave no gap between them.

    ``digest`` covers the block before it (``previous``), the bounds, the time and every member's id and hash.
    """

    id = models.BigIntegerField(primary_key=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    members = models.BinaryField(help_text="the sealed entry ids, delta-coded and compressed")
    previous = models.BinaryField()
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_block"
