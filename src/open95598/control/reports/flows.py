"""The life of a process report: counted, signed by a clerk, countersigned by the unit's manager. Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, Flow, Input, InputType, Moment, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label

KIND = "process_report"
NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, required=False, max_length=1000)
NEEDED_NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, max_length=1000)
_P = Permission
CLERKS = (_P.CASE_HANDLE, _P.CASE_ANSWER, _P.CASE_CALL_BACK, _P.CASE_REVIEW)


def theirs(m: Moment) -> bool:
    """A clerk's own report is signed by that clerk, a unit's by any of its clerks."""
    return m.typed.person_id is None or m.typed.person_id == m.actor_id


FLOW = Flow(
    KIND,
    1,
    Label("流程报表", "Process report"),
    "drafted",
    (
        State("drafted", Label("待填报", "To be signed"), clock="report"),
        State("signed", Label("待审签", "To be countersigned"), clock="review"),
        State("filed", Label("已归档", "Filed"), final=True),
    ),
    (
        Action(
            "sign",
            Label("填报签字", "Sign"),
            CLERKS,
            ("drafted",),
            ("signed",),
            (NOTE,),
            sets={"signed_by": Source.ACTOR, "signed_at": Source.NOW},
            when=theirs,
            effect="freeze",
            main=True,
            help=Label("签字后数字即固定。", "From then on the figures stay as they are."),
        ),
        Action(
            "countersign",
            Label("审核签字", "Countersign"),
            _P.CASE_REVIEW,
            ("signed",),
            ("filed",),
            (NOTE,),
            sets={"countersigned_by": Source.ACTOR, "countersigned_at": Source.NOW},
            asked_by="signed_by_id",
            effect="file",
            main=True,
        ),
        Action(
            "send_back",
            Label("退回重报", "Send back"),
            _P.CASE_REVIEW,
            ("signed",),
            ("drafted",),
            (NEEDED_NOTE,),
            sets={"signed_by": None, "signed_at": None, "figures": "", "digest": ""},
        ),
        Action(
            "supplement",
            Label("补充更正", "Supplement"),
            CLERKS,
            ("filed",),
            (),
            (NEEDED_NOTE,),
            effect="supplement",
            help=Label(
                "已归档的报表不变，更正另成一份补充报表。", "The filed report stays; the correction is one of its own."
            ),
        ),
    ),
)
