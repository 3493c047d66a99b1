"""Something in the registry that does not fit, beside its case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.registry.customers.models import Customer, CustomerAccount

Manager = models.Manager.from_queryset(ScopedQuerySet)


class DataFinding(models.Model):
    """What a check found: at whom or where, and what became of it.

    ``rule``: the check's code; ``key``: what it is about, once among the open ones; ``shape``: how it was (``rows``).
    ``other``: the second customer of a pair. ``gone``: a run saw it no more, nobody had said that it was corrected.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="data_finding")
    rule = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    shape = models.CharField(max_length=32, blank=True, default="")
    is_open = models.BooleanField(default=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="data_findings")
    other = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="data_findings_as_other")
    account = models.ForeignKey(CustomerAccount, null=True, on_delete=models.PROTECT, related_name="data_findings")
    facts = models.JSONField(default=dict)
    why_not = models.CharField(max_length=500, blank=True, default="")
    done = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    gone = models.BooleanField(default=False)

    objects = Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), name="data_finding_open_once", condition=Q(is_open=True)),
        )
        indexes = (
            models.Index(fields=("key",), name="data_finding_key"),
            models.Index(fields=("rule", "-case"), name="data_finding_rule"),
        )

    @property
    def number(self) -> str:
        """What people call it."""
        return f"SJ-{self.pk}"
