"""What can be done at any time: notes, which never wait for the case; naming somebody, and recusal. Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, FromInput, Input, InputType, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NEEDED_NOTE

LET_BACK = "let_back"


def note(states: tuple[State, ...]) -> Action:
    """Add a remark."""
    return Action(
        "note",
        Label("备注", "Note"),
        Permission.CASE_NOTE,
        tuple(s.name for s in states),
        (),
        (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),),
        appends=True,
    )


def recuse(states: tuple[State, ...]) -> Action:
    """Keep a person or a unit away from it: they neither handle nor see it (DOMAIN 2.2)."""
    return Action(
        "recuse",
        Label("回避", "Recuse"),
        Permission.CASE_RECUSE,
        tuple(s.name for s in states if not s.final),
        (),
        (
            Input("person", Label("回避人员", "Person"), InputType.PERSON, required=False, names_recused=True),
            Input("unit", Label("回避单位", "Unit"), InputType.UNIT, required=False, names_recused=True),
            NEEDED_NOTE,
        ),
        effect="recuse",
        danger=True,
    )


def let_back(states: tuple[State, ...]) -> Action:
    """Lift a recusal (解除回避), of somebody who was named by mistake: for those a level above."""
    return Action(
        LET_BACK,
        Label("解除回避", "Lift a recusal"),
        Permission.CASE_RECUSE,
        tuple(s.name for s in states if not s.final),
        (),
        (
            Input("person", Label("解除回避的人员", "Person"), InputType.PERSON, required=False, names_recused=True),
            Input("unit", Label("解除回避的单位", "Unit"), InputType.UNIT, required=False, names_recused=True),
            NEEDED_NOTE,
        ),
        above=lambda _rules, _case: 1,
        when=lambda m: bool(m.case.recused_people or m.case.recused_units),
        caution=lambda m: Label(
            "解除后，其恢复查看和办理的权利；已转出的办理不自动退回。",
            "They may see and handle it again; what passed to others stays there.",
        ),
        effect="let_back",
        danger=True,
    )


def name(states: tuple[State, ...]) -> Action:
    """Say whom the order is about: they are kept away from it at once (DOMAIN 2.2)."""
    return Action(
        "name",
        Label("登记被反映对象", "Say whom it is about"),
        (Permission.CASE_ANSWER, Permission.CASE_DISPATCH, Permission.CASE_HANDLE, Permission.CASE_RECUSE),
        tuple(s.name for s in states if not s.final),
        (),
        (
            Input("person", Label("被反映人员", "Person"), InputType.PERSON, required=False, names_recused=True),
            Input("unit", Label("被反映单位", "Unit"), InputType.UNIT, required=False, names_recused=True),
            Input(
                "words", Label("其他对象（文字）", "Somebody else, in words"), required=False, personal=True,
                max_length=200,
            ),
        ),
        effect="name",
        caution=lambda m: Label(
            "登记后，相关人员和单位立即回避：不能再看到或办理本单。",
            "They are kept away at once: from then on they neither see nor handle this order.",
        ),
    )  # fmt: skip


def disclose(states: tuple[State, ...]) -> Action:
    """Write what whoever handles a sealed order may read (转办内容): nothing in it tells who reported it."""
    return Action(
        "disclose",
        Label("整理转办内容", "Write the text for the handling unit"),
        Permission.CASE_UNSEAL,
        tuple(s.name for s in states if not s.final),
        (),
        (
            Input(
                "text", Label("转办内容", "Text for the handling unit"), InputType.LONG_TEXT, max_length=8000,
                personal=True,
                help=Label(
                    "不得写入反映人的姓名、电话、住址，以及能推断其身份的细节。",
                    "No name, phone or address of whoever reported it, nor details that give them away.",
                ),
            ),
            Input("address", Label("办理地点（如需）", "Place, where one is needed"), required=False, personal=True,
                  max_length=300),
        ),
        sets={"description": FromInput("text"), "address": FromInput("address")},
        when=lambda m: bool(getattr(m.typed, "sealed", False)),
        effect="disclose",
        main=True,
    )  # fmt: skip
