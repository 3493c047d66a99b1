"""What the screens remember of a person: saved views of lists, and what the person is doing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SeatStateKind(models.TextChoices):
    """What somebody at a seat is doing."""

    READY = "ready", pgettext_lazy("seat", "Ready")
    TALKING = "talking", pgettext_lazy("seat", "Talking")
    AFTER_WORK = "after_work", pgettext_lazy("seat", "After-call work")
    BREAK = "break", pgettext_lazy("seat", "Break")


#: value and name, in the order of the menu
SEAT_STATES = tuple(SeatStateKind.choices)


class SeatState(models.Model):
    """What a person is doing, chosen by themselves in the top bar, and since when (UTC)."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="seat_state"
    )
    state = models.CharField(max_length=12, choices=SeatStateKind, default=SeatStateKind.READY)
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.get_state_display())

    @classmethod
    def of(cls, person: models.Model) -> SeatState:
        """Return the person's state; an unsaved "ready" when they never chose one."""
        return cls.objects.filter(person_id=person.pk).first() or cls(person_id=person.pk)

    @classmethod
    def choose(cls, person: models.Model, state: str, now: datetime) -> SeatState:
        """Write what the person is doing since ``now`` (aware UTC). Choosing the present state keeps its ``since``."""
        kind = SeatStateKind(state)
        current = cls.of(person)
        if current.state != kind or current.since is None:
            current.state, current.since = kind, now
            cls.objects.update_or_create(person_id=person.pk, defaults={"state": kind, "since": now})
        return current


class SavedView(models.Model):
    """A list's filters and order under a name, for one person or shared with everybody of a unit."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=60)
    query = models.CharField(max_length=1000, blank=True, default="")
    #: people whose own unit this is see the view as well
    shared_with = models.ForeignKey("units.Unit", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("title", "id")
        constraints = (models.UniqueConstraint(fields=("person", "list_name", "title"), name="view_title_once"),)
        indexes = (
            models.Index(
                fields=("list_name", "shared_with"), condition=Q(shared_with__isnull=False), name="view_shared"
            ),
        )

    def __str__(self) -> str:
        return self.title
