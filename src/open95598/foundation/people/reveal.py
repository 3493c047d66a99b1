"""Showing personal data that is masked by default: a right, a reason, and a line in the journal (DOMAIN 2.6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.people import record
from open95598.foundation.people.actors import Actor
from open95598.foundation.people.policy import CaseFacts, Permission, Rights, allows


class CaseLike(Protocol):
    """What is needed of a case: its id and the policy's columns."""

    pk: Any
    scope: list[int]
    sight: list[int]
    confidential: bool
    owner_id: int | None
    recused_people: list[int]
    recused_units: list[int]


def facts_of(case: CaseLike) -> CaseFacts:
    """Return what the policy must know of a case row."""
    return CaseFacts(
        scope=frozenset(case.scope),
        sight=frozenset(case.sight),
        confidential=case.confidential,
        owner_id=case.owner_id,
        recused_people=frozenset(case.recused_people),
        recused_units=frozenset(case.recused_units),
    )


def may_reveal(rights: Rights, case: CaseLike) -> bool:
    """Say whether the person may see this case and be shown its personal data."""
    facts = facts_of(case)
    return allows(rights, Permission.CASE_VIEW, facts) and allows(rights, Permission.PERSONAL_REVEAL, facts)


def reveal(case: CaseLike, fields: Iterable[str], *, actor: Actor, why: str, now: datetime) -> None:
    """Write down that ``actor`` is shown ``fields`` of a case and why; the caller then shows them.

    The entry stands in the person's own stream and names the case, so that it appears in both. Raises ``Forbidden``
    (no right; the house itself has no eyes), ``Invalid`` (no reason).
    """
    if actor.rights is None or actor.person_id is None or not may_reveal(actor.rights, case):
        raise Forbidden(_("You may not see this customer's personal data."))
    shown, why = sorted(set(fields)), why.strip()
    if not 0 < len(why) <= 200:
        raise Invalid(_("Nothing was shown."), fields={"why": _("Give the reason, in up to 200 characters.")})
    if not shown:
        raise Invalid(_("Nothing was shown."), fields={"fields": _("Name what is to be shown.")})
    with transaction.atomic():
        person = record.locked(actor.person_id)
        record.write(person, "personal.revealed", actor, now, {"fields": shown, "why": why}, case_id=case.pk)
