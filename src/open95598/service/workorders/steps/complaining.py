"""What a complaint goes through beside every order's life (B11, C9, DOMAIN 2.2, 2.4): graded, found substantiated or
not, told how it stands. Pure.

A grade or a finding is given with a reason, and changed with one; what it was stands beside what it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from open95598.casework.flow import Action, FromInput, Input, InputType, Moment, Source
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import speaking
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOW, choice

FINDINGS = (
    ("yes", Label("属实", "Substantiated")),
    ("partly", Label("部分属实", "Substantiated in part")),
    ("no", Label("不属实", "Not substantiated")),
)
#: why a complaint that is terminated has no finding
NO_FINDING = (
    ("withdrawn", Label("客户撤诉，不再要求认定", "The customer takes it back")),
    ("elsewhere", Label("已由司法、仲裁或信访程序处理", "A court, arbitration or petition office has it")),
    ("beyond", Label("诉求超出法律政策范围，无可认定事项", "Beyond law and policy: there is nothing to find")),
    ("unknowable", Label("客户不配合或时间久远，无法核实", "It cannot be found out any more")),
)
#: what stands in the place of a finding then
NONE = ("none", Label("未作认定", "No finding"))
#: states of a termination in which the customer has not been told yet
ENDING = ("terminating", "inquired")
#: findings by which the utility is at fault
AT_FAULT = frozenset({"yes", "partly"})
_VERDICT = choice("substantiated", "属实性认定", "Finding", FINDINGS)
_GRADE = choice("grade", "投诉等级", "Grade", "grades")


def _long(name: str, zh: str, en: str, *, required: bool = False, help_: Label | None = None) -> Input:
    return Input(
        name, Label(zh, en), InputType.LONG_TEXT, required=required, max_length=4000, personal=True, help=help_
    )


_IF_SO = Label("属实或部分属实时必填。", "Needed when it is substantiated, also in part.")
_IF_NOT = Label("不属实时必填：如何向客户解释说明。", "Needed when it is not: how it was explained to the customer.")
_AS_IS = Label("不填则保留原内容。", "Empty leaves what is there.")
_OWN = Label("不填则为本工单承办单位。", "Empty means: the unit that handles it.")
_SHOWN = ("finding", "调查核实情况", "What the inquiry showed")
#: what stands in writing beside a finding
FACTS = (
    replace(choice("cause", "投诉原因", "Cause", "complaint_causes", required=False), help=_IF_SO),
    _long("rectification", "整改措施", "Rectification", help_=_IF_SO),
    _long("effect", "整改成效", "Effect", help_=_IF_SO),
    _long("explanation", "解释说明", "Explanation", help_=_IF_NOT),
    Input("benchmark", Label("列入对标案例", "Hold it up to other units"), InputType.BOOLEAN, required=False),
    # whoever is at fault is often whoever was named and is kept away
    Input("unit", Label("责任单位", "Unit at fault"), InputType.UNIT, required=False, help=_OWN, names_recused=True),
    Input("person", Label("责任人", "Person at fault"), InputType.PERSON, required=False, names_recused=True),
)  # fmt: skip


def rank(rules: Any, grade: str) -> int:
    """Return how high a grade is: its place in the rulebook's list, -1 for none."""
    return next((n for n, c in enumerate(rules.choices("grades")) if c.code == grade), -1)


def levels_up(rules: Any, _case: Any) -> int:
    """Return how many levels above the unit a finding is changed and a grade lowered."""
    return int(rules.complaints.changed_levels_up)


def not_lower(m: Moment) -> Label | None:
    """A grade is raised or confirmed by those who handle it; lowering it is for the unit above."""
    if "grade" in m.data and rank(m.rules, m.data["grade"]) < rank(m.rules, m.typed.grade):
        return Label("降低等级须由上级办理（降级）。", "A grade is lowered from above.")
    return None


def lower(m: Moment) -> Label | None:
    """Lowering means a lower grade."""
    if "grade" in m.data and rank(m.rules, m.data["grade"]) >= rank(m.rules, m.typed.grade):
        return Label("降级须选择更低的等级。", "Choose a lower grade.")
    return None


def is_found(m: Moment) -> bool:
    """Say whether there is a finding."""
    return bool(m.typed.substantiated)


def is_not_found(m: Moment) -> bool:
    """Say whether there is no finding yet."""
    return not m.typed.substantiated


def another(m: Moment) -> Label | None:
    """A change of the finding is to another one."""
    if m.data.get("substantiated") == m.typed.substantiated:
        return Label("与现有认定相同。", "That is the finding there is.")
    return None


def unexplained(m: Moment) -> bool:
    """Say whether there is neither a finding nor a reason why there is none."""
    return not m.typed.substantiated and not m.typed.no_finding


def found_or_why_not(m: Moment) -> Label | None:
    """Whoever complained is told that it ends only when it was found what is true of it, or why that was not (C9)."""
    if unexplained(m):
        return Label(
            "须先作出属实性认定，或说明不作认定的原因。",
            "Find first whether it is substantiated, or say why there is no finding.",
        )
    return None


def found_with_evidence(m: Moment) -> Label | None:
    """A complaint is answered and approved only with a finding, and with the files of evidence its grade asks for."""
    if not m.typed.substantiated:
        return Label("须先作出属实性认定。", "Find first whether it is substantiated.")
    wanted = m.rules.complaints.files(m.typed.grade)
    if wanted and m.typed.evidence_count() < wanted:
        return Label(
            f"该等级投诉至少须有{wanted}份佐证材料（附件列为佐证）。",
            f"At this grade at least {wanted} file(s) must be kept as evidence.",
        )
    return None


#: beside the first finding, where nothing stands yet that an empty input would leave
_FIRST_FACTS = tuple(
    replace(f, required_if=("substantiated", ("yes", "partly") if f.help is _IF_SO else ("no",)))
    if f.help in (_IF_SO, _IF_NOT)
    else f
    for f in FACTS
)


def grading(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Give a grade, and lower one (定级): clocks take the grade's limits."""
    common: dict[str, Any] = {
        "sets": {"grade": FromInput("grade"), "graded_by": Source.ACTOR},
        "keeps": ("grade",),
        "relimits": True,
        "effect": "graded",
    }
    return (
        Action(
            "grade",
            Label("定级", "Grade"),
            (Permission.CASE_DISPATCH, Permission.CASE_SUPERVISE, Permission.CASE_APPROVE),
            sources,
            (),
            (_GRADE, NEEDED_NOTE),
            guard=not_lower,
            **common,
        ),
        Action(
            "lower_grade",
            Label("降级", "Lower the grade"),
            (Permission.CASE_SUPERVISE, Permission.CASE_APPROVE),
            sources,
            (),
            (_GRADE, NEEDED_NOTE),
            above=levels_up,
            when=lambda m: rank(m.rules, m.typed.grade) > 0,
            guard=lower,
            danger=True,
            **common,
        ),
    )


def finding(sources: tuple[str, ...], later: tuple[str, ...]) -> tuple[Action, ...]:
    """Find whether it is substantiated (属实性认定), complete that, change it from above.

    ``sources``: while it is being handled; ``later``: the states in which a finding can be changed.
    """
    return (
        Action(
            "substantiate",
            Label("属实性认定", "Record the finding"),
            Permission.CASE_HANDLE,
            sources,
            (),
            (_VERDICT, _long(*_SHOWN, required=True), *_FIRST_FACTS),
            sets={"substantiated": FromInput("substantiated"), "no_finding": ""},
            when=is_not_found,
            effect="found",
            main=True,
        ),
        Action(
            "complete_finding",
            Label("补充认定材料", "Complete the finding"),
            Permission.CASE_HANDLE,
            sources,
            (),
            (_long(*_SHOWN, help_=_AS_IS), *FACTS),
            when=is_found,
            effect="finding_completed",
        ),
        Action(
            "change_finding",
            Label("变更属实性", "Change the finding"),
            (Permission.CASE_REVIEW, Permission.CASE_APPROVE),
            later,
            (),
            (
                _VERDICT,
                choice("reason", "变更原因", "Reason", "flag_reasons"),
                NEEDED_NOTE,
                _long(*_SHOWN, help_=_AS_IS),
                *FACTS,
            ),
            above=levels_up,
            sets={"substantiated": FromInput("substantiated")},
            keeps=("substantiated",),
            when=is_found,
            guard=another,
            effect="finding_changed",
            danger=True,
        ),
    )


def no_finding() -> Action:
    """Say why a complaint that is being terminated has no finding (不作属实性认定)."""
    return Action(
        "leave_unfound",
        Label("不作属实性认定", "Leave it without a finding"),
        (Permission.CASE_HANDLE, Permission.CASE_DISPATCH, Permission.CASE_APPROVE),
        ENDING,
        (),
        (choice("reason", "不作认定的原因", "Why there is no finding", NO_FINDING), NEEDED_NOTE),
        sets={"no_finding": FromInput("reason")},
        when=unexplained,
        effect="left_unfound",
    )


def progress(sources: tuple[str, ...]) -> Action:
    """Tell the customer how it stands (B11: quality complaints within three working days)."""
    return Action(
        "tell_how_it_stands",
        Label("告知进展", "Tell the customer how it stands"),
        (Permission.CASE_HANDLE, Permission.CASE_ANSWER),
        sources,
        (),
        (_long("text", "告知客户的内容", "What the customer was told", required=True),),
        stops=("progress", "contact"),
        sets={"progress_told_at": NOW, **speaking.contacted(speaking.always)},
    )
