"""The life of an inspection (质检): drawn, judged on the form, accepted by the unit or objected to once, settled (C10).

Nobody judges their own work, and whoever judged does not decide alone about the objection to it. Pure.
"""

from __future__ import annotations

from open95598.casework.flow import Action, Computed, Flow, FromInput, Input, InputType, Moment, Source, State
from open95598.control.sampling import judging
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook.oversight_rows import QaForm
from open95598.foundation.words import Label
from open95598.service.workorders.steps import beside
from open95598.service.workorders.steps.inputs import NOTE, choice

NOW, WHO = Source.NOW, Source.ACTOR
KEEP, AMEND, ASIDE = "keep", "amend", "aside"
OUTCOMES = (
    (KEEP, Label("维持原评分", "The score stands")),
    (AMEND, Label("更正评分", "Another score")),
    (ASIDE, Label("撤销本次质检结果", "The result is set aside")),
)
STATES = (
    State("drawn", Label("待质检", "To be inspected"), clock="inspect"),
    State("judged", Label("待单位确认", "Judged, may be objected to"), clock="objection"),
    State("objected", Label("异议待答复", "Objected, to be decided"), clock="objection_decide"),
    State("settled", Label("已定论", "Settled"), final=True),
)
_OWN = Label("该工单由您经办，不能质检自己的工作。", "This is your own work: somebody else inspects it.")


def form_of(m: Moment) -> QaForm:
    """Return the form that the inspection is judged on. KeyError when the rulebook no longer has it."""
    form = m.rules.oversight.form(m.typed.form)
    if form is None:
        raise KeyError(m.typed.form)
    return form


def judge_guard(m: Moment) -> Label | None:
    """Nobody judges their own work; the sheet is whole, and says why points were lost."""
    if m.actor_id is not None and m.actor_id == m.typed.person_id:
        return _OWN
    if "sheet" not in m.data:
        return None
    try:
        sheet = judging.from_text(m.data["sheet"])
    except ValueError:
        return Label("质检表无法识别。", "This is no sheet of the form.")
    if judging.problems(form_of(m), m.typed.order_kind, sheet):
        return Label("请逐项评分，扣分须写明原因。", "Judge every line, and say why points were lost.")
    return None


def _sheet(m: Moment) -> judging.Sheet:
    return judging.from_text(m.data["sheet"])


def _verdict(m: Moment) -> judging.Verdict:
    return judging.judge(form_of(m), m.typed.order_kind, _sheet(m))


def object_guard(m: Moment) -> Label | None:
    """Whoever judged does not object to it."""
    if m.actor_id is not None and m.actor_id == m.typed.judged_by_id:
        return Label("质检人不能对自己的评分提出异议。", "Who judged it does not object to it.")
    return None


def decide_guard(m: Moment) -> Label | None:
    """Another score needs its number; who objected, or whose work it is, does not decide."""
    if m.actor_id is not None and m.actor_id in (m.typed.objected_by_id, m.typed.person_id):
        return _OWN
    if m.data.get("outcome") == AMEND and m.data.get("score") is None:
        return Label("更正评分须填写新的分数。", "Another score needs its number.")
    return None


def decided_score(m: Moment) -> int | None:
    """Return the score after an objection was decided."""
    outcome = m.data["outcome"]
    if outcome == ASIDE:
        return None
    return int(m.data["score"]) if outcome == AMEND else int(m.typed.score)


def decided_passed(m: Moment) -> bool | None:
    """Return whether the order passed after an objection was decided."""
    score = decided_score(m)
    if m.data["outcome"] == KEEP:
        return bool(m.typed.passed)
    return None if score is None else score >= form_of(m).passed_from


def _fatal_after(m: Moment) -> bool:
    return bool(m.typed.fatal) and m.data["outcome"] == KEEP


def _words(name: str, zh: str, en: str) -> Input:
    return Input(name, Label(zh, en), InputType.LONG_TEXT, max_length=2000, personal=True)


_UNIT = (Permission.CASE_HANDLE, Permission.CASE_APPROVE)
FLOW = Flow(
    "inspection",
    1,
    Label("质检", "Inspection"),
    "drawn",
    STATES,
    (
        Action(
            "judge",
            Label("质检评分", "Judge"),
            Permission.CASE_INSPECT,
            ("drawn",),
            ("judged",),
            (Input("sheet", Label("质检表", "Sheet"), InputType.LONG_TEXT, personal=True),),
            sets={
                "sheet": Computed(lambda m: judging.as_data(_sheet(m))),
                "score": Computed(lambda m: _verdict(m).score),
                "passed": Computed(lambda m: _verdict(m).passed),
                "fatal": Computed(lambda m: bool(_sheet(m).fatal)),
                "judged_by": WHO,
                "judged_at": NOW,
            },
            guard=judge_guard,
            effect="told_judged",
            main=True,
        ),
        Action(
            "agree",
            Label("确认结果", "Accept the result"),
            _UNIT,
            ("judged",),
            ("settled",),
            (NOTE,),
            guard=object_guard,
            effect="settled",
            main=True,
        ),
        Action(
            "object",
            Label("提出异议", "Object"),
            _UNIT,
            ("judged",),
            ("objected",),
            (_words("objection", "异议理由", "Why"),),
            sets={"objection": FromInput("objection"), "objected_by": WHO, "objected_at": NOW},
            guard=object_guard,
            effect="told_objected",
        ),
        Action(
            "decide_objection",
            Label("答复异议", "Decide the objection"),
            Permission.CASE_INSPECT,
            ("objected",),
            ("settled",),
            (
                choice("outcome", "结论", "Decision", OUTCOMES),
                Input("score", Label("更正后分数", "Score"), InputType.INTEGER, required=False, minimum=0, maximum=100),
                _words("decision", "答复意见", "Answer"),
            ),
            sets={
                "score": Computed(decided_score),
                "passed": Computed(decided_passed),
                "fatal": Computed(_fatal_after),
                "outcome": FromInput("outcome"),
                "decision": FromInput("decision"),
                "decided_by": WHO,
                "decided_at": NOW,
            },
            asked_by="judged_by_id",
            guard=decide_guard,
            effect="told_decided",
            main=True,
        ),
        # the house itself: nobody objected in time
        Action(
            "settle", Label("逾期未提异议", "Nobody objected in time"), (), ("judged",), ("settled",), effect="settled"
        ),
        beside.note(STATES),
    ),
)  # fmt: skip


def is_shown(state: str) -> bool:
    """Say whether the judged unit gets to see an inspection in a state: not before it is judged."""
    return state != "drawn"
