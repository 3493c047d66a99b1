"""What else happens in the transaction of an act on an item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.foundation.notices.services import notify
from open95598.foundation.search.services import changed
from open95598.foundation.words import Label
from open95598.service.knowledge.models import KnowledgeItem, Version

#: the name of the room's items as a source of search
SOURCE = "knowledge"


def publish(case: Case, row: KnowledgeItem, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Make the draft the next version, and serve it."""
    content = dict(row.draft or {})
    last = Version.objects.filter(item=row).aggregate(n=Max("number"))["n"] or 0
    version = Version.objects.create(
        item=row,
        number=last + 1,
        content=content,
        written_by_id=row.drafted_by_id,
        reviewed_by_id=actor.person_id,
        at=now,
        note=str(data.get("note") or "")[:500],
    )
    row.version, row.served, row.asked = version, True, 0
    row.draft, row.drafted_by, row.drafted_at = None, None, None
    dress(row, content)
    row.save()
    tell(case, row, data, actor, now)


def dress(row: KnowledgeItem, content: Mapping[str, Any]) -> None:
    """Set what lists show of a content on its row (not saved)."""
    row.title, row.category = str(content["title"])[:500], str(content["category"])
    row.audience = str(content.get("audience") or "internal")
    row.valid_from, row.valid_until = _day(content.get("valid_from")), _day(content.get("valid_until"))


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def copy(case: Case, row: KnowledgeItem, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Begin the next version with the text of the present one."""
    row.draft = row.content | {"review_on": None}
    row.drafted_by_id, row.drafted_at = actor.person_id, now
    row.save(update_fields=["draft", "drafted_by", "drafted_at"])


def task(case: Case, row: KnowledgeItem, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Ring its owner's bell: the item is to be looked at again."""
    if case.owner_id is None:
        return
    title = Label(f"知识条目待复审：{row.code} {row.title}", f"To be looked at again: {row.code} {row.title}")
    body = Label("请确认内容仍然有效，或进行修订。", "Please confirm that it still holds, or revise it.")
    key = f"knowledge.recall/{case.pk}/{case.version}"
    notify([case.owner_id], "knowledge.recall", title, body, case.pk, now=now, key=key)


def tell(case: Case, row: KnowledgeItem, data: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Tell the index that what is served of it changed."""
    changed(SOURCE, [row.pk], now)


EFFECTS = {"publish": publish, "copy": copy, "task": task, "tell": tell}
