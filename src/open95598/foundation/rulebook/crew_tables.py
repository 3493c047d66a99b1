"""Crews, as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.outage_tables import device_names
from open95598.foundation.rulebook.queries import Line, Table, say


def tables(built: Built) -> list[Table]:
    """Speeds and weights; skills; what work needs and how long it lasts."""
    book = built.rulebook
    rules, names = book.crews, device_names()
    areas = {"city": _("City area"), "rural": _("Rural area"), "remote": _("Remote area")}
    values = (
        *((_("Speed: %(area)s") % {"area": areas.get(area, area)}, f"{km_h} km/h") for area, km_h in
          rules.speeds.items()),
        (_("A road, of the straight line"), f"{rules.detour} %"),
        (_("Travel to a place that is not known"), f"{rules.unknown_travel} min"),
        (_("A position is fresh for"), f"{rules.fresh} min"),
        (_("A position counts for"), f"{rules.forgotten // 60} h"),
        (_("A duty lasts, when nothing else is said"), f"{rules.shift // 60} h"),
        (_("A minute late costs as much as a customer dark for hours"), str(rules.late_minute)),
        (_("Arriving late at all costs as much as a customer dark for hours"), str(rules.late_once)),
        (_("An important user counts as so many customers"), str(rules.important)),
        (_("A customer on life support counts as so many customers"), str(rules.protected)),
        *((_("Priority “%(name)s” counts") % {"name": _priority(built, code)}, f"× {times}") for code, times in
          rules.priorities.items()),
    )  # fmt: skip
    skills = tuple(Line((say(one.label),), one.source, one.code) for one in rules.skills)

    def category(code: str) -> str:
        return say(book.category(code).label)

    work = tuple(
        Line(
            (
                ", ".join(category(code) for code in one.categories),
                ", ".join(names[kind] for kind in one.devices),
                ", ".join(say(rules.skill(code)) for code in one.skills),
                f"{one.lasts} min",
            ),
            one.source,
            one.code,
        )
        for one in rules.work
    )
    heads = (_("Faults"), _("Outages of"), _("Skills needed"), pgettext("crew", "Lasts"))
    return [
        Table(_("Crews and their assignment"), ("", ""), tuple(Line(value, rules.source) for value in values)),
        Table(_("Skills of crews"), (pgettext("crew", "Skill"),), skills),
        Table(_("What work needs"), heads, work),
    ]


def _priority(built: Built, code: str) -> str:
    return next((say(one.label) for one in built.rulebook.choices("priorities") if one.code == code), code)
