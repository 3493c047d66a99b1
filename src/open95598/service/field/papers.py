"""The printed sheet: what stands on it, and the boxes that are filled in by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.documents import slip, typst
from open95598.foundation.documents.typst import tame
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.service.field import queries
from open95598.service.field.models import FieldSheet, SheetLine
from open95598.service.outages.models import Outage
from open95598.service.workorders import directory, personal, wording
from open95598.service.workorders.models import WorkOrder


def pdf(
    sheet: FieldSheet, rights: Rights, plain: Mapping[int, Mapping[str, str]], name: str, now: datetime, language: str
) -> bytes:
    """Return the sheet as an A4 PDF in a language; ``plain``: customers' data in the open by case, all else masked.

    A sheet with such data carries the name of whoever printed it across every page.
    """
    lines = queries.lines(sheet)
    rows = queries.typed(rights, [line.case_id for line in lines])
    with translation.override("en" if language.startswith("en") else "zh-hans"):
        return typst.render("field.typ", _data(sheet, lines, rows, plain, name, now, language))


def _data(
    sheet: FieldSheet, lines: list[SheetLine], rows: Mapping[int, WorkOrder | Outage],
    plain: Mapping[int, Mapping[str, str]], name: str, now: datetime, language: str,
) -> dict[str, Any]:  # fmt: skip
    zone = ZoneInfo(settings.TIME_ZONE)
    when = now.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    printed = _("Printed by %(who)s on %(when)s.")
    if plain:
        printed = _("Printed by %(who)s on %(when)s. Contains personal data: keep it safe, destroy it after use.")
    return {
        "language": "en" if language.startswith("en") else "zh",
        "utility": tame(_utility()),
        "mark": _utility()[:1],
        "title": _("Field sheet"),
        "number": sheet.number,
        "printed": printed % {"who": tame(name), "when": when},
        "page_of": _("Page {page} of {pages}"),
        "watermark": tame(f"{name} {when}") if plain else "",
        "code": slip.code_of(f"{settings.SITE_URL.rstrip('/')}{reverse('field:sheet', args=(sheet.pk,))}"),
        "facts": [
            {"label": label, "value": tame(value), "wide": False, "strong": False}
            for label, value in (
                (_("Unit"), sheet.unit.name),
                (pgettext("sheet", "Made"), sheet.made_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")),
                (_("Crew"), sheet.crew.name if sheet.crew else ""),
            )
        ],
        "help": _("Write true times (with the day when it is another one). Choose by the letters below the table."),
        "heads": [
            pgettext("sheet", "No."), _("Repair"), _("Crew"), pgettext("sheet", "Set out"),
            pgettext("sheet", "Arrived"), pgettext("sheet", "Restored"),
            _("Cause · Ownership · Result"), _("Signature"),
        ],
        "rows": [_line(line, rows.get(line.case_id), plain.get(line.case_id), zone, language) for line in lines],
        "choices": _choices(rows, language),
        "signatures": [pgettext("sheet", "Person in charge"), _("Entered by"), _("Entered on")],
    }  # fmt: skip


def _line(
    line: SheetLine, row: WorkOrder | Outage | None, plain: Mapping[str, str] | None, zone: ZoneInfo, language: str
) -> dict[str, Any]:
    if row is None:
        return {
            "place": line.place,
            "number": _("not shown to you"),
            "what": "",
            "where": "",
            "who": "",
            "times": [""] * 3,
        }
    record = queries.on_record(row)

    def at(name: str) -> str:
        return record[name].astimezone(zone).strftime("%m-%d %H:%M") if record.get(name) else ""

    told = {"place": line.place, "number": row.number, "times": [at(name) for name in ("out", "arrived", "restored")]}
    if isinstance(row, Outage):
        many = _("%(count)s supply points") % {"count": row.original_customers_served}
        return told | {"what": _("Outage"), "where": tame(f"{row.place} ({row.device})"), "who": many}
    rules = store.get(row.case.rulebook_version)
    values = {**personal.shown(row), **(plain or {})}
    what = [_words(wording.category(rules, row.category), language)]
    if row.priority != "normal":
        what.append(_words(wording.choice(rules, "priorities", row.priority), language))
    who = [values["contact_name"], values["contact_phone"]] if plain else []
    return told | {
        "what": tame(" · ".join(what)), "where": tame(values["address"]), "who": tame(" ".join(filter(None, who)))
    }  # fmt: skip


def _choices(rows: Mapping[int, WorkOrder | Outage], language: str) -> list[dict[str, Any]]:
    """Return the lists that one chooses from on paper, each with its letters."""
    found = next((row for row in rows.values() if isinstance(row, WorkOrder)), None)
    if found is None:
        return []
    rules = store.get(found.case.rulebook_version)
    titles = {"fault_causes": _("Cause"), "ownership": _("Whose equipment"), "results": _("Result")}
    return [
        {
            "title": title,
            "items": [f"{letter(n)} {_words(c.label, language)}" for n, c in enumerate(rules.choices(name, "fault"))],
        }
        for name, title in titles.items()
    ]


def letter(n: int) -> str:
    """Return the letter of a choice, by its place in the list: A, B … Z, AA."""
    return (chr(ord("A") + n // 26 - 1) if n >= 26 else "") + chr(ord("A") + n % 26)


def _words(label: Any, language: str) -> str:
    return str(label.in_(language)) if hasattr(label, "in_") else str(label)


def _utility() -> str:
    top = next((u for u in directory.units() if len(u.lineage) == 1), None)
    return top.name if top else "open95598"
