"""After the answer: called back, rated, archived, perhaps reopened (DOMAIN 2.3). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from open95598.casework.flow import Action, Computed, FromInput, Input, InputType, Moment, Owner, Plus
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label
from open95598.service.workorders import calling
from open95598.service.workorders.steps import speaking
from open95598.service.workorders.steps.handling import who_may_call
from open95598.service.workorders.steps.inputs import NOTE, NOW, choice

OUTCOMES = (
    ("satisfied", Label("客户满意", "Satisfied")),
    ("explained", Label("不满意，已解释并认可", "Not satisfied, accepted the explanation")),
    ("unsatisfied", Label("不满意，重新处理", "Not satisfied: handle it again")),
    ("unreached", Label("未接通", "Not reached")),
    ("refused", Label("客户拒绝回访", "Does not wish to be asked")),
)
#: an outcome of a call as well, but an act of its own: ``promise_call``
LATER = ("later", Label("约定时间再回访", "Call again at a time agreed"))
#: whoever is not satisfied is asked why
DISSATISFIED = ("explained", "unsatisfied")
SOLVED = (("yes", Label("已解决", "Yes, it is settled")), ("no", Label("未解决", "No, it is not settled")))
#: a promise lies at least so far ahead
SOONEST = timedelta(minutes=5)


def after_call_back(m: Moment) -> str:
    """A satisfied or convinced customer ends it, a dissatisfied one reopens it, one not reached stays on the list."""
    return {"unsatisfied": "reopened", "unreached": "reviewed"}.get(m.data["outcome"], "callback")


def attempts_after(m: Moment) -> int:
    """Count this attempt, unless nobody was reached and it was made when the customer was not to be called.

    So nobody can give up on a customer by three calls in a minute at midnight (DOMAIN 2.3). What is handled again is
    called back anew.
    """
    if m.data["outcome"] == "unsatisfied":
        return 0
    if m.data["outcome"] == "unreached" and not attempt_counts(m):
        return int(m.typed.attempts)
    return int(m.typed.attempts) + 1


def attempt_counts(m: Moment) -> bool:
    """Say whether a call now keeps the rules: at the promised time, else outside quiet hours, long enough after the
    last attempt, and in the part of the day that the customer wishes for. The desk asks the same (``calling.turn``)."""
    t = m.typed
    return calling.turn(t.last_attempt_at, m.rules, m.now, m.zone, t.call_at, t.call_time).why == calling.NOW


def call_back_guard(m: Moment) -> Label | None:
    """Whoever is not satisfied is asked why: figures tell what to improve (2.3, H12)."""
    if m.data.get("outcome") in DISSATISFIED and not m.data.get("reason"):
        return Label("客户不满意时，请选择不满意原因。", "Choose why the customer is not satisfied.")
    return None


def promise_guard(m: Moment) -> Label | None:
    """A promised time lies ahead, and not so far that it is none."""
    at: datetime | None = m.data.get("call_at")
    if at is None:
        return None
    longest = timedelta(minutes=m.rules.callback.longest_promise_minutes)
    if m.now + SOONEST <= at <= m.now + longest:
        return None
    return Label(
        f"约定时间应在5分钟之后、{longest.days}天之内。",
        f"The time agreed must be at least 5 minutes and at most {longest.days} days ahead.",
    )


def after_link(m: Moment) -> str:
    """A content customer ends it; what a discontent one leads to is the rulebook's; anyone else is called."""
    rule = m.rules.callback.message
    if m.data["solved"] == "no":
        return "reopened" if rule.not_solved == "reopen" else "reviewed"
    if m.data["satisfaction"] in m.rules.callback.content:
        return "callback"
    if rule.unsatisfied == "reopen" and m.data["satisfaction"] == "unsatisfied":
        return "reopened"
    return "reviewed"


def reopenings_after_call(m: Moment) -> int:
    """Count the reopening when a call leads to one."""
    return int(m.typed.reopenings) + (after_call_back(m) == "reopened")


def reopenings_after_link(m: Moment) -> int:
    """Count the reopening when the link's answer leads to one."""
    return int(m.typed.reopenings) + (after_link(m) == "reopened")


def is_reachable(m: Moment) -> bool:
    """Say whether there is somebody to call: an anonymous customer left nothing, so no call-back is owed."""
    return not getattr(m.typed, "anonymous", False)


def archive_guard(m: Moment) -> Label | None:
    """A case is archived after its call-back, or without one when the rules need none or all attempts were made."""
    if m.case.state == "callback" or not is_reachable(m):
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


def _rating(*, required: bool) -> Input:
    return choice("satisfaction", "满意度", "Satisfaction", "satisfaction", required=required)


def _language() -> Input:
    return choice("call_language", "语言提示", "Language of the call", "call_languages", required=False)


def call_back(clocks: tuple[str, ...] = ()) -> tuple[Action, ...]:
    """Call the customer back (回访), promise a call, and archive.

    ``clocks``: the flow's; those that still wait for a word with the customer end when the call reaches them.
    """
    owed = speaking.ends(clocks, speaking.spoken)
    return (
        Action(
            "call_back",
            Label("回访", "Call back"),
            Permission.CASE_CALL_BACK,
            ("reviewed",),
            ("callback", "reopened", "reviewed"),
            (
                choice("outcome", "回访结果", "Outcome", OUTCOMES),
                _rating(required=False),
                choice("reason", "不满意原因", "Why not satisfied", "dissatisfaction_reasons", required=False),
                choice("result", "通话情况", "The call", "callback_results", required=False),
                NOTE,
            ),
            decide=after_call_back,
            besides=who_may_call,
            when=is_reachable,
            guard=call_back_guard,
            effect="called",
            stops=("promised_call",),
            stops_if=owed,
            resumes=("call_back",),
            main=True,
            sets={
                **speaking.answered(speaking.spoken),
                **(speaking.contacted(speaking.spoken) if owed else {}),
                "attempts": Computed(attempts_after),
                "last_attempt_at": NOW,
                "called_back_at": NOW,
                "call_at": None,
                "satisfaction": FromInput("satisfaction"),
                "reopenings": Computed(reopenings_after_call),
            },
        ),
        Action(
            "promise_call",
            Label("约定回访时间", "Promise a call"),
            (Permission.CASE_CALL_BACK, Permission.CASE_ANSWER),
            ("reviewed",),
            (),
            (
                Input("call_at", Label("约定时间", "Time agreed"), InputType.DATETIME),
                _language(),
                NOTE,
            ),
            besides=who_may_call,
            when=is_reachable,
            guard=promise_guard,
            effect="call_promised",
            starts=("promised_call",),
            starts_from=promised_at,
            stops_if=speaking.ends(clocks, speaking.always, (speaking.CONTACT,)),
            pauses=("call_back",),
            sets={"call_at": FromInput("call_at"), "call_language": FromInput("call_language"), "last_attempt_at": NOW}
            | (speaking.contacted(speaking.always) if owed else {}),
        ),
        Action(
            "archive",
            Label("归档", "Archive"),
            (Permission.CASE_ARCHIVE, Permission.CASE_CALL_BACK),
            ("reviewed", "callback"),
            ("archived",),
            (NOTE,),
            stops=("promised_call",),
            guard=archive_guard,
            main=True,
        ),
    )


def promised_at(m: Moment) -> datetime:
    """Return the promised time: the clock of the promise counts from it on."""
    at: datetime = m.data["call_at"]
    return at


def wish(sources: tuple[str, ...]) -> Action:
    """Note what the customer wishes of a call: the part of the day, the language (1.2, 2.3)."""
    return Action(
        "call_wish",
        Label("回访要求", "Wishes for the call-back"),
        (Permission.CASE_CALL_BACK, Permission.CASE_ANSWER, Permission.CASE_HANDLE),
        sources,
        (),
        (choice("call_time", "方便时段", "Convenient time", "call_times", required=False), _language(), NOTE),
        sets={"call_time": FromInput("call_time"), "call_language": FromInput("call_language")},
    )


def rate() -> Action:
    """Record the customer's rating (H12)."""
    return Action(
        "rate",
        Label("客户评价", "Rate"),
        (Permission.CASE_CALL_BACK, Permission.CASE_ANSWER),
        ("reviewed", "callback", "archived"),
        (),
        (_rating(required=True), NOTE),
        effect="rated",
        sets={"satisfaction": FromInput("satisfaction")},
    )


def confirm() -> Action:
    """Record what the customer said through the one-time link: a fault may skip its call-back then (2.2)."""
    return Action(
        "confirm",
        Label("客户短信评价", "Rated by the link"),
        Permission.PORTAL,
        ("reviewed",),
        ("callback", "reopened", "reviewed"),
        (choice("solved", "是否解决", "Settled", SOLVED), _rating(required=True), NOTE),
        decide=after_link,
        effect="confirmed",
        stops=("promised_call",),
        resumes=("call_back",),
        sets={
            "call_at": None,
            "satisfaction": FromInput("satisfaction"),
            "called_back_at": NOW,
            "reopenings": Computed(reopenings_after_link),
        },
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
        sets={"reopenings": Plus(1), "attempts": 0, "call_at": None, "extension": "", "case.review_level": 0},
    )
