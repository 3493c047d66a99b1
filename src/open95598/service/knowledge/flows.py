"""The life of an item: written, reviewed by somebody else, published, looked at again when its day comes, expired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.casework import registry
from open95598.casework.flow import Action, Computed, Flow, Input, InputType, Moment, Owner, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.knowledge.models import KnowledgeItem

KIND = "knowledge"
EDIT, REVIEW = Permission.KNOWLEDGE_EDIT, Permission.CASE_REVIEW
#: how long a published item stands until it is looked at again, when its draft names no day [G]
STANDS = timedelta(days=365)

NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, required=False, max_length=500)
REASON = Input("reason", Label("理由", "Reason"), InputType.LONG_TEXT, max_length=500)
MONTHS = Input(
    "months", Label("多少个月后复审", "Look at it again after so many months"), InputType.INTEGER,
    required=False, minimum=1, maximum=36, default=12,
)  # fmt: skip
PERSON = Input("person", Label("责任人", "Owner"), InputType.PERSON)


def complete(m: Moment) -> Label | None:
    """A draft needs a title, a category and an answer before somebody reviews it."""
    draft = m.typed.draft or {}
    if all(str(draft.get(name, "")).strip() for name in ("title", "category", "answer")):
        return None
    return Label("草稿还缺标题、分类或答案，请先编辑。", "The draft lacks a title, a category or an answer.")


def another(m: Moment) -> Label | None:
    """Whoever wrote a draft does not review it."""
    if m.actor_id is not None and m.actor_id == m.typed.drafted_by_id:
        return Label("编写人不能审核自己的草稿。", "Whoever wrote a draft cannot review it.")
    return None


def published_once(m: Moment) -> bool:
    """Whether a version was published: then a draft of the next can be dropped and the item goes on."""
    return m.typed.version_id is not None


def before_the_draft(m: Moment) -> str:
    """Where an item stands without its draft: a withdrawn one stays withdrawn."""
    return "published" if m.typed.served else "expired"


def unserved(m: Moment) -> bool:
    """Whether nothing was ever published."""
    return m.typed.version_id is None


def _review_day(m: Moment) -> date:
    day = (m.typed.draft or {}).get("review_on")
    if day:
        return date.fromisoformat(day)
    return m.now.astimezone(m.zone).date() + STANDS


def _next_day(m: Moment) -> date:
    return m.now.astimezone(m.zone).date() + timedelta(days=30 * (m.data.get("months") or 12))


STATES = (
    State("drafting", Label("起草中", "Being written"), clock="knowledge_draft"),
    State("review", Label("待审核", "To be reviewed"), clock="knowledge_review"),
    State("published", Label("已发布", "Published"), clock="knowledge_valid"),
    State("due", Label("待复审", "To be looked at again"), clock="knowledge_recheck"),
    State("expired", Label("已失效", "Expired")),
    State("retired", Label("已停用", "Retired"), final=True),
)

FLOW = Flow(
    KIND,
    1,
    Label("知识条目", "Knowledge item"),
    "drafting",
    STATES,
    (
        Action("submit", Label("提交审核", "Submit for review"), EDIT, ("drafting",), ("review",), (NOTE,),
               guard=complete, main=True),
        Action("approve", Label("审核通过并发布", "Approve and publish"), REVIEW, ("review",), ("published",),
               (NOTE,),
               guard=another, sets={"review_on": Computed(_review_day)}, effect="publish", main=True),
        Action("send_back", Label("退回修改", "Send back"), REVIEW, ("review",), ("drafting",), (REASON,)),
        Action("revise", Label("修订", "Revise"), EDIT, ("published", "due", "expired"), ("drafting",), (NOTE,),
               effect="copy"),
        Action("confirm", Label("复审确认仍然有效", "Confirm that it still holds"), EDIT, ("due",), ("published",),
               (MONTHS, NOTE), sets={"review_on": Computed(_next_day)}, main=True),
        Action("drop_draft", Label("放弃修订", "Drop the draft"), EDIT, ("drafting",),
               ("published", "expired"), (REASON,), when=published_once, decide=before_the_draft,
               sets={"draft": None, "drafted_by": None, "drafted_at": None}, danger=True),
        Action("discard", Label("停用", "Retire"), EDIT, ("drafting",), ("retired",), (REASON,),
               when=unserved, effect="tell", danger=True),
        Action("withdraw", Label("立即失效", "Withdraw at once"), REVIEW, ("published", "due"), ("expired",), (REASON,),
               sets={"served": False}, effect="tell", danger=True),
        Action("retire", Label("停用", "Retire"), REVIEW, ("expired",), ("retired",), (REASON,), effect="tell",
               danger=True),
        Action("assign", Label("指定责任人", "Name the owner"), EDIT,
               ("drafting", "review", "published", "due", "expired"), (), (PERSON,), owner=Owner.INPUT),
        # the house itself, when a day has come
        Action("recall", Label("到期复审", "Due to be looked at again"), (), ("published",), ("due",), effect="task"),
        Action("bring", Label("随内容包发布", "Published with the content on files"), (),
               ("drafting", "published", "due"), ("published",),
               sets={"review_on": Computed(_review_day), "served": True}),
        Action("expire", Label("到期失效", "Expired"), (), ("published", "due"), ("expired",), sets={"served": False},
               effect="tell"),
    ),
)  # fmt: skip


def ends(row: Any, clock: str) -> datetime | None:
    """Return when a published item must be looked at again: the first minute of its day."""
    if clock != "knowledge_valid" or row.review_on is None:
        return None
    return datetime.combine(row.review_on, time(), ZoneInfo(settings.TIME_ZONE))


def register() -> None:
    """Make the flow known to casework (once, when Django starts)."""
    from open95598.service.knowledge import effects

    registry.add(
        FLOW,
        registry.Typed(
            KnowledgeItem,
            _no_facts,
            lambda row: {"number": row.code},
            effects.EFFECTS,
            list_name="knowledge:list",
            ends=ends,
        ),
    )


def _no_facts(_row: Any) -> Mapping[str, str]:
    return {}
