"""A draft as people type it: checked, and turned into the content of a version. Pure but for the words of refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.service.knowledge.content import ITEM_CODE

#: lists that are typed a line each
LINES = ("questions", "say", "never", "do")
#: lists that are typed with commas
WORDS = ("keywords", "orders", "see")
DAYS = ("valid_from", "valid_until", "review_on")
AUDIENCES = ("internal", "public")
TITLE, ANSWER, LINE, MOST = 200, 8000, 500, 40
_LAW = re.compile(r"(.{2,200}?)\s*第?\s*(\d{1,4})\s*条?")
_SPLIT = re.compile(r"[,，、;；\n]+")


def content_of(
    given: Mapping[str, Any], categories: Collection[str], is_order: Callable[[str], bool]
) -> dict[str, Any]:
    """Return the content that was typed (texts, or lists already). Raises ``Invalid`` naming the fields.

    An unfinished draft may lack its answer and category; its title it needs. ``is_order`` says whether a code is a
    category of orders.
    """
    problems: dict[str, str] = {}
    found: dict[str, Any] = {
        "title": _one(given.get("title")),
        "category": _one(given.get("category")),
        "audience": _one(given.get("audience")) or "internal",
        "answer": str(given.get("answer") or "").strip().replace("\x00", ""),
        "source": _one(given.get("source"))[:LINE],
    }
    found |= {name: _list(given.get(name), "\n") for name in LINES}
    found |= {name: _list(given.get(name), "") for name in WORDS}
    if not 0 < len(found["title"]) <= TITLE:
        problems["title"] = _("Give a title of at most %(n)d characters.") % {"n": TITLE}
    if len(found["answer"]) > ANSWER:
        problems["answer"] = _("At most %(n)d characters.") % {"n": ANSWER}
    if found["category"] and found["category"] not in categories:
        problems["category"] = _("Choose a category.")
    if found["audience"] not in AUDIENCES:
        problems["audience"] = _("Choose for whom it is written.")
    for name in (*LINES, *WORDS):
        if len(found[name]) > MOST or any(len(text) > LINE for text in found[name]):
            problems[name] = _("At most %(most)d entries of %(n)d characters.") % {"most": MOST, "n": LINE}
    if unknown := [code for code in found["orders"] if not is_order(code)]:
        problems["orders"] = _("There is no category of orders %(code)s.") % {"code": unknown[0][:60]}
    if unknown := [code for code in found["see"] if not re.fullmatch(ITEM_CODE, code)]:
        problems["see"] = _("%(code)s is no item's code.") % {"code": unknown[0][:60]}
    found["laws"] = _laws(given.get("laws"), problems)
    found |= {name: _day(given.get(name), name, problems) for name in DAYS}
    if found["valid_from"] and found["valid_until"] and found["valid_until"] < found["valid_from"]:
        problems["valid_until"] = _("The last day lies before the first.")
    if problems:
        raise Invalid(_("Some fields need your attention."), fields=problems)
    return found


def typed_out(content: Mapping[str, Any]) -> dict[str, str]:
    """Return a content as its form shows it: one text a field."""
    shown = {
        name: str(content.get(name) or "") for name in ("title", "category", "audience", "answer", "source", *DAYS)
    }
    shown |= {name: "\n".join(content.get(name) or ()) for name in LINES}
    shown |= {name: "，".join(content.get(name) or ()) for name in WORDS}
    shown["laws"] = "\n".join(f"{row['law']} 第{row['article']}条" for row in content.get("laws") or ())
    return shown


def _one(value: Any) -> str:
    return " ".join(str(value or "").replace("\x00", "").split())


def _list(value: Any, split: str) -> list[str]:
    if isinstance(value, list | tuple):
        parts = [str(part) for part in value]
    else:
        text = str(value or "")
        parts = text.splitlines() if split == "\n" else _SPLIT.split(text)
    return list(dict.fromkeys(filter(None, map(_one, parts))))


def _laws(value: Any, problems: dict[str, str]) -> list[dict[str, Any]]:
    if isinstance(value, list | tuple):
        lines = [f"{row.get('law')} {row.get('article')}" if isinstance(row, Mapping) else str(row) for row in value]
    else:
        lines = _list(value, "\n")
    found = []
    for line in lines[:MOST]:
        match = _LAW.fullmatch(_one(line).replace("《", "").replace("》", " "))
        if match is None:
            problems["laws"] = _("Name a law and the number of its article in each line: %(line)s") % {
                "line": line[:60]
            }
        else:
            found.append({"law": match[1].strip(), "article": int(match[2])})
    return found


def _day(value: Any, name: str, problems: dict[str, str]) -> str | None:
    text = _one(value)
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        problems[name] = _("Give a day such as 2026-01-31.")
        return None
