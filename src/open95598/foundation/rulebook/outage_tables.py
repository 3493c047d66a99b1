"""How outages are found, as the rulebook's page shows it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, say


def device_names() -> dict[str, str]:
    """Return the kinds of devices in the reader's language."""
    return {
        "substation": pgettext("grid", "Substation"),
        "feeder": pgettext("grid", "Feeder"),
        "section": pgettext("grid", "Line section"),
        "transformer": pgettext("grid", "Transformer"),
        "box": pgettext("grid", "Meter box"),
        "meter": pgettext("grid", "Meter"),
    }


def tables(built: Built) -> list[Table]:
    """Times and shares; counting rules; rates of failure; sources of reports."""
    rules, names = built.rulebook.outages, device_names()
    says = {
        "dark": _("it is dark"), "light": _("there is light"), "single": _("one customer alone is dark"),
        "arrears": _("stopped for arrears"), "planned": _("planned outage"), "open": _("the device is open"),
        "closed": _("the device is closed"),
    }  # fmt: skip
    values = (
        (_("An unexplained report counts for"), f"{rules.window} min"),
        (_("An unconfirmed outage is probable after"), f"{rules.probable_after} min"),
        (_("An outage is not moved any more after"), f"{rules.settled_after} min"),
        (_("Late reports after a restoration"), f"{rules.grace} min"),
        (_("Dark again is the same trouble within"), f"{rules.reopened_within} min"),
        (_("A device is named from a probability of"), f"{rules.declare_percent:g} %"),
        (_("Reports of different customers, at least"), str(rules.least_reports)),
        (_("Customers in the dark who report"), f"{rules.calling_percent:g} %"),
        (_("They report after (median)"), f"{rules.delay} min"),
        (_("Faults of one customer alone, of 100 in a year"), f"{rules.single_a_year:g}"),
        (_("Devices fail oftener while reports come in, by"), f"× {rules.storm_factor:g}"),
        (_("Devices below what was just restored fail oftener, by"), f"× {rules.nested_factor:g}"),
        (_("Faults that tell of the dark"), ", ".join(rules.categories)),
        (_("A report's time may lie ahead by"), f"{rules.ahead} min"),
        (_("A report's time may lie back by"), f"{rules.behind} min"),
        (_("A caller is doubted after so many wrong reports in a year"), str(rules.doubt_after)),
        (_("An estimate compares at least so many outages"), str(rules.enough)),
        (_("Crews are busy above so many outages each"), f"{rules.busy_above:g}"),
        (_("Crews are stretched above so many outages each"), f"{rules.stretched_above:g}"),
        (_("Weather that was noted holds for hours"), str(rules.weather_hours)),
    )

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:g}"

    return [
        Table(_("Finding outages"), ("", ""), tuple(Line(value, rules.source) for value in values)),
        Table(
            _("By counting alone"),
            (
                pgettext("grid", "Device"),
                pgettext("grid", "Calls"),
                _("% of its customers"),
                _("Open devices below it"),
            ),
            tuple(
                Line((names[c.kind], number(c.calls), number(c.percent), number(c.children)), c.source, c.code)
                for c in rules.counts
            ),
        ),
        Table(
            _("Failures a year of a hundred devices"),
            (pgettext("grid", "Device"), ""),
            tuple(Line((names[f.kind], f"{f.a_year:g}"), f.source) for f in rules.failures),
        ),
        Table(
            _("Where reports come from"),
            (_("Source"), _("It says"), _("Wrong, %")),
            tuple(Line((say(s.label), says[s.says], f"{s.wrong_percent:g}"), s.source, s.code) for s in rules.sources),
        ),
    ]
