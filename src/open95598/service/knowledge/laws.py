"""Articles of law as items and pages name them: by title and number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from open95598.service.knowledge.models import LawArticle
from open95598.service.knowledge.statutes import short


@dataclass(frozen=True)
class Link:
    """An article that an item names; ``text`` and ``url`` are empty while the law was not brought in."""

    law: str
    article: int
    text: str = ""
    url: str = ""


def linked(named: Iterable[Mapping[str, Any]]) -> list[Link]:
    """Return the articles that are named, with text and address where they are known. One query."""
    wanted = [(str(row["law"]), int(row["article"])) for row in named]
    rule = Q(pk__in=[])
    for title, number in wanted:
        rule |= Q(law__short_title=short(title), number=number)
    rows = LawArticle.objects.filter(rule, replaced_at__isnull=True).select_related("law") if wanted else []
    known = {(row.law.short_title, row.number): row for row in rows}
    found = []
    for title, number in wanted:
        row = known.get((short(title), number))
        url = f"{reverse('knowledge:law', args=(row.law_id,))}#a{row.pk}" if row else ""
        found.append(Link(title, number, row.text if row else "", url))
    return found
