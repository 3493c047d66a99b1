"""Time that does not count: suspension with approval (挂起, DOMAIN 2.4). Pure."""

from __future__ import annotations

from open95598.casework.flow import BACK, Action, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOTE, choice

STATES = (
    State("suspension_asked", Label("挂起待批", "Suspension asked"), side=True),
    State("suspended", Label("已挂起", "Suspended"), side=True),
)


def suspension(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Suspend with approval (挂起): the clocks stop only when it is granted, and go on at the resumption."""
    return (
        Action(
            "ask_suspension",
            Label("申请挂起", "Ask for suspension"),
            (Permission.CASE_HANDLE, Permission.CASE_CREW),
            sources,
            ("suspension_asked",),
            (choice("reason", "挂起原因", "Reason", "suspend_reasons"), NEEDED_NOTE),
        ),
        Action(
            "approve_suspension",
            Label("批准挂起", "Approve suspension"),
            Permission.CASE_APPROVE,
            ("suspension_asked",),
            ("suspended",),
            (NOTE,),
            pauses=("*",),
            main=True,
        ),
        Action(
            "refuse_suspension",
            Label("不予挂起", "Refuse suspension"),
            Permission.CASE_APPROVE,
            ("suspension_asked",),
            (BACK,),
            (NEEDED_NOTE,),
        ),
        Action(
            "resume",
            Label("恢复办理", "Resume"),
            (Permission.CASE_HANDLE, Permission.CASE_CREW, Permission.CASE_APPROVE),
            ("suspended",),
            (BACK,),
            (NOTE,),
            resumes=("*",),
            main=True,
        ),
    )
