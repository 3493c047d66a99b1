"""What this room tells the rooms below: what people can be trained for, what its journal entries are called, and what
becomes of a crew when somebody leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from open95598.casework.actors import Actor
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people import hooks as people
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.rulebook import store
from open95598.foundation.rulebook.routing import UnitFacts
from open95598.foundation.words import Label
from open95598.service.crews import queries, services
from open95598.service.outages import flows, maplayers, panels
from open95598.service.workorders import hooks as orders


def skills(now: datetime) -> list[tuple[str, Label]]:
    """Return what the rulebook says that members of crews can be trained for."""
    return [(one.code, one.label) for one in store.current(now).crews.skills]


def leaves(person: Person, now: datetime) -> None:
    """Take somebody who leaves out of their crews: the next member leads; a crew without members is dissolved."""
    for crew in queries.own(person.pk):
        rest = list(crew.members.exclude(pk=person.pk).filter(is_active=True).order_by("pk"))
        house = Actor.house("succession")
        if not rest:
            services.close(crew, house, now)
        else:
            services.leave(crew, person, rest[0], house, now)


def on_map(
    rights: Rights, unit: UnitFacts, box: tuple[float, float, float, float], now: datetime
) -> Iterable[maplayers.Pin]:
    """Return where crews on duty are, for whoever works with them: old positions say how old they are."""
    left, bottom, right, top = box
    found = []
    for one in queries.positions(rights, unit.id, now):
        x, y = one.place
        if left <= x <= right and bottom <= y <= top:
            title = f"{one.crew.name} · {one.source_name}"
            if one.at is not None:
                title += " · " + gettext("%(n)s min ago") % {"n": one.age}
            found.append(maplayers.Pin(x, y, 7.0, title, reverse("crews:crew", args=(one.crew.pk,))))
    return found[: maplayers.MOST]


def on_outage(page: Any) -> orders.Panel | None:
    """Return the way from an outage that nobody goes to yet to the board that says who could."""
    case, rights = page.case, page.actor.rights
    if case.state not in flows.FRESH or rights is None or not rights.at(Permission.OVERVIEW_VIEW, case.scope):
        return None
    if not any(rights.at(one, case.scope) for one in queries.WHO):
        return None
    return orders.Panel("crews/_on_outage.html", case.unit_id)


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    panels.page.insert(0, on_outage)
    people.skills.append(skills)
    people.on_succession(leaves)
    orders.further_entries["assign_crew"] = (None, "truck", "accent")
    maplayers.LAYERS.append(maplayers.Layer("crews", _("Crews"), on_map))
    journal.names |= {
        "crew.made": _("Crew put together"),
        "crew.changed": _("Crew changed"),
        "crew.closed": _("Crew dissolved"),
        "crew.on_duty": _("Crew on duty"),
        "crew.off_duty": _("Crew off duty"),
    }
    journal.fields |= {
        "crew": _("Crew (id)"),
        "members": _("Members (ids)"),
        "until": pgettext_lazy("duty", "Until"),
        "left": _("Who left (id)"),
    }
