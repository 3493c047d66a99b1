"""The made-up utility: its units, its places, its people. Data only; ``organisation`` brings it to life.

All names are invented. Territories are words that occur in the addresses which ``places`` makes.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Team:
    """A team (班组 or 供电所) below a county. ``roads``: its part of the county, in addresses; empty: all of it."""

    code: str
    name: str
    roads: tuple[str, ...] = ()
    #: a power-supply station takes orders itself; a repair team's people take them from the county's list
    station: bool = False


@dataclass(frozen=True)
class County:
    """A county company with its places. ``weight``: how many of the utility's customers live there."""

    code: str
    name: str
    place: str
    area: str
    weight: int
    roads: tuple[str, ...]
    estates: tuple[str, ...]
    teams: tuple[Team, ...]


@dataclass(frozen=True)
class City:
    """A city company with its counties."""

    code: str
    name: str
    place: str
    counties: tuple[County, ...]


def _town(code: str, name: str, *roads: str) -> Team:
    return Team(code, name, roads, station=True)


HEADQUARTERS = ("HQ", "华澜电力集团总部")
PROVINCE = ("YJ", "云江省电力公司", "云江省")

CITIES = (
    City(
        "LL",
        "临澜市供电公司",
        "临澜市",
        (
            County(
                "LL-XH", "星湖区供电公司", "星湖区", "city", 22,
                ("澜江大道", "星湖中路", "文昌路", "学府街", "滨湖南路", "望月路", "东风巷", "银杏街"),
                ("星湖花园", "澜景苑", "文昌雅居", "望月小区", "金域湖湾", "学府名苑", "东风新村", "湖畔春天"),
                (Team("LL-XH-1", "星湖配电抢修一班"), Team("LL-XH-2", "星湖配电抢修二班"),
                 Team("LL-XH-3", "星湖营业班")),
            ),
            County(
                "LL-WJ", "望江区供电公司", "望江区", "city", 16,
                ("望江路", "码头街", "江滨大道", "纺织路", "解放桥路", "南门街", "工业三路"),
                ("望江新苑", "江滨家园", "纺织厂宿舍", "南门安置小区", "滨江壹号", "桥头社区"),
                (Team("LL-WJ-1", "望江配电抢修班"), Team("LL-WJ-2", "望江营业班")),
            ),
            County(
                "LL-LT", "柳塘县供电公司", "柳塘县", "rural", 10,
                ("城关镇柳荫路", "城关镇人民街", "双塘镇集镇街", "双塘镇莲花村", "杨桥镇新街", "杨桥镇下湾村",
                 "白鹭乡荷塘村"),
                ("柳荫佳苑", "城关小区", "荷塘新居"),
                (Team("LL-LT-1", "柳塘配电抢修班"), _town("LL-LT-2", "双塘供电所", "双塘镇"),
                 _town("LL-LT-3", "杨桥供电所", "杨桥镇", "白鹭乡")),
            ),
        ),
    ),
    City(
        "QL",
        "青岚市供电公司",
        "青岚市",
        (
            County(
                "QL-LD", "岚东区供电公司", "岚东区", "city", 15,
                ("岚山大道", "青年路", "体育馆路", "枫林街", "建设北路", "铁道新村路", "茶市街"),
                ("岚山公馆", "枫林小区", "青年公寓", "铁道新村", "翠庭苑", "茶市社区"),
                (Team("QL-LD-1", "岚东配电抢修一班"), Team("QL-LD-2", "岚东配电抢修二班")),
            ),
            County(
                "QL-SJ", "松涧县供电公司", "松涧县", "rural", 8,
                ("城厢镇松涛路", "城厢镇县前街", "石磨镇老街", "石磨镇水口村", "响水镇桥头村", "响水镇茶山村"),
                ("松涛苑", "县前小区"),
                (Team("QL-SJ-1", "松涧配电抢修班"), _town("QL-SJ-2", "石磨供电所", "石磨镇"),
                 _town("QL-SJ-3", "响水供电所", "响水镇")),
            ),
            County(
                "QL-WL", "雾岭县供电公司", "雾岭县", "remote", 5,
                ("云台镇正街", "云台镇金竹村", "高坪乡岩脚村", "高坪乡大垭村", "黑松乡林场"),
                ("云台安置点",),
                (_town("QL-WL-1", "云台供电所", "云台镇"), _town("QL-WL-2", "高坪供电所", "高坪乡", "黑松乡")),
            ),
        ),
    ),
    City(
        "YQ",
        "岳泉市供电公司",
        "岳泉市",
        (
            County(
                "YQ-QB", "泉北区供电公司", "泉北区", "city", 14,
                ("泉北大道", "岳阳门街", "机场路", "科创路", "梧桐街", "北环路", "商贸一街"),
                ("泉北新城", "梧桐里", "科创公寓", "北环家园", "岳阳门社区", "商贸城"),
                (Team("YQ-QB-1", "泉北配电抢修一班"), Team("YQ-QB-2", "泉北配电抢修二班")),
            ),
            County(
                "YQ-HF", "禾丰县供电公司", "禾丰县", "rural", 9,
                ("城东镇禾苗路", "城东镇粮站街", "大坝镇坝上村", "大坝镇五里村", "稻香镇集市街", "稻香镇新农村"),
                ("禾苗小区", "粮站家属院", "稻香新居"),
                (Team("YQ-HF-1", "禾丰配电抢修班"), _town("YQ-HF-2", "大坝供电所", "大坝镇"),
                 _town("YQ-HF-3", "稻香供电所", "稻香镇")),
            ),
            County(
                "YQ-SY", "石垭县供电公司", "石垭县", "remote", 5,
                ("石垭镇上街", "石垭镇枣林村", "羊角乡羊角村", "羊角乡天坑村", "老鹰乡鹰嘴村"),
                ("石垭移民新村",),
                (_town("YQ-SY-1", "石垭供电所", "石垭镇"), _town("YQ-SY-2", "羊角供电所", "羊角乡", "老鹰乡")),
            ),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Post:
    """An account to be made: who, where they belong, which roles they hold at which units (codes)."""

    username: str
    roles: tuple[tuple[str, str], ...]
    home: str
    name: str = ""
    #: listed on the sign-in page
    listed: bool = field(default=False)


ALL_ROLES = (
    "agent", "shift_leader", "deputy_leader", "dispatcher", "handler", "crew_member", "callback_clerk",
    "quality_auditor", "supervisor", "unit_manager", "administrator", "read_only_auditor", "confidential_clerk",
)  # fmt: skip


def counties() -> list[tuple[City, County]]:
    """Return all counties with their cities."""
    return [(city, county) for city in CITIES for county in city.counties]


def station_at(address: str) -> str:
    """Return the code of the power-supply station at an address; "" where crews of the county go."""
    for _city, county in counties():
        if county.place in address:
            for team in county.teams:
                if team.station and any(road in address for road in team.roads):
                    return team.code
    return ""


def first_station(county: str) -> str:
    """Return the code of the station whose crew stands on the sign-in page for a county; "" when it is the county's."""
    team = next(c.teams[0] for _city, c in counties() if c.code == county)
    return team.code if team.station else ""


def posts() -> list[Post]:
    """Return every account of the utility: the memorable ones first, then the others by unit."""
    made = [*_memorable(), *_centre()]
    for city in CITIES:
        made += _city(city)
        for county in city.counties:
            made += _county(county)
    return made


def _memorable() -> list[Post]:
    county, province, city = "LL-XH", PROVINCE[0], "LL"
    return [
        Post("admin", tuple((role, "HQ") for role in ALL_ROLES), "HQ", "安立诚", listed=True),
        Post("administrator", (("administrator", "HQ"),), "HQ", "顾问渠", listed=True),
        Post("agent", (("agent", province),), province, "林晓雨", listed=True),
        Post("shift_leader", (("shift_leader", province),), province, "周文静", listed=True),
        Post("deputy_leader", (("deputy_leader", province),), province, "何思远", listed=True),
        Post("dispatcher", (("dispatcher", province),), province, "沈亦平", listed=True),
        Post("callback", (("callback_clerk", province),), province, "苏梅", listed=True),
        # reports may be registered at the top as well
        Post(
            "confidential",
            (("confidential_clerk", province), ("confidential_clerk", "HQ")),
            province,
            "许慎言",
            listed=True,
        ),
        Post("auditor", (("quality_auditor", province),), province, "秦正明", listed=True),
        Post("supervisor", (("supervisor", city),), city, "陆建华", listed=True),
        Post("manager", (("unit_manager", county),), county, "高振宇", listed=True),
        Post("handler", (("handler", county),), county, "程立新", listed=True),
        Post("crew", (("crew_member", county),), "LL-XH-1", "雷大山", listed=True),
        Post("manager1.hq", (("unit_manager", "HQ"),), "HQ"),
        Post("manager2.hq", (("unit_manager", "HQ"),), "HQ"),
        Post("auditor.hq", (("quality_auditor", "HQ"),), "HQ"),
        Post("readonly", (("read_only_auditor", "HQ"),), "HQ", "孟启明", listed=True),
        Post("integration", (("integration", province),), province, "系统接口", listed=True),
    ]


def _centre() -> list[Post]:
    """Return the people of the 95598 centre at the province."""
    province = PROVINCE[0]
    counts = {
        "agent": 8, "dispatcher": 4, "callback_clerk": 4, "shift_leader": 1, "deputy_leader": 1,
        "quality_auditor": 1, "supervisor": 1, "unit_manager": 1,
    }  # fmt: skip
    short = {"callback_clerk": "callback", "quality_auditor": "auditor", "unit_manager": "manager"}
    return [
        Post(f"{short.get(role, role)}{number}.yj", ((role, province),), province)
        for role, count in counts.items()
        for number in range(1, count + 1)
    ]


def _city(city: City) -> list[Post]:
    low = city.code.lower()
    posts = [
        Post(f"manager.{low}", (("unit_manager", city.code),), city.code),
        Post(f"auditor.{low}", (("quality_auditor", city.code),), city.code),
        Post(f"handler1.{low}", (("handler", city.code),), city.code, listed=True),
        Post(f"handler2.{low}", (("handler", city.code),), city.code),
    ]
    if city.code != "LL":
        posts.append(Post(f"supervisor.{low}", (("supervisor", city.code),), city.code))
    return posts


def _county(county: County) -> list[Post]:
    low = county.code.lower()
    posts = [
        Post(f"auditor.{low}", (("quality_auditor", county.code),), county.code),
        Post(f"dispatcher.{low}", (("dispatcher", county.code),), county.code),
        Post(f"handler1.{low}", (("handler", county.code),), county.code, listed=True),
        Post(f"handler2.{low}", (("handler", county.code),), county.code),
    ]
    if county.code != "LL-XH":
        posts.append(Post(f"manager.{low}", (("unit_manager", county.code),), county.code))
    for team in county.teams:
        end = team.code.lower()
        if team.station:
            posts.append(Post(f"handler.{end}", (("handler", team.code),), team.code))
        # people of a repair team take orders from their county's list, those of a station from their own
        where = team.code if team.station else county.code
        posts += [
            Post(f"crew{n}.{end}", (("crew_member", where),), team.code, listed=n == 1 and team is county.teams[0])
            for n in (1, 2, 3)
        ]
    return posts
