"""What the keys of entries are called on pages: those that several rooms write. The rooms above add their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from open95598.foundation.journal import hooks

FIELDS: Mapping[str, Any] = {
    "action": gettext_lazy("Action"), "address": gettext_lazy("Network address"), "at": gettext_lazy("Moment"),
    "automatic": gettext_lazy("By rule"), "before": gettext_lazy("Before"), "by_unit": gettext_lazy("Unit (id)"),
    "calendar": gettext_lazy("Calendar"), "case_id": gettext_lazy("Case (id)"), "category": gettext_lazy("Category"),
    "change": gettext_lazy("Change"), "changed": gettext_lazy("Changed"), "channel": gettext_lazy("Channel"),
    "city": gettext_lazy("City"), "clock": gettext_lazy("Clock"), "clocks": gettext_lazy("Clocks"),
    "code": gettext_lazy("Code"), "columns": gettext_lazy("Columns"), "created": gettext_lazy("Created"),
    "date": gettext_lazy("Date"), "days": gettext_lazy("Days"), "delivery": gettext_lazy("Delivery"),
    "digest": gettext_lazy("Digest"), "doubles": gettext_lazy("Doubles"), "dry_run": gettext_lazy("Dry run"),
    "due": pgettext_lazy("clock", "due"), "due_at": pgettext_lazy("clock", "due"),
    "effective_on": gettext_lazy("In force from"), "entries": gettext_lazy("Entries"),
    "entry": pgettext_lazy("journal entry", "Entry"), "event": gettext_lazy("Event"),
    "extended": pgettext_lazy("clock", "extended by days"), "facts": gettext_lazy("Facts"),
    "failures": gettext_lazy("Failed attempts"), "fields": gettext_lazy("Fields"),
    "file": gettext_lazy("File (SHA-256)"), "files": gettext_lazy("Files"),
    "flow": gettext_lazy("Version of the flow"), "folded": gettext_lazy("Warned in the same message"),
    "for": gettext_lazy("On behalf of"), "form": gettext_lazy("Form"), "from": pgettext_lazy("journal entry", "From"),
    "from_unit": gettext_lazy("From the unit"), "home": gettext_lazy("Unit of the person as well"),
    "importer": gettext_lazy("Importer"), "input": gettext_lazy("Entered"), "intervals": gettext_lazy("Times of day"),
    "key": gettext_lazy("Key"), "kind": pgettext_lazy("journal entry", "Kind"),
    "late": pgettext_lazy("clock", "late"), "left": pgettext_lazy("clock", "minutes left"),
    "level": gettext_lazy("Level"), "listing": gettext_lazy("List"), "made_rows": gettext_lazy("Rows made"),
    "mapping": gettext_lazy("Mapping (SHA-256)"), "message": gettext_lazy("Message"),
    "method": gettext_lazy("Way of signing in"), "minutes": gettext_lazy("Minutes"), "month": gettext_lazy("Month"),
    "name": pgettext_lazy("journal entry", "Name"), "new_name": gettext_lazy("New name"),
    "new_parent": gettext_lazy("New unit above"), "number": gettext_lazy("Number"),
    "occurred_at": gettext_lazy("True time"), "old_name": gettext_lazy("Old name"),
    "old_parent": gettext_lazy("Old unit above"), "opens_on": gettext_lazy("Opens on"),
    "other": gettext_lazy("Other order"), "owner": gettext_lazy("Responsible (id)"),
    "params": gettext_lazy("Filters"), "parent": gettext_lazy("Belongs to (id)"), "part": gettext_lazy("Part (id)"),
    "paused": pgettext_lazy("clock", "paused at"), "period": gettext_lazy("Period"),
    "person": gettext_lazy("Person (id)"), "plan": gettext_lazy("Plan"), "points": gettext_lazy("Points"),
    "provisional": gettext_lazy("Provisional"), "q": gettext_lazy("Searched for"), "read": gettext_lazy("Rows read"),
    "reason": gettext_lazy("Reason"), "reasons": gettext_lazy("Reasons"), "rejected": gettext_lazy("Rows refused"),
    "relimited": pgettext_lazy("clock", "new limit"), "request": gettext_lazy("Request (id)"),
    "resumed": pgettext_lazy("clock", "resumed at"), "reverses": gettext_lazy("Reverses the entry"),
    "revived": pgettext_lazy("clock", "goes on"), "role": gettext_lazy("Role"), "roles": gettext_lazy("Roles"),
    "rows": gettext_lazy("Rows"), "rule": gettext_lazy("Rule"), "rulebook": gettext_lazy("Rulebook"),
    "run": gettext_lazy("Run"), "scopes": gettext_lazy("Scopes"), "sealed": gettext_lazy("Sealed"),
    "second_factor": gettext_lazy("Second factor"), "sessions": gettext_lazy("Sessions ended"),
    "settled": gettext_lazy("Settled"), "sha256": gettext_lazy("File (SHA-256)"), "source": gettext_lazy("Source"),
    "source_ref": gettext_lazy("Number at the source"), "speed": gettext_lazy("Speed"),
    "started": pgettext_lazy("clock", "started at"), "starts_on": gettext_lazy("In force from"),
    "state": gettext_lazy("State"), "status": gettext_lazy("Status"), "step": gettext_lazy("Step of the ladder"),
    "stopped": pgettext_lazy("clock", "stopped at"), "subscriber": gettext_lazy("Subscriber"),
    "successor": gettext_lazy("Successor"), "to": pgettext_lazy("journal entry", "To"),
    "to_name": gettext_lazy("Name of the other"), "to_unit": gettext_lazy("To the unit"),
    "token": gettext_lazy("Token (id)"), "tokens": gettext_lazy("Tokens"), "told": gettext_lazy("Told (ids)"),
    "unit": gettext_lazy("Unit"), "until": gettext_lazy("Until"), "username": gettext_lazy("Account"),
    "value": gettext_lazy("Value"), "version": gettext_lazy("Version"), "via": gettext_lazy("By way of"),
    "was": pgettext_lazy("clock", "was due"), "weekly": gettext_lazy("The week"), "why": gettext_lazy("Why"),
    "with_personal": gettext_lazy("With personal data"), "words": gettext_lazy("Words"), "year": gettext_lazy("Year"),
}  # fmt: skip
#: by which way something was done (``Actor.via``)
WAYS: Mapping[str, Any] = {
    "page": pgettext_lazy("way", "page"), "api": pgettext_lazy("way", "interface"),
    "import": pgettext_lazy("way", "import"), "rule": pgettext_lazy("way", "rule"),
    "simulation": pgettext_lazy("way", "simulation"),
}  # fmt: skip
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def said(data: Mapping[str, Any]) -> str:
    """Return an entry's data in the reader's language: what is empty is left out, what was entered stands in line."""
    flat = {k: v for k, v in data.items() if k != "input"} | dict(data.get("input") or {})
    return ", ".join(f"{name_of(k)}: {_value(v, k)}" for k, v in flat.items() if v not in (None, "", [], {}))


def name_of(key: str) -> str:
    """Return what a key of an entry's data is called; a key that nobody named as it is."""
    return str(hooks.fields.get(key, key))


def _value(value: Any, key: str = "") -> str:
    """Return a value in words: a code by its name, a moment in the utility's zone, to the second."""
    if isinstance(value, Mapping):
        return f"({said(value)})"
    if isinstance(value, list | tuple):
        return " · ".join(_value(v, key) for v in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        if _MOMENT.fullmatch(value):
            return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M:%S")
        named = hooks.codes[key](value) if key in hooks.codes else None
        return str(value if named is None else named)
    return str(value)
