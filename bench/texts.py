"""Made-up words of customers: what they say, where they are, who they are. Deterministic for a given ``Random``."""

from __future__ import annotations

from random import Random

from open95598.project.demo import utility
from open95598.project.demo.words import data

#: what customers say, by kind of order; ``{road}`` … are filled in. 停电 is common, 变压器异响 rare.
SAYINGS = {
    "fault": (
        "{estate}整栋楼停电，从{hour}点左右开始，邻居家也没有电，请尽快派人抢修。",
        "{road}{number}号一户停电，空气开关没有跳闸，电表屏幕不亮。",
        "{road}附近电线断落在路边，有火花，旁边有行人经过，非常危险。",
        "家里电压不稳，灯忽明忽暗，冰箱启动不了，已经持续{hour}个小时。",
        "{estate}{number}栋电表箱冒烟，有烧焦味，请马上处理。",
        "台风过后{road}一带大面积停电，抢修什么时候能完成？家里有老人需要用呼吸机。",
        "{estate}旁边的变压器异响，晚上声音特别大，担心会爆炸。",
        "充电桩没有电，{road}停车场的{number}号桩无法使用。",
    ),
    "complaint": (
        "抢修人员{hour}小时后才到现场，态度恶劣，要求给个说法。",
        "上个月电费突然翻倍，反映多次没有人处理，工作人员推诿。",
        "营业厅窗口人员服务态度差，业务受理拖了{number}天没有结果。",
    ),
    "report": ("举报{road}{number}号有人私拉电线窃电，晚上用大功率设备。", "举报有工作人员收取好处费，请保密。"),
    "opinion": (
        "{estate}最近频繁停电，一个月停了{hour}次，希望改造线路。",
        "{road}电杆立在路中间影响通行，希望迁移。",
        "停电没有提前通知，商铺损失很大。",
    ),
    "suggestion": ("建议在{road}增设自助缴费终端，老人不会用手机。", "建议停电信息提前发短信通知。"),
    "consultation": ("咨询阶梯电价第二档怎么计算。", "咨询{estate}分布式光伏并网需要什么材料。", "咨询更名过户流程。"),
    "service_request": (
        "申请{road}{number}号新装三相电，开店使用。",
        "申请校验电表，怀疑电表走得快。",
        "{estate}欠费已缴，申请复电，缴费{hour}小时仍未恢复。",
    ),
    "praise": ("表扬{road}抢修师傅冒雨抢修，技术好，态度热情。",),
}
#: of 2,563 orders (H3); the 58 others are suggestions and praise
PROPORTIONS = {
    "fault": 2176, "opinion": 117, "service_request": 117, "complaint": 66, "suggestion": 38, "consultation": 24,
    "praise": 20, "report": 5,
}  # fmt: skip
ANSWERS = ("已现场处理，供电恢复正常，客户认可。", "更换表前开关后恢复送电。", "已向客户解释电费构成，客户表示理解。")


class Places:
    """Addresses of the made-up utility, weighted by where its customers live; each with its county and team."""

    def __init__(self, units: dict[str, int]) -> None:
        self._rows = [(city, county) for city, county in utility.counties()]
        self._weights = [county.weight for _city, county in self._rows]
        self._units = units

    def draw(self, dice: Random) -> tuple[str, str, str, int]:
        """Return road, estate, full address, and the id of the county or team that is responsible there."""
        ((city, county),) = dice.choices(self._rows, self._weights)
        road, estate = dice.choice(county.roads), dice.choice(county.estates)
        number = dice.randrange(1, 400)
        address = (
            f"{city.place}{county.place}{road}{number}号{estate}{dice.randrange(1, 30)}栋{dice.randrange(101, 3300)}室"
        )
        code = county.code if dice.random() < 0.4 else dice.choice(county.teams).code
        return road, estate, address, self._units[code]


def person(dice: Random) -> tuple[str, str]:
    """Return a name and a mobile number."""
    names = data("names")
    return dice.choice(names["surnames"]) + dice.choice(
        names["given"]
    ), f"1{dice.choice('3578')}{dice.randrange(10**9):09d}"


def saying(dice: Random, kind: str, road: str, estate: str) -> str:
    """Return what a customer says who calls with an order of this kind."""
    text = dice.choice(SAYINGS[kind])
    return text.format(road=road, estate=estate, number=dice.randrange(1, 400), hour=dice.randrange(1, 24))
