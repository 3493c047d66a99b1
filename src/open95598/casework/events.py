"""What the room hears: clocks that somebody should know of. What it says: ``case.…`` and ``clock.…`` (``services``,
``sweeper``)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.casework import registry
from open95598.foundation.events.registry import Heard, subscribe
from open95598.foundation.notices.services import tell
from open95598.foundation.words import Label

#: what the clocks are called when people are told about them
CLOCK_NAMES = {
    "dispatch": Label("派单", "dispatch"),
    "accept": Label("接单", "acceptance"),
    "contact": Label("联系客户", "contact"),
    "arrive": Label("到达现场", "arrival"),
    "restore": Label("恢复送电", "restoration"),
    "record": Label("记录", "recording"),
    "answer": Label("办理答复", "answer"),
    "review": Label("审核", "review"),
    "call_back": Label("回访", "call-back"),
    "joint": Label("协办", "joint handling"),
    "urge": Label("催办下派", "passing on the urge"),
    "urge_answer": Label("催办签收", "answering the urge"),
    "decide": Label("退单裁定", "deciding the return"),
    "escalation": Label("上报批示", "deciding from above"),
    "coordination": Label("协调", "coordination"),
    "progress": Label("告知进展", "telling progress"),
    "appeal": Label("申诉裁定", "deciding the appeal"),
    "appeal_again": Label("二次申诉", "appealing again"),
    "report": Label("流程报表报送", "filing the month-end report"),
    "take_note": Label("督办签收", "taking note of the supervision"),
    "second_note": Label("第二督办人签收", "taking note by a second supervisor"),
    "supervision_answer": Label("督办答复", "the answer to the supervision"),
    "supervision_decide": Label("督办审定", "judging the answer"),
    "promise": Label("承诺时间", "the promised time"),
    "inspect": Label("质检", "inspection"),
    "objection": Label("质检异议", "objecting to the inspection"),
    "objection_decide": Label("异议答复", "deciding the objection"),
    "fault_notice": Label("停电信息发布", "telling customers of the outage"),
    "important_notice": Label("电话告知重要用户", "calling important users"),
    "fault_estimate": Label("录入预计恢复时间", "entering when power will be back"),
}
_SAYING = {
    "clock.warned": Label("{number} {clock}即将超时", "{number}: {clock} is due soon"),
    "clock.breached": Label("{number} {clock}已超时", "{number}: {clock} is overdue"),
    "clock.escalated": Label("{number} {clock}超时升级提醒", "{number}: {clock} is still overdue"),
}


@subscribe("casework.clocks", *_SAYING)
def tell_of_clock(event: Heard, now: datetime) -> None:
    """Tell the people whom the case's ladder names (the payload's ``recipients``), once each, by its ``channels``."""
    told = event.payload
    typed = registry.typed(told["kind"])
    row = typed.model._base_manager.filter(pk=event.case_id).first()
    number = typed.summary(row).get("number", "") if row else ""
    clock, saying = CLOCK_NAMES.get(told["clock"], Label(told["clock"], told["clock"])), _SAYING[event.type]
    due = datetime.fromisoformat(told["due_at"]).astimezone(ZoneInfo(settings.TIME_ZONE))
    tell(
        told["recipients"],
        told["channels"],
        event.type,
        Label(saying.zh.format(number=number, clock=clock.zh), saying.en.format(number=number, clock=clock.en)),
        Label(f"时限 {due:%m-%d %H:%M}", f"due {due:%Y-%m-%d %H:%M}"),
        event.case_id,
        now=now,
        key=f"event/{event.id}",
    )
