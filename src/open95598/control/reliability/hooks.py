"""What this room tells the rooms below: what its journal entries are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from open95598.control.indicators import measures
from open95598.control.indicators.comparing import Count
from open95598.control.reliability import onmap, pages
from open95598.control.reliability.arithmetic import ticks
from open95598.control.reliability.models import Improvement
from open95598.foundation import bulk
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.registry.grid import hooks as grid
from open95598.service.outages import maplayers
from open95598.service.workorders import hooks as orders


def address(case_id: int) -> str | None:
    """Return the address of an improvement's page; None when the case is none."""
    rows = Improvement.objects.system("the address only").filter(pk=case_id)
    return reverse("reliability:improvement", args=(case_id,)) if rows.exists() else None


def renumbered(codes: Mapping[str, str], _now: datetime) -> None:
    """Let improvements follow devices that get other codes (`grid.hooks.renumbered`)."""
    rows = Improvement.objects.system("devices renumbered").filter(device__in=codes)
    new = {row.pk: codes[row.device] for row in rows}
    # one is open for a device at every moment: those of devices that change places make room for each other first
    for code_of in ({pk: f"~{pk}" for pk in new}, new):
        bulk.execute(
            "UPDATE reliability_improvement i SET device = m.code FROM unnest(%s::bigint[], %s::varchar[])"
            " AS m(id, code) WHERE i.case_id = m.id",
            [list(code_of), list(code_of.values())],
        )


def supplied(rights: Rights, unit: UnitFacts, wanted: Sequence[date], now: datetime) -> Mapping[date, Count]:
    """Return the customer-minutes with and without supply in months: their share is RS-1 (the first promise)."""
    lines = pages.Page(rights, unit, wanted[-1], now).year
    minute = ticks(timedelta(minutes=1))
    found = {}
    for line in lines:
        dark = round(line.sums.minutes)
        if line.month in wanted and line.indices.base.owed:
            found[line.month] = Count(max(line.indices.base.owed // minute - dark, 0), dark)
    return found


def _url(unit: int, month: date) -> str:
    return f"{reverse('reliability:figures')}?{urlencode({'unit': unit, 'month': f'{month:%Y-%m}'})}"


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    orders.further_entries.update({"correct_outage": (None, "pencil", "warning")})
    orders.further_addresses.append(address)
    grid.renumbered.append(renumbered)
    maplayers.LAYERS.append(maplayers.Layer("load", _("Heavy and overloaded"), onmap.pins))
    journal.fields |= {"rate": _("Load, % of the rating")}
    measures.MEASURES["reliability"] = measures.Measure(supplied, _url, places=4)
    journal.fields |= {"dark_since": _("Dark since"), "light_at": _("Power back at")}
