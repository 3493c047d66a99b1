"""The API of finding an answer: search over items, laws and orders; guided scripts; laws article by article."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field

from open95598.foundation.errors import Forbidden, NotFound
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.search.documents import Marked
from open95598.foundation.ui.wire import PROBLEMS, answer
from open95598.foundation.words import Label
from open95598.service.knowledge import finding, scripts
from open95598.service.knowledge.models import Law
from open95598.service.knowledge.scripting import Position, Script

#: to be added before the router of the items: "search" is no item's code
router = Router(tags=["knowledge"])


class PieceOut(Schema):
    """A stretch of text; ``hit``: it is what was searched for."""

    text: str
    hit: bool


class HitOut(Schema):
    """An item or an article that answers; ``share``: how much of the question it answers, 0 to 1."""

    source: Literal["knowledge", "law"]
    code: str
    title: list[PieceOut]
    passages: list[list[PieceOut]]
    share: float
    script: str | None = Field(description="code of the guided script that decides the answer")


class ToldOut(Schema):
    """An order that tells of the matter, masked."""

    number: str
    kind: str
    category: str
    state: str
    unit: str
    excerpt: str
    opened_at: datetime


class FoundOut(Schema):
    """What a search found, the best first, orders by their age; ``meant``: what slips were taken for."""

    hits: list[HitOut]
    orders: list[ToldOut]
    meant: list[str]


class BothOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class ScriptBrief(Schema):
    """A guided script; ``items``: codes of the items that it decides."""

    code: str
    label: BothOut
    items: list[str]


class ScriptPage(Schema):
    """All guided scripts."""

    items: list[ScriptBrief]


class ChoiceOut(Schema):
    """An answer that can be given."""

    code: str
    label: BothOut


class StepOut(Schema):
    """A question; ``agent``: the agent looks it up, nobody is asked."""

    code: str
    ask: BothOut
    warning: BothOut | None
    agent: bool
    answers: list[ChoiceOut]


class EndingOut(Schema):
    """How a conversation ends."""

    code: str
    does: Literal["information", "self_help", "order"]
    label: BothOut
    say: BothOut
    warning: BothOut | None
    category: str


class PositionOut(ScriptBrief):
    """Where a conversation stands after the answers given: at a step or at an ending."""

    step: StepOut | None
    ending: EndingOut | None


class LawBrief(Schema):
    """A law that was brought in."""

    id: int
    title: str
    version_on: date | None


class LawPage(Schema):
    """All laws."""

    items: list[LawBrief]


class LawArticleOut(Schema):
    """An article in force."""

    number: int
    label: str
    chapter: str
    text: str
    valid_from: date | None


class LawOut(LawBrief):
    """A law with its articles in force."""

    articles: list[LawArticleOut]


@router.get("/knowledge/search", response={200: FoundOut, **PROBLEMS}, summary="Search items, laws and orders")
def search(
    request: Any,
    q: Annotated[str, Query(min_length=1, max_length=finding.ASKED)],
    what: Literal["", "items", "laws", "orders"] = "",
    limit: Annotated[int, Query(ge=1, le=finding.SHOWN)] = 10,
) -> HttpResponse:
    """Find what answers a question, by its words, what means the same, pinyin and with slips, within one's rights."""
    rights = _reader(request)
    got = finding.find(rights, q, what, request.now, limit=limit, typing=False)
    hits = [
        {
            "source": one.hit.document.source,
            "code": str(one.hit.document.extra.get("code") or one.hit.document.codes[0]),
            "title": _pieces(one.hit.title),
            "passages": [_pieces(passage) for passage in one.hit.passages],
            "share": round(one.hit.share, 3),
            "script": one.script.code if one.script else None,
        }
        for one in got.answers
    ]
    orders = [
        {
            "number": row["number"],
            "kind": row["case__kind"],
            "category": row["category"],
            "state": row["case__state"],
            "unit": row["case__unit__name"],
            "excerpt": row["excerpt"],
            "opened_at": row["case__opened_at"],
        }
        for row in got.orders
    ]
    return answer({"hits": hits, "orders": orders, "meant": list(got.found.meant)})


@router.get("/knowledge/scripts", response={200: ScriptPage, **PROBLEMS}, summary="Guided scripts")
def listed(request: Any) -> HttpResponse:
    """List the guided scripts."""
    _reader(request)
    return answer({"items": [_script(one) for one in scripts.scripts()]})


@router.get("/knowledge/scripts/{code}", response={200: PositionOut, **PROBLEMS}, summary="Where a script stands")
def walked(
    request: Any,
    code: Annotated[str, Path(max_length=60)],
    answers: Annotated[str, Query(max_length=1000, description="codes in their order, with commas")] = "",
) -> HttpResponse:
    """Say what a guided script asks, or how it ends, after the answers given so far; nothing is kept."""
    _reader(request)
    script = scripts.get(code)
    return answer(_script(script) | _position(scripts.walk(script, [one for one in answers.split(",") if one])))


@router.get("/knowledge/laws", response={200: LawPage, **PROBLEMS}, summary="Laws")
def laws(request: Any) -> HttpResponse:
    """List the laws that were brought in."""
    _reader(request)
    return answer({"items": [_law(law) for law in Law.objects.order_by("short_title")]})


@router.get("/knowledge/laws/{law_id}", response={200: LawOut, **PROBLEMS}, summary="A law, article by article")
def law(request: Any, law_id: Annotated[int, Path(ge=1, lt=2**31)]) -> HttpResponse:
    """Return the articles of a law that are in force."""
    _reader(request)
    found = Law.objects.filter(pk=law_id).first()
    if found is None:
        raise NotFound(_("There is no such law."))
    rows = found.articles.filter(replaced_at__isnull=True).order_by("number", "label")
    articles = [
        {name: getattr(row, name) for name in ("number", "label", "chapter", "text", "valid_from")} for row in rows
    ]
    return answer(_law(found) | {"articles": articles})


def _reader(request: Any) -> Rights:
    """Return the rights of somebody who may read knowledge. Raises ``Forbidden``."""
    rights: Rights = request.rights
    if not rights.anywhere(Permission.CASE_VIEW):
        raise Forbidden(_("You have no right to do this here."))
    return rights


def _law(row: Law) -> dict[str, Any]:
    return {"id": row.pk, "title": row.title, "version_on": row.version_on}


def _pieces(marked: Marked) -> list[dict[str, Any]]:
    return [{"text": piece.text, "hit": piece.hit} for piece in marked]


def _both(label: Label | None) -> dict[str, str] | None:
    return {"zh": label.zh, "en": label.en} if label else None


def _script(script: Script) -> dict[str, Any]:
    return {"code": script.code, "label": _both(script.label), "items": list(script.part.items)}


def _position(position: Position) -> dict[str, Any]:
    step, ending = position.step, position.ending
    return {
        "step": step and {
            "code": step.code, "ask": _both(step.ask), "warning": _both(step.warning), "agent": step.agent,
            "answers": [{"code": one.code, "label": _both(one.label)} for one in step.answers],
        },
        "ending": ending and {
            "code": ending.code, "does": ending.does, "label": _both(ending.label), "say": _both(ending.say),
            "warning": _both(ending.warning), "category": ending.category,
        },
    }  # fmt: skip
