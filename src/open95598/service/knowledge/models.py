"""Knowledge items, their immutable versions, and how often one helped."""

from __future__ import annotations

from typing import Any

from django.db import models

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet

Manager = models.Manager.from_queryset(ScopedQuerySet)


class Audience(models.TextChoices):
    """For whom an item is written."""

    INTERNAL = "internal"
    PUBLIC = "public"


class KnowledgeItem(models.Model):
    """One item of knowledge beside its case: state, unit, owner and clocks are the case's.

    What is served is the published ``version``, also while a ``draft`` of the next one is written or reviewed.
    ``title`` is the served one's, or the draft's while nothing is published.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="knowledge_item")
    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=500)
    category = models.CharField(max_length=64)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.INTERNAL)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    #: local day on which the owner looks at it again
    review_on = models.DateField(null=True)
    version = models.ForeignKey("Version", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    #: whether the version may be answered with (its days aside); a withdrawn one waits here for its revision
    served = models.BooleanField(default=False)
    draft = models.JSONField(null=True)
    drafted_by = models.ForeignKey(
        "people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(null=True)
    #: how often its question was asked while there was no answer
    asked = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    not_helped = models.PositiveIntegerField(default=0)

    objects = Manager()

    class Meta:
        indexes = (models.Index(fields=("category", "code"), name="knowledge_by_category"),)

    @property
    def content(self) -> dict[str, Any]:
        """What is served of it; empty while nothing is published."""
        return dict(self.version.content) if self.version else {}


class Version(models.Model):
    """A text as it was published, for ever: the database refuses to change or delete one."""

    item = models.ForeignKey(KnowledgeItem, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    written_by = models.ForeignKey(
        "people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        "people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "number"), name="knowledge_version_once"),)


class Use(models.Model):
    """Somebody answered with an item: did it help?"""

    item = models.ForeignKey(KnowledgeItem, on_delete=models.CASCADE, related_name="uses")
    version = models.PositiveIntegerField()
    person = models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    helped = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=("item", "person", "-at"), name="knowledge_use_last"),)


class Law(models.Model):
    """A statute, by its title; ``source`` is the name of the file it was last read from."""

    title = models.CharField(max_length=200, unique=True)
    #: the title without what stands before it in full only (中华人民共和国): how people name it
    short_title = models.CharField(max_length=200, db_index=True)
    enacted = models.TextField(blank=True, default="")
    #: day of the version that is in force, as the file says it
    version_on = models.DateField(null=True)
    source = models.CharField(max_length=255, blank=True, default="")
    imported_at = models.DateTimeField()


class LawArticle(models.Model):
    """An article as one version of its law has it. ``valid_until`` null: it is in force."""

    law = models.ForeignKey(Law, on_delete=models.CASCADE, related_name="articles")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=40)
    chapter = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    imported_at = models.DateTimeField()
    #: null while it is in force: when an import brought another text, or the article was gone
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("law", "label"), condition=models.Q(replaced_at__isnull=True), name="law_article_in_force_once"
            ),
        )


class ScriptRun(models.Model):
    """A guided conversation: which script (code and digest of its text), the answers in their order, how it ended."""

    script = models.CharField(max_length=40)
    digest = models.CharField(max_length=16)
    person = models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: [[step, answer], …]
    path = models.JSONField(default=list)
    ending = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("script", "-started_at"), name="script_runs"),)
