"""What the entries of people's and units' streams are called on the screens."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_lazy

from open95598.foundation.journal.models import Entry
from open95598.foundation.people.models import ROLE_NAMES
from open95598.foundation.people.policy import Role

KINDS = {
    "person.hired": gettext_lazy("Account created"),
    "person.changed": gettext_lazy("Account changed"),
    "person.left": gettext_lazy("Account closed"),
    "person.role_given": gettext_lazy("Role given"),
    "person.role_ended": gettext_lazy("Role ended"),
    "person.passed_on": gettext_lazy("Passed on to the successor unit"),
    "person.delegated": gettext_lazy("Cases delegated"),
    "person.delegation_ended": gettext_lazy("Delegation ended"),
    "person.password_changed": gettext_lazy("Password changed"),
    "person.second_factor_dropped": gettext_lazy("Second factor removed"),
    "person.token_made": gettext_lazy("API token made"),
    "person.token_revoked": gettext_lazy("API token revoked"),
    "person.signed_in": gettext_lazy("Signed in"),
    "person.locked_out": gettext_lazy("Locked out after wrong passwords"),
    "person.sessions_ended": gettext_lazy("Sessions ended"),
    "personal.revealed": gettext_lazy("Personal data shown"),
    "personal.unsealed": gettext_lazy("Sealed identity shown"),
    "unit.created": gettext_lazy("Unit created"),
    "unit.amended": gettext_lazy("Unit changed"),
    "unit.change_planned": gettext_lazy("Change planned"),
    "unit.change_cancelled": gettext_lazy("Planned change taken back"),
    "unit.renamed": gettext_lazy("Unit renamed"),
    "unit.moved": gettext_lazy("Unit moved"),
    "unit.merged": gettext_lazy("Unit merged"),
    "unit.closed": gettext_lazy("Unit closed"),
}

#: keys of what such an entry holds
FIELDS = {"skills": gettext_lazy("Skills")}


class Told(NamedTuple):
    """An entry as it is shown."""

    at: Any
    what: str
    detail: str
    actor: str


def tell(entry: Entry) -> Told:
    """Return an entry in words."""
    body = json.loads(entry.body)
    data = body.get("data") or {}
    parts: list[str] = []
    if role := data.get("role"):
        parts.append(str(ROLE_NAMES[Role(role)]) if role in list(Role) else str(role))
    if isinstance(data.get("unit"), str):
        parts.append(data["unit"])
    if data.get("second_factor"):
        parts.append(gettext("with second factor"))
    parts += [str(data[key]) for key in ("to_name", "name", "reason", "why") if data.get(key)]
    actor = (body.get("actor") or [None, ""])[1]
    return Told(entry.at, str(KINDS.get(entry.kind, entry.kind)), " · ".join(parts), str(actor or ""))
