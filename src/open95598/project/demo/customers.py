"""The customers of the made-up utility and what they say. Pure: a random source in, words out."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from open95598.project.demo import utility
from open95598.project.demo.words import data

#: times of a day as people say them
_CLOCKS = (
    "早上6", "早上7", "早上8", "上午9", "上午10", "上午11", "中午12", "下午1", "下午2", "下午3", "下午4", "下午5",
    "傍晚6", "晚上7", "晚上8", "晚上9", "晚上10", "夜里11",
)  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}")
#: how many customers call at all in a year; the first of them call again and again
CUSTOMERS = 1900
#: places that a storm darkens
STRUCK = 4

#: how often each category comes, within its kind
FAULT_WEIGHTS = {
    "fault.lv.no_power": 46, "fault.lv.service_drop": 8, "fault.lv.line": 5, "fault.lv.cable": 2, "fault.lv.box": 7,
    "fault.hv.line": 2, "fault.hv.equipment": 2, "fault.hv.cable": 1, "fault.metering.meter": 6,
    "fault.metering.prepaid": 6, "fault.metering.box_damage": 2, "fault.customer.resident": 8,
    "fault.customer.non_resident": 2, "fault.quality.low": 5, "fault.quality.high": 1, "fault.quality.flicker": 2,
    "fault.non_power.telecom": 1, "fault.non_power.municipal": 1,
}  # fmt: skip
CHANNELS = {"phone": 76, "app": 6, "wechat": 7, "counter": 4, "web": 6, "12345": 1}
#: causes found, by the beginning of the category
CAUSES = {
    "fault.metering.prepaid": {"arrears": 9, "equipment": 1},
    "fault.metering": {"equipment": 9, "works": 1},
    "fault.customer": {"customer": 19, "none": 1},
    "fault.quality": {"overload": 6, "works": 2, "equipment": 2},
    "fault.hv": {"weather": 4, "external": 3, "equipment": 3, "animal": 2},
    "fault.non_power": {"none": 1},
    "fault": {"equipment": 36, "overload": 14, "external": 8, "weather": 16, "animal": 6, "works": 4, "customer": 9,
              "planned": 2, "none": 3, "unknown": 2},
}  # fmt: skip
OWNERSHIP = {"customer": "customer", "arrears": "utility", "none": "unclear"}


@dataclass(frozen=True)
class Customer:
    """Somebody who calls: always with the same number, from the same place."""

    name: str
    phone: str
    address: str
    #: the estate or road, as people say it
    place: str
    city: str
    county: str


@cache
def customers(seed: int) -> tuple[Customer, ...]:
    """Return the customers, those who call most first."""
    dice = random.Random(f"{seed}/customers")  # noqa: S311
    return tuple(_customer(dice) for _ in range(CUSTOMERS))


def _customer(dice: random.Random) -> Customer:
    counties = utility.counties()
    city, county = dice.choices(counties, [c.weight for _city, c in counties])[0]
    road = dice.choice(county.roads)
    urban = county.area == "city" or dice.random() < 0.25
    if urban and county.estates:
        estate = dice.choice(county.estates)
        home = f"{dice.randint(1, 24)}栋{dice.randint(1, 4)}单元{dice.randint(1, 18)}0{dice.randint(1, 4)}室"
        street = road if county.area == "city" else f"{road[:3]}{dice.choice(('中心街', '迎宾路', '振兴街'))}"
        address, place = f"{city.place}{county.place}{street}{dice.randint(2, 288)}号{estate}{home}", estate
    else:
        group = f"{dice.randint(1, 12)}组{dice.randint(1, 90)}号" if "村" in road else f"{dice.randint(2, 160)}号"
        address, place = f"{city.place}{county.place}{road}{group}", road
    names = data("names")
    name = dice.choice(names["surnames"]) + dice.choice(names["given"])
    phone = (
        dice.choice(("136", "137", "138", "150", "158", "159", "182", "186", "187")) + f"{dice.randrange(10**8):08d}"
    )
    return Customer(name, phone, address, place, city.code, county.code)


def caller(seed: int, dice: random.Random, city: str = "", county: str = "") -> Customer:
    """Return who calls: some call often, most once. ``city``/``county`` (codes) limit where from."""
    everybody = customers(seed)
    while True:
        found = everybody[int(CUSTOMERS * dice.random() ** 1.7)]
        if city in ("", found.city) and county in ("", found.county):
            return found


def struck(seed: int, key: str, city: str, known: int) -> tuple[Customer, ...]:
    """Return the customers of a city who live where a storm does its damage, a few places by its key: of the ``known``
    ones, of whom it is known what feeds them."""
    there = [who for who in customers(seed)[:known] if who.city == city]
    places = sorted({(who.county, who.place) for who in there})
    hit = random.Random(f"{seed}/struck/{key}").sample(places, min(STRUCK, len(places)))  # noqa: S311
    return tuple(who for who in there if (who.county, who.place) in hit)


def category(kind: str, dice: random.Random) -> str:
    """Return what it is about."""
    if kind == "fault":
        return dice.choices(list(FAULT_WEIGHTS), list(FAULT_WEIGHTS.values()))[0]
    return dice.choice(list(data("texts")[kind]))


def words_of(kind: str, code: str, who: Customer, dice: random.Random) -> str:
    """Return what the agent writes down of what the customer says."""
    return fill(dice.choice(data("texts")[kind][code]), dice, who)


def answer(kind: str, cause: str, place: str, dice: random.Random) -> str:
    """Return the answer given in the end."""
    answers = data("texts")["answers"][kind]
    return fill(dice.choice(answers[cause or "unknown"] if kind == "fault" else answers), dice, place=place)


def remark(name: str, dice: random.Random, place: str = "") -> str:
    """Return what is written beside an act (why it is returned, suspended …)."""
    return fill(dice.choice(data("texts")["notes"][name]), dice, place=place)


def cause(code: str, dice: random.Random) -> tuple[str, str]:
    """Return what the crew finds: the cause and whose equipment it is."""
    weights = next(row for start, row in CAUSES.items() if code.startswith(start))
    found = dice.choices(list(weights), list(weights.values()))[0]
    return found, OWNERSHIP.get(found, "other" if code.startswith("fault.non_power") else "utility")


def channel(kind: str, dice: random.Random) -> str:
    """Return by which channel it comes in."""
    if kind == "fault":
        return dice.choices(list(CHANNELS), list(CHANNELS.values()))[0].replace("12345", "phone")
    return dice.choices(list(CHANNELS), list(CHANNELS.values()))[0]


def fill(text: str, dice: random.Random, who: Customer | None = None, place: str = "") -> str:
    """Return a template with its slots filled, slots within slots too."""
    texts: Any = data("texts")
    numbers = {
        "clock": lambda: f"{dice.choice(_CLOCKS)}点",
        "minutes": lambda: str(dice.choice((10, 15, 20, 25, 30, 40, 50))),
        "days": lambda: str(dice.randint(2, 9)),
        "times": lambda: str(dice.randint(2, 6)),
        "counter": lambda: str(dice.randint(1, 9)),
        "building": lambda: str(dice.randint(2, 20)),
        "yuan": lambda: str(dice.choice((50, 86, 100, 128, 150, 200, 236, 300, 418, 500, 680, 860, 1200, 2300))),
        "kwh": lambda: str(dice.randint(180, 980)),
        "place": lambda: place or (who.place if who else ""),
        "surname": lambda: who.name[0] if who else "",
        "surname2": lambda: dice.choice(data("names")["surnames"]),
    }

    def one(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in numbers:
            return str(numbers[name]())
        options = texts["slots"].get(name) or texts["fill"].get(name) or texts[name]
        return str(dice.choice(options))

    while _SLOT.search(text):
        text = _SLOT.sub(one, text)
    return text.replace("，，", "，").replace("。。", "。").strip("，")


def place_in(address: str) -> str:
    """Return the estate or road of an address, as people say it; the address itself when none is known."""
    for _city, county in utility.counties():
        if county.place in address:
            found = next((e for e in (*county.estates, *county.roads) if e in address), "")
            return found or county.place
    return address
