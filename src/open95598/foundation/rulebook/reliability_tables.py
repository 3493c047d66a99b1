"""Reliability, as the rulebook's page shows it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, say


def tables(built: Built) -> list[Table]:
    """What each cause counts as; from when a line is on a list."""
    rules = built.rulebook.reliability
    heads = (pgettext("outage", "Cause"), _("RS-1"), _("RS-2"), _("RS-3"))
    counted, left = _("counts"), _("left out")

    def line(code: str, label: str, causes: object) -> Line:
        apart = code in causes.apart  # type: ignore[attr-defined]
        out = (apart, apart or code in causes.external, apart or code in causes.rationing)  # type: ignore[attr-defined]
        return Line((label, *(left if one else counted for one in out)), rules.source, code)

    faults = built.rulebook.lists.get("fault_causes", ())
    announced = built.rulebook.planned.causes
    load, frequent, hot = rules.load, rules.frequent, rules.hotspots
    values = (
        (_("Frequently out: outages of a line"), _("%(n)s in %(months)s months")
         % {"n": frequent.times, "months": frequent.months}),
        (_("Somebody is told from"), _("%(n)s in %(months)s months")
         % {"n": frequent.alert, "months": frequent.months}),
        (_("Heavy load: percent of the rating"), f"{load.heavy}–{load.overloaded} % ≥ {load.lasting} min"),
        (_("Overload: percent of the rating"), f"> {load.overloaded} % ≥ {load.lasting} min"),
        (_("Loads are looked at so many days back"), str(load.days)),
        (_("kW and kVA, A and kVA: power factor, voltage of lines, of the low side"),
         f"{load.power_factor:g} · {load.line_kv:g} kV · {load.area_kv:g} kV"),
        (_("Pinned on the map: outages of a device"), _("%(n)s in %(months)s months")
         % {"n": hot.times, "months": hot.months}),
    )  # fmt: skip
    return [
        Table(_("Lines that are looked into"), ("", ""), tuple(Line(value, rules.source) for value in values)),
        Table(_("Outages by their cause"), heads, tuple(line(c.code, say(c.label), rules.outages) for c in faults)),
        Table(_("Announced outages by their cause"), heads,
              tuple(line(c.code, say(c.label), rules.announced) for c in announced)),
    ]  # fmt: skip
