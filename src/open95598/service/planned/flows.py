"""The lives of a planned outage and of outage information of other kinds (DOMAIN 2.5, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from open95598.casework import registry
from open95598.casework.flow import (
    Action,
    Computed,
    Flow,
    FromInput,
    Input,
    InputType,
    Moment,
    Owner,
    Plus,
    Source,
    State,
)
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.service.planned.kinds import Care, Information, WorkKind
from open95598.service.planned.models import PlannedOutage

PLAN, INFORMATION = "planned_outage", "outage_information"
KINDS = (PLAN, INFORMATION)
#: who plans, switches and publishes; who approves
DOES = (Permission.CASE_DISPATCH, Permission.CASE_HANDLE)
APPROVES = Permission.CASE_APPROVE
#: states in which the public knows of a plan and it is not over
ANNOUNCED = ("announced", "running", "current")

_TIME = InputType.DATETIME
_REASON = Input("reason", Label("原因", "Reason"), max_length=500)
_START = Input("starts_at", Label("停电开始时间", "Off from"), _TIME)
_END = Input("ends_at", Label("计划送电时间", "Back by"), _TIME)
_HOW = (
    (Care.ACKNOWLEDGED.value, Label("已确认知悉", "Has acknowledged")),
    (Care.VISITED.value, Label("已上门告知", "Was visited")),
)
_WORKS = tuple((kind.value, label) for kind, label in (
    (WorkKind.MAINTENANCE, Label("检修", "Maintenance")), (WorkKind.CONSTRUCTION, Label("施工", "Construction")),
    (WorkKind.CONNECTION, Label("业扩接火", "Connection")), (WorkKind.MUNICIPAL, Label("外部工程", "Works of others")),
))  # fmt: skip


def rules_of(row: Any) -> Any:
    """Return what the rulebook that a plan was opened under says of announced outages."""
    return store.get(row.case.rulebook_version).planned


def notice_of(row: PlannedOutage) -> timedelta:
    """Return how long before its start an outage must be announced, by its kind and the rulebook of its case."""
    return timedelta(minutes=rules_of(row).notice(temporary=row.information == Information.TEMPORARY))


def lies_ahead(m: Moment) -> Label | None:
    """What is submitted or approved must not have begun."""
    if m.typed.starts_at <= m.now:
        return Label("停电开始时间已过，请先修改时间。", "Its start has passed: change its times first.")
    return None


def another(m: Moment) -> Label | None:
    """Whoever planned it or submitted it does not approve it."""
    if m.actor_id is not None and m.actor_id in (m.typed.planned_by_id, m.typed.submitted_by_id):
        return Label(
            "计划由您编制或提交，须由他人审批。", "You made or submitted this plan: somebody else approves it."
        )
    return lies_ahead(m)


def risks(m: Moment) -> Label | None:
    """What whoever submits or approves should know: too late for the notice, clashes, people who depend on supply."""
    said = []
    if m.typed.starts_at - m.now < notice_of(m.typed):
        said.append(("公告时限已不足", "it is too late for the announcement in time"))
    if m.typed.clashes:
        said.append(("与其他停电计划冲突", "other plans clash with it"))
    if m.typed.protected_open:
        said.append(("涉及生命支持用户", "people on life support are concerned"))
    if not said:
        return None
    return Label(
        "注意：" + "；".join(zh for zh, _en in said) + "。", "Mind: " + "; ".join(en for _zh, en in said) + "."
    )


def can_begin(m: Moment) -> Label | None:
    """Not before the announced start, nor while somebody on life support was not told in person."""
    if m.now < m.typed.starts_at:
        return Label("未到公告的停电时间，不得提前停电。", "The announced start has not come.")
    if m.typed.protected_open:
        return Label("还有生命支持用户未确认或未上门告知，不得停电。",
                     "Somebody on life support has neither acknowledged nor been visited.")  # fmt: skip
    return None


def untold(m: Moment) -> Label | None:
    """Whoever switches off should know that important users were not told."""
    if m.typed.care_open:
        return Label("还有重要用户未告知。", "Important users have not been told yet.")
    return None


def longer(m: Moment) -> Label | None:
    """An extension ends later than before, and later than now."""
    end = m.data.get("ends_at")
    if end is not None and end <= max(m.typed.ends_at, m.now):
        return Label(
            "新的送电时间必须晚于原计划和现在。", "The new end must be later than the announced one and than now."
        )
    return None


def late_to_extend(m: Moment) -> Label | None:
    """Warn that an extension is told too late."""
    if _late_extension(m):
        return Label(
            "已过延期时限，将记为逾期变更。", "It is too late for an extension in time: it will count as late."
        )
    return None


def times_hold(m: Moment) -> Label | None:
    """New times lie ahead and in their order."""
    start, end = m.data.get("starts_at", m.typed.starts_at), m.data.get("ends_at", m.typed.ends_at)
    if start >= end:
        return Label("停电开始时间必须早于送电时间。", "The start must be before the end.")
    if "starts_at" in m.data and start <= m.now:
        return Label("停电开始时间必须晚于现在。", "The start must lie ahead.")
    return None


def late_to_change(m: Moment) -> Label | None:
    """Warn that a move or cancellation comes too late."""
    if _late_change(m):
        return Label("距停电开始已不足规定时限，将记为逾期变更。",
                     "It is so near to the start that it will count as a late change.")  # fmt: skip
    return None


def ended_after_begin(m: Moment) -> Label | None:
    """Information that ended did not end before it began."""
    if m.now < m.typed.starts_at:
        return Label("尚未开始，请撤回而不是结束。", "It has not begun: withdraw it.")
    return None


def _late_change(m: Moment) -> bool:
    return bool(m.typed.starts_at - m.now < timedelta(minutes=m.rules.planned.cancel_before))


def _late_extension(m: Moment) -> bool:
    return bool(m.typed.ends_at - m.now < timedelta(minutes=m.rules.planned.extend_before))


def _late_move(m: Moment) -> bool:
    too_near = "starts_at" in m.data and m.data["starts_at"] - m.now < notice_of(m.typed)
    return too_near or _late_change(m)


#: both are set before the times themselves: they look at what was announced until now
LATE_MOVE = Computed(lambda m: m.typed.late_change or _late_move(m))
LATE_EXTENSION = Computed(lambda m: m.typed.late_change or _late_extension(m))
_TEXT = Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000)


def _note(*sources: str) -> Action:
    return Action("note", Label("备注", "Note"), Permission.CASE_NOTE, sources, (), (_TEXT,), appends=True)


FLOW = Flow(
    PLAN, 1, Label("停电计划", "Planned outage"), "draft",
    (
        State("draft", Label("编制中", "Being planned")),
        State("submitted", Label("待审批", "To be approved"), clock="plan_approve"),
        State("approved", Label("待公告", "To be announced"), clock="outage_notice"),
        State("announced", Label("已公告", "Announced"), clock="outage_start"),
        State("running", Label("停电中", "Off"), clock="outage_restore"),
        State("restored", Label("已送电", "Restored"), final=True),
        State("cancelled", Label("已取消", "Cancelled"), final=True),
    ),
    (
        Action(
            "submit_plan", Label("提交审批", "Submit"), DOES, ("draft",), ("submitted",), (),
            sets={"submitted_by": Source.ACTOR}, guard=lies_ahead, caution=risks, effect="clashes", main=True,
        ),
        Action(
            "change_plan", Label("修改时间", "Change the times"), DOES, ("draft",), (), (_START, _END),
            sets={"starts_at": FromInput("starts_at"), "ends_at": FromInput("ends_at"),
                  "first_starts_at": FromInput("starts_at")},
            guard=times_hold, keeps=("starts_at", "ends_at"),
        ),
        Action(
            "join_work", Label("并入工作", "Join another work"), DOES, ("draft", "submitted"), (),
            (Input("work_kind", Label("工作类型", "Kind of work"), InputType.CHOICE, choices=_WORKS),
             Input("work", Label("工作内容", "Work"), max_length=500)),
            effect="work",
            help=Label("多家工作在同一次停电中完成（一停多用）。", "Works of several are done in one outage."),
        ),
        Action(
            "return_plan", Label("退回修改", "Send back"), APPROVES, ("submitted",), ("draft",), (_REASON,),
        ),
        Action(
            "approve_plan", Label("审批通过", "Approve"), APPROVES, ("submitted",), ("approved",), (),
            sets={"approved_by": Source.ACTOR}, guard=another, caution=risks, effect="approve", main=True,
        ),
        Action(
            "announce_plan", Label("公告停电", "Announce"), DOES, ("approved",), ("announced",), (),
            sets={"published_at": Source.NOW, "revision": Plus(),
                  "first_starts_at": Computed(lambda m: m.typed.starts_at)},
            guard=lies_ahead, main=True, owner=Owner.ACTOR,
        ),
        Action(
            "reopen_plan", Label("重新编制", "Plan again"), DOES, ("approved",), ("draft",), (_REASON,),
            help=Label("修改后须重新审批。", "It must be approved again."),
        ),
        Action(
            "move_plan", Label("改期", "Move"), APPROVES, ("announced",), (), (_START, _END, _REASON),
            sets={"late_change": LATE_MOVE, "starts_at": FromInput("starts_at"), "ends_at": FromInput("ends_at"),
                  "change_reason": FromInput("reason"), "revision": Plus()},
            starts=("outage_start",), guard=times_hold, caution=late_to_change, keeps=("starts_at", "ends_at"),
            effect="moved",
        ),
        Action(
            "begin_outage", Label("开始停电", "Switched off"), DOES, ("announced",), ("running",), (),
            sets={"actual_start": Source.NOW}, guard=can_begin, caution=untold, effect="begin", main=True,
        ),
        Action(
            "extend_planned", Label("延时送电", "Extend"), DOES, ("running",), (), (_END, _REASON),
            sets={"late_change": LATE_EXTENSION, "ends_at": FromInput("ends_at"),
                  "change_reason": FromInput("reason"), "revision": Plus()},
            starts=("outage_restore",), guard=longer, caution=late_to_extend, keeps=("ends_at",),
        ),
        Action(
            "switch_over", Label("转供", "Supply from elsewhere"), DOES,
            ("draft", "submitted", "approved", "announced", "running"), (),
            (Input("kept", Label("转供设备编号", "Device supplied from elsewhere"), max_length=120),
             Input("off_again", Label("取消转供", "No longer"), InputType.BOOLEAN, required=False)),
            effect="switch",
            help=Label("停电范围内由其他线路供电的设备；用户范围随即重新计算。",
                       "A device in the scope that another line supplies; who is concerned is computed again."),
        ),
        Action(
            "restore_planned", Label("送电", "Supply is back"), DOES, ("running",), ("restored",), (),
            sets={"actual_end": Source.NOW, "revision": Plus()}, main=True,
        ),
        Action(
            "cancel_plan", Label("取消停电", "Cancel"), DOES, ("draft", "submitted", "approved", "announced"),
            ("cancelled",), (_REASON,),
            sets={"change_reason": FromInput("reason"),
                  "late_change": Computed(lambda m: m.typed.late_change or (m.typed.revision > 0 and _late_change(m))),
                  "revision": Computed(lambda m: m.typed.revision and m.typed.revision + 1)},
            caution=late_to_change, danger=True,
        ),
        Action(
            "care_told", Label("登记告知", "Told in person"), (*DOES, Permission.CASE_ANSWER),
            ("approved", "announced", "running"), (),
            (Input("customer", Label("客户", "Customer"), InputType.INTEGER, minimum=1),
             Input("how", Label("方式", "How"), InputType.CHOICE, choices=_HOW),
             Input("said", Label("告知情况", "What was said"), max_length=500, personal=True, required=False)),
            effect="care", when=lambda m: m.typed.care_open > 0,
        ),
        Action("recount_plan", Label("重新计算用户", "Who is concerned, again"), (), ("approved", "announced"), (),
               (Input("moment", Label("时点", "Moment"), max_length=12),), effect="recount"),
        _note("draft", "submitted", "approved", "announced", "running", "restored", "cancelled"),
    ),
)  # fmt: skip

INFO = Flow(
    INFORMATION, 1, Label("停电信息", "Outage information"), "current",
    (
        State("current", Label("生效中", "In force"), clock="outage_over"),
        State("over", Label("已结束", "Over"), final=True),
        State("withdrawn", Label("已撤回", "Withdrawn"), final=True),
    ),
    (
        Action(
            "end_information", Label("已恢复供电", "Supply is back"), DOES, ("current",), ("over",), (),
            sets={"actual_end": Source.NOW, "revision": Plus()}, guard=ended_after_begin, main=True,
        ),
        Action(
            "change_information", Label("变更预计时间", "Change the expected end"), DOES, ("current",), (),
            (_END, _REASON),
            sets={"ends_at": FromInput("ends_at"), "change_reason": FromInput("reason"), "revision": Plus()},
            starts=("outage_over",), guard=times_hold, keeps=("ends_at",),
        ),
        Action(
            "withdraw_information", Label("撤回", "Withdraw"), DOES, ("current",), ("withdrawn",), (_REASON,),
            sets={"change_reason": FromInput("reason"), "revision": Plus()}, danger=True,
        ),
        _note("current", "over", "withdrawn"),
    ),
)  # fmt: skip


def ends(row: Any, clock: str) -> datetime | None:
    """Return when a clock ends that the plan itself sets: announced in time, started, restored and entered."""
    soon = timedelta(minutes=rules_of(row).record_within)
    end: datetime | None = {
        "outage_notice": row.starts_at - notice_of(row),
        "outage_start": row.starts_at + soon,
        "outage_restore": row.ends_at + soon,
        "outage_over": row.ends_at + soon,
    }.get(clock)
    return end


def register() -> None:
    """Make the flows known to casework (once, when Django starts)."""
    from open95598.service.planned import effects

    typed = registry.Typed(
        PlannedOutage, _no_facts, _summary, effects.EFFECTS, list_name="planned:list", ends=ends, open_field="is_open"
    )
    for flow in (FLOW, INFO):
        registry.add(flow, typed)


def _no_facts(_row: Any) -> Mapping[str, str]:
    return {}


def _summary(row: Any) -> Mapping[str, Any]:
    return {"number": row.number, "revision": row.revision}
