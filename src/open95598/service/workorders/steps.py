"""Actions that many order types share, as functions that declare them. Pure: see ``casework.flow``."""

from __future__ import annotations

from datetime import timedelta

from open95598.casework.flow import (
    BACK,
    OPENER,
    Action,
    Computed,
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
from open95598.foundation.words import Label

NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, required=False, personal=True)
NEEDED_NOTE = Input("note", Label("说明", "Note"), InputType.LONG_TEXT, personal=True)
UNIT = Input("unit", Label("承办单位", "Unit"), InputType.UNIT)
ANSWER = Input("answer", Label("答复内容", "Answer"), InputType.LONG_TEXT, personal=True, max_length=4000)
NOW = Source.NOW


OUTCOMES = (
    ("satisfied", Label("客户满意", "Satisfied")),
    ("explained", Label("不满意，已解释并认可", "Not satisfied, accepted the explanation")),
    ("unsatisfied", Label("不满意，重新处理", "Not satisfied: handle it again")),
    ("unreached", Label("未接通", "Not reached")),
)
CONTACTS = (
    ("reached", Label("已联系上", "Reached")),
    ("no_answer", Label("无人接听", "No answer")),
    ("wrong_number", Label("号码有误", "Wrong number")),
)


def choice(
    name: str, zh: str, en: str, choices: str | tuple[tuple[str, Label], ...], *, required: bool = True
) -> Input:
    """Return a choice: from a list of the rulebook, or from pairs that the flow itself depends on."""
    return Input(name, Label(zh, en), InputType.CHOICE, required=required, choices=choices)


# states --------------------------------------------------------------------------------------------------------------

CREATED = State("created", Label("待派单", "Created"), clock="dispatch")
DISPATCHED = State("dispatched", Label("待接单", "Dispatched"), clock="accept")
ACCEPTED = State("accepted", Label("已接单", "Accepted"))
RETURNED = State("returned", Label("已退单", "Returned"), clock="dispatch")
PROCESSING = State("processing", Label("处理中", "Processing"))
SUSPENSION_ASKED = State("suspension_asked", Label("挂起待批", "Suspension asked"), side=True)
SUSPENDED = State("suspended", Label("已挂起", "Suspended"), side=True)
REPLIED = State("replied", Label("待审核", "Replied, in review"), clock="review")
REVIEWED = State("reviewed", Label("待回访", "Reviewed, to be called back"), clock="call_back")
CALLBACK = State("callback", Label("已回访", "Called back"))
REOPENED = State("reopened", Label("已重启", "Reopened"), clock="dispatch", starts=("answer",))
ARCHIVED = State("archived", Label("已归档", "Archived"), final=True)


# what guards and deciders work out -----------------------------------------------------------------------------------


def after_reply(m: Moment) -> str:
    """An answer goes to review when the rulebook gives its kind any level of it (DOMAIN 2.2)."""
    return "replied" if m.rules.review_depth(m.case.kind, m.typed.category) > 0 else "reviewed"


def after_review(m: Moment) -> str:
    """Review goes on, level by level, to the depth that the rulebook sets (DOMAIN 2.2)."""
    depth = m.rules.review_depth(m.case.kind, m.typed.category)
    return "reviewed" if m.case.review_level + 1 >= depth else "replied"


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


def urge_guard(m: Moment) -> Label | None:
    """Urging is limited before half of the answer's time, unless for safety (DOMAIN 2.4)."""
    rule = m.rules.urge
    if m.typed.priority in rule.unlimited_priorities:
        return None
    if set(rule.unlimited_categories) & set(m.rules.lineage(m.typed.category)):
        return None
    if m.case.due_at is None or m.now >= m.case.opened_at + (m.case.due_at - m.case.opened_at) / 2:
        return None
    if m.typed.urge_count() < rule.most_before_half:
        return None
    return Label(
        f"时限过半之前最多催办{rule.most_before_half}次。",
        f"At most {rule.most_before_half} urges before half of the time has passed.",
    )


# actions -------------------------------------------------------------------------------------------------------------


def dispatch(sources: tuple[str, ...] = ("created", "returned", "reopened"), *starts: str) -> Action:
    """Give the order to a unit (派单)."""
    return Action(
        "dispatch",
        Label("派单", "Dispatch"),
        Permission.CASE_DISPATCH,
        sources,
        ("dispatched",),
        (UNIT, NOTE),
        starts=starts,
        unit_input="unit",
        owner=Owner.NOBODY,
        main=True,
        sets={"dispatched_at": NOW, "case.review_level": 0},
    )


def answer_at_once(target: str = "archived") -> Action:
    """What can be answered at once is closed at once, and recorded (DOMAIN 2.2)."""
    return Action(
        "answer_at_once",
        Label("当场答复并办结", "Answer and close at once"),
        Permission.CASE_ANSWER,
        ("created",),
        (target,),
        (ANSWER, choice("satisfaction", "客户评价", "Customer's rating", "satisfaction", required=False)),
        sets={
            "answer": FromInput("answer"),
            "satisfaction": FromInput("satisfaction"),
            "replied_at": NOW,
            "closed_at_once": True,
        },
    )


def accept(permission: tuple[Permission, ...] = (Permission.CASE_HANDLE,)) -> Action:
    """Take the order (接单): whoever accepts is responsible."""
    return Action(
        "accept",
        Label("接单", "Accept"),
        permission,
        ("dispatched",),
        ("accepted",),
        (NOTE,),
        owner=Owner.ACTOR,
        sets={"accepted_at": NOW},
        main=True,
    )


def return_order(*stops: str) -> Action:
    """Send the order back to the dispatcher (退单) with one of the allowed reasons."""
    return Action(
        "return",
        Label("退单", "Return"),
        (Permission.CASE_HANDLE, Permission.CASE_CREW),
        ("dispatched",),
        ("returned",),
        (choice("reason", "退单原因", "Reason", "return_reasons"), NEEDED_NOTE),
        stops=stops,
        unit_input=OPENER,
        owner=Owner.NOBODY,
        sets={"returns": Plus(1)},
        danger=True,
    )


def transfer(sources: tuple[str, ...]) -> Action:
    """Hand the order to another unit (转派); the customer's clocks run on."""
    return Action(
        "transfer",
        Label("转派", "Transfer"),
        Permission.CASE_HANDLE,
        sources,
        ("dispatched",),
        (UNIT, NEEDED_NOTE),
        unit_input="unit",
        owner=Owner.NOBODY,
        sets={"dispatched_at": NOW},
    )


def begin() -> Action:
    """Start working on it."""
    return Action(
        "begin",
        Label("开始处理", "Begin"),
        Permission.CASE_HANDLE,
        ("accepted",),
        ("processing",),
        (NOTE,),
        owner=Owner.ACTOR,
        main=True,
    )


def contact(sources: tuple[str, ...], *, clock: bool = True) -> Action:
    """Record a contact with the customer while it is being handled."""
    return Action(
        "contact",
        Label("联系客户", "Contact the customer"),
        (Permission.CASE_HANDLE, Permission.CASE_CREW, Permission.CASE_ANSWER),
        sources,
        (),
        (choice("outcome", "联系结果", "Outcome", CONTACTS), NOTE),
        stops=("contact",) if clock else (),
        sets={"contacted_at": NOW},
    )


def suspension(sources: tuple[str, ...]) -> tuple[Action, ...]:
    """Suspend with approval (挂起): the clocks stop only when it is granted, and go on at the resumption."""
    return (
        Action(
            "ask_suspension",
            Label("申请挂起", "Ask for suspension"),
            (Permission.CASE_HANDLE, Permission.CASE_CREW),
            sources,
            ("suspension_asked",),
            (choice("reason", "挂起原因", "Reason", "suspend_reasons"), NEEDED_NOTE),
        ),
        Action(
            "approve_suspension",
            Label("批准挂起", "Approve suspension"),
            Permission.CASE_APPROVE,
            ("suspension_asked",),
            ("suspended",),
            (NOTE,),
            pauses=("*",),
            main=True,
        ),
        Action(
            "refuse_suspension",
            Label("不予挂起", "Refuse suspension"),
            Permission.CASE_APPROVE,
            ("suspension_asked",),
            (BACK,),
            (NEEDED_NOTE,),
        ),
        Action(
            "resume",
            Label("恢复办理", "Resume"),
            (Permission.CASE_HANDLE, Permission.CASE_CREW, Permission.CASE_APPROVE),
            ("suspended",),
            (BACK,),
            (NOTE,),
            resumes=("*",),
            main=True,
        ),
    )


def reply(
    source: str, permission: tuple[Permission, ...] = (Permission.CASE_HANDLE,), *, result: bool = True
) -> Action:
    """Give the answer for review (回单): ends the time for answering."""
    inputs = (ANSWER, choice("result", "处理结果", "Result", "results")) if result else (ANSWER,)
    return Action(
        "reply",
        Label("回单", "Reply"),
        permission,
        (source,),
        ("replied", "reviewed"),
        inputs,
        stops=("answer", "contact"),
        decide=after_reply,
        main=True,
        sets={"answer": FromInput("answer"), "replied_at": NOW, "case.review_level": 0}
        | ({"result": FromInput("result")} if result else {}),
    )


def review(rejected_to: str) -> tuple[Action, ...]:
    """Review level by level (逐级审核)."""
    return (
        Action(
            "approve",
            Label("审核通过", "Approve the reply"),
            Permission.CASE_REVIEW,
            ("replied",),
            ("replied", "reviewed"),
            (NOTE,),
            decide=after_review,
            sets={"case.review_level": Plus(1), "reviewed_at": NOW},
            main=True,
        ),
        Action(
            "reject",
            Label("审核退回", "Reject the reply"),
            Permission.CASE_REVIEW,
            ("replied",),
            (rejected_to,),
            (NEEDED_NOTE,),
            sets={"case.review_level": 0},
            danger=True,
        ),
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
        ("archived",),
        ("reopened",),
        (choice("reason", "重启原因", "Reason", "reopen_reasons"), NOTE),
        owner=Owner.NOBODY,
        sets={"reopenings": Plus(1), "attempts": 0, "case.review_level": 0},
    )


def joint(sources: tuple[str, ...]) -> Action:
    """Ask a second unit for its part (协办): a case of its own with its own clock; the owner stays responsible."""
    return Action(
        "joint",
        Label("协办", "Ask for joint handling"),
        (Permission.CASE_HANDLE, Permission.CASE_DISPATCH),
        sources,
        (),
        (
            Input("unit", Label("协办单位", "Unit"), InputType.UNIT),
            Input("task", Label("协办事项", "Task"), InputType.LONG_TEXT, max_length=2000),
        ),
        effect="joint",
    )


def beside(states: tuple[State, ...]) -> tuple[Action, ...]:
    """What can be added at any time: urges while it is open and unanswered, notes always, recusal."""
    everywhere = tuple(s.name for s in states)
    unanswered = tuple(s.name for s in states if not s.final and s.name not in ("reviewed", "callback"))
    open_ = tuple(s.name for s in states if not s.final)
    return (
        Action(
            "urge",
            Label("催办", "Urge"),
            Permission.CASE_URGE,
            unanswered,
            (),
            (choice("reason", "催办原因", "Reason", "urge_reasons"), NOTE),
            guard=urge_guard,
            effect="urge",
            appends=True,
        ),
        Action(
            "note",
            Label("备注", "Note"),
            Permission.CASE_NOTE,
            everywhere,
            (),
            (Input("text", Label("内容", "Text"), InputType.LONG_TEXT, personal=True, max_length=4000),),
            appends=True,
        ),
        Action(
            "recuse",
            Label("回避", "Recuse"),
            Permission.CASE_RECUSE,
            open_,
            (),
            (
                Input("person", Label("回避人员", "Person"), InputType.PERSON, required=False),
                Input("unit", Label("回避单位", "Unit"), InputType.UNIT, required=False),
                NEEDED_NOTE,
            ),
            effect="recuse",
            danger=True,
        ),
    )
