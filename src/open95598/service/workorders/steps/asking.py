"""What is asked for and decided by somebody else (DOMAIN 2.2, 2.4): suspension, extension. Pure.

Nobody decides alone about what they asked for themselves.
"""

from __future__ import annotations

from typing import Any

from open95598.casework.flow import BACK, Action, FromInput, Input, InputType, Moment, Plus, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOTE, choice

STATES = (
    State("suspension_asked", Label("挂起待批", "Suspension asked"), side=True),
    State("suspended", Label("已挂起", "Suspended"), side=True),
)
WORKERS = (Permission.CASE_HANDLE, Permission.CASE_CREW)
WHY = Input("decision", Label("审批意见", "Why"), InputType.LONG_TEXT, max_length=1000, personal=True)


def suspension(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Suspend with approval (挂起): the clocks stop only when it is granted, and go on at the resumption.

    Only for causes outside the utility: the rulebook's list of reasons has no others.
    """
    return (
        Action(
            "ask_suspension",
            Label("申请挂起", "Ask for suspension"),
            WORKERS,
            sources,
            ("suspension_asked",),
            (choice("reason", "挂起原因", "Reason", "suspend_reasons"), NEEDED_NOTE),
            sets={"suspension_by": Source.ACTOR},
            effect="asked",
        ),
        Action(
            "approve_suspension",
            Label("批准挂起", "Approve suspension"),
            Permission.CASE_APPROVE,
            ("suspension_asked",),
            ("suspended",),
            (NOTE,),
            pauses=("*",),
            asked_by="suspension_by_id",
            main=True,
        ),
        Action(
            "refuse_suspension",
            Label("不予挂起", "Refuse suspension"),
            Permission.CASE_APPROVE,
            ("suspension_asked",),
            (BACK,),
            (NEEDED_NOTE,),
            asked_by="suspension_by_id",
        ),
        Action(
            "resume",
            Label("恢复办理", "Resume"),
            (*WORKERS, Permission.CASE_APPROVE),
            ("suspended",),
            (BACK,),
            (NOTE,),
            resumes=("*",),
            main=True,
        ),
    )


def levels_up(rules: Any, _case: Any) -> int:
    """Return how many levels above the unit an extension is decided."""
    return int(rules.extension.approved_levels_up)


def may_extend(m: Moment) -> bool:
    """Say whether there is something to extend: an answer is still owed, and no extension is being decided."""
    return "answer" in m.clocks and m.typed.extension != "asked"


def extension_guard(m: Moment) -> Label | None:
    """An extension is asked for before the limit, as often and for as long as the rules say (DOMAIN 2.2)."""
    rule = m.rules.extension
    if m.typed.extensions >= rule.most:
        return Label(f"每件工单最多延期{rule.most}次。", f"An order is extended at most {rule.most} time(s).")
    clock = m.clocks["answer"]
    overdue = clock.left_minutes <= 0 if clock.left_minutes is not None else clock.due_at <= m.now
    if overdue:
        return Label("时限已过，延期须在到期前申请。", "The limit has passed: an extension is asked for before it.")
    if m.data.get("days", 0) > rule.most_days:
        return Label(f"每次最多延期{rule.most_days}天。", f"At most {rule.most_days} days.")
    return None


def extension_asked(m: Moment) -> bool:
    """Say whether an extension waits for its decision and can still do good."""
    return m.typed.extension == "asked" and "answer" in m.clocks


def days_asked(m: Moment) -> int:
    """Return the days that were asked for."""
    return int(m.typed.extension_days)


def extension(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Extend the time for the answer (延期): asked before the limit, decided one level up; work goes on meanwhile."""
    days = Label("延期天数", "Days")
    help_ = Label("办理时限按工作日计的，延期也按工作日计。", "Working days where the limit counts working days.")
    return (
        Action(
            "ask_extension",
            Label("申请延期", "Ask for extension"),
            WORKERS,
            sources,
            (),
            (
                Input("days", days, InputType.INTEGER, minimum=1, maximum=90, help=help_),
                choice("reason", "延期原因", "Reason", "extension_reasons"),
                NEEDED_NOTE,
            ),
            sets={
                "extension": "asked",
                "extension_days": FromInput("days"),
                "extension_by": Source.ACTOR,
            },
            when=may_extend,
            guard=extension_guard,
            effect="asked_above",
        ),
        Action(
            "grant_extension",
            Label("批准延期", "Grant extension"),
            Permission.CASE_APPROVE,
            sources,
            (),
            (WHY,),
            extends={"answer": days_asked},
            above=levels_up,
            sets={"extension": "granted", "extensions": Plus(1)},
            when=extension_asked,
            asked_by="extension_by_id",
        ),
        Action(
            "refuse_extension",
            Label("不予延期", "Refuse extension"),
            Permission.CASE_APPROVE,
            sources,
            (),
            (WHY,),
            above=levels_up,
            sets={"extension": "refused"},
            when=extension_asked,
            asked_by="extension_by_id",
        ),
    )
