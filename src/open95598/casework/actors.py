"""Who does something to a case: a person with their rights, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass

from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import CaseFacts, Permission, Rights, allows


@dataclass(frozen=True)
class Actor:
    """The doer of an act. ``rights`` None means the house itself (a rule, the sweeper): it may do everything.

    ``via`` says through which door: ``page``, ``api``, ``import``, ``rule``, ``simulation``.
    """

    person_id: int | None
    name: str
    rights: Rights | None
    via: str

    @classmethod
    def of(cls, person: Person, rights: Rights, via: str) -> Actor:
        """Return the actor for a person who is signed in."""
        return cls(person.pk, person.name, rights, via)

    @classmethod
    def house(cls, name: str) -> Actor:
        """Return the house itself, acting under a name such as ``routing``."""
        return cls(None, name, None, "rule")

    def may(self, permission: Permission, facts: CaseFacts) -> bool:
        """Say whether the policy lets this actor do what ``permission`` covers on a case."""
        return self.rights is None or allows(self.rights, permission, facts)
