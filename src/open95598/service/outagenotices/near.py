"""Is it me? What concerns an account or an address, told without telling who lives where.

Of an account only times and cause are told, never where it is; a number that is not known, one with light and one that
is another's business (arrears) get the same answer. A place is public: roads and estates, not doors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.registry.customers import addresses
from open95598.registry.customers.models import CustomerAccount, Place, PlaceName, ServiceLocation, UsagePoint
from open95598.registry.customers.sounds import normal
from open95598.service.hall.signing import plain_number
from open95598.service.outagenotices import sources
from open95598.service.outagenotices.sources import Shown

_WHY = "whether an outage concerns somebody who asks"
#: places of one name that are looked at
SEVERAL = 8


@dataclass(frozen=True)
class Answer:
    """What concerns whoever asks; ``place``: what was understood of an address, "" of an account."""

    shown: list[Shown]
    place: str = ""


def of_account(number: str, now: datetime) -> Answer:
    """Return what is announced for an account number; the same for an unknown one as for one with light."""
    ids = CustomerAccount.objects.system(_WHY).filter(number=plain_number(number), closed_on=None).values("pk")
    return Answer(sources.near(ids, now))


def places(text: str) -> list[Place]:
    """Return the roads and estates that a text means; the narrowest first. Raises ``Invalid`` when it means none."""
    parsed = addresses.parse(text[:200])
    names = parsed.names or (normal(text)[:60],)
    found = Place.objects.filter(pk__in=PlaceName.objects.filter(name__in=names).values("place_id"))
    for part in ("city", "district", "town"):
        if value := getattr(parsed, part):
            found = found.filter(Q(**{part: value}) | Q(**{part: ""}))
    rows = sorted(found.order_by("pk")[: SEVERAL * 2], key=lambda one: one.name != parsed.community)
    if not rows:
        reason = _("We know no road, estate or village of that name here. Write it as on your bill.")
        raise Invalid(_("Some fields need your attention."), fields={"address": reason})
    narrow = [one for one in rows if one.name == parsed.community]
    return (narrow or rows)[:SEVERAL]


def door(text: str) -> int | None:
    """Return the location that an address with building and room means; None where it is not known, or means more.

    Whoever asks is not told which: a subscription to it looks like one to its road or estate. Raises ``Invalid``.
    """
    parsed = addresses.parse(text[:200])
    if not parsed.room:
        return None
    ids = [one.pk for one in places(text)]
    found = ServiceLocation.objects.filter(Q(road__in=ids) | Q(community__in=ids), room=parsed.room)
    found = found.filter(building=parsed.building, entrance=parsed.entrance)
    found = found.filter(road_number=parsed.number) if parsed.number else found
    rows = list(found.values_list("pk", flat=True)[:2])
    return rows[0] if len(rows) == 1 else None


def of_address(text: str, now: datetime) -> Answer:
    """Return what is announced on a road, in an estate or village. ``Invalid``: there is none of that name."""
    meant = places(text)
    ids = [one.pk for one in meant]
    there = UsagePoint.objects.system(_WHY).filter(Q(location__road__in=ids) | Q(location__community__in=ids))
    parsed = addresses.parse(text[:200])
    if parsed.number and parsed.road:
        there = there.filter(Q(location__road_number=parsed.number) | ~Q(location__road__name=parsed.road))
    return Answer(sources.near(there.values("account_id"), now), "、".join(str(one) for one in meant[:3]))
