"""What the rulebook that comes with the house says, row by row of the specification."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests import rules

from open95598.casework.clocks import start
from open95598.foundation.calendars.arithmetic import ROUND_THE_CLOCK, WorkCalendar, parse_intervals
from open95598.foundation.rulebook.model import Rulebook, WarnRule
from open95598.foundation.rulebook.routing import UnitFacts

RULES: Rulebook = rules.shipped()
SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
KINDS = ("fault", "complaint", "report", "opinion", "suggestion", "consultation", "service_request", "praise")


def test_the_taxonomy_is_complete() -> None:
    assert tuple(kind.code for kind in RULES.kinds) == KINDS
    assert len(RULES.categories("fault")) == 6
    complaints = RULES.categories("complaint")
    assert [c.label.zh for c in complaints] == ["服务投诉", "营业投诉", "停送电投诉", "供电质量投诉", "电网建设投诉"]
    assert all(second.children for first in complaints for second in first.children)


@pytest.mark.parametrize(
    ("clock", "facts", "minutes", "calendar", "warn"),
    [
        ("dispatch", {"kind": "fault"}, 2, "", 1),
        ("arrive", {"kind": "fault", "area": "city"}, 45, "", 9),
        ("arrive", {"kind": "fault", "area": "rural"}, 90, "", 18),
        ("arrive", {"kind": "fault", "area": "remote"}, 120, "", 24),
        ("restore", {"kind": "fault", "area": "remote"}, 240, "", 48),
        ("contact", {"kind": "complaint"}, 1440, "", 288),
        ("answer", {"kind": "complaint"}, 4 * 480, "cn", 960),
        ("answer", {"kind": "complaint", "category": "complaint.quality.voltage.long_abnormal"}, 15 * 480, "cn", 960),
        ("answer", {"kind": "complaint", "channel": "12398"}, 10 * 480, "cn", 960),
        ("answer", {"kind": "complaint", "channel": "12345"}, 7 * 1440, "", 2880),
        ("answer", {"kind": "report"}, 9 * 480, "cn", 960),
        ("answer", {"kind": "service_request", "category": "service_request.meter"}, 4 * 480, "cn", 960),
        ("answer", {"kind": "service_request", "category": "service_request.reading"}, 6 * 480, "cn", 960),
        ("answer", {"kind": "service_request", "category": "service_request.charging"}, 120, "", 24),
        ("answer", {"kind": "service_request", "category": "service_request.other.move"}, 5 * 480, "cn", 960),
        ("call_back", {"kind": "complaint"}, 480, "cn", 96),
        ("call_back", {"kind": "fault"}, 1440, "", 288),
    ],
)
def test_limits(clock: str, facts: dict[str, str], minutes: int, calendar: str, warn: int) -> None:
    limit = RULES.limit(clock, **facts)  # type: ignore[arg-type]
    assert limit is not None
    assert (limit.minutes, limit.calendar, limit.warn_minutes) == (minutes, calendar, warn)


@pytest.mark.parametrize("limit", [*range(1, 40), 90, 2 * 1440, 2 * 1440 + 1, 3 * 1440])
def test_a_warning_comes_before_the_breach_however_short_the_limit(limit: int) -> None:
    for rule in (RULES.warn, WarnRule(before_minutes=5 * 1440, percent=1), WarnRule(percent=1, least_minutes=3)):
        for working in (False, True):
            before = rule.minutes(limit, 480, working=working)
            assert min(rule.least_minutes, limit) <= before <= limit
            times = start(ROUND_THE_CLOCK, AT, limit, before)
            assert AT <= times.warn_at < times.due_at


def test_working_days_count_on_the_units_calendar() -> None:
    hall = WorkCalendar("hall", SHANGHAI, (parse_intervals("09:00-16:00"),) * 6 + ((),))
    limit = RULES.limit("answer", kind="complaint", calendar=hall)
    assert limit is not None
    assert (limit.minutes, limit.calendar) == (4 * 420, "hall")
    assert RULES.limit("arrive", kind="fault", area="city", calendar=hall).calendar == ""  # type: ignore[union-attr]
    assert RULES.limit("restore", kind="opinion") is None


def test_call_back() -> None:
    assert (RULES.callback.attempts, RULES.callback.gap_minutes) == (3, 120)
    assert RULES.callback.windows == ((480, 720), (840, 1260))
    assert RULES.needs_call_back("complaint", "complaint.service").needed
    assert not RULES.needs_call_back("praise", "praise.staff").needed
    assert RULES.needs_call_back("fault").message_is_enough


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        ("2026-03-02 12:30:20", "2026-03-02 14:00"),
        ("2026-03-02 21:00", "2026-03-03 08:00"),
        ("2026-03-03 07:59:59", "2026-03-03 08:00"),
        ("2026-03-03 08:00", "2026-03-03 08:00"),
        ("2026-03-03 20:59", "2026-03-03 20:59"),
    ],
)
def test_quiet_hours(at: str, allowed: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI).astimezone(UTC)
    expected = datetime.fromisoformat(allowed).replace(tzinfo=SHANGHAI)
    assert RULES.quiet_hours.next_allowed(instant, SHANGHAI) == expected


def test_ladders_climb() -> None:
    steps = RULES.ladder("complaint", "answer")
    assert [s.when for s in steps] == ["warn", "breach", "later", "later", "later"]
    assert [s.after_minutes for s in steps] == [0, 0, 480, 960, 2400]
    assert RULES.ladder("fault", "arrive")[0].channels == ("bell", "sms")
    assert RULES.ladder("praise", "joint") == RULES.ladder("opinion", "answer")


def test_review_return_urge_retention() -> None:
    assert RULES.review_depth("complaint") == 2
    assert RULES.review_depth("complaint", grade="special") == 3
    assert RULES.review_depth("consultation") == 0
    assert (RULES.returns("fault").minutes, RULES.returns("opinion").minutes) == (3, 120)
    assert RULES.returns("fault").decided_by == "province"
    assert (RULES.urge.pass_on_minutes, RULES.urge.most_before_half) == (10, 2)
    assert RULES.retention_days("complaint", "special") == 5 * 365 + 1
    assert RULES.retention_days("complaint", "general") == 3 * 365
    assert RULES.retention_days("nothing") is None
    assert RULES.priority("fault", "fault.hv.line") == "urgent"
    assert RULES.priority("fault", "fault.lv.line") == "normal"
    assert RULES.choices("fault_causes", "complaint") == ()


UNITS = (
    UnitFacts(1, "HQ", "总部", "headquarters", (1,)),
    UnitFacts(2, "P", "省公司", "province", (1, 2)),
    UnitFacts(3, "C", "济南公司", "city", (1, 2, 3), ("济南市", "3701")),
    UnitFacts(4, "N1", "历下公司", "county", (1, 2, 3, 4), ("历下区", "370102")),
    UnitFacts(5, "N2", "章丘公司", "county", (1, 2, 3, 5), ("章丘区", "370114")),
    UnitFacts(6, "T1", "历下一班", "team", (1, 2, 3, 4, 6), ("泺源大街",)),
    UnitFacts(7, "N3", "莱芜公司", "county", (1, 2, 3, 7), ("章丘区",)),
)


@pytest.mark.parametrize(
    ("facts", "unit", "rule"),
    [
        ({"kind": "fault", "address": "济南市历下区泺源大街1号"}, 4, "fault"),
        ({"kind": "report", "category": "report.theft", "address": "济南市历下区"}, 3, "report-to-city"),
        ({"kind": "opinion", "division": "370102001"}, 4, "everything"),
        ({"kind": "opinion", "address": "济南市某处"}, 3, "everything"),
        ({"kind": "opinion", "address": "上海市"}, None, "everything"),
        ({"kind": "complaint", "channel": "12345", "address": "历下区"}, 3, "external-to-city"),
        ({"kind": "praise", "unit_id": 6, "address": "上海市"}, 4, "everything"),
        ({"kind": "fault", "address": "济南市章丘区"}, 3, "fault"),
    ],
)
def test_routing_finds_the_unit_and_says_why(facts: dict[str, object], unit: int | None, rule: str) -> None:
    found = RULES.route({**facts, "units": UNITS})
    assert (found.unit_id, found.rule) == (unit, rule)
    assert found.why.zh
    assert found.why.en
