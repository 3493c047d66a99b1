"""Temporary and seasonal supply that ends soon: each morning the managers of the unit that serves it are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from open95598.foundation.notices.services import notify
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.models import CustomerAgreement

#: days before the end (0: on the day itself, -1: it is past) on which it is told of
TOLD = (30, 7, 0, -1)


def tell(now: datetime) -> int:
    """Tell of supplies that end in ``TOLD`` days; return how many people heard. Once a day and unit."""
    today = day_of(now)
    rows = CustomerAgreement.objects.system("each unit is told of its own").filter(
        expires_on__in=[today + timedelta(days=days) for days in TOLD], ended_on=None, account__closed_on=None
    )
    heard: list[int] = []
    for unit_id, count in sorted(Counter(rows.values_list("account__unit_id", flat=True)).items()):
        title = Label(f"{count} 户临时或季节性用电即将到期或已到期", f"{count} temporary or seasonal supplies end soon")
        said = Label(
            "请在“客户 → 即将到期的用电”中查看，办理延期、转为正式用电或拆除。",
            "See “Customers → Supply that ends soon”: prolong, make permanent, or disconnect.",
        )
        key = f"supply-ends/{unit_id}/{today}"
        heard += notify(_managers(unit_id, now), "customer.supply_ends", title, said, now=now, key=key)
    return len(heard)


def _managers(unit_id: int, now: datetime) -> Iterable[int]:
    """Return who manages a unit; when nobody does, who manages the nearest one above."""
    lineage = Unit.objects.get(pk=unit_id).lineage
    held = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), role=Role.UNIT_MANAGER, unit__in=lineage, valid_from__lte=now,
        person__is_active=True,
    )  # fmt: skip
    at: dict[int, list[int]] = {}
    for unit, person in held.values_list("unit_id", "person_id"):
        at.setdefault(unit, []).append(person)
    return next((at[unit] for unit in reversed(lineage) if unit in at), [])
