"""Takes a Chinese address apart and says how far two of them agree (DOMAIN 2.6, addresses). Pure.

Written by people in a hurry: city and district may be missing, 三栋 is 3栋, 5号楼 is 5栋, 3-2-501 is building 3,
unit 2, room 501. What is left is compared from the large to the small.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMERAL = re.compile(r"([零〇一二两三四五六七八九十百]+)(?=(号楼|号|栋|幢|座|单元|室|层|楼|房|组|队))")
_NOISE = re.compile(r"[^\w\-#]+|附近|旁边|对面|门口|隔壁")
_DASHES = re.compile(r"(\d+|[a-z])[-#](\d+)[-#](\d{1,5})$")
_TWO = re.compile(r"(\d+|[a-z])[-#](\d{3,5})$")
_BUILDING = re.compile(r"(\d+|[a-z]\d*)(?:号楼|栋|幢|座)")
_UNIT = re.compile(r"(\d+|[a-z])单元")
_ROOM = re.compile(r"(\d{1,5}[a-z]?)(?:室|房|号房)")
_TAIL = re.compile(r"(?:栋|幢|座|号楼|单元|层)(\d{3,5})$")
_NUMBER = re.compile(r"(\d+)号(?!楼)")
#: what may stand before the road and is often left out
_REGION = re.compile(r"^(?:[^\d]{2,8}?(?:省|自治区))?(?:[^\d]{2,8}?市)?(?:[^\d]{1,8}?(?:区|县|旗|市))?(?=[^\d]{2,})")


@dataclass(frozen=True)
class Place:
    """An address in parts; "" = not said. ``road`` is what stands before the house number, ``estate`` after it."""

    region: str = ""
    road: str = ""
    number: str = ""
    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.road or self.estate)


@lru_cache(maxsize=4096)
def parse(address: str) -> Place:
    """Return the parts of an address."""
    text = unicodedata.normalize("NFKC", address).casefold()
    text = _NUMERAL.sub(lambda m: str(_number(m[1])), _NOISE.sub("", text))
    building = unit = room = ""
    if found := _DASHES.search(text):
        building, unit, room = found[1], found[2], found[3]
        text = text[: found.start()]
    elif found := _TWO.search(text):
        building, room = found[1], found[2]
        text = text[: found.start()]
    end = len(text)
    for pattern in (_BUILDING, _UNIT, _ROOM, _TAIL):
        found = pattern.search(text)
        if found is None:
            continue
        end = min(end, found.start())
        building = building or (found[1] if pattern is _BUILDING else "")
        unit = unit or (found[1] if pattern is _UNIT else "")
        room = room or (found[1] if pattern in {_ROOM, _TAIL} else "")
    rest = text[:end]
    number = _NUMBER.search(rest)
    region = _region(rest[: number.start()] if number else rest)
    road = rest[len(region) : number.start()] if number else ""
    estate = rest[number.end() :] if number else rest[len(region) :]
    return Place(region, road, number[1] if number else "", estate.strip("-#"), building, unit, room)


def _region(text: str) -> str:
    found = _REGION.match(text)
    return found[0] if found else ""


def _number(text: str) -> int:
    """Return the number that Chinese numerals say: 十二 is 12, 一二三 is 123."""
    if not {"十", "百"} & set(text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, ones = 0, 0
    for c in text:
        if c in "十百":
            total, ones = total + (ones or 1) * (10 if c == "十" else 100), 0
        else:
            ones = _DIGITS[c]
    return total + ones


def agreement(one: Place, two: Place) -> str:
    """Return the nearest level on which two addresses agree: ``room``, ``building``, ``estate`` (or house number),
    ``road``; "" when they do not."""
    if not (one.known and two.known) or _differ(one.region, two.region):
        return ""
    same_road = _alike(one.road, two.road)
    same_number = same_road and bool(one.number) and one.number == two.number
    estates = bool(one.estate and two.estate)
    base = same_number or (_alike(one.estate, two.estate) and not _differ(one.road, two.road)) or _crossed(one, two)
    if estates and not _alike(one.estate, two.estate) and not same_number:
        base = False
    if not base:
        return "road" if same_road else ""
    if not one.building or one.building != two.building:
        # a house without buildings: its rooms
        rooms = not one.building and not two.building and one.room and one.room == two.room
        return "room" if rooms and same_number else "estate"
    if one.room and one.room == two.room and not (one.unit and two.unit and one.unit != two.unit):
        return "room"
    return "building"


def _crossed(one: Place, two: Place) -> bool:
    """Say whether one address names as its estate what the other has after road and number."""
    return (not one.number and bool(one.estate) and two.estate.endswith(one.estate)) or (
        not two.number and bool(two.estate) and one.estate.endswith(two.estate)
    )


def _alike(one: str, two: str) -> bool:
    """Say whether two names are one: equal, or one the end of the other (its beginning was left out)."""
    if not one or not two:
        return False
    short, long = sorted((one, two), key=len)
    return len(short) >= 2 and long.endswith(short)


def _differ(one: str, two: str) -> bool:
    return bool(one and two) and not (one.endswith(two) or two.endswith(one))


def precision(place: Place) -> float:
    """Return how precisely an address leads somebody there: 0 (nowhere) to 1 (to a door or a house number)."""
    if place.number or place.building or place.room:
        return 1.0 if place.road or place.estate else 0.6
    return 0.6 if len(place.estate or place.road) >= 4 else 0.3 if place.known else 0.0
