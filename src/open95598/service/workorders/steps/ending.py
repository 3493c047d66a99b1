"""An order that ends without what the customer wanted (终止, B2): approved, inquired into, answered. Pure."""

from __future__ import annotations

from open95598.casework.flow import BACK, Action, Computed, FromInput, Guard, Input, InputType, Moment, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import speaking
from open95598.service.workorders.steps.inputs import ANSWER, NEEDED_NOTE, NOTE, NOW, choice

STATES = (
    State("termination_asked", Label("终止待批", "Termination asked"), side=True),
    State("terminating", Label("终止核查中", "To be terminated: inquiry"), side=True),
    State("inquired", Label("核查完毕待答复", "Inquired: customer to be told"), side=True),
    State("told", Label("已答复待终止", "Customer told"), side=True),
    State("terminated", Label("已终止", "Terminated"), final=True),
)


_SELF = Label("不填则为登记人本人。", "Empty means: whoever records it.")


def inquirer(m: Moment) -> int | None:
    """Return who inquired: the person named, else whoever records it."""
    named: int | None = m.data.get("person")
    return named or m.actor_id


def termination(sources: tuple[str, ...], ends: tuple[str, ...], told_if: Guard | None = None) -> tuple[Action, ...]:
    """End an order whose claim goes beyond the law after proper handling.

    There is no way to its end but through an inquiry and an answer to the customer (B2); until then one can go back.

    ``ends``: the clocks that end when the customer is answered; ``told_if`` says what stands against telling them.
    """
    decider = (Permission.CASE_APPROVE,)
    workers = (Permission.CASE_HANDLE, Permission.CASE_DISPATCH, Permission.CASE_APPROVE)
    return (
        Action(
            "ask_termination",
            Label("申请终止", "Ask for termination"),
            (Permission.CASE_HANDLE, Permission.CASE_DISPATCH),
            sources,
            ("termination_asked",),
            (choice("reason", "终止原因", "Reason", "terminate_reasons"), NEEDED_NOTE),
            sets={"termination_reason": FromInput("reason"), "termination_by": Source.ACTOR},
            effect="asked",
            danger=True,
        ),
        Action(
            "approve_termination",
            Label("批准终止", "Approve termination"),
            decider,
            ("termination_asked",),
            ("terminating",),
            (NOTE,),
            asked_by="termination_by_id",
            main=True,
            sets={"inquirer": None, "inquiry": "", "finding": "", "inquired_at": None, "told_at": None},
        ),
        Action(
            "refuse_termination",
            Label("不予终止", "Refuse termination"),
            decider,
            ("termination_asked",),
            (BACK,),
            (NEEDED_NOTE,),
            asked_by="termination_by_id",
        ),
        Action(
            "inquire",
            Label("登记核查", "Record the inquiry"),
            workers,
            ("terminating",),
            ("inquired",),
            (
                Input("person", Label("核查人", "Who inquired"), InputType.PERSON, required=False, help=_SELF),
                Input("inquiry", Label("核查内容", "Into what"), InputType.LONG_TEXT, max_length=2000, personal=True),
                Input("finding", Label("核查结论", "Finding"), InputType.LONG_TEXT, max_length=4000, personal=True),
            ),
            sets={
                "inquirer": Computed(inquirer),
                "inquiry": FromInput("inquiry"),
                "finding": FromInput("finding"),
                "inquired_at": NOW,
            },
            main=True,
        ),
        Action(
            "tell_customer",
            Label("答复客户", "Answer the customer"),
            (*workers, Permission.CASE_ANSWER, Permission.CASE_CALL_BACK),
            ("inquired",),
            ("told",),
            (ANSWER,),
            stops=ends,
            guard=told_if,
            sets={"answer": FromInput("answer"), "told_at": NOW, "replied_at": NOW}
            | speaking.answered(speaking.always)
            | speaking.contacted(speaking.always),
            main=True,
        ),
        Action(
            "terminate",
            Label("终止归档", "Archive as terminated"),
            (Permission.CASE_APPROVE, Permission.CASE_ARCHIVE),
            ("told",),
            ("terminated",),
            (NOTE,),
            effect="answered",
            main=True,
        ),
        Action(
            "continue_handling",
            Label("不终止，继续办理", "Go on handling it"),
            workers,
            ("terminating", "inquired", "told"),
            (BACK,),
            (NEEDED_NOTE,),
        ),
    )
