"""After the answer: called back, rated, archived, perhaps reopened (DOMAIN 2.3). Pure."""

from __future__ import annotations

from datetime import timedelta

from open95598.casework.flow import Action, Computed, FromInput, Moment, Owner, Plus
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NOTE, NOW, choice

OUTCOMES = (
    ("satisfied", Label("客户满意", "Satisfied")),
    ("explained", Label("不满意，已解释并认可", "Not satisfied, accepted the explanation")),
    ("unsatisfied", Label("不满意，重新处理", "Not satisfied: handle it again")),
    ("unreached", Label("未接通", "Not reached")),
)


def after_call_back(m: Moment) -> str:
    """A satisfied or convinced customer ends it, a dissatisfied one reopens it, one not reached stays on the list."""
    return {"unsatisfied": "reopened", "unreached": "reviewed"}.get(m.data["outcome"], "callback")


def attempts_after(m: Moment) -> int:
    """Count this attempt, unless nobody was reached and it was made in quiet hours or too soon after the last one.

    So nobody can give up on a customer by three calls in a minute at midnight (DOMAIN 2.3).
    """
    if m.data["outcome"] == "unreached" and not attempt_counts(m):
        return int(m.typed.attempts)
    return int(m.typed.attempts) + 1


def attempt_counts(m: Moment) -> bool:
    """Say whether a call now keeps the rules: outside quiet hours, and long enough after the last attempt."""
    local = m.now.astimezone(m.zone)
    if m.rules.quiet_hours.covers(local.hour * 60 + local.minute):
        return False
    last = m.typed.last_attempt_at
    return last is None or m.now - last >= timedelta(minutes=m.rules.callback.gap_minutes)


def archive_guard(m: Moment) -> Label | None:
    """A case is archived after its call-back, or without one when the rules need none or all attempts were made."""
    if m.case.state == "callback":
        return None
    if not m.rules.needs_call_back(m.case.kind, m.typed.category).needed:
        return None
    most = m.rules.callback.attempts
    if m.typed.attempts >= most:
        return None
    return Label(
        f"须先回访客户；{most}次按规定时间均未接通后方可直接归档。",
        f"The customer must be called back first; only after {most} proper attempts can it be archived without.",
    )


def call_back() -> tuple[Action, ...]:
    """Call the customer back (回访) and archive."""
    rating = choice("satisfaction", "满意度", "Satisfaction", "satisfaction", required=False)
    return (
        Action(
            "call_back",
            Label("回访", "Call back"),
            Permission.CASE_CALL_BACK,
            ("reviewed",),
            ("callback", "reopened", "reviewed"),
            (choice("outcome", "回访结果", "Outcome", OUTCOMES), rating, NOTE),
            decide=after_call_back,
            main=True,
            sets={
                "attempts": Computed(attempts_after),
                "last_attempt_at": NOW,
                "called_back_at": NOW,
                "satisfaction": FromInput("satisfaction"),
            },
        ),
        Action(
            "archive",
            Label("归档", "Archive"),
            (Permission.CASE_ARCHIVE, Permission.CASE_CALL_BACK),
            ("reviewed", "callback"),
            ("archived",),
            (NOTE,),
            guard=archive_guard,
            main=True,
        ),
    )


def rate() -> Action:
    """Record the customer's rating (H12)."""
    return Action(
        "rate",
        Label("客户评价", "Rate"),
        (Permission.CASE_CALL_BACK, Permission.CASE_ANSWER),
        ("reviewed", "callback", "archived"),
        (),
        (choice("satisfaction", "满意度", "Satisfaction", "satisfaction"), NOTE),
        sets={"satisfaction": FromInput("satisfaction")},
    )


def reopen() -> Action:
    """Open an archived order again: the customer is not content after all."""
    return Action(
        "reopen",
        Label("重启", "Reopen"),
        (Permission.CASE_DISPATCH, Permission.CASE_CALL_BACK, Permission.CASE_ANSWER),
        ("archived", "terminated"),
        ("reopened",),
        (choice("reason", "重启原因", "Reason", "reopen_reasons"), NOTE),
        owner=Owner.NOBODY,
        sets={"reopenings": Plus(1), "attempts": 0, "extension": "", "case.review_level": 0},
    )
