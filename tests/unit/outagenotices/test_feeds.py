"""Calendars, alerts and texts: as their standards want them, whatever stands in the words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.words import Label
from open95598.service.outagenotices import feeds, telling
from open95598.service.outagenotices.sources import Shown
from open95598.service.outagenotices.telling import Told

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
TOLD = Told(
    "TJ-7", Label("设备检修", "Maintenance"), "湘江线", "芙蓉路, 1;3号\n<院>", START, START + timedelta(hours=6)
)
SHOWN = Shown(
    7, 2, True, "announced", TOLD, None, None, 1200, True, START - timedelta(days=7), START - timedelta(days=8)
)
NS = {"c": feeds.CAP}


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


@given(st.text(max_size=300))
def test_a_folded_line_unfolds_to_itself_in_pieces_of_75_octets(text: str) -> None:
    line = f"SUMMARY:{feeds.escaped(text)}"
    folded = feeds.folded(line)
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert unfolded(folded) == line
    assert "\n" not in line


def test_escaping_is_what_rfc_5545_says() -> None:
    assert feeds.escaped("a\\b;c,d\r\ne\nf\x07") == "a\\\\b\\;c\\,d\\ne\\nf"


def test_a_calendar_keeps_the_uid_and_counts_its_changes() -> None:
    text = unfolded(feeds.calendar([SHOWN], "计划停电", "example.com", "zh"))
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for wanted in ("UID:outage-7@example.com", "SEQUENCE:1", "DTSTART:20260310T010000Z", "DTEND:20260310T070000Z",
                   "LOCATION:芙蓉路\\, 1\\;3号\\n<院>", "DTSTAMP:20260303T010000Z"):  # fmt: skip
        assert wanted in lines


#: what CAP 1.2 requires of an alert and of each info, in its order (the standard's schema is a sequence)
ALERT = ["identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code",
         "note", "references", "incidents", "info"]  # fmt: skip
INFO = ["language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode",
        "effective", "onset", "expires", "senderName", "headline", "description", "instruction", "web", "contact",
        "parameter", "resource", "area"]  # fmt: skip


NEEDED = {"category", "event", "urgency", "severity", "certainty"}


def cap(shown: Shown = SHOWN, **more: object) -> ET.Element:
    given = {"sender": "example.com", "utility": "湘江供电", "hotline": "95598", "zone": ZONE, "exercise": False} | more
    return ET.fromstring(feeds.alert(shown, **given))  # type: ignore[arg-type]


def test_an_alert_has_what_cap_requires_in_its_order() -> None:
    root = cap()
    assert root.tag == f"{{{feeds.CAP}}}alert"
    for parent, order, needed in (
        (root, ALERT, {"identifier", "sender", "sent", "status", "msgType", "scope"}),
        *((info, INFO, NEEDED) for info in root.findall("c:info", NS)),
    ):
        names = [child.tag.split("}")[1] for child in parent]
        assert needed <= set(names)
        assert names == sorted(names, key=order.index)
    assert [info.findtext("c:language", "", NS) for info in root.findall("c:info", NS)] == ["zh-CN", "en-US"]
    assert root.findtext("c:sent", "", NS) == "2026-03-03T09:00:00+08:00"
    assert not set(root.findtext("c:identifier", "", NS)) & set(" ,<&")
    assert root.findtext("c:info/c:area/c:areaDesc", "", NS) == "湘江线, 芙蓉路, 1;3号\n<院>"
    assert (root.findtext("c:status", "", NS), root.findtext("c:msgType", "", NS)) == ("Actual", "Alert")


def test_an_update_names_what_was_sent_before_and_an_exercise_says_so() -> None:
    root = cap(exercise=True, earlier=[(1, START - timedelta(days=8))])
    assert root.findtext("c:references", "", NS) == "example.com,TJ-7.1,2026-03-02T09:00:00+08:00"
    assert (root.findtext("c:status", "", NS), root.findtext("c:msgType", "", NS)) == ("Exercise", "Update")


#: the values that CAP 1.2 knows, by its text (3.2.1, 3.2.2)
VALUES = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE",
                 "Other"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}  # fmt: skip
#: the schema's pattern of a time: to the second, with an offset, never Z
TIME = re.compile(r"\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d")
TIMES = {"sent", "effective", "onset", "expires"}


def shown(words: str, number: str, revision: int, begun: bool, ended: bool) -> Shown:
    told = replace(TOLD, number=number, line=words, scope=words, reason=words, ends_at=START if ended else None)
    return replace(SHOWN, told=told, revision=revision, actual_start=START if begun else None)


@given(
    words=st.text(max_size=200), revision=st.integers(1, 99), begun=st.booleans(), ended=st.booleans(),
    exercise=st.booleans(), zone=st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]),
    earlier=st.lists(st.integers(1, 9), max_size=3, unique=True),
)  # fmt: skip
def test_whatever_stands_in_an_outage_its_alert_is_one(
    words: str, revision: int, begun: bool, ended: bool, exercise: bool, zone: str, earlier: list[int]
) -> None:
    """By the standard's text: values, patterns of times, what identifiers and references may hold, what is needed."""
    one = shown(words, "TD-7", revision, begun, ended)
    before = [(number, START) for number in earlier]
    root = cap(one, utility=words or "x", exercise=exercise, zone=ZoneInfo(zone), earlier=before)
    for parent, order in ((root, ALERT), *((info, INFO) for info in root.findall("c:info", NS))):
        names = [child.tag.split("}")[1] for child in parent]
        assert names == sorted(names, key=order.index)
        assert all(names.count(name) == 1 for name in names if name != "info")
    for child in root.iter():
        name, text = child.tag.split("}")[1], child.text or ""
        assert text in VALUES.get(name, {text}), name
        assert name not in TIMES or TIME.fullmatch(text), (name, text)
        assert name not in ("identifier", "sender") or (text and not set(text) & set(" ,<&"))
    references = (root.findtext("c:references", "", NS)).split()
    assert len(references) == len(earlier)
    for one_of in references:
        sender, identifier, sent = one_of.split(",")
        assert (sender, identifier.split(".")[0]) == (root.findtext("c:sender", "", NS), "TD-7")
        assert TIME.fullmatch(sent)
    assert (root.findtext("c:msgType", "", NS) == "Update") == bool(earlier)
    assert root.findtext("c:identifier", "", NS) == f"TD-7.{revision}"
    for info in root.findall("c:info", NS):
        assert len(info.findtext("c:headline", "", NS)) <= 160
        assert info.findtext("c:area/c:areaDesc", "", NS) != ""


def test_few_households_are_not_counted_in_public() -> None:
    assert feeds.document(SHOWN, "zh")["metersAffected"] == 1200
    assert feeds.document(replace(SHOWN, points=3), "zh")["metersAffected"] is None


@pytest.mark.parametrize("what", ["announced", "changed", "cancelled", "restored", "partly", "spared"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_says_where_only_to_whom_it_may(what: str, language: str) -> None:
    text = telling.text(what, TOLD, language, ZONE, "95598", out="https://x/out")
    hidden = telling.text(what, TOLD, language, ZONE, "95598", place=False)
    assert "芙蓉路" in text
    assert "https://x/out" in text
    assert "芙蓉路" not in hidden
    assert "湘江线" not in hidden
    assert ("2026-03-10 09:00" in text) == (what not in ("restored", "partly"))
    assert Told.of(TOLD.kept()) == TOLD


FAULT = replace(
    TOLD, number="TD-8", line="湘江线", scope="东湖区芙蓉路等6处", scope_en="东湖区芙蓉路 and 5 more", fault=True
)


def test_a_fault_is_not_told_like_a_plan() -> None:
    def said(what: str, told: Told, language: str = "zh") -> str:
        return telling.text(what, told, language, ZONE, "95598")

    unknown = replace(FAULT, cause=Label("正在查明", "being looked into"), found=False, ends_at=None)
    first = said("announced", unknown)
    assert "原因正在查明" in first and "因正在查明" not in first.replace("原因正在查明", "")
    assert "对不起" in first and "抱歉" not in first and "等6处" in first
    assert "变更" not in said("changed", FAULT) and "预计2026-03-10 15:00前恢复" in said("changed", FAULT)
    assert "取消" not in said("cancelled", FAULT)
    english = said("announced", FAULT, "en")
    assert "will be off" not in english and "is off" in english and "and 5 more" in english and "等" not in english
    assert said("announced", replace(FAULT, line=FAULT.scope)).count(FAULT.scope) == 1
    told = replace(FAULT, reason="抢修人员已出发。")
    assert "说明：抢修人员已出发。" in said("changed", told) and "。。" not in said("changed", told)
    assert "抢修人员已出发" not in said("restored", told) + said("cancelled", told)
    old = {name: value for name, value in TOLD.kept().items() if name not in ("fault", "found", "scope_en")}
    assert Told.of(old) == TOLD  # as it was kept before faults were told apart
