"""Reading knowledge: what may be read at a unit and is in force."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.foundation.errors import NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.service.knowledge.flows import EDIT, REVIEW
from open95598.service.knowledge.models import Audience, KnowledgeItem, Law, LawArticle, Use, Version
from open95598.service.workorders import directory


def in_force(now: datetime) -> Q:
    """Return what makes an item one that is served: published, not expired, within its days (local, inclusive)."""
    today = timezone.localtime(now).date()
    return (
        Q(served=True)
        & (Q(valid_from__isnull=True) | Q(valid_from__lte=today))
        & (Q(valid_until__isnull=True) | Q(valid_until__gte=today))
    )


def is_served(row: KnowledgeItem, now: datetime) -> bool:
    """Say of one item what ``in_force`` asks the database."""
    today = timezone.localtime(now).date()
    begun = row.valid_from is None or row.valid_from <= today
    return row.served and begun and (row.valid_until is None or row.valid_until >= today)


def _reach(rights: Rights, permission: Permission) -> Q:
    """Return the items of the units below those where the right is held, and of the units above them: what a province
    writes, its counties read."""
    held = rights.units(permission)
    above = {pk for unit in directory.units() if unit.id in held for pk in unit.lineage}
    return Q(case__scope__overlap=sorted(held)) | Q(case__unit_id__in=sorted(above))


def readable(rights: Rights) -> QuerySet[KnowledgeItem]:
    """Return the items that these rights may read: what was published ever, and drafts for those who write or review
    at their unit."""
    rows = KnowledgeItem.objects.system("read by the unit's line, both ways")
    writers = Q(case__scope__overlap=sorted(rights.units(EDIT) | rights.units(REVIEW)))
    found = rows.filter(_reach(rights, Permission.CASE_VIEW), Q(version__isnull=False) | writers)
    return found.select_related("case", "case__unit", "case__owner", "version", "drafted_by")


def served(rights: Rights, now: datetime) -> QuerySet[KnowledgeItem]:
    """Return the items that these rights may answer with at ``now``."""
    return readable(rights).filter(in_force(now))


def for_customers(now: datetime) -> QuerySet[KnowledgeItem]:
    """Return the items that anybody may read, also a customer who has not signed in."""
    rows = KnowledgeItem.objects.system("written for customers").filter(in_force(now), audience=Audience.PUBLIC)
    return rows.select_related("case", "version")


def get(rights: Rights, code: str) -> KnowledgeItem:
    """Return one item. Raises ``NotFound`` also when it is not for these eyes."""
    row: KnowledgeItem | None = readable(rights).filter(code=code[:20].replace("\x00", "")).first()
    if row is None:
        raise NotFound(_("There is no such item of knowledge."))
    return row


def versions_of(row: KnowledgeItem) -> list[Version]:
    """Return what was published of an item, newest first."""
    return list(row.versions.select_related("written_by", "reviewed_by").order_by("-number"))


def uses_of(row: KnowledgeItem, limit: int = 10) -> list[Use]:
    """Return who answered with an item lately, newest first."""
    return list(row.uses.select_related("person").order_by("-at")[:limit])


def titles(codes: Collection[str], rights: Rights, now: datetime) -> dict[str, str]:
    """Return the titles of the served items of these codes."""
    return dict(served(rights, now).filter(code__in=list(codes)).values_list("code", "title"))


def law(pk: int) -> Law:
    """Return a law. Raises ``NotFound``. Statutes are public: whoever works here reads them."""
    found = Law.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such law."))
    return found


def articles_of(row: Law) -> list[LawArticle]:
    """Return the articles of a law that are in force, in their order."""
    return list(row.articles.filter(replaced_at__isnull=True).order_by("number", "id"))
