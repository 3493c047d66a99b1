"""The answer and its review, level by level. Pure."""

from __future__ import annotations

from typing import Any

from open95598.casework.flow import Action, Computed, FromInput, Guard, Moment, Plus, Source
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import speaking
from open95598.service.workorders.steps.inputs import ANSWER, NEEDED_NOTE, NOTE, NOW, choice


def after_reply(m: Moment) -> str:
    """An answer goes to review when the rulebook gives its kind any level of it (DOMAIN 2.2)."""
    return "replied" if depth(m) > 0 else "reviewed"


def after_review(m: Moment) -> str:
    """Review goes on, level by level, to the depth that the rulebook sets (DOMAIN 2.2)."""
    return "reviewed" if m.case.review_level + 1 >= depth(m) else "replied"


def depth(m: Moment) -> int:
    """Return how many levels review the answer, by kind, category and grade."""
    return int(m.rules.review_depth(m.case.kind, m.typed.category, m.typed.grade))


def level(_rules: Any, case: Any) -> int:
    """Return how many levels above the unit the next review is: the first at the unit itself, then one up each."""
    return int(case.review_level)


def another_reviewer(m: Moment) -> Label | None:
    """Nobody reviews at two levels, nor what they are answering for themselves where more than one level reviews."""
    if m.actor_id is None or depth(m) < 2:
        return None
    if m.case.review_level and m.typed.reviewed_by_id == m.actor_id:
        return Label(
            "上一级审核由您作出，本级须由他人审核。", "You approved it at the level below: somebody else must here."
        )
    if m.case.owner_id == m.actor_id:
        return Label("您是承办人，不得审核自己的答复。", "You handle it: somebody else reviews your answer.")
    return None


def open_parts(m: Moment) -> Label | None:
    """Warn whoever answers while another unit has not finished its part (协办)."""
    count = m.typed.open_parts()
    if not count:
        return None
    return Label(
        f"还有{count}项协办未办结，请确认答复内容不受影响。",
        f"{count} joint part(s) are not finished: make sure that the answer does not depend on them.",
    )


def reply(
    source: str,
    permission: tuple[Permission, ...] = (Permission.CASE_HANDLE,),
    *,
    stops: tuple[str, ...] = ("answer",),
    result: bool = True,
    clocks: tuple[str, ...] = (),
    guard: Guard | None = None,
) -> Action:
    """Give the answer for review (回单): ends the time for answering (``stops``), here ``result`` is asked for too.

    ``clocks``: the flow's, of which some wait for a word with the customer: they end only if the customer was told.
    """
    inputs = (ANSWER, choice("result", "处理结果", "Result", "results")) if result else (ANSWER,)
    waiting = speaking.ends(clocks, speaking.told)
    return Action(
        "reply",
        Label("回单", "Reply"),
        permission,
        (source,),
        ("replied", "reviewed"),
        (*inputs, speaking.TOLD) if waiting else inputs,
        stops=stops,
        stops_if=waiting,
        decide=after_reply,
        guard=guard,
        caution=open_parts,
        effect="answered",
        main=True,
        sets={"answer": FromInput("answer"), "replied_at": NOW, "case.review_level": 0}
        | ({"result": FromInput("result")} if result else {})
        | (speaking.answered(speaking.told) | speaking.contacted(speaking.told) if waiting else {}),
    )


def review(rejected_to: str, also: Guard | None = None) -> tuple[Action, ...]:
    """Review level by level (逐级审核), each by somebody else; ``also`` says what else stands against an approval."""

    def guard(m: Moment) -> Label | None:
        return another_reviewer(m) or (also(m) if also is not None else None)

    return (
        Action(
            "approve",
            Label("审核通过", "Approve the reply"),
            Permission.CASE_REVIEW,
            ("replied",),
            ("replied", "reviewed"),
            (NOTE,),
            decide=after_review,
            guard=guard,
            above=level,
            effect="answered",
            sets={"case.review_level": Plus(1), "reviewed_at": NOW, "reviewed_by": Source.ACTOR},
            main=True,
            help=Label(
                "需多级审核的，承办人不得审核，各级由不同人员作出。",
                "Where more than one level reviews: never whoever handles it, and somebody else at each level.",
            ),
        ),
        Action(
            "reject",
            Label("审核退回", "Reject the reply"),
            Permission.CASE_REVIEW,
            ("replied",),
            (rejected_to,),
            (NEEDED_NOTE,),
            sets={"case.review_level": 0, "answered_at": Computed(speaking.still_answered)},
            danger=True,
        ),
    )
