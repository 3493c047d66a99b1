"""Where in the grid somebody is who gives an address, a phone number or accounts (DOMAIN 4, trouble calls).

A caller is seldom a usage point: the phone is not known, or leads to several accounts, and the address names a house of
many. What all that it can mean has in common is still a place: their box, or the transformer above them. What they have
in common further up says nothing of where it is dark.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from open95598.foundation import phones
from open95598.registry.customers import locating
from open95598.registry.customers.models import AccountParty, ContactPoint, UsagePoint
from open95598.registry.grid.kinds import DeviceKind
from open95598.registry.grid.models import GridDevice, GridPoint

#: the points that one call can mean are looked at up to this many
MOST = 400
#: accounts of one number that are looked at; fewer digits are no caller's number
ACCOUNTS, LEAST_DIGITS = 8, 7
_WHY = "where somebody is who reports the dark"


@dataclass(frozen=True)
class Spot:
    """A place in the grid by codes: a device, and the point on it where there is only one."""

    device: str
    point: str = ""


@dataclass(frozen=True)
class Meant:
    """What an address and a phone number can mean: accounts (ids), and the points of the grid that supply them."""

    accounts: tuple[int, ...]
    points: tuple[tuple[int, str], ...]  # number of the device in the grid, code of the point


def meant(address: str, phone: str, account_ids: Collection[int] = ()) -> Meant:
    """Return what a caller can mean: the given accounts if there are any; else those at the address whose phone it is,
    else those at the address (behind a door, not on a whole road), else those of the phone. At most six queries."""
    found = set(account_ids)
    if not found:
        there = _at(address)
        of_phone = _of(phone)
        found = (there & of_phone) or there or of_phone
    points = GridPoint.objects.system(_WHY).filter(usage_point__account__in=found)
    rows = points.order_by("device__lft", "pk").values_list("device__lft", "code")[:MOST]
    return Meant(tuple(sorted(found)), tuple(rows) if found else ())


def spot(given: Meant) -> Spot | None:
    """Return the point, or the lowest device up to the transformer that supplies all that is meant; None when nothing
    so low does. One query."""
    if not given.points or len(given.points) == MOST:
        return None
    first, last = given.points[0][0], given.points[-1][0]
    above = GridDevice.objects.system(_WHY).filter(lft__lte=first, rgt__gt=last, kind__gte=DeviceKind.TRANSFORMER)
    device = above.order_by("-lft").values_list("code", flat=True).first()
    if device is None:
        return None
    return Spot(device, given.points[0][1] if len(given.points) == 1 else "")


def _at(address: str) -> set[int]:
    where = locating.premises(address)
    if not where:
        return set()
    rows = UsagePoint.objects.system(_WHY).filter(location__in=where, account__closed_on=None)
    return set(rows.values_list("account_id", flat=True)[:MOST])


def _of(phone: str) -> set[int]:
    """Return the open accounts of whoever has a number; none of one that leads to more than a few."""
    plain = phones.national(phone) if len(phone) >= LEAST_DIGITS else ""
    if not plain:
        return set()
    contacts = ContactPoint.objects.system(_WHY).filter(kind="phone", value=plain, valid_to=None)
    held = AccountParty.objects.system(_WHY).filter(
        customer__in=contacts.values("customer_id"), valid_to=None, account__closed_on=None
    )
    found = set(held.values_list("account_id", flat=True)[: ACCOUNTS + 1])
    return found if len(found) <= ACCOUNTS else set()
