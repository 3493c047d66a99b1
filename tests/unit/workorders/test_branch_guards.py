"""What keeps the branches of an order within their rules: guards and deciders, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests import rules

from open95598.casework.flow import OPENER, Moment, check, level_of, reachable
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.partflows import PARTS
from open95598.service.workorders.steps import asking, joining, others, returning

RULES = rules.shipped()
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def moment(kind: str = "fault", data: dict[str, Any] | None = None, clocks: Any = None, **typed: Any) -> Moment:
    case = SimpleNamespace(kind=kind, opened_at=NOW - 60 * MINUTE, due_at=NOW + 600 * MINUTE)
    usual = {"returns": 0, "settled_at": None, "dispatched_at": NOW, "extension": "", "extensions": 0, "absorbed": 0,
             "priority": "normal", "category": f"{kind}.other", "urge_count": lambda: 0}  # fmt: skip
    return Moment(case, SimpleNamespace(**(usual | typed)), data or {}, RULES, NOW, clocks or {})


@pytest.mark.parametrize(("returns", "state", "level"), [(0, "returned", None), (1, "disputed", "province")])
def test_the_last_return_that_the_rules_allow_is_decided_above(returns, state, level) -> None:
    m = moment(returns=returns)
    assert returning.after_return(m) == state
    assert level_of(returning.returned_to(m)) == level
    assert (returning.returned_to(m) == OPENER) is (level is None)


@pytest.mark.parametrize(
    ("kind", "minutes", "refused"),
    [("fault", 3, False), ("fault", 4, True), ("complaint", 120, False), ("complaint", 121, True)],
)
def test_a_return_has_its_limit(kind, minutes, refused) -> None:
    assert (returning.return_guard(moment(kind, dispatched_at=NOW - minutes * MINUTE)) is not None) is refused


def test_what_was_decided_is_not_returned() -> None:
    assert returning.return_guard(moment(settled_at=NOW)) is not None


def clock(*, due: datetime = NOW + MINUTE, left: int | None = None) -> Any:
    return {"answer": SimpleNamespace(due_at=due, left_minutes=left)}


@pytest.mark.parametrize(
    ("clocks", "typed", "days", "refused"),
    [
        (clock(), {}, 3, False),
        (clock(due=NOW), {}, 3, True),  # the limit is reached: too late
        (clock(due=NOW - MINUTE, left=30), {}, 3, False),  # suspended with time left
        (clock(left=0), {}, 3, True),
        (clock(), {"extensions": 1}, 3, True),
        (clock(), {}, 11, True),
    ],
)
def test_an_extension_is_asked_in_time_once_and_not_for_too_long(clocks, typed, days, refused) -> None:
    m = moment(clocks=clocks, data={"days": days}, **typed)
    assert asking.may_extend(m)
    assert (asking.extension_guard(m) is not None) is refused


def test_an_extension_is_decided_only_while_one_is_asked_and_an_answer_owed() -> None:
    assert not asking.may_extend(moment())
    assert not asking.may_extend(moment(clocks=clock(), extension="asked"))
    assert asking.extension_asked(moment(clocks=clock(), extension="asked"))
    assert not asking.extension_asked(moment(extension="asked"))
    assert not asking.extension_asked(moment(clocks=clock(), extension="granted"))


def test_urging_is_limited_before_half_of_the_time_but_not_for_safety() -> None:
    def refused(said: str = "not_handled", left: int = 600, **typed: Any) -> bool:
        answer = SimpleNamespace(started_at=NOW - 60 * MINUTE, due_at=NOW + left * MINUTE)
        often = {"urge_count": lambda: RULES.urge.most_before_half, "mark_codes": frozenset} | typed
        m = moment(data={"reason": said} if said else {}, clocks={"answer": answer}, **often)
        return others.urge_guard(m) is not None

    assert refused()
    assert not refused(urge_count=lambda: 1)
    assert not refused(left=60), "half of the answer's time has passed, whatever else is due"
    assert not refused("safety")
    assert not refused(""), "nothing was said yet: it may be for safety"
    assert not refused(priority="safety")
    assert not refused(mark_codes=lambda: frozenset({"media", "safety"}))
    assert refused(mark_codes=lambda: frozenset({"media"}))
    assert not refused(category="report.damage")


@pytest.mark.parametrize(
    ("kind", "into", "fits"),
    [("fault", "consultation", True), ("complaint", "complaint", True), ("complaint", "fault", False),
     ("consultation", "report", False), ("report", "complaint", False)],
)  # fmt: skip
def test_complaints_and_reports_are_merged_among_themselves(kind, into, fits) -> None:
    assert joining.fits(kind, into) is fits


def test_merging_is_one_level_deep() -> None:
    assert joining.merge_guard(moment(absorbed=1)) is not None
    assert joining.merge_guard(moment()) is None


@pytest.mark.parametrize("flow", [*ORDERS, *PARTS], ids=lambda f: f.kind)
def test_every_flow_holds_together(flow) -> None:
    assert check(flow) == []


@pytest.mark.parametrize("flow", [f for f in ORDERS if f.action("terminate")], ids=lambda f: f.kind)
def test_there_is_no_way_to_a_terminated_order_past_the_inquiry_and_the_answer(flow) -> None:
    from dataclasses import replace

    assert "terminated" in reachable(flow)
    for step in ("approve_termination", "inquire", "tell_customer"):
        without = replace(flow, actions=tuple(a for a in flow.actions if a.name != step))
        assert "terminated" not in reachable(without), step
