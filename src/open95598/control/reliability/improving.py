"""The life of an improvement (整改): a line that was out again and again, until it is better (DOMAIN 4, C8). Pure.

Begun → planned → approved → done → judged by what happened afterwards. Whoever plans does not approve.
"""

from __future__ import annotations

from open95598.casework.flow import Action, Flow, FromInput, Input, InputType, Moment, Owner, Source, State
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import choice

KIND = "improvement"
#: who looks after a line
DOES = (Permission.CASE_DISPATCH, Permission.CASE_HANDLE, Permission.CASE_APPROVE)
APPROVES = (Permission.CASE_APPROVE,)
WHO, NOW = Source.ACTOR, Source.NOW
WHY = (
    ("aged", Label("设备老化", "Aged equipment")), ("overload", Label("重载、过载", "Heavy load or overload")),
    ("trees", Label("树障、小动物", "Trees and animals")), ("outside", Label("外力破坏", "Damage by others")),
    ("structure", Label("网架薄弱、不能转供", "Weak structure, no way around")),
    ("upkeep", Label("运维不到位", "Poor upkeep")), ("other", Label("其他", "Something else")),
)  # fmt: skip

STATES = (
    State("begun", Label("待制定整改方案", "To be planned")),
    State("planned", Label("待审批", "To be approved")),
    State("approved", Label("整改中", "Being done")),
    State("done", Label("待评估成效", "Done, to be judged")),
    State("closed", Label("已办结", "Closed"), final=True),
    State("dropped", Label("已撤销", "Dropped"), final=True),
)
OPEN = tuple(state.name for state in STATES if not state.final)


def _words(name: str, zh: str, en: str, most: int = 2000) -> Input:
    return Input(name, Label(zh, en), InputType.LONG_TEXT, max_length=most)


def ahead(m: Moment) -> Label | None:
    """What is planned is to be finished in time to come."""
    at = m.data.get("finish_by")
    return Label("完成时间须晚于现在。", "The time must lie ahead.") if at is not None and at <= m.now else None


def another(m: Moment) -> Label | None:
    """Nobody approves their own plan."""
    if m.actor_id is not None and m.actor_id == m.typed.planned_by_id:
        return Label("方案由您制定，须由他人审批。", "You made this plan: somebody else approves it.")
    return None


FLOW = Flow(
    KIND, 1, Label("线路整改", "Improvement of a line"), "begun", STATES,
    (
        Action(
            "plan_improvement", Label("制定整改方案", "Plan it"), DOES, ("begun",), ("planned",),
            (
                choice("reason", "原因分析", "What is wrong", WHY),
                _words("measures", "整改措施", "What is to be done"),
                Input("investment", Label("投资估算（万元）", "Investment, 10,000 yuan"), InputType.INTEGER,
                      required=False, minimum=0, maximum=10**7),
                Input("finish_by", Label("计划完成时间", "To be finished by"), InputType.DATETIME),
            ),
            sets={"reason": FromInput("reason"), "measures": FromInput("measures"), "finish_by": FromInput("finish_by"),
                  "investment": FromInput("investment"), "planned_by": WHO},
            guard=ahead, owner=Owner.ACTOR, main=True,
        ),
        Action("approve_improvement", Label("审批通过", "Approve"), APPROVES, ("planned",), ("approved",),
               sets={"approved_by": WHO}, guard=another, main=True),
        Action("return_improvement", Label("退回修改", "Send back"), APPROVES, ("planned",), ("begun",),
               (_words("why", "退回原因", "Why", 500),)),
        Action("finish_improvement", Label("整改完成", "It is done"), DOES, ("approved",), ("done",),
               (_words("result", "完成情况", "What was done"),),
               sets={"result": FromInput("result"), "done_at": NOW}, main=True),
        Action("close_improvement", Label("评估办结", "Judge and close"), APPROVES, ("done",), ("closed",),
               (choice("effect", "整改成效", "Effect", (("better", Label("明显好转", "Clearly better")),
                                                     ("some", Label("有所好转", "Somewhat better")),
                                                     ("none", Label("没有好转", "No better")))),
                _words("conclusion", "评估意见", "Conclusion")),
               sets={"effect": FromInput("effect"), "conclusion": FromInput("conclusion")}, main=True),
        Action("drop_improvement", Label("撤销", "Drop it"), APPROVES, ("begun", "planned", "approved"), ("dropped",),
               (_words("why", "撤销原因", "Why", 500),), danger=True),
        Action("note", Label("备注", "Note"), Permission.CASE_NOTE, tuple(state.name for state in STATES), (),
               (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),),
               appends=True),
    ),
)  # fmt: skip
