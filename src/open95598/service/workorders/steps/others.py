"""Others who are drawn in, each by a case of its own below the order (see ``partflows``). Pure."""

from __future__ import annotations

from open95598.casework.flow import Action, Input, InputType, Moment
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NOTE, choice

_WORK = (Permission.CASE_HANDLE, Permission.CASE_DISPATCH)


def _task(zh: str, en: str) -> Input:
    return Input("task", Label(zh, en), InputType.LONG_TEXT, max_length=2000, personal=True)


def urge_guard(m: Moment) -> Label | None:
    """Urging is limited before half of the answer's time, unless for safety (DOMAIN 2.4).

    Before anything was said (the action is only offered) nobody knows whether it is for safety: then it is possible.
    """
    rule, reason = m.rules.urge, m.data.get("reason")
    if m.typed.priority in rule.unlimited_priorities or (rule.unlimited_reasons and reason is None):
        return None
    if reason in rule.unlimited_reasons:
        return None
    if set(rule.unlimited_categories) & set(m.rules.lineage(m.typed.category)):
        return None
    if rule.unlimited_marks and not m.typed.mark_codes().isdisjoint(rule.unlimited_marks):
        return None
    # where the rules know no time for the answer, what is due last comes nearest to it
    clock = m.clocks.get("answer") or max(m.clocks.values(), key=lambda c: c.due_at, default=None)
    if clock is None or m.now >= clock.started_at + (clock.due_at - clock.started_at) / 2:
        return None
    if m.typed.urge_count() < rule.most_before_half:
        return None
    return Label(
        f"答复时限过半之前最多催办{rule.most_before_half}次，存在安全隐患的除外。",
        f"At most {rule.most_before_half} urges before half of the answer's time has passed, unless for danger.",
    )


def urge(sources: tuple[str, ...]) -> Action:
    """The customer asks again (催办): counted, and passed on to whoever has the order."""
    return Action(
        "urge",
        Label("催办", "Urge"),
        Permission.CASE_URGE,
        sources,
        (),
        (choice("reason", "催办原因", "Reason", "urge_reasons"), NOTE),
        guard=urge_guard,
        effect="urge",
        appends=True,
    )


def escalate(sources: tuple[str, ...]) -> Action:
    """Put it before the unit above (上报), whose decision stands on the order."""
    return Action(
        "escalate",
        Label("上报", "Escalate"),
        _WORK,
        sources,
        (),
        (
            choice("reason", "上报原因", "Reason", "escalation_reasons"),
            Input(
                "task", Label("请示事项", "What should be decided"), InputType.LONG_TEXT, max_length=2000, personal=True
            ),
        ),
        effect="escalate",
        appends=True,
    )


def joint(sources: tuple[str, ...]) -> Action:
    """Ask a second unit for its part (协办): a case of its own with its own clock; the owner stays responsible."""
    return Action(
        "joint",
        Label("协办", "Ask for joint handling"),
        _WORK,
        sources,
        (),
        (
            Input("unit", Label("协办单位", "Unit"), InputType.UNIT),
            _task("协办事项", "Task"),
        ),
        effect="joint",
    )


def coordinate(sources: tuple[str, ...]) -> Action:
    """Call units together (协调); what they decide, and who carries it out, stands on the order."""
    return Action(
        "coordinate",
        Label("协调", "Call for coordination"),
        _WORK,
        sources,
        (),
        (
            Input("unit", Label("参加单位", "Unit invited"), InputType.UNIT),
            Input(
                "task", Label("协调事项", "What is to be settled"), InputType.LONG_TEXT, max_length=2000, personal=True
            ),
            Input("meeting_at", Label("会议时间", "Meeting at"), InputType.DATETIME, required=False),
            Input("place", Label("地点或方式", "Where or how"), required=False, max_length=200),
        ),
        effect="coordinate",
    )
