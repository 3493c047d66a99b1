"""One matter, several orders (DOMAIN 2.4): merged into another, or a repeat of a closed one. Pure.

A merged order waits beside the other one with its own clocks running. When that one has been answered, its answer is
this one's too, and this customer is called back as well.
"""

from __future__ import annotations

from open95598.casework.flow import BACK, Action, FromInput, Input, InputType, Moment, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import ANSWER, NEEDED_NOTE, NOTE, NOW, choice

STATES = (State("merged", Label("已合并", "Merged"), side=True),)
#: states of an order from which on others can no longer be merged into it: it was answered, or will not be
TOO_LATE = ("reviewed", "callback", "merged", "termination_asked", "terminating", "inquired", "told")
#: kinds that are merged among themselves only: nobody's complaint disappears in something lesser
AMONG_THEMSELVES = ("complaint", "report")
WHO = (Permission.CASE_DISPATCH, Permission.CASE_ANSWER, Permission.CASE_HANDLE)


def merge_guard(m: Moment) -> Label | None:
    """An order that others were merged into stays: merging is never deeper than one level."""
    if m.typed.absorbed:
        return Label(
            "已有其他工单并入本单，不能再并入别的工单。", "Others were merged into it: it cannot be merged itself."
        )
    return None


def fits(kind: str, into: str) -> bool:
    """Say whether an order of one kind can be merged into one of another kind."""
    return kind == into or not {kind, into} & set(AMONG_THEMSELVES)


def merging(sources: tuple[str, ...], ends: tuple[str, ...]) -> tuple[Action, ...]:
    """Merge into another order about the same matter (合并), take it back, and go on when that one was answered.

    ``ends``: the clocks that an answer ends.
    """
    return (
        Action(
            "merge",
            Label("合并工单", "Merge into another order"),
            WHO,
            sources,
            ("merged",),
            (Input("into", Label("并入工单编号", "Number of the other order"), max_length=60), NOTE),
            guard=merge_guard,
            effect="merge",
        ),
        Action(
            "unmerge",
            Label("撤销合并", "Take the merger back"),
            WHO,
            ("merged",),
            (BACK,),
            (NEEDED_NOTE,),
            # one that waits beside something else than an order is let go by the room of that
            when=lambda m: m.typed.merged_into_id is not None,
            effect="unmerge",
        ),
        Action(
            "answer_merged",
            Label("主单已答复，转回访", "Answered with the other order"),
            (),
            ("merged",),
            ("reviewed",),
            (ANSWER, choice("result", "处理结果", "Result", "results", required=False)),
            stops=ends,
            sets={"answer": FromInput("answer"), "result": FromInput("result"), "replied_at": NOW, "reviewed_at": NOW},
            effect="answered_with",
        ),
    )


def repeating(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Say that an order repeats a closed one of the same customer about the same matter (重复诉求)."""
    return (
        Action(
            "link_repeat",
            Label("关联为重复诉求", "Link as a repeat"),
            WHO,
            sources,
            (),
            (Input("of", Label("此前工单编号", "Number of the earlier order"), max_length=60), NOTE),
            when=lambda m: m.typed.repeat_of_id is None,
            effect="link_repeat",
        ),
        Action(
            "unlink_repeat",
            Label("取消重复关联", "Not a repeat"),
            WHO,
            sources,
            (),
            (Input("why", Label("原因", "Why"), InputType.LONG_TEXT, max_length=500, personal=True),),
            when=lambda m: m.typed.repeat_of_id is not None,
            effect="unlink_repeat",
        ),
    )
