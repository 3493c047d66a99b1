"""The API of knowledge: items as they are served, questions without an answer, what helped, drafts and their flow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from open95598.casework import services as casework
from open95598.foundation.idempotency.services import once
from open95598.foundation.ui import keyset
from open95598.service.knowledge import flows, laws, listing, queries, services
from open95598.service.knowledge.models import KnowledgeItem
from open95598.service.workorders import presenting
from open95598.service.workorders.api import (
    ACTION_BODY,
    PROBLEMS,
    ActionName,
    Cursor,
    IfMatch,
    Key,
    Limit,
    UnitCode,
    act_once,
    actor_of,
    answer,
    unit_id_of,
    version_of,
)

router = Router(tags=["knowledge"])
Code = Annotated[str, Path(max_length=20)]
STATES = f"^({'|'.join(state.name for state in flows.STATES)})?$"
Texts = list[Annotated[str, Field(max_length=500)]]


class LawReference(Schema):
    """An article that an item rests on; ``text`` is empty while the law was not brought in."""

    law: str
    article: int
    text: str = ""


class KnowledgeContent(Schema):
    """What an item says."""

    title: str
    category: str
    audience: str
    answer: str
    say: list[str] = []
    never: list[str] = []
    do: list[str] = []
    questions: list[str] = []
    keywords: list[str] = []
    orders: list[str] = Field([], description="categories of orders that belong to it")
    laws: list[LawReference] = []
    see: list[str] = Field([], description="codes of items that go with it")
    source: str = ""


class KnowledgeBrief(Schema):
    """An item. ``served``: whether it may be answered with now."""

    code: str
    title: str
    category: str
    audience: str
    state: str
    served: bool
    version: int | None = Field(description="number of the published version; null: nothing is published yet")
    unit: str
    owner: str | None
    review_on: date | None
    valid_from: date | None
    valid_until: date | None
    helped: int
    not_helped: int
    asked: int


class KnowledgeOut(KnowledgeBrief):
    """An item with what is published of it, and its draft for those who write at its unit."""

    content: KnowledgeContent | None
    draft: KnowledgeContent | None = None
    possible_actions: list[str] = []


class KnowledgePage(Schema):
    """Items; ``next_cursor`` leads on, null at the end."""

    items: list[KnowledgeBrief]
    next_cursor: str | None = None


class VersionOut(Schema):
    """A text as it was published."""

    number: int
    at: datetime
    written_by: str | None
    reviewed_by: str | None
    note: str
    content: KnowledgeContent


class VersionsOut(Schema):
    """Versions of an item, newest first."""

    items: list[VersionOut]


class DraftIn(Schema):
    """A draft; an unfinished one may lack its answer and category. Lists hold a text an entry."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=200)
    category: str = Field("", max_length=64)
    audience: Literal["internal", "public"] = "internal"
    answer: str = Field("", max_length=8000)
    say: Texts = []
    never: Texts = []
    do: Texts = []
    questions: Texts = []
    keywords: Texts = []
    orders: Texts = []
    see: Texts = []
    laws: list[LawReference] = []
    valid_from: date | None = None
    valid_until: date | None = None
    review_on: date | None = None
    source: str = Field("", max_length=500)


class NewDraftIn(DraftIn):
    """A new item at a unit."""

    unit: str = Field(min_length=1, max_length=40, description="code of the unit that keeps it")


class QuestionIn(Schema):
    """A question that nobody answers yet."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=500)


class HelpedIn(Schema):
    """Whether an item helped to answer."""

    model_config = ConfigDict(extra="forbid")

    helped: bool


@router.get("/knowledge", response={200: KnowledgePage, **PROBLEMS}, summary="Items of knowledge")
def items(
    request: Any,
    show: Annotated[Literal["served", "tasks", "all"], Query()] = "served",
    category: Annotated[str, Query(max_length=64)] = "",
    state: Annotated[str, Query(pattern=STATES)] = "",
    unit: UnitCode = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Return the items that the account may read, by category and code."""
    what = "" if show == "served" else show
    found = listing.show(queries.readable(request.rights), what, queries.in_force(request.now))
    found = found.filter(category=category.replace("\x00", "")) if category else found
    found = found.filter(case__state=state) if state else found
    unit_id = unit_id_of(unit)
    found = found if unit_id is None else found.filter(case__scope__contains=[unit_id])
    page = keyset.page(found, "code", ("category", "code"), size=limit, cursor=cursor)
    return answer({"items": [_brief(row, request) for row in page.rows], "next_cursor": page.next or None})


@router.post("/knowledge", response={201: KnowledgeOut, **PROBLEMS}, summary="Begin an item")
def create(request: Any, payload: NewDraftIn, idempotency_key: Key = "") -> HttpResponse:
    """Begin the draft of a new item."""
    unit_id = unit_id_of(payload.unit)
    assert unit_id is not None  # its schema asks for one

    def do() -> HttpResponse:
        row = services.draft(_given(payload), unit_id, actor_of(request), request.now)
        return _answer(request, row.code, 201)

    return once(request.user.pk, idempotency_key.strip(), payload.model_dump(mode="json"), request.now, do)


@router.post("/knowledge/questions", response={201: KnowledgeOut, **PROBLEMS}, summary="A question without an answer")
def ask(request: Any, payload: QuestionIn, idempotency_key: Key = "") -> HttpResponse:
    """Make a question a drafting task of the account's unit (201), or count it when it waits already."""

    def do() -> HttpResponse:
        actor = actor_of(request)
        row, _new = services.ask(payload.question, request.user.unit_id, actor, request.now)
        row = KnowledgeItem.objects.system("just asked").select_related("case__unit", "case__owner").get(pk=row.pk)
        return answer(_brief(row, request) | {"content": None}, 201)

    return once(request.user.pk, idempotency_key.strip(), payload.model_dump(), request.now, do)


@router.get("/knowledge/{code}", response={200: KnowledgeOut, **PROBLEMS}, summary="One item")
def item(request: Any, code: Code) -> HttpResponse:
    """Return an item."""
    return _answer(request, code)


@router.get("/knowledge/{code}/versions", response={200: VersionsOut, **PROBLEMS}, summary="What was published of it")
def versions(request: Any, code: Code) -> HttpResponse:
    """Return every version of an item."""
    rows = queries.versions_of(queries.get(request.rights, code))
    told = [
        {
            "number": row.number,
            "at": presenting.instant(row.at),
            "written_by": row.written_by.name if row.written_by else None,
            "reviewed_by": row.reviewed_by.name if row.reviewed_by else None,
            "note": row.note,
            "content": _content(row.content, texts=False),
        }
        for row in rows
    ]
    return answer({"items": told})


@router.put("/knowledge/{code}/draft", response={200: KnowledgeOut, **PROBLEMS}, summary="Write its draft")
def write(request: Any, code: Code, payload: DraftIn, if_match: IfMatch = "") -> HttpResponse:
    """Keep a draft of an item that is being written."""
    row = queries.get(request.rights, code)
    services.write(row, _given(payload), actor_of(request), request.now, version=version_of(if_match))
    return _answer(request, code)


@router.post("/knowledge/{code}/used", response={200: KnowledgeOut, **PROBLEMS}, summary="Did it help?")
def used(request: Any, code: Code, payload: HelpedIn) -> HttpResponse:
    """Count that the account answered with an item; said again within ten minutes, it is a change of mind."""
    services.used(queries.get(request.rights, code), payload.helped, actor_of(request), request.now)
    return _answer(request, code)


@router.post(
    "/knowledge/{code}/actions/{action}",
    response={200: KnowledgeOut, **PROBLEMS},
    summary="Do something with an item",
    openapi_extra=ACTION_BODY,
)
def act(
    request: Any, code: Code, action: ActionName, if_match: IfMatch = "", idempotency_key: Key = ""
) -> HttpResponse:
    """Perform an action of the item's flow: ``submit``, ``approve``, ``revise``, ``withdraw`` …"""
    row = queries.get(request.rights, code)
    return act_once(
        request, row.pk, {"item": row.pk, "action": action}, if_match, idempotency_key,
        lambda done: _full(request, queries.get(request.rights, code)),
    )  # fmt: skip


def _given(payload: DraftIn) -> dict[str, Any]:
    return payload.model_dump(mode="json", exclude={"unit"})


def _answer(request: Any, code: str, status: int = 200) -> HttpResponse:
    row = queries.get(request.rights, code)
    return answer(_full(request, row), status, version=row.case.version)


def _brief(row: KnowledgeItem, request: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "category": row.category,
        "audience": row.audience,
        "state": row.case.state,
        "served": queries.is_served(row, request.now),
        "version": row.version.number if row.version else None,
        "unit": row.case.unit.code,
        "owner": row.case.owner.name if row.case.owner else None,
        "review_on": row.review_on,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "helped": row.helped,
        "not_helped": row.not_helped,
        "asked": row.asked,
    }


def _full(request: Any, row: KnowledgeItem) -> dict[str, Any]:
    actor = actor_of(request)
    writes = actor.may(flows.EDIT, casework.facts_of(row.case)) or actor.may(flows.REVIEW, casework.facts_of(row.case))
    return _brief(row, request) | {
        "content": _content(row.content),
        "draft": _content(row.draft) if writes and row.draft else None,
        "possible_actions": casework.possible_names(row.case, row, actor, request.now),
    }


def _content(content: dict[str, Any], *, texts: bool = True) -> dict[str, Any] | None:
    if not content:
        return None
    told = {name: content.get(name) or field.get_default(call_default_factory=True)
            for name, field in KnowledgeContent.model_fields.items() if name != "laws"}  # fmt: skip
    told |= {name: content.get(name) or "" for name in ("title", "category", "audience", "answer")}
    named = content.get("laws") or []
    found = laws.linked(named) if texts else [laws.Link(row["law"], row["article"]) for row in named]
    return told | {"laws": [{"law": link.law, "article": link.article, "text": link.text} for link in found]}
