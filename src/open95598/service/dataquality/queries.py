"""Findings within rights: by the right to see customers, where the finding's customer or account belongs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.service.dataquality.models import DataFinding


def findings(rights: Rights) -> QuerySet[DataFinding]:
    """Return the findings that one may see."""
    rows: QuerySet[DataFinding] = DataFinding.objects.restrict(rights, Permission.CUSTOMER_VIEW)
    return rows.select_related("case", "case__unit", "case__owner", "customer", "other", "account", "by")


def get(rights: Rights, pk: int) -> DataFinding:
    """Return a finding by its case. Raises ``NotFound`` also when it is not for these eyes."""
    found = findings(rights).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such case."))
    return found
