"""Who does something in this room, and what they may do. The journal keeps the id and the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from open95598.foundation.errors import Forbidden
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission, Rights
from open95598.foundation.units.changes import By
from open95598.foundation.units.models import Unit


@dataclass(frozen=True)
class Actor:
    """A person with their rights, or the house itself (``rights`` None: a command on the machine, an import)."""

    person_id: int | None
    name: str
    rights: Rights | None

    @property
    def by(self) -> By:
        """Return the id and name as the journal keeps them."""
        return By(self.person_id, self.name)

    def must(self, permission: Permission, unit: Unit) -> None:
        """Raise ``Forbidden`` unless the permission holds at the unit."""
        if self.rights is not None and not self.rights.at(permission, unit.lineage):
            raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": unit.name}, permission=permission.value)

    def may(self, permission: Permission, unit: Unit) -> bool:
        """Say whether the permission holds at the unit."""
        return self.rights is None or self.rights.at(permission, unit.lineage)

    def is_(self, person: Person) -> bool:
        """Say whether it is this person who acts."""
        return self.person_id == person.pk


#: the house itself
HOUSE = Actor(None, "open95598", None)


def of_request(request: Any) -> Actor:
    """Return who sent a request, with their rights. The request is signed in."""
    return Actor(request.user.pk, request.user.name, request.rights)
