"""All writes of the room: crews, their duties, where they are, and sending them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.casework.services import Request
from open95598.foundation.errors import Forbidden, Impossible, Invalid, Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.notices.services import notify
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.crews import queries
from open95598.service.crews.flows import SENDABLE
from open95598.service.crews.models import Crew, Duty, Position, PositionSource
from open95598.service.outages import flows as outages
from open95598.service.outages.models import Outage

_BAD = "Some fields need your attention."
LONGEST = timedelta(hours=48)
#: states of a fault that must be dispatched before a crew has it
UNDISPATCHED = ("created", "returned", "reopened")


@dataclass(frozen=True)
class Sent:
    """One that is to be sent: a fault or an outage (``case_id``, at the ``version`` that was looked at), to a crew.

    ``instead_of``: who had it then. ``expected_at``: when the crew should be there.
    """

    case_id: int
    crew_id: int
    version: int | None = None
    instead_of: int | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Result:
    """What became of it: the crew that has it now, or why it has not."""

    case_id: int
    crew: Crew | None = None
    refusal: Refused | None = None


# crews ---------------------------------------------------------------------------------------------------------------


def make(
    unit: Unit, name: str, lead_id: int, member_ids: Collection[int], actor: Actor, now: datetime,
    base: tuple[float, float] | None = None,
) -> Crew:  # fmt: skip
    """Put people of a unit together to a crew. ``base``: where it stands by, in the grid's coordinates.

    Raises ``Forbidden``, ``Invalid`` naming the bad fields.
    """
    _must(actor, unit)
    crew = Crew(unit=unit)
    return _save(crew, name, lead_id, member_ids, actor, now, base, "crew.made")


def change(
    crew: Crew, name: str, lead_id: int, member_ids: Collection[int], actor: Actor, now: datetime,
    base: tuple[float, float] | None = None,
) -> Crew:  # fmt: skip
    """Change a crew's name, lead, members or where it stands by; see ``make``."""
    _must(actor, crew.unit)
    return _save(crew, name, lead_id, member_ids, actor, now, base, "crew.changed")


def _save(
    crew: Crew, name: str, lead_id: int, member_ids: Collection[int], actor: Actor, now: datetime,
    base: tuple[float, float] | None, kind: str,
) -> Crew:  # fmt: skip
    wanted = {*member_ids, lead_id}
    people = Person.objects.filter(pk__in=wanted, is_active=True)
    # a repair team's people belong to the team and take orders from their county's list: one's unit lies in the other's
    known = {p.pk for p in people.select_related("unit") if crew.unit_id in p.unit.lineage}
    bad: dict[str, str] = {}
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60 or "\0" in name:
        bad["name"] = _("Give the crew a name of at most 60 characters.")
    if lead_id not in known:
        bad["lead"] = _("The lead must be somebody of the unit.")
    if wanted - known - {lead_id}:
        bad["members"] = _("Only people of the unit can be members.")
    if base is not None and not all(math.isfinite(value) for value in base):
        bad["base"] = _("Give the place as two numbers.")
    if bad:
        raise Invalid(_(_BAD), fields=bad)
    crew.name, crew.lead_id = name, lead_id
    crew.x, crew.y = base or (None, None)
    try:
        with transaction.atomic():
            crew.save()
            crew.members.set(sorted(wanted))
            _keep(crew, kind, actor, now, {"name": name, "members": sorted(wanted)})
    except IntegrityError as error:
        raise Invalid(_(_BAD), fields={"name": _("The unit has a crew of this name.")}) from error
    return crew


@transaction.atomic
def close(crew: Crew, actor: Actor, now: datetime) -> None:
    """Dissolve a crew; its duty ends and its position is forgotten. What is in its people's hands stays there."""
    _must(actor, crew.unit)
    _end(crew, actor, now)
    crew.closed_at = now
    crew.save(update_fields=("closed_at",))
    _keep(crew, "crew.closed", actor, now, {})


@transaction.atomic
def leave(crew: Crew, person: Person, following: Person, actor: Actor, now: datetime) -> None:
    """Take somebody out of a crew; where they led it, ``following`` does."""
    crew.members.remove(person)
    if crew.lead_id == person.pk:
        crew.lead = following
        crew.save(update_fields=("lead",))
    _keep(crew, "crew.changed", actor, now, {"left": person.pk, "members": sorted(p.pk for p in crew.members.all())})


# duties --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_duty(
    crew: Crew, actor: Actor, now: datetime, until: datetime | None = None, since: datetime | None = None
) -> Duty:
    """Put a crew on shift from ``since`` (now) to ``until`` (the rulebook's length of a shift later).

    Its members may do so themselves. Raises ``Forbidden``, ``Invalid`` for impossible times, ``Impossible`` when it is
    on shift then already.
    """
    _may_tell(crew, actor)
    Crew.objects.system("nobody else changes its duties").select_for_update().get(pk=crew.pk)
    starts = since or now
    ends = until or starts + timedelta(minutes=store.current(now, tuple(crew.unit.lineage)).crews.shift)
    if ends <= max(starts, now) or ends - starts > LONGEST:
        raise Invalid(_(_BAD), fields={"until": _("A duty ends after now, and lasts two days at most.")})
    if Duty.objects.filter(crew=crew, starts_at__lt=ends, ends_at__gt=starts).exists():
        raise Impossible(_("The crew “%(crew)s” is on duty already.") % {"crew": crew.name})
    row = Duty.objects.create(crew=crew, starts_at=starts, ends_at=ends, by_id=actor.person_id)
    _keep(crew, "crew.on_duty", actor, now, {"from": starts.isoformat(), "until": ends.isoformat()})
    return row


@transaction.atomic
def end_duty(crew: Crew, actor: Actor, now: datetime) -> None:
    """Take a crew off shift and forget where it is. Raises ``Forbidden``, ``Impossible`` when it is on none."""
    _may_tell(crew, actor)
    if not _end(crew, actor, now):
        raise Impossible(_("The crew “%(crew)s” is not on duty.") % {"crew": crew.name})


def _end(crew: Crew, actor: Actor, now: datetime) -> bool:
    Crew.objects.system("nobody else changes its duties").select_for_update().get(pk=crew.pk)
    rows = Duty.objects.filter(crew=crew, starts_at__lte=now, ends_at__gt=now)
    rows.filter(starts_at=now).delete()
    ended = rows.update(ends_at=now)
    Position.objects.filter(crew=crew).delete()
    if ended:
        _keep(crew, "crew.off_duty", actor, now, {})
    return ended > 0


def forget(now: datetime) -> int:
    """Forget where crews are that are not on duty any more (every ten minutes, and as duties end); return how many."""
    on = Duty.objects.filter(starts_at__lte=now, ends_at__gt=now).values("crew_id")
    gone, _each = Position.objects.exclude(crew__in=on).delete()
    return gone


# positions -----------------------------------------------------------------------------------------------------------


def report(
    crew: Crew, x: float, y: float, actor: Actor, now: datetime, *, accuracy: float | None = None,
    source: str = PositionSource.PHONE,
) -> None:  # fmt: skip
    """Keep where a crew is, instead of where it was; nothing of it goes to the journal. Told by phone: longitude and
    latitude in degrees, ``accuracy`` in metres.

    Raises ``Forbidden``, ``Invalid``, ``Impossible`` when the crew is not on duty: nobody is followed home.
    """
    _may_tell(crew, actor)
    degrees = source == PositionSource.PHONE
    if not (math.isfinite(x) and math.isfinite(y)) or (degrees and (abs(x) > 180 or abs(y) > 90)):
        raise Invalid(_(_BAD), fields={"position": _("This is no place on earth.")})
    if accuracy is not None and not (math.isfinite(accuracy) and 0 <= accuracy <= 1e6):
        raise Invalid(_(_BAD), fields={"accuracy": _("The accuracy is given in metres.")})
    if not queries.on_duty([crew.pk], now):
        raise Impossible(_("The crew “%(crew)s” is not on duty.") % {"crew": crew.name})
    told = {"x": x, "y": y, "at": now, "source": source, "accuracy": accuracy, "by_id": actor.person_id}
    Position.objects.update_or_create(crew=crew, defaults=told)


# sending -------------------------------------------------------------------------------------------------------------


def send(wanted: Sequence[Sent], actor: Actor, now: datetime) -> list[Result]:
    """Send crews, each by itself: what somebody else did meanwhile is refused, and the others go.

    A fault is dispatched where it must be, and given to the crew (``assign_crew``). Of an outage that is the order
    whose crew serves everybody; one that nobody reported gets its act ``send_outage_crew``. Raises ``Forbidden``
    without rights.
    """
    if actor.rights is None:
        raise Forbidden(_("You have no right to do this here."))
    return [_send(one, actor, now) for one in wanted]


def _send(one: Sent, actor: Actor, now: datetime) -> Result:
    assert actor.rights is not None
    try:
        crew = queries.get(actor.rights, one.crew_id)
        if not queries.on_duty([crew.pk], now):
            raise Impossible(_("The crew “%(crew)s” is not on duty.") % {"crew": crew.name})
        with transaction.atomic():
            casework.perform_many(_requests(one, crew), actor, now)
            people = crew.members.values_list("pk", flat=True)
            title = Label(f"派给{crew.name}：新的抢修任务", f"Sent to {crew.name}: new work")
            key = f"crew/{crew.pk}/{one.case_id}/{now.isoformat()}"
            notify(list(people), "crew.sent", title, case_id=_order_of(one.case_id), now=now, key=key)
    except Refused as refusal:
        return Result(one.case_id, refusal=refusal)
    return Result(one.case_id, crew)


def _order_of(case_id: int) -> int:
    """Return the case that a crew's phone shows: the order whose crew serves an outage, else the case itself."""
    lead = (
        Outage.objects.system("which order the crew goes out with").filter(pk=case_id).values_list("lead_id", flat=True)
    )
    return lead.first() or case_id


def _requests(one: Sent, crew: Crew) -> list[Request]:
    """Return the acts by which a crew gets some work; the case itself is checked by them."""
    rows = Outage.objects.system("what is done with it is checked by its acts").select_related("case", "lead")
    outage = rows.filter(pk=one.case_id).first()
    if outage is None:
        case = Case.objects.system("what is done with it is checked by its acts").filter(pk=one.case_id).first()
        return _to_crew(case, one, crew) if case is not None else [Request(one.case_id, "assign_crew")]
    lead = outage.lead
    if outage.case.state in outages.FRESH and lead is not None and lead.state in (*UNDISPATCHED, *SENDABLE):
        return _to_crew(lead, Sent(lead.pk, crew.pk, None, one.instead_of, one.expected_at), crew)
    # the house moves an outage on by itself: its state says whether somebody was sent, not its version
    return [Request(outage.pk, "send_outage_crew", {"person": crew.lead_id})]


def _to_crew(case: Case, one: Sent, crew: Crew) -> list[Request]:
    data: dict[str, Any] = {"person": crew.lead_id, "to_unit": crew.unit_id}
    if one.expected_at is not None:
        data["expected_at"] = one.expected_at
    if case.state in UNDISPATCHED:
        return [
            Request(case.pk, "dispatch", {"unit": crew.unit_id}, one.version), Request(case.pk, "assign_crew", data)
        ]  # fmt: skip
    if one.instead_of is not None:
        data["instead_of"] = one.instead_of
    return [Request(case.pk, "assign_crew", data, one.version)]


# common --------------------------------------------------------------------------------------------------------------


def _must(actor: Actor, unit: Unit) -> None:
    if actor.rights is not None and not any(actor.rights.at(p, unit.lineage) for p in queries.WHO):
        raise Forbidden(_("You have no right to do this here."))


def _may_tell(crew: Crew, actor: Actor) -> None:
    """A crew's duty and place are told by its members, and by whoever works with it."""
    if actor.rights is None or any(actor.rights.at(p, crew.unit.lineage) for p in queries.WHO):
        return
    mine = actor.rights.anywhere(Permission.CASE_CREW) and crew.members.filter(pk=actor.person_id).exists()
    if not mine:
        raise Forbidden(_("You have no right to do this here."))


def _keep(crew: Crew, kind: str, actor: Actor, now: datetime, data: Mapping[str, Any]) -> None:
    key = f"crew/{crew.pk}"
    told = {"crew": crew.pk, "unit": crew.unit_id, **data}
    append_to_stream(key, [Draft(Stream(), key, kind, now, actor.person_id, actor.name, None, told)])
