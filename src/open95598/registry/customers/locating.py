"""Addresses become locations: the places they name are found or made, with all their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid
from open95598.foundation.units.models import Unit
from open95598.registry.customers import addresses, sounds
from open95598.registry.customers.addresses import Address
from open95598.registry.customers.kinds import NameKind, PlaceKind
from open95598.registry.customers.models import Place, PlaceName, ServiceLocation

#: places of one name that are looked at
SEVERAL = 8


def locate(text: str, unit: Unit | None = None) -> ServiceLocation:
    """Make a location for an address as it was given; its road and estate are those that there are, or new ones.

    ``unit``: who serves it; its territory's code becomes the code of a new place's division.
    """
    text = " ".join(text.replace("\0", "").split())[:300]
    parts = addresses.parse(text)
    division = next((t for t in (unit.territory if unit else []) if t.isdigit()), "")
    return ServiceLocation.objects.create(
        text=text,
        road=place_of(PlaceKind.ROAD, parts.road, parts, division),
        road_number=parts.number[:16],
        community=place_of(PlaceKind.COMMUNITY, parts.community, parts, division),
        building=parts.building[:16],
        entrance=parts.entrance[:16],
        room=parts.room[:16],
    )


def place_of(kind: str, name: str, within: Address, division: str = "") -> Place | None:
    """Return the place of a name in a district, made when it is new; None without a name."""
    name = name[:60]
    if not name:
        return None
    area = {part: getattr(within, part)[:30] for part in ("province", "city", "district", "town")}
    known = PlaceName.objects.filter(name=name, place__kind=kind, place__district=area["district"])
    for part in ("city", "town"):
        if area[part]:
            known = known.filter(**{f"place__{part}": area[part]})
    found = known.select_related("place").order_by("place_id").first()
    if found is not None:
        return found.place
    place, made = Place.objects.get_or_create(kind=kind, name=name, **area, defaults={"division": division[:12]})
    if made:
        PlaceName.objects.create(place=place, name=name, keys=sounds.keys(name))
    return place


def premises(text: str, most: int = 400) -> list[int]:
    """Return the locations (ids) that an address with a door means, without making any; [] when it names none.

    A flat that is not known is looked for as its entrance, an entrance as its building. At most five queries.
    """
    parts = addresses.parse(" ".join(text.replace("\0", "").split())[:300])
    if not parts.has_door or not parts.names:
        return []
    known = PlaceName.objects.filter(name__in=[name[:60] for name in parts.names])
    for part in ("city", "district", "town"):
        if value := getattr(parts, part):
            known = known.filter(Q(**{f"place__{part}": value}) | Q(**{f"place__{part}": ""}))
    ids = list(known.values_list("place_id", flat=True)[: 2 * SEVERAL])
    behind = {name: value[:16] for name in ("building", "entrance", "room") if (value := getattr(parts, name))}
    doors = ServiceLocation.objects.filter(Q(community__in=ids) | Q(road__in=ids))
    if parts.number and parts.road:
        doors = doors.filter(road_number=parts.number[:16])
    elif "building" not in behind and "room" not in behind:
        return []
    while ids:
        found = list(doors.filter(**behind).order_by("pk").values_list("pk", flat=True)[:most])
        if found or not behind or (len(behind) == 1 and not parts.number):
            return found
        behind.popitem()
    return []


class Places:
    """Places by kind, name and area for a batch of addresses: those that there are are read in one query.

    What is new is made when it is asked for, once; the rules are those of ``place_of``.
    """

    def __init__(self, wanted: Iterable[Address] = ()) -> None:
        self._known: dict[tuple[str, ...], int] = {}
        asked = {
            _key(kind, name[:60], within): within
            for within in wanted
            for kind, name in ((PlaceKind.ROAD, within.road), (PlaceKind.COMMUNITY, within.community))
            if name
        }
        there: dict[tuple[str, str, str], list[tuple[int, str, str]]] = defaultdict(list)
        rows = PlaceName.objects.filter(name__in={name for _kind, name, *_area in asked})
        names = ("place_id", "place__kind", "name", "place__district", "place__city", "place__town")
        for pk, kind, name, district, city, town in rows.order_by("place_id").values_list(*names) if asked else ():
            there[kind, name, district].append((pk, city, town))
        for key, within in asked.items():
            city, town = within.city[:30], within.town[:30]
            fits = there[key[0], key[1], within.district[:30]]
            found = next((pk for pk, c, t in fits if city in ("", c) and town in ("", t)), None)
            if found is not None:
                self._known[key] = found

    def of(self, kind: str, name: str, within: Address) -> int | None:
        """Return the id of a place, made when it is new; None without a name."""
        if not name:
            return None
        key = _key(kind, name[:60], within)
        if key not in self._known:
            found = place_of(kind, name, within)
            assert found is not None
            self._known[key] = found.pk
        return self._known[key]


def _key(kind: str, name: str, within: Address) -> tuple[str, ...]:
    return (kind, name, within.province, within.city, within.district, within.town)


def add_alias(place: Place, name: str) -> PlaceName:
    """Note what people call a place as well. Raises ``Invalid`` for a name that is too short to be found."""
    return _named(place, name, NameKind.ALIAS, None)


def rename(place: Place, name: str, day: date) -> Place:
    """Give a place another name; the one it had stays findable as its former name, until ``day``."""
    _named(place, name, NameKind.CURRENT, None)
    place.names.filter(name=place.name).update(kind=NameKind.FORMER, until=day)
    place.name = name
    place.save(update_fields=["name"])
    return place


def _named(place: Place, name: str, kind: str, until: date | None) -> PlaceName:
    name = sounds.normal(name)
    keys = sounds.keys(name)
    if not keys or len(name) > 60:
        wrong = {"name": _("Give a name of 2 to 60 characters.")}
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    found, _made = PlaceName.objects.update_or_create(
        place=place, name=name, defaults={"kind": kind, "keys": keys, "until": until}
    )
    return found
