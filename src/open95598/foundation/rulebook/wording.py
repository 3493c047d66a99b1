"""The rulebook's codes in words of the user's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from open95598.foundation.people.models import ROLE_NAMES
from open95598.foundation.people.policy import Role
from open95598.foundation.rulebook import schema
from open95598.foundation.units.models import AreaType, UnitLevel

CLOCKS = {
    "dispatch": gettext_lazy("Dispatch"),
    "accept": gettext_lazy("Accept"),
    "contact": gettext_lazy("Contact the customer"),
    "arrive": gettext_lazy("Arrive on site"),
    "restore": gettext_lazy("Restore supply"),
    "record": gettext_lazy("Record"),
    "progress": gettext_lazy("Tell progress"),
    "answer": gettext_lazy("Answer"),
    "review": gettext_lazy("Review"),
    "call_back": gettext_lazy("Call back"),
    "joint": gettext_lazy("Joint handling"),
    "urge": gettext_lazy("Pass the urge on"),
    "urge_answer": gettext_lazy("Answer the urge"),
    "decide": gettext_lazy("Decide the return"),
    "escalation": gettext_lazy("Decide from above"),
    "coordination": gettext_lazy("Coordinate"),
    "report": gettext_lazy("File the month-end report"),
    "take_note": gettext_lazy("Supervisor takes note"),
    "second_note": gettext_lazy("Second supervisor takes note"),
    "supervision_answer": gettext_lazy("Answer to the supervision"),
    "supervision_decide": gettext_lazy("Judge the answer"),
    "promise": gettext_lazy("Promised time"),
    "inspect": gettext_lazy("Inspect"),
    "objection": gettext_lazy("Object"),
    "objection_decide": gettext_lazy("Decide the objection"),
    "appeal": gettext_lazy("Decide the appeal"),
    "appeal_again": gettext_lazy("Appeal again"),
    "promised_call": gettext_lazy("Promised call"),
    "handover": gettext_lazy("Sign for the shift"),
    "knowledge_draft": gettext_lazy("Write the item"),
    "knowledge_review": gettext_lazy("Review the item"),
    "knowledge_valid": gettext_lazy("Until it is looked at again"),
    "knowledge_recheck": gettext_lazy("Look at the item again"),
    "visit": gettext_lazy("Visit the customer"),
    "door_visit": gettext_lazy("Take the complaint at the door"),
    "connection_visit": gettext_lazy("Call on the customer during the connection"),
    "tier_decision": gettext_lazy("Decide the tier"),
    "data_confirm": gettext_lazy("Look at the data finding"),
    "data_correct": gettext_lazy("Correct the data"),
    "plan_approve": gettext_lazy("Approve the plan"),
    "outage_notice": gettext_lazy("Announce the outage"),
    "outage_start": gettext_lazy("Enter the start"),
    "outage_restore": gettext_lazy("Restore supply and enter it"),
    "outage_over": gettext_lazy("Enter the end"),
    "fault_notice": gettext_lazy("Tell customers of the outage"),
    "important_notice": gettext_lazy("Call important users"),
    "fault_estimate": gettext_lazy("Enter when power will be back"),
}
LEVELS = {
    "own": gettext_lazy("handling unit"),
    "parent": gettext_lazy("unit above"),
    "opener": gettext_lazy("unit that registered it"),
}
WHENS = {"warn": gettext_lazy("On warning"), "breach": gettext_lazy("When overdue")}
MEANS = {"bell": gettext_lazy("Bell"), "sms": gettext_lazy("Text message")}
KEPT = {
    "order": gettext_lazy("Orders"),
    "complaint": gettext_lazy("Complaints"),
    "evidence": gettext_lazy("Evidence"),
    "recording": gettext_lazy("Recordings"),
    "chat": gettext_lazy("Chats"),
}
LISTS = {
    "priorities": gettext_lazy("Priorities"),
    "grades": gettext_lazy("Grades"),
    "channels": gettext_lazy("Channels"),
    "return_reasons": gettext_lazy("Reasons to return"),
    "suspend_reasons": gettext_lazy("Reasons to suspend"),
    "transfer_reasons": gettext_lazy("Reasons to transfer"),
    "terminate_reasons": gettext_lazy("Reasons to terminate"),
    "reopen_reasons": gettext_lazy("Reasons to reopen"),
    "reject_reasons": gettext_lazy("Reasons to send an answer back"),
    "fault_causes": gettext_lazy("Causes of faults"),
    "ownership": gettext_lazy("Ownership"),
    "results": gettext_lazy("Results"),
    "callback_results": gettext_lazy("Results of a call-back"),
    "callback_outcomes": gettext_lazy("After a call-back"),
    "satisfaction": gettext_lazy("Satisfaction"),
    "urge_reasons": gettext_lazy("Reasons to urge"),
    "extension_reasons": gettext_lazy("Reasons to extend"),
    "escalation_reasons": gettext_lazy("Reasons to escalate"),
    "complaint_causes": gettext_lazy("Causes of complaints"),
    "flag_reasons": gettext_lazy("Reasons to change a finding"),
    "charges": gettext_lazy("Charges"),
    "dissatisfaction_reasons": gettext_lazy("Reasons of dissatisfaction"),
    "call_languages": gettext_lazy("Languages of a call"),
    "call_times": gettext_lazy("Times to call"),
    "triage_skips": gettext_lazy("Reasons to skip a question"),
    "supervise_reasons": gettext_lazy("Reasons to supervise"),
    "order_marks": gettext_lazy("Marks of an order"),
}
SECTIONS = {
    "rulebook": gettext_lazy("Basics"),
    "kinds": gettext_lazy("Kinds of order"),
    "categories": gettext_lazy("Categories"),
    "limits": gettext_lazy("Time limits"),
    "warning": gettext_lazy("Warning"),
    "routes": gettext_lazy("Routing"),
    "callback": gettext_lazy("Call-back"),
    "quiet_hours": gettext_lazy("Quiet hours"),
    "ladders": gettext_lazy("Escalation"),
    "reviews": gettext_lazy("Review"),
    "returns": gettext_lazy("Return"),
    "urge": gettext_lazy("Urge"),
    "extension": gettext_lazy("Extension"),
    "repeats": gettext_lazy("Repeats"),
    "retention": gettext_lazy("Retention"),
    "first_contact": gettext_lazy("First contact"),
    "promises": gettext_lazy("Promises to customers"),
    "standing": gettext_lazy("Orders that stand still"),
    "choices": gettext_lazy("Lists"),
    "texts": gettext_lazy("Texts"),
    "triage": gettext_lazy("Triage"),
    "facts": gettext_lazy("Facts"),
    "needed_facts": gettext_lazy("Needed facts"),
    "quality": gettext_lazy("Score of an order"),
    "supervision": gettext_lazy("Supervision"),
    "supervision_told": gettext_lazy("Who hears of a supervision"),
    "qa_forms": gettext_lazy("Forms of inspection"),
    "sampling": gettext_lazy("Sampling plans"),
    "gradings": gettext_lazy("Grading of complaints"),
    "findings": gettext_lazy("Findings on complaints"),
    "assessment": gettext_lazy("Assessment"),
    "appeals": gettext_lazy("Appeals"),
    "amends_open_cases": gettext_lazy("Amendments of open cases"),
}


def length(text: str) -> str:
    """Say ``4wd`` or ``20min`` in words."""
    days, minutes = schema.parse_length(text)
    if days is not None:
        return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}
    return minutes_in_words(minutes or 0)


def minutes_in_words(minutes: int) -> str:
    """Say a number of minutes in the largest unit that fits."""
    if minutes % 1440 == 0 and minutes > 1440:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes % 60 == 0 and minutes:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def clock(code: str) -> str:
    """Name a clock."""
    return str(CLOCKS.get(code, code))


def role(code: str) -> str:
    """Name a role of a ladder."""
    return _("owner of the order") if code == "owner" else str(ROLE_NAMES[Role(code)])


def level(code: str) -> str:
    """Name where roles are held."""
    return str(LEVELS[code]) if code in LEVELS else str(UnitLevel(code).label)


def area(code: str) -> str:
    """Name an area."""
    return str(AreaType(code).label)


def window(minutes: tuple[int, int]) -> str:
    """Write a window of the day as a clock does."""
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes)


def named(table: dict[str, Any], code: str) -> str:
    """Look a code up; an unknown one (an overlay's own list) stands for itself."""
    return str(table.get(code, code))
