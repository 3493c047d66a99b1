"""What this room tells the rooms below: what people can be trained for, what its journal entries are called, and what
becomes of a crew when somebody leaves."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.casework.actors import Actor
from open95598.foundation.journal import hooks as journal
from open95598.foundation.people import hooks as people
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.service.crews import queries, services
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


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    people.skills.append(skills)
    people.on_succession(leaves)
    orders.further_entries["assign_crew"] = (None, "truck", "accent")
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
