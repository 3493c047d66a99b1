"""Brings statutes into the house, file by file: a changed article becomes a new version, nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from open95598.foundation.search.services import changed
from open95598.service.knowledge.models import Law, LawArticle
from open95598.service.knowledge.statutes import NotALaw, Statute, read, short

#: the name of articles as a source of search
SOURCE = "law"
_LARGEST = 4_000_000


@dataclass(frozen=True)
class Brought:
    """What became of one file."""

    file: str
    title: str = ""
    new: int = 0
    changed: int = 0
    gone: int = 0
    same: int = 0
    problem: str = ""

    @property
    def line(self) -> str:
        """One line for the terminal."""
        if self.problem:
            return f"{self.file}: {self.problem}"
        return f"{self.title}: {self.new} new, {self.changed} changed, {self.gone} gone, {self.same} as they were"


def bring(folder: Path, now: datetime) -> Iterator[Brought]:
    """Read every ``*.md`` of a folder, older versions of a law before newer ones; yield what became of each file.

    A file that cannot be read, or that is older than what is in force, changes nothing and says why.
    """
    found: list[tuple[str, Statute]] = []
    for path in sorted(folder.glob("*.md")):
        try:
            if path.stat().st_size > _LARGEST:
                raise NotALaw("the file is larger than 4 MB")
            found.append((path.name, read(path.read_text(encoding="utf-8"), path.name)))
        except NotALaw as wrong:
            yield Brought(path.name, problem=f"line {wrong.line}: {wrong}")
        except UnicodeDecodeError:
            yield Brought(path.name, problem="the file is not UTF-8 text")
    for name, statute in sorted(found, key=lambda pair: (pair[1].version_on or date.min, pair[0])):
        yield keep(statute, name, now)


def keep(statute: Statute, name: str, now: datetime) -> Brought:
    """Keep a statute: one transaction."""
    with transaction.atomic():
        law, _made = Law.objects.get_or_create(
            title=statute.title, defaults={"short_title": short(statute.title), "imported_at": now}
        )
        law = Law.objects.select_for_update().get(pk=law.pk)
        if law.version_on and statute.version_on and statute.version_on < law.version_on:
            return Brought(name, problem=f"a newer version ({law.version_on}) of {law.title} is in force here")
        in_force = {row.label: row for row in law.articles.filter(replaced_at__isnull=True)}
        fresh, replaced, same, kinds = [], [], 0, {"new": 0, "changed": 0}
        for article in statute.articles:
            row = in_force.pop(article.label, None)
            if row is not None and (row.text, row.chapter) == (article.text, article.chapter):
                same += 1
                continue
            if row is not None:
                replaced.append(row)
            kinds["new" if row is None else "changed"] += 1
            fresh.append(
                LawArticle(
                    law=law,
                    number=article.number,
                    label=article.label,
                    chapter=article.chapter,
                    text=article.text,
                    valid_from=statute.version_on,
                    imported_at=now,
                )
            )
        gone = list(in_force.values())
        for row in (*replaced, *gone):
            row.replaced_at = now
            row.valid_until = statute.version_on - timedelta(days=1) if statute.version_on else None
        LawArticle.objects.bulk_update([*replaced, *gone], ["replaced_at", "valid_until"])
        LawArticle.objects.bulk_create(fresh)
        law.enacted, law.version_on = statute.enacted, statute.version_on or law.version_on
        law.source, law.imported_at = name[:255], now
        law.save()
        changed(SOURCE, [row.pk for row in (*replaced, *gone, *fresh)], now)
    return Brought(name, statute.title, kinds["new"], kinds["changed"], len(gone), same)
