"""What is said of an outage, in the words of a message: line, cause, area, times (B9). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from open95598.foundation.words import Label

_HEAD = {
    "announced": Label("停电通知", "Outage notice"),
    "changed": Label("停电变更", "Outage changed"),
    "cancelled": Label("停电取消", "Outage cancelled"),
    "restored": Label("恢复供电", "Supply is back"),
    "partly": Label("部分恢复，抢修继续", "A part is back, work goes on"),
    "spared": Label("不再停电", "You are no longer concerned"),
}


@dataclass(frozen=True)
class Told:
    """What is told of one version of an outage. Times aware UTC; ``ends_at`` None where nobody knows yet."""

    number: str
    cause: Label
    line: str
    scope: str
    starts_at: datetime
    ends_at: datetime | None
    reason: str = ""

    def kept(self) -> dict[str, Any]:
        """Return it as JSON."""
        cause = {"zh": self.cause.zh, "en": self.cause.en}
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at and self.ends_at.isoformat()}
        return {**vars(self), "cause": cause, **times}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Told:
        """Return what ``kept`` gave."""
        times = {
            "starts_at": datetime.fromisoformat(kept["starts_at"]),
            "ends_at": datetime.fromisoformat(kept["ends_at"]) if kept["ends_at"] else None,
        }
        return cls(**{**kept, **times, "cause": Label(**kept["cause"])})


def subject(what: str, told: Told, language: str) -> str:
    """Return the subject of an e-mail."""
    return f"{_HEAD[what].in_(language)} {told.number}"


def text(what: str, told: Told, language: str, zone: tzinfo, hotline: str, *, out: str = "", place: bool = True) -> str:
    """Return the text of a message: what, when, why, where, whom to call; ``out``: the address that ends it.

    ``place`` False leaves out where it is.
    """
    head, said = _HEAD[what].in_(language), _said(what, told, language, zone, place=place)
    if language == "en":
        tail = [f"Hotline {hotline}.", f"No more notices: {out}" if out else ""]
        return " ".join(part for part in (f"[{hotline}] {head}.", *said, *tail) if part)
    tail = [f"咨询{hotline}。", f"退订：{out}" if out else ""]
    return "".join(part for part in (f"【{hotline}】{head}：", *said, *tail) if part)


def short(what: str, told: Told, language: str, zone: tzinfo, hotline: str, *, place: bool = True) -> tuple[str, str]:
    """Return title and text of a notification, which has a title and a button of its own; ``place`` as in ``text``."""
    said = [part for part in _said(what, told, language, zone, place=place) if part]
    if language == "en":
        return _HEAD[what].en, " ".join([*said, f"Hotline {hotline}."])
    return _HEAD[what].zh, "".join([*said, f"咨询{hotline}。"])


def _said(what: str, told: Told, language: str, zone: tzinfo, *, place: bool) -> list[str]:
    """Return the sentences about an outage; some may be empty."""
    english = language == "en"
    start, end = _moment(told.starts_at, zone), _moment(told.ends_at, zone) if told.ends_at else ""
    cause = told.cause.in_(language)
    where = [part for part in ((told.line, told.scope) if place else ()) if part]
    area = (", ".join(where) if english else "，".join(where)) if where else ""
    reason = told.reason if what != "restored" else ""
    if english:
        body = {
            "announced": f"Supply will be off from {start}" + (f" to {end}" if end else "") + f" ({cause}).",
            "changed": f"The outage is now from {start}" + (f" to {end}" if end else "") + f" ({cause}).",
            "cancelled": f"The outage of {start} will not take place.",
            "restored": "Your supply has been restored. Still dark? Please call us.",
            "partly": "Supply is back for a part of the area, not yet for you. Work goes on"
            + (f"; expected by {end}." if end else "."),
            "spared": f"The outage of {start} no longer concerns you.",
        }[what]
        return [body, f"Area: {area}." if area else "", f"Reason: {reason}." if reason else ""]
    body = {
        "announced": f"因{cause}，{start}" + (f"至{end}" if end else "起") + "停电。",
        "changed": f"因{cause}停电，时间变更为{start}" + (f"至{end}" if end else "起") + "。",
        "cancelled": f"原定{start}的停电已取消。",
        "restored": "您的供电已恢复。如仍无电，请与我们联系。",
        "partly": "部分区域已恢复供电，您处仍在抢修" + (f"，预计{end}前恢复。" if end else "。"),
        "spared": f"原定{start}的停电不再涉及您处。",
    }[what]
    return [body, f"范围：{area}。" if area else "", f"变更原因：{reason}。" if reason else ""]


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
