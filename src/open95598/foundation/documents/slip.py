"""The slip of a work order (工作票式单据): what the room above fills in, and the form's words in both languages."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.documents import typst
from open95598.foundation.documents.typst import tame


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value; ``wide`` takes the whole line (an address), ``strong`` is set in bold."""

    label: str
    value: str
    wide: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that runs for the order: its name, its limit in words, when it ends (aware)."""

    label: str
    limit: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Slip:
    """Everything on the slip. Texts are in the reader's language already, and already masked as the reader must see.

    ``link`` (an address, or the number) becomes the QR code; empty: none. ``marks`` stand out (life support, urgent).
    ``times``, ``spaces`` and ``signatures`` are left blank to be filled in by hand; None: those of a repair.
    """

    utility: str
    title: str
    number: str
    printed_by: str
    printed_at: datetime
    language: str = "zh-hans"
    link: str = ""
    marks: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    description: str = ""
    clocks: tuple[Due, ...] = ()
    times: tuple[str, ...] | None = None
    spaces: tuple[str, ...] | None = None
    signatures: tuple[str, ...] | None = None


def pdf(slip: Slip) -> bytes:
    """Return the slip as a PDF, times in the utility's zone. ``typst.FontsMissing`` when the assets are absent."""
    with translation.override("en" if slip.language.startswith("en") else "zh-hans"):
        return typst.render("slip.typ", _data(slip))


def _data(slip: Slip) -> dict[str, Any]:
    zone = ZoneInfo(settings.TIME_ZONE)

    def local(at: datetime) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    times = slip.times
    if times is None:
        times = (
            _("Order received"), _("Set out"), _("Arrived on site"),
            _("Fault found"), _("Supply restored"), _("Left the site"),
        )  # fmt: skip
    spaces = slip.spaces if slip.spaces is not None else (_("Cause and measures taken"), _("Material used"))
    signatures = slip.signatures
    if signatures is None:
        signatures = (_("Person in charge"), pgettext("signature", "Crew member"), _("Customer"))
    printed = _("Printed by %(who)s on %(when)s. Contains personal data: keep it safe, destroy it after use.")
    return {
        "language": "en" if slip.language.startswith("en") else "zh",
        "utility": tame(slip.utility),
        "mark": slip.utility[:1],
        "title": tame(slip.title),
        "number": tame(slip.number),
        "printed": printed % {"who": tame(slip.printed_by), "when": local(slip.printed_at)},
        "page_of": _("Page {page} of {pages}"),
        "code": code_of(slip.link),
        "marks": [tame(mark) for mark in slip.marks],
        "facts": [
            {"label": tame(f.label), "value": tame(f.value), "wide": f.wide, "strong": f.strong}
            for f in _paired(slip.facts)
        ],
        "description": tame(slip.description.strip()),
        "clocks": [{"label": tame(c.label), "limit": tame(c.limit), "due": local(c.due_at)} for c in slip.clocks],
        "times": times,
        "spaces": spaces,
        "signatures": signatures,
        "words": {
            "description": _("What was reported"),
            "nothing": _("(nothing noted)"),
            "clocks": _("Time limits"),
            "clock": pgettext("clock", "Limit"),
            "limit": _("Allowed"),
            "due": _("Due by"),
            "kept": _("True time"),
            "by_hand": _("True times (fill in on site)"),
            "time_blank": "      -      -           :",
        },
    }


def _paired(facts: tuple[Fact, ...]) -> list[Fact]:
    """Return the facts so that each line of two is full: the one before a wide one, and the last, take the line."""
    lined: list[Fact] = []
    half = False
    for at, fact in enumerate(facts):
        alone = not half and not fact.wide and (at + 1 == len(facts) or facts[at + 1].wide)
        wide = fact.wide or alone
        lined.append(Fact(fact.label, fact.value, wide, fact.strong))
        half = not half if not wide else False
    return lined


def code_of(link: str) -> str:
    """Return the QR code of an address as SVG; "" for none."""
    if not link:
        return ""
    out = io.BytesIO()
    qrcode.make(link, image_factory=qrcode.image.svg.SvgPathImage, border=0).save(out)
    return out.getvalue().decode()
