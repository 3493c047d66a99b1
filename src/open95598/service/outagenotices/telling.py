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


#: the same of a fault, which nobody planned
_FAULT = _HEAD | {
    "changed": Label("停电进展", "News of the outage"),
    "cancelled": Label("停电更正", "Correction"),
    "spared": Label("停电更正", "Correction"),
}


@dataclass(frozen=True)
class Told:
    """What is told of one version of an outage. Times aware UTC; ``ends_at`` None where nobody knows yet.

    ``fault``: nobody planned it; ``found``: its cause is known. ``scope_en``: the area in English, "" the same words.
    """

    number: str
    cause: Label
    line: str
    scope: str
    starts_at: datetime
    ends_at: datetime | None
    reason: str = ""
    fault: bool = False
    found: bool = True
    scope_en: str = ""

    @property
    def area(self) -> Label:
        """Where it is, as customers know it."""
        return Label(self.scope, self.scope_en or self.scope)

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
    return f"{head(what, told).in_(language)} {told.number}"


def head(what: str, told: Told) -> Label:
    """Return what a notice is, in a few words."""
    return (_FAULT if told.fault else _HEAD)[what]


def text(what: str, told: Told, language: str, zone: tzinfo, hotline: str, *, out: str = "", place: bool = True) -> str:
    """Return the text of a message: what, when, why, where, whom to call; ``out``: the address that ends it.

    ``place`` False leaves out where it is.
    """
    title, said = head(what, told).in_(language), _said(what, told, language, zone, place=place)
    if language == "en":
        tail = [f"Hotline {hotline}.", f"No more notices: {out}" if out else ""]
        return " ".join(part for part in (f"[{hotline}] {title}.", *said, *tail) if part)
    tail = [f"咨询{hotline}。", f"退订：{out}" if out else ""]
    return "".join(part for part in (f"【{hotline}】{title}：", *said, *tail) if part)


def short(what: str, told: Told, language: str, zone: tzinfo, hotline: str, *, place: bool = True) -> tuple[str, str]:
    """Return title and text of a notification, which has a title and a button of its own; ``place`` as in ``text``."""
    title = head(what, told).in_(language)
    said = [part for part in _said(what, told, language, zone, place=place) if part]
    if language == "en":
        return title, " ".join([*said, f"Hotline {hotline}."])
    return title, "".join([*said, f"咨询{hotline}。"])


def _said(what: str, told: Told, language: str, zone: tzinfo, *, place: bool) -> list[str]:
    """Return the sentences about an outage; some may be empty."""
    times = _moment(told.starts_at, zone), _moment(told.ends_at, zone) if told.ends_at else ""
    body = (_fault if told.fault else _planned)(what, told, language, *times)
    english = language == "en"
    where = list(dict.fromkeys(part for part in ((told.line, told.area.in_(language)) if place else ()) if part))
    over = what == "restored" or (told.fault and what in ("cancelled", "spared"))
    reason = "" if over else told.reason.rstrip("。.")
    if english:
        why = "Note" if told.fault else "Reason"
        return [body, f"Area: {', '.join(where)}." if where else "", f"{why}: {reason}." if reason else ""]
    why = "说明" if told.fault else "变更原因"
    return [body, f"范围：{'，'.join(where)}。" if where else "", f"{why}：{reason}。" if reason else ""]


def _planned(what: str, told: Told, language: str, start: str, end: str) -> str:
    """Return the sentence on an outage that was announced."""
    cause = told.cause.in_(language)
    if language == "en":
        return {
            "announced": f"Supply will be off from {start}" + (f" to {end}" if end else "") + f" ({cause}).",
            "changed": f"The outage is now from {start}" + (f" to {end}" if end else "") + f" ({cause}).",
            "cancelled": f"The outage of {start} will not take place.",
            "restored": "Your supply has been restored. Still dark? Please call us.",
            "partly": "Supply is back for a part of the area, not yet for you. Work goes on"
            + (f"; expected by {end}." if end else "."),
            "spared": f"The outage of {start} no longer concerns you.",
        }[what]
    return {
        "announced": f"因{cause}，{start}" + (f"至{end}" if end else "起") + "停电。",
        "changed": f"因{cause}停电，时间变更为{start}" + (f"至{end}" if end else "起") + "。",
        "cancelled": f"原定{start}的停电已取消。",
        "restored": "您的供电已恢复。如仍无电，请与我们联系。",
        "partly": "部分区域已恢复供电，您处仍在抢修" + (f"，预计{end}前恢复。" if end else "。"),
        "spared": f"原定{start}的停电不再涉及您处。",
    }[what]


def _fault(what: str, told: Told, language: str, start: str, end: str) -> str:
    """Return the sentence on a fault: it is dark already, and nobody changes a time that nobody set."""
    cause = told.cause.in_(language)
    if language == "en":
        why = f" ({cause})" if told.found else "; we are finding out why"
        back = f" It should be back by {end}." if end else " We tell you when it will be back as soon as we know."
        return {
            "announced": f"We are sorry: power is off around you since {start}{why}. We are working on it.{back}",
            "changed": f"Power is off around you since {start}{why}. We are working on it.{back}",
            "cancelled": f"What we told you of an outage since {start} was wrong: we found none. Dark? Please call us.",
            "restored": "Your supply has been restored. Still dark? Please call us.",
            "partly": "Supply is back for a part of the area, not yet for you. Work goes on"
            + (f"; expected by {end}." if end else "."),
            "spared": f"The outage since {start} does not concern you, as we know by now. Dark? Please call us.",
        }[what]
    why = f"因{cause}停电" if told.found else "停电，原因正在查明"
    back = f"预计{end}前恢复。" if end else "恢复时间确定后另行告知。"
    return {
        "announced": f"您所在区域{start}起{why}，我们正在处理，{back}给您带来不便，对不起。",
        "changed": f"您所在区域{start}起{why}，我们正在处理，{back}",
        "cancelled": f"此前告知的{start}起停电，经核实并未发生。如您处无电，请与我们联系。",
        "restored": "您的供电已恢复。如仍无电，请与我们联系。",
        "partly": "部分区域已恢复供电，您处仍在抢修" + (f"，预计{end}前恢复。" if end else "。"),
        "spared": f"{start}起的停电，经核实不涉及您处。如您处无电，请与我们联系。",
    }[what]


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
