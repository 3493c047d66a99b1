"""What of this room can be found: items that are served, and articles of law that are in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.urls import reverse

from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.search.documents import PUBLIC, STAFF, Document
from open95598.foundation.search.sources import Source, declare
from open95598.service.knowledge import lawbooks, queries
from open95598.service.knowledge.effects import SOURCE
from open95598.service.knowledge.models import Audience, KnowledgeItem, LawArticle


def item_document(row: KnowledgeItem, *, for_staff: bool = True) -> Document:
    """Return an item as it is indexed and shown; what is for agents only stays out of what customers may find."""
    content = row.content
    public = content["audience"] == Audience.PUBLIC
    parts = [content["answer"], *content.get("say", ()), "，".join(content.get("keywords", ()))]
    if for_staff and not public:
        parts += content.get("do", ())
    return Document(
        SOURCE,
        row.pk,
        content["title"],
        "\n".join(parts),
        asked=tuple(content.get("questions", ())),
        codes=(row.code,),
        kind="item",
        category=(content["category"],),
        audience=(PUBLIC, STAFF) if public else (STAFF,),
        lineage=tuple(row.case.scope),
        extra={"code": row.code, "url": reverse("knowledge:item", args=(row.code,))},
    )


def _item_ids() -> Iterable[int]:
    rows = KnowledgeItem.objects.system("the index").filter(served=True, version__isnull=False)
    return rows.order_by("pk").values_list("pk", flat=True).iterator()


def _items(ids: Collection[int]) -> Iterator[Document]:
    rows = KnowledgeItem.objects.system("the index").filter(served=True, version__isnull=False, pk__in=list(ids))
    yield from map(item_document, rows.select_related("case", "version"))


def _visible_items(rights: Rights | None, ids: Collection[int], now: datetime) -> Iterator[Document]:
    if rights is None or not rights.anywhere(Permission.CASE_VIEW):
        for row in queries.for_customers(now).filter(pk__in=list(ids)):
            yield item_document(row, for_staff=False)
        return
    yield from map(item_document, queries.served(rights, now).filter(pk__in=list(ids)))


def article_document(row: LawArticle) -> Document:
    """Return an article of law as it is indexed and shown."""
    return Document(
        lawbooks.SOURCE,
        row.pk,
        f"《{row.law.title}》{row.label}",
        row.text,
        codes=(row.label, f"{row.law.short_title}{row.label}"),
        kind="article",
        audience=(PUBLIC, STAFF),
        extra={"url": f"{reverse('knowledge:law', args=(row.law_id,))}#a{row.pk}"},
    )


def _article_ids() -> Iterable[int]:
    rows = LawArticle.objects.filter(replaced_at__isnull=True).order_by("pk")
    return rows.values_list("pk", flat=True).iterator()


def _articles(ids: Collection[int]) -> Iterator[Document]:
    rows = LawArticle.objects.filter(replaced_at__isnull=True, pk__in=list(ids)).select_related("law")
    yield from map(article_document, rows)


def _visible_articles(_rights: Rights | None, ids: Collection[int], _now: datetime) -> Iterator[Document]:
    return _articles(ids)


def register() -> None:
    """Declare both (once, when Django starts)."""
    declare(Source(SOURCE, Permission.CASE_VIEW, _item_ids, _items, _visible_items))
    declare(Source(lawbooks.SOURCE, Permission.CASE_VIEW, _article_ids, _articles, _visible_articles))
