"""An address taken apart: province, city, district, town, road, number, estate, building, entrance, room. Pure.

Reads what people write (长沙市雨花区韶山路112号阳光花园3栋1单元502室) and what they type into a search box
(阳光花园3-1-502, 韶山路112): whatever part is missing stays "".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from open95598.registry.customers.sounds import normal

_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")
_NO = r"[0-9a-z甲乙丙丁一二三四五六七八九十]{1,6}"
_PROVINCE = re.compile(r"^[\u3400-\u9fff]{2,7}?(?:省|自治区|特别行政区)")
#: 集市街, 花市大道9号: the market that a road is named after is no city
_MARKET = r"市(?!大?(?:街|道|路|巷|弄|胡同)[东南西北中]?(?:[段线]?[0-9]|$))"
_CITY = re.compile(rf"^[\u3400-\u9fff]{{1,7}}?(?:{_MARKET}|自治州|地区|盟)")
_DISTRICT = re.compile(rf"^[\u3400-\u9fff]{{1,9}}?(?:自治县|新区|开发区|(?<![小社园厂校库院矿])区|县|{_MARKET}|旗)")
_TOWN = re.compile(r"^[\u3400-\u9fff]{1,9}?(?:街道|镇|乡)(?!政府)")
_ROAD = re.compile(
    r"^[0-9a-z\u3400-\u9fff]{1,14}?(?:大道|大街|公路|路|街|巷|弄|胡同|里弄|道)(?!口)[东南西北中]?(?:段|线)?"
)
_NUMBER = re.compile(r"^(?:第)?([0-9]{1,5}(?:[-之][0-9]{1,3})?)(?:号(?![楼院栋幢]))")
_BARE_NUMBER = re.compile(r"^([0-9]{1,5})$")
_BUILDING = re.compile(rf"(?<![0-9a-z])({_NO})(?:号楼|号栋|栋|幢|座|楼|组|队)")
_ENTRANCE = re.compile(rf"({_NO})(?:单元|门洞|门(?![面头]))")
_ROOM = re.compile(r"([0-9]{1,5})(?:室|房|号|户)?$")
_DASHED = re.compile(r"([0-9]{1,4})[-—－/]([0-9]{1,2})[-—－/]([0-9]{1,5})(?:室|房|号)?$")
_DASHED_TWO = re.compile(r"([0-9]{1,4})[-—－/]([0-9]{2,5})(?:室|房|号)?$")
_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))


@dataclass(frozen=True)
class Address:
    """The parts of an address; "" = not said. ``community``: estate or village; a village's group is a building."""

    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    road: str = ""
    number: str = ""
    community: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What can be looked for by name: the estate first, which is the narrower."""
        return tuple(name for name in (self.community, self.road) if name)

    @property
    def has_door(self) -> bool:
        """Say whether it leads further than to a road or an estate."""
        return bool(self.number or self.building or self.entrance or self.room)


def parse(text: str) -> Address:
    """Take an address apart, from its widest part to the door; what stands between road and building is the estate."""
    left = normal(text).replace(",", "").replace("。", "")
    found: dict[str, str] = {}
    left = _wide(left, found)
    if road := _ROAD.match(left):
        found["road"], left = road[0], left[road.end() :]
        if number := (_NUMBER.match(left) or _BARE_NUMBER.match(left)):
            found["number"], left = number[1], left[number.end() :]
    _narrow(left, found)
    return Address(**found)


def _wide(left: str, found: dict[str, str]) -> str:
    """Read province, city, district and town from the beginning; return what is left."""
    for city in _MUNICIPALITIES:
        if left.startswith(city):
            left = left[len(city) :]
            found |= {"province": city, "city": city}
    for part, pattern in (("province", _PROVINCE), ("city", _CITY), ("district", _DISTRICT), ("town", _TOWN)):
        match = None if part in found else pattern.match(left)
        if match and match.end() < len(left) + (part == "district"):
            found[part], left = match[0], left[match.end() :]
    return left


def _narrow(left: str, found: dict[str, str]) -> None:
    """Read building, entrance and room from the end; what is left in front is the estate's or village's name."""
    for pattern, parts in ((_DASHED, ("building", "entrance", "room")), (_DASHED_TWO, ("building", "room"))):
        if match := pattern.search(left):
            found |= zip(parts, match.groups(), strict=True)
            _named(left[: match.start()], found)
            return
    start = len(left)
    if building := _BUILDING.search(left):
        found["building"], start = _plain(building[1]), building.start()
    if entrance := _ENTRANCE.search(left, building.end() if building else 0):
        found["entrance"], start = _plain(entrance[1]), min(start, entrance.start())
    behind = (entrance or building).end() if (entrance or building) else 0  # type: ignore[union-attr]
    if room := _ROOM.search(left, behind):
        found["room"], start = room[1], min(start, room.start())
    _named(left[:start], found)


def _named(name: str, found: dict[str, str]) -> None:
    name = name.strip("-—－/号第()")
    if name and not name.isdigit():
        found["community"] = name
    elif name:
        found.setdefault("number", name)


def _plain(number: str) -> str:
    """Return a number of a building in digits where it was written in Chinese below a hundred."""
    if not all(c in "一二三四五六七八九十" for c in number):
        return number
    tens, _ten, ones = number.rpartition("十")
    if "十" not in number:
        return "".join(str(_DIGITS[c]) for c in number)
    return str((_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0))
