"""Published layers of rulebooks: a base or an overlay, dated, kept as it was for ever.

A case names the version it was opened under; that version is built from here, so that files which change or vanish
later cannot change how the case is judged.
"""

from __future__ import annotations

from django.db import models


class Publication(models.Model):
    """One dated layer (``cn/2026-01-01``): its files as published. Never updated except for ``amended_at``."""

    version = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=12)
    starts_on = models.DateField(help_text="local date from which it is in force")
    is_overlay = models.BooleanField(default=False)
    applies_to = models.CharField(max_length=16, blank=True, default="", help_text="code of the overlay's unit")
    digest = models.CharField(max_length=64, help_text="SHA-256 of content")
    content = models.TextField(help_text="canonical JSON: file name to text")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    amends = models.BooleanField(default=False, help_text="it declares amendments of open cases")
    amended_at = models.DateTimeField(null=True, help_text="when they had been applied")

    class Meta:
        ordering = ("is_overlay", "name", "-starts_on")
        indexes = (
            models.Index(
                fields=("starts_on",),
                name="rulebook_to_amend",
                condition=models.Q(amends=True, amended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.version
