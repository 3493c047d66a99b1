"""People, firms and addresses that are made up, the same for the same seed: for benchmarks and tests. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

#: surnames, the commonest first; how often they come falls with their place
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_FIRST = "伟芳娜秀敏静丽强磊军洋勇艳杰涛明超霞平刚桂建国志文玉小晓春红海德永金立新家俊子宇浩欣梦思佳雪雨嘉天一诗若"
_SECOND = "英华文玲芬燕兰萍辉斌波鹏云生林飞峰凤兵珍梅龙良荣花成香国民东清贵祥福昌怡涵轩泽琪瑶婷妍彤睿铭阳"
_ESTATE = "阳光桂花香樟金色紫薇碧水锦绣翠竹银杏梧桐丽景春晓东方明珠世纪盛世荷塘月湖龙凤凰天元星河海棠枫林云山"
_ESTATE_KIND = ("花园", "小区", "新城", "家园", "雅苑", "名邸", "华府", "公馆", "新村", "苑", "嘉园", "国际")
_ROAD = "韶山芙蓉人民建设解放中山湘江五一劳动书院朝阳振兴迎宾滨河青年团结友谊和平光明胜利文昌桃源"
_ROAD_KIND = ("路", "大道", "街", "东路", "西路", "巷", "南路", "北路")
_VILLAGE = "桃花石桥高峰青山新塘白鹭大坪双溪龙泉古井枫树长岭杨柳梅子"
_FIRM = (
    "贸易有限公司",
    "餐饮店",
    "超市",
    "机械厂",
    "第一小学",
    "卫生院",
    "物业服务有限公司",
    "建材有限公司",
    "幼儿园",
    "宾馆",
)
_MOBILES = ("136", "137", "138", "139", "150", "151", "158", "159", "177", "182", "186", "187", "188", "199")


@dataclass(frozen=True)
class Spot:
    """A made-up road, estate or village, in a town of a district. ``on``: which of the roads an estate stands on."""

    kind: str
    name: str
    town: str
    on: int = -1


@dataclass(frozen=True)
class Home:
    """Who lives or works where, by what account and meter."""

    name: str
    organisation: bool
    phone: str
    number: str
    meter: str
    spot: int
    road_number: str
    building: str
    entrance: str
    room: str


def spots(seed: int, district: str, accounts: int) -> list[Spot]:
    """Return the places of a district for about so many accounts: roads first, then estates on them, then villages."""
    dice = random.Random(f"{seed}/{district}")  # noqa: S311 (nothing secret)
    towns = [dice.choice(_VILLAGE) + dice.choice(_ROAD) + dice.choice(("镇", "街道")) for _ in range(6)]
    found: list[Spot] = []
    roads, estates, villages = (max(least, accounts // per) for least, per in ((6, 1500), (8, 700), (4, 2500)))
    known: set[tuple[str, str]] = set()

    def add(kind: str, name: str, on: int = -1) -> None:
        town = dice.choice(towns) if kind == "village" else ""
        if (kind, name) not in known:
            known.add((kind, name))
            found.append(Spot("road" if kind == "road" else "community", name, town, on))

    while len(found) < roads:
        add("road", _pair(dice, _ROAD) + dice.choice(_ROAD_KIND))
    while len(found) < roads + estates:
        phase = dice.choice(("", "", "", "一期", "二期", "三期"))
        add("estate", _pair(dice, _ESTATE) + dice.choice(_ESTATE_KIND) + phase, dice.randrange(roads))
    while len(found) < roads + estates + villages:
        add("village", _pair(dice, _VILLAGE) + "村" if dice.random() < 0.5 else _pair(dice, _ESTATE) + "村")
    return found


def home(dice: random.Random, index: int, places: Sequence[Spot]) -> Home:
    """Return the home or shop of an account: ``index`` makes its numbers, ``dice`` the rest."""
    spot = dice.randrange(len(places))
    its = places[spot]
    if its.kind == "road":
        where = (str(dice.randint(1, 399)), "", "", "")
    elif its.on < 0:
        where = ("", str(dice.randint(1, 16)), "", str(dice.randint(1, 99)))
    else:
        room = f"{dice.randint(1, 32)}0{dice.randint(1, 6)}"
        where = (str(dice.randint(1, 399)), str(dice.randint(1, 28)), str(dice.randint(1, 4)), room)
    organisation = dice.random() < 0.04
    name = _pair(dice, _ESTATE) + dice.choice(_FIRM) if organisation else person(dice)
    phone = dice.choice(_MOBILES) + f"{dice.randrange(10**8):08d}"
    return Home(name, organisation, phone, f"95{index:010d}", f"33{(index * 7919) % 10**10:010d}", spot, *where)


def person(dice: random.Random) -> str:
    """Return a person's name."""
    surname = SURNAMES[min(int(len(SURNAMES) * dice.random() ** 2.2), len(SURNAMES) - 1)]
    return surname + dice.choice(_FIRST) + (dice.choice(_SECOND) if dice.random() < 0.78 else "")


def text_of(home_: Home, places: Sequence[Spot], area: str) -> str:
    """Return the address as one would write it; ``area``: city and district."""
    its = places[home_.spot]
    if its.kind == "road":
        return f"{area}{its.name}{home_.road_number}号"
    if its.on < 0:
        return f"{area}{its.town}{its.name}{home_.building}组{home_.room}号"
    road = f"{places[its.on].name}{home_.road_number}号"
    return f"{area}{road}{its.name}{home_.building}栋{home_.entrance}单元{home_.room}室"


def _pair(dice: random.Random, letters: str) -> str:
    at = 2 * dice.randrange(len(letters) // 2)
    other = 2 * dice.randrange(len(letters) // 2)
    return letters[at : at + 2] if dice.random() < 0.3 else letters[at] + letters[other + 1]
