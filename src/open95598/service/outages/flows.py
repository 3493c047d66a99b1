"""The life of an outage (DOMAIN 4), and the acts that it adds to faults. Pure.

Unconfirmed → probable → confirmed → crew sent → partly restored → restored → closed; taken over by another one, or
found to be none. What reports and telemetry change has no permission (the house does it); what a dispatcher makes
certain is told to the engine by the act's effect. A fault inside an outage waits beside it, in its own state "merged",
with its own clocks and its own call-back; one of them, the lead, keeps the crew that serves everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from open95598.casework.flow import (
    BACK,
    Action,
    Computed,
    Flow,
    FromInput,
    Input,
    InputType,
    Moment,
    Owner,
    Source,
    State,
)
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps import beside, joining
from open95598.service.workorders.steps.inputs import NEEDED_NOTE, NOTE, choice

KIND, FAULT = "outage", "fault"
NOW, WHO = Source.NOW, Source.ACTOR
#: who makes an outage certain; crews report what they find as well
DISPATCH = (Permission.CASE_DISPATCH, Permission.CASE_HANDLE)
FIELD = (*DISPATCH, Permission.CASE_CREW)

STATES = (
    State("unconfirmed", Label("待确认", "Unconfirmed")),
    State("probable", Label("疑似停电", "Probable")),
    State("confirmed", Label("已确认", "Confirmed")),
    State("crew_sent", Label("已派抢修", "Crew sent")),
    State("partly_restored", Label("部分恢复", "Partly restored")),
    State("restored", Label("已恢复供电", "Restored")),
    State("closed", Label("已办结", "Closed"), final=True),
    State("merged", Label("已并入其他停电", "Taken over by another outage"), final=True),
    State("withdrawn", Label("已撤销（非停电）", "Withdrawn: no outage"), final=True),
)
#: from the first report until somebody is on the way
FRESH = ("unconfirmed", "probable", "confirmed")
#: nobody below the device has power
DARK = (*FRESH, "crew_sent")
OPEN = (*DARK, "partly_restored", "restored")
#: states of a fault in which it can wait beside an outage: no crew of its own is out
JOINABLE = ("created", "returned", "reopened", "dispatched", "accepted")
MOST_DEVICES = 50


def _text(name: str, zh: str, en: str, *, required: bool = False, most: int = 200, help_: Label | None = None) -> Input:
    return Input(name, Label(zh, en), required=required, max_length=most, help=help_)


_CODES_HELP = Label("填设备编号，多个用空格或逗号隔开。", "Codes of devices, with blanks or commas between them.")
_WORDS_HELP = Label("将告知每一位受影响的报修客户。", "Everybody who reported it is told so.")
_CAUSE = choice("cause", "停电原因", "Cause", "fault_causes", required=False)
_WORDS = Input("text", Label("告知内容", "What customers are told"), InputType.LONG_TEXT, required=False,
               max_length=1000, outward=True, personal=True, help=_WORDS_HELP)  # fmt: skip
#: where an outage is, as the engine tells it
_PLACE = (
    _text("device", "设备编号", "Code of the device", required=True, most=120),
    Input("device_kind", Label("设备类别", "Kind of device"), InputType.INTEGER),
    _text("device_name", "设备名称", "Name of the device", most=120),
    Input("supply_points", Label("用电户数", "Supply points"), InputType.INTEGER),
    Input("dark_since", Label("停电起始", "Dark since"), InputType.DATETIME),
    Input("unit", Label("单位", "Unit"), InputType.UNIT),
)
_SETS_PLACE = {
    "device": FromInput("device"),
    "device_kind": FromInput("device_kind"),
    "device_name": FromInput("device_name"),
    "original_customers_served": FromInput("supply_points"),
    "actual_start": FromInput("dark_since"),
}


def codes(text: str) -> list[str]:
    """Return the codes of devices that somebody typed, each once, in their order."""
    for mark in ",，;；、\n\t":
        text = text.replace(mark, " ")
    return list(dict.fromkeys(text.split()))


def confirmed_as(m: Moment) -> str:
    """Confirming it again while the crew is out changes the place, not the state."""
    return "crew_sent" if m.case.state == "crew_sent" else "confirmed"


def after_restoring(m: Moment) -> str:
    """Where devices are named that stay dark, it is restored in part: each of them is an outage of its own."""
    return "partly_restored" if codes(m.data.get("still_dark") or "") else "restored"


def ended(m: Moment) -> Any:
    """Return when supply was back for everybody: not before the last of those named is served as well."""
    return None if after_restoring(m) == "partly_restored" else NOW


def back_at(m: Moment) -> Any:
    """Return when the crew says that power was back: what it told later, from where there is no network, counts from
    then."""
    told = m.data.get("power_back_at")
    return NOW if told is None else max(told, m.typed.actual_start)


def range_guard(m: Moment) -> Label | None:
    """An estimate lies ahead, and its end not before its beginning."""
    first, last = m.data.get("estimated_from"), m.data.get("estimated_to")
    if first is None or last is None:
        return None
    if last < first:
        return Label("最晚时间不能早于最早时间。", "The latest time lies before the earliest.")
    if last <= m.now:
        return Label("预计恢复时间须晚于现在。", "The estimate must lie ahead.")
    return None


def on_its_way(m: Moment) -> bool:
    """Say whether a crew that was sent for the outage itself is not known to be there."""
    return m.typed.crew_sent_at is not None and m.typed.crew_arrived_at is None


def nothing_open(m: Moment) -> Label | None:
    """Nobody closes an outage of which a part is still dark."""
    left = m.typed.nested_open()
    if not left:
        return None
    return Label(f"还有{left}处尚未恢复。", f"{left} place(s) inside it are still dark.")


def few_devices(m: Moment) -> Label | None:
    """A split names at least two devices, and nobody means a hundred."""
    named = len(codes(m.data.get("devices") or ""))
    if "devices" in m.data and not 2 <= named <= MOST_DEVICES:
        return Label("请填写2至50个设备编号。", "Name 2 to 50 devices.")
    return None


def _was_unsure(m: Moment) -> bool:
    return m.case.state in ("unconfirmed", "probable")


def _without_estimate(m: Moment) -> bool:
    return _was_unsure(m) and (m.typed.estimated_to is None or m.typed.estimated_to <= m.now)


#: an outage that becomes certain: from now on its customers, and the important ones of them by telephone, are told in
#: time, and when power will be back (DOMAIN 4 [Q8, Q10])
_SURE: dict[str, Callable[[Moment], bool]] = {
    "fault_notice": _was_unsure, "important_notice": _was_unsure, "fault_estimate": _without_estimate,
}  # fmt: skip
_OVER = tuple(_SURE)

_BY_THE_HOUSE = (
    Action(
        "outage_moved", Label("停电位置更新", "The place is another one"), (), OPEN, (), _PLACE, sets=_SETS_PLACE,
        keeps=("device",), unit_input="unit",
    ),
    Action("outage_probable", Label("判定为疑似停电", "Probable by now"), (), ("unconfirmed",), ("probable",)),
    Action("outage_seen", Label("遥测确认停电", "Confirmed by telemetry"), (), ("unconfirmed", "probable"),
           ("confirmed",), starts_if=_SURE),
    Action("crew_went", Label("抢修出发", "The crew is on its way"), (), FRESH, ("crew_sent",), starts_if=_SURE),
    Action("customers_told", Label("已通知受影响客户", "Its customers are being told"), (), OPEN, (),
           stops=("fault_notice",)),
    Action("important_told", Label("重要用户均已电话告知", "Its important users were called"), (), OPEN, (),
           stops=("important_notice",)),
    Action(
        "outage_light", Label("遥测已恢复供电", "Power is back, by telemetry"), (), (*DARK, "partly_restored"),
        ("restored",), sets={"actual_end": NOW}, stops=_OVER,
    ),
    Action(
        "lead_restored", Label("抢修人员报告恢复送电", "The crew reported that power is back"), (), DARK, ("restored",),
        (_CAUSE, Input("power_back_at", Label("送电时间", "Power was back at"), InputType.DATETIME, required=False)),
        sets={"actual_end": Computed(back_at), "cause_kind": FromInput("cause")}, effect="restored",
        stops=_OVER,
    ),
    Action(
        "all_light", Label("其余部分均已恢复", "The rest is restored as well"), (), ("partly_restored",), ("restored",),
        sets={"actual_end": NOW}, stops=_OVER,
    ),
    Action(
        "outage_merged", Label("并入其他停电", "Taken over by another outage"), (), DARK, ("merged",),
        (Input("into_outage", Label("停电事件", "Outage"), InputType.INTEGER, minimum=1, maximum=2**62),),
        sets={"merged_into": FromInput("into_outage")},
    ),
    Action("outage_withdrawn", Label("研判不再成立，撤销", "No longer believed: withdrawn"), (),
           ("unconfirmed", "probable"), ("withdrawn",)),
)  # fmt: skip

_BY_PEOPLE = (
    Action(
        "confirm_outage", Label("确认停电", "Confirm"), DISPATCH, DARK, ("confirmed", "crew_sent"),
        (
            _text("at_device", "停电设备编号", "Code of the open device", most=120,
                  help_=Label("不填即为当前研判的设备。", "Empty: the device that is named now.")),
            _CAUSE, NOTE,
        ),
        sets={"cause_kind": FromInput("cause"), "settled": True, "by": WHO}, decide=confirmed_as, effect="confirmed",
        starts_if=_SURE, main=True,
    ),
    Action(
        "send_outage_crew", Label("派出抢修", "Send the crew"), FIELD, FRESH, ("crew_sent",),
        (Input("person", Label("抢修人员", "Crew member"), InputType.PERSON, required=False), NOTE),
        sets={"crew_sent_at": NOW}, owner=Owner.INPUT, effect="sent", starts_if=_SURE,
        main=True,
    ),
    Action(
        "reach_outage", Label("抢修到达现场", "The crew is on site"), FIELD, ("crew_sent",), (), (NOTE,),
        sets={"crew_arrived_at": NOW}, when=on_its_way, main=True,
    ),
    Action(
        "estimate_outage", Label("预计恢复时间", "When power will be back"), FIELD, (*DARK, "partly_restored"), (),
        (
            Input("estimated_from", Label("最早", "At the earliest"), InputType.DATETIME),
            Input("estimated_to", Label("最晚", "At the latest"), InputType.DATETIME),
            _WORDS,
        ),
        sets={"estimated_from": FromInput("estimated_from"), "estimated_to": FromInput("estimated_to")},
        guard=range_guard, stops=("fault_estimate",), effect="told",
    ),
    Action(
        "tell_everybody", Label("统一告知客户", "Tell everybody"), DISPATCH, OPEN, (),
        (Input("text", Label("告知内容", "What customers are told"), InputType.LONG_TEXT, max_length=1000,
               outward=True, personal=True, help=_WORDS_HELP),),
        effect="told",
    ),
    Action(
        "restore_outage", Label("恢复供电", "Power is back"), FIELD, DARK, ("restored", "partly_restored"),
        (
            _CAUSE,
            _text("still_dark", "仍未恢复的设备编号", "Devices that stay dark", most=2000, help_=_CODES_HELP),
            _WORDS,
        ),
        sets={"cause_kind": FromInput("cause"), "actual_end": Computed(ended), "settled": True}, decide=after_restoring,
        stops=_OVER, effect="restored", main=True,
    ),
    Action(
        "rest_restored", Label("全部恢复供电", "All of it is restored"), FIELD, ("partly_restored",), ("restored",),
        (NOTE,), sets={"actual_end": NOW}, stops=_OVER, guard=nothing_open, main=True,
    ),
    Action(
        "close_outage", Label("办结", "Close"), DISPATCH, ("restored",), ("closed",),
        (choice("cause", "停电原因", "Cause", "fault_causes"), NOTE),
        sets={"cause_kind": FromInput("cause")}, guard=nothing_open, main=True,
    ),
    Action(
        "split_outage", Label("拆分", "Take apart"), DISPATCH, DARK, (),
        (_text("devices", "分别停电的设备编号", "Devices that are open instead", required=True, most=2000,
               help_=_CODES_HELP),),
        guard=few_devices, effect="split",
    ),
    Action(
        "merge_outage", Label("并入其他停电事件", "Take it for another outage"), DISPATCH, DARK, ("merged",),
        (_text("into_number", "停电事件编号", "Number of the other outage", required=True, most=40),),
        effect="merged",
    ),
    Action(
        "not_outage", Label("核实不是停电", "It is no outage"), DISPATCH, DARK, ("withdrawn",),
        (Input("why_wrong", Label("核实情况", "What was found"), InputType.LONG_TEXT, max_length=500, personal=True),),
        sets={"why_wrong": FromInput("why_wrong"), "by": WHO}, effect="wrong", danger=True,
    ),
    beside.note(STATES),
)  # fmt: skip

FLOW = Flow(KIND, 1, Label("停电事件", "Outage"), "unconfirmed", STATES, (*_BY_THE_HOUSE, *_BY_PEOPLE))


# what faults get -----------------------------------------------------------------------------------------------------


def waits_beside_outage(m: Moment) -> bool:
    """Say whether a fault waits beside an outage, and not beside another order."""
    return m.typed.merged_into_id is None


def on_faults(_flow: Flow) -> Iterable[Action]:
    """Return what a fault's flow gets: wait beside an outage, its crew is there, leave it again."""
    yield Action(
        "join_outage", Label("并入停电事件", "Waits for the crew of the outage"), (), JOINABLE, ("merged",),
        (_text("outage", "停电事件编号", "Number of the outage", required=True, most=40),),
    )  # fmt: skip
    yield Action(
        "outage_attended", Label("抢修到达停电现场", "The outage's crew is on site"), (), ("merged",), (),
        (), stops=("arrive",), sets={"arrived_at": NOW}, when=waits_beside_outage,
    )  # fmt: skip
    yield Action(
        "leave_outage", Label("移出停电事件", "Not part of the outage"), joining.WHO, ("merged",), (BACK,),
        (NEEDED_NOTE,), when=waits_beside_outage, effect="left_outage",
    )  # fmt: skip
