"""Entering what no order tells: all writes of the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.control.satisfaction.models import Entered, Name
from open95598.foundation import months
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.policy import Permission
from open95598.foundation.units.models import Unit

#: no count of a month is larger
MOST = 10**10


def enter(unit: Unit, month: date, values: Mapping[str, str], actor: Actor, now: datetime) -> int:
    """Enter numbers of a unit and a month; an empty text takes one out again. Return how many were changed.

    Every change is a line in the journal with the number before it. Raises ``Forbidden`` without CASE_SUPERVISE at the
    unit, ``Invalid`` naming bad fields and for a month to come.
    """
    if actor.rights is None or not actor.rights.at(Permission.CASE_SUPERVISE, unit.lineage):
        raise Forbidden(_("You may not enter figures of this unit."))
    if months.of(month) > months.of(now):
        raise Invalid(_("Nothing was entered."), fields={"month": _("This month is still to come.")})
    wanted, bad = _checked(values)
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two who enter at once: one after the other
        rows = {row.name: row for row in Entered.objects.filter(unit=unit, month=month)}
        drafts = []
        for name, value in wanted.items():
            before = rows[name].value if name in rows else None
            if before == value:
                continue
            _write(unit, month, name, value, actor, now)
            data = {"unit": unit.pk, "month": f"{month:%Y-%m}", "name": name, "before": before, "value": value}
            drafts.append(_draft("satisfaction.entered", actor, now, data))
        append_to_stream(f"satisfaction/{unit.pk}", drafts)
    return len(drafts)


def _checked(values: Mapping[str, str]) -> tuple[dict[str, int | None], dict[str, str]]:
    wanted: dict[str, int | None] = {}
    bad: dict[str, str] = {}
    for name, text in values.items():
        plain = str(text).strip().replace(",", "").replace(" ", "").replace("\u2009", "")
        if name not in Name.values:
            bad[name[:64]] = _("This field is not known here.")
        elif not plain:
            wanted[name] = None
        elif not (plain.isascii() and plain.isdecimal()) or int(plain) > MOST:
            bad[name] = _("A whole number from 0 on.")
        else:
            wanted[name] = int(plain)
    return wanted, bad


def _write(unit: Unit, month: date, name: str, value: int | None, actor: Actor, now: datetime) -> None:
    if value is None:
        Entered.objects.filter(unit=unit, month=month, name=name).delete()
        return
    Entered.objects.update_or_create(
        unit=unit, month=month, name=name, defaults={"value": value, "by_id": actor.person_id or 0, "at": now}
    )


def tell_export(unit: Unit, month: date, form: str, actor: Actor, now: datetime) -> None:
    """Write down that the figures were taken out of the house as a file."""
    data = {"unit": unit.pk, "month": f"{month:%Y-%m}", "form": form}
    append_to_stream(f"satisfaction/{unit.pk}", [_draft("satisfaction.exported", actor, now, data)])


def _draft(kind: str, actor: Actor, now: datetime, data: dict[str, object]) -> Draft:
    return Draft(
        head=None,  # type: ignore[arg-type]  # set by append_to_stream
        stream="",
        kind=kind,
        at=now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        data=data,
    )
