"""Outages for other programs: iCalendar (RFC 5545), CAP 1.2, JSON in the fields of CIM's Outage and ODIN. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from open95598.service.outagenotices.sources import Shown

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
#: fewer usage points than that are not told to everybody: they could be one household
FEWEST = 10
#: where nobody knows the end, a calendar shows so long
_UNKNOWN = timedelta(hours=2)
_KIND = {True: "planned", False: "unplanned"}


def escaped(text: str) -> str:
    r"""Return a TEXT value: backslash, semicolon, comma and line break escaped, other control characters left out."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return "".join(c for c in text if c >= " " and c != "\x7f")


def folded(line: str) -> str:
    """Return a content line of at most 75 octets a piece, never cut within a character (RFC 5545 3.1)."""
    pieces: list[str] = []
    piece, room = "", 75
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", 74
        piece, room = piece + character, room - size
    return "\r\n ".join([*pieces, piece])


def calendar(shown: Iterable[Shown], name: str, host: str, language: str) -> str:
    """Return the planned outages as a calendar; each keeps its UID through all its revisions (``SEQUENCE``)."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//open95598//outages//{language.upper()}", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}",
    ]  # fmt: skip
    for one in shown:
        told = one.told
        title = "计划停电" if language != "en" else "Planned outage"
        lines += [
            "BEGIN:VEVENT", f"UID:outage-{one.case_id}@{host}", f"DTSTAMP:{_utc(one.updated_at)}",
            f"SEQUENCE:{max(one.revision - 1, 0)}", f"DTSTART:{_utc(told.starts_at)}",
            f"DTEND:{_utc(told.ends_at or told.starts_at + _UNKNOWN)}",
            f"SUMMARY:{escaped(f'{title} {told.scope or told.line}')}", f"LOCATION:{escaped(told.scope)}",
            f"DESCRIPTION:{escaped(chr(10).join(filter(None, (told.number, told.cause.in_(language), told.line))))}",
            "STATUS:CONFIRMED", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + "\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def alert(
    one: Shown,
    *,
    sender: str,
    utility: str,
    hotline: str,
    zone: tzinfo,
    exercise: bool,
    earlier: Sequence[tuple[int, datetime]] = (),
) -> bytes:
    """Return a CAP 1.2 alert of a large outage, in Chinese and English.

    ``earlier``: revisions before this one and when they were sent; then it is an Update that names them.
    ``exercise``: of a demonstration, which nobody is to take for true.
    """
    ET.register_namespace("", CAP)
    root = ET.Element(f"{{{CAP}}}alert")

    def put(parent: ET.Element, name: str, text: str) -> ET.Element:
        child = ET.SubElement(parent, f"{{{CAP}}}{name}")
        child.text = _readable(text)
        return child

    told = one.told
    put(root, "identifier", f"{told.number}.{one.revision}")
    put(root, "sender", sender)
    put(root, "sent", _offset(one.updated_at, zone))
    put(root, "status", "Exercise" if exercise else "Actual")
    put(root, "msgType", "Update" if earlier else "Alert")
    put(root, "scope", "Public")
    if exercise:
        put(root, "note", "Demonstration: nothing of this is real.")
    if earlier:
        past = " ".join(f"{sender},{told.number}.{number},{_offset(at, zone)}" for number, at in earlier)
        put(root, "references", past)
    ends = told.ends_at or told.starts_at + timedelta(days=1)
    for language, tag in (("zh", "zh-CN"), ("en", "en-US")):
        info = put(root, "info", "")
        info.text = None
        put(info, "language", tag)
        put(info, "category", "Infra")
        put(info, "event", {"zh": "停电", "en": "Power outage"}[language])
        put(info, "urgency", "Immediate" if one.actual_start else "Future")
        put(info, "severity", "Moderate")
        put(info, "certainty", "Observed" if one.actual_start else "Likely")
        put(info, "effective", _offset(one.updated_at, zone))
        put(info, "onset", _offset(one.actual_start or told.starts_at, zone))
        put(info, "expires", _offset(ends, zone))
        put(info, "senderName", utility)
        put(info, "headline", f"{ {'zh': '停电', 'en': 'Power outage'}[language] } {told.scope or told.line}"[:160])
        put(info, "description", _described(one, language, zone))
        call = {"zh": f"如有疑问请拨打{hotline}。", "en": f"Questions: call {hotline}."}[language]
        put(info, "instruction", call)
        put(info, "contact", hotline)
        area = put(info, "area", "")
        area.text = None
        named = dict.fromkeys(filter(None, map(_readable, (told.line, told.scope))))
        put(area, "areaDesc", ", ".join(named) or told.number)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _readable(text: str) -> str:
    return "".join(c for c in text if _fits_xml(c))


def _fits_xml(character: str) -> bool:
    """Say whether XML 1.0 can hold a character at all: no program reads a document with one that it cannot."""
    code = ord(character)
    return character in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _described(one: Shown, language: str, zone: tzinfo) -> str:
    told = one.told
    start = told.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    end = told.ends_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if told.ends_at else "?"
    cause = told.cause.in_(language)
    if language == "en":
        return f"{start} to {end}. {cause}. About {one.points} usage points."
    return f"{start}至{end}。{cause}。约{one.points}个用电点。"


def _offset(at: datetime, zone: tzinfo) -> str:
    """Return a time as CAP writes it: to the second, with its offset and never Z."""
    return at.astimezone(zone).replace(microsecond=0).isoformat()


def document(one: Shown, language: str) -> dict[str, Any]:
    """Return an outage in the fields of CIM's Outage (IEC 61968-3), with those that ODIN publishes."""
    told = one.told
    points = one.points if one.points >= FEWEST else None
    return {
        "mRID": told.number,
        "outageKind": _KIND[one.planned],
        "statusKind": one.status,
        "revision": one.revision,
        "communityDescriptor": told.scope,
        "line": told.line,
        "cause": told.cause.in_(language),
        "reportedStartTime": _iso(one.reported_at),
        "plannedPeriod": {"start": _iso(told.starts_at), "end": _iso(told.ends_at)} if one.planned else None,
        "estimatedPeriod": {"start": _iso(told.starts_at), "end": _iso(told.ends_at)},
        "actualPeriod": {"start": _iso(one.actual_start), "end": _iso(one.actual_end)},
        "estimatedRestorationTime": _iso(told.ends_at),
        "metersAffected": points,
        "statusReason": told.reason,
        "updateTime": _iso(one.updated_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
