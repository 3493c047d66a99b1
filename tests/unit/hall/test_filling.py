"""What is accepted of an application, and when appointments can be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests import rules

from open95598.foundation.calendars.store import built_in
from open95598.foundation.rulebook.hall_rows import ApplicationField, ApplicationRule
from open95598.foundation.rulebook.rows import Choice
from open95598.foundation.words import Label
from open95598.service.hall import filling, slots

RULES = rules.shipped().hall
TODAY = date(2026, 3, 2)
WORD = Label("词", "word")


def rule(**field: object) -> ApplicationRule:
    one = ApplicationField("x", WORD, **field)  # type: ignore[arg-type]
    return ApplicationRule("a", WORD, WORD, "c", ("owner",), WORD, (WORD,), (one,))


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ({"type": "integer", "least": 1, "most": 350}, "７", "7"),
        ({"type": "integer", "least": 1, "most": 350}, "0", "low"),
        ({"type": "integer", "least": 1, "most": 350}, "351", "high"),
        ({"type": "integer"}, "1.5", "number"),
        ({"type": "integer"}, "1e9999999", "number"),
        ({"type": "decimal"}, "NaN", "number"),
        ({"type": "decimal"}, "1.50", "1.5"),
        ({"type": "date"}, "2026-03-01", "2026-03-01"),
        ({"type": "date"}, "2026-02-30", "day"),
        ({"type": "date"}, "1999-01-01", "far"),
        ({"type": "phone"}, "+86 138 1234 5678", "13812345678"),
        ({"type": "phone"}, "abc", "phone"),
        ({"type": "email"}, "a@b", "email"),
        ({"type": "email"}, "li@example.org", "li@example.org"),
        ({"type": "tax_number"}, "91430100ma4l1234xx", "91430100MA4L1234XX"),
        ({"type": "tax_number"}, "12", "tax_number"),
        ({"type": "text", "most": 3}, "四个字了", "long"),
        ({"type": "yes"}, "no", "missing"),
        ({"type": "choice", "choices": (Choice("a", WORD),)}, "b", "choice"),
        ({"type": "text"}, "  ", "missing"),
    ],
)
def test_a_value_is_judged_by_its_declaration(field: dict[str, object], text: str, found: str) -> None:
    filled = filling.check(rule(**field), {"x": text}, TODAY)
    assert filled.values.get("x", filled.wrong["x"].code if filled.wrong else None) == found


def test_what_is_not_asked_for_is_not_kept() -> None:
    rename = RULES.application("rename")
    assert rename is not None
    said = {"how": "rename", "new_name": "李", "new_phone": "13812345678", "unknown": "x"}
    assert filling.check(rename, filling.tidied(rename, said), TODAY).values == {"how": "rename", "new_name": "李"}
    needed = {paper.code for paper in filling.missing_papers(rename, said, {"identity"})}
    assert needed == {"name_change"}


@pytest.mark.parametrize("one", RULES.applications, ids=lambda one: one.code)
def test_every_application_can_be_filled_in(one: ApplicationRule) -> None:
    samples = {"text": "甲", "long": "甲", "integer": "1", "decimal": "1", "date": "2026-03-05", "phone": "13812345678",
               "email": "a@b.cn", "tax_number": "9" * 18, "yes": "yes"}  # fmt: skip
    given = {f.code: f.choices[0].code if f.choices else samples[f.type] for f in one.fields}
    assert not filling.check(one, given, TODAY).wrong


def test_slots_lie_within_working_time_and_after_the_notice() -> None:
    outlet, calendar = RULES.booking("outlet"), built_in()
    assert outlet is not None
    now = datetime(2026, 3, 2, 2, tzinfo=UTC)  # Monday, 10:00
    found = list(slots.ahead(outlet, calendar, now, {datetime(2026, 3, 2, 6, tzinfo=UTC): 2}))
    assert found[0].starts_at >= now + timedelta(minutes=outlet.notice)
    assert all(calendar.is_working(slot.starts_at) for slot in found)
    assert len({slot.starts_at for slot in found}) == len(found)
    assert not [slot for slot in found if slot.starts_at.astimezone(calendar.zone).weekday() >= 5]
    assert [slot.left for slot in found if slot.starts_at == datetime(2026, 3, 2, 6, tzinfo=UTC)] == [0]
