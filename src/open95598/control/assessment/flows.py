"""The life of an appeal (申诉) against an entry of the assessment: two rounds, decided above (DOMAIN 2.4). Pure.

It belongs to the unit that was charged; whoever decides sits one level above it in the first round, two in the second.
"""

from __future__ import annotations

from typing import Any

from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Moment, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label

KIND = "appeal"
ASKED, AGAIN = "asked", "asked_again"
_STATES = (
    State(ASKED, Label("待裁定", "To be decided"), clock="appeal"),
    State("refused", Label("一轮驳回", "Refused once"), clock="appeal_again"),
    State(AGAIN, Label("二轮待裁定", "To be decided again"), clock="appeal"),
    State("granted", Label("申诉成立", "Granted"), final=True),
    State("upheld", Label("维持考核", "Upheld"), final=True),
    State("withdrawn", Label("已撤回", "Withdrawn"), final=True),
)
_DECISION = Input("decision", Label("裁定意见", "Decision"), InputType.LONG_TEXT, max_length=4000, personal=True)


def decided_above(_rules: Any, case: Any) -> int:
    """Return how many levels above the charged unit it is decided: one, in the second round two."""
    return 2 if case.state == AGAIN else 1


def after_refusal(m: Moment) -> str:
    """A first refusal leaves a second round, where the rulebook has one."""
    return "refused" if m.rules.complaints.appeals.rounds > 1 else "upheld"


def is_appellant(m: Moment) -> bool:
    """Say whether it is the appellant who acts."""
    return m.actor_id is not None and m.actor_id == m.typed.by_id


def is_not_judge_in_own_cause(m: Moment) -> Label | None:
    """Whoever appealed, wrote the entry, or decided the first round, does not decide."""
    if m.actor_id is None:
        return None
    if m.actor_id == m.typed.by_id:
        return Label("申诉由您提出，不得由您裁定。", "You appealed: somebody else decides.")
    if m.actor_id == m.typed.charged_by():
        return Label("考核由您登记，不得由您裁定。", "You wrote the entry: somebody else decides.")
    if m.case.state == AGAIN and m.actor_id == m.typed.decided_by_id:
        return Label(
            "一轮由您裁定，二轮须由他人裁定。", "You decided the first round: somebody else decides the second."
        )
    return None


def in_time(m: Moment) -> Label | None:
    """The second round is asked for before its time is over."""
    clock = m.clocks.get("appeal_again")
    if clock is not None and clock.due_at < m.now:
        return Label("二次申诉期限已过。", "The time to appeal again is over.")
    return None


def _decide(name: str, label: Label, source: str, to: tuple[str, ...], suffix: str, **more: Any) -> Action:
    return Action(
        name,
        label,
        Permission.CASE_APPROVE,
        (source,),
        to,
        (_DECISION,),
        sets={
            f"decision{suffix}": FromInput("decision"),
            f"decided_by{suffix}": Source.ACTOR,
            f"decided_at{suffix}": Source.NOW,
        },
        above=decided_above,
        asked_by="by_id",
        guard=is_not_judge_in_own_cause,
        **more,
    )


APPEAL = Flow(
    KIND,
    1,
    Label("考核申诉", "Appeal"),
    ASKED,
    _STATES,
    (
        _decide("grant", Label("申诉成立，冲销考核", "Grant: reverse the charge"), ASKED, ("granted",), "", main=True,
                effect="granted"),
        _decide("refuse", Label("驳回", "Refuse"), ASKED, ("refused", "upheld"), "", decide=after_refusal,
                effect="refused", danger=True),
        Action(
            "appeal_again",
            Label("二次申诉", "Appeal again"),
            Permission.CASE_VIEW,
            ("refused",),
            (AGAIN,),
            (Input("grounds", Label("二次申诉理由", "Grounds"), InputType.LONG_TEXT, max_length=4000, personal=True),),
            sets={"grounds_again": FromInput("grounds"), "asked_again_at": Source.NOW},
            when=is_appellant,
            guard=in_time,
            main=True,
        ),
        _decide("grant_again", Label("申诉成立，冲销考核", "Grant: reverse the charge"), AGAIN, ("granted",), "_again",
                main=True, effect="granted"),
        _decide("uphold", Label("终局驳回", "Refuse for good"), AGAIN, ("upheld",), "_again", effect="refused",
                danger=True),
        Action(
            "withdraw",
            Label("撤回申诉", "Withdraw"),
            Permission.CASE_VIEW,
            (ASKED, "refused", AGAIN),
            ("withdrawn",),
            (),
            when=is_appellant,
        ),
        Action("lapse", Label("逾期未再申诉", "Not appealed again in time"), (), ("refused",), ("upheld",)),
        Action(
            "note",
            Label("备注", "Note"),
            Permission.CASE_NOTE,
            tuple(s.name for s in _STATES),
            (),
            (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),),
            appends=True,
        ),
    ),
)  # fmt: skip
