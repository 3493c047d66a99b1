"""Who is a customer of the made-up utility, and by what accounts: those who call most. Pure: a seed in, rows out.

Everybody here is one of ``customers``: whoever calls is found by their number. Some stand for a firm, a hospital, a
building site; some are tenants of another one's flat.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from open95598.project.demo import customers, utility

#: how many of the customers who call are on the registry's books: from these come more than half of all calls
KNOWN = 640
#: of so many callers one stands for an organisation, is a tenant, has a second account
FIRMS, TENANTS, SECOND = 9, 24, 14
_BEHIND_ESTATE = re.compile(r"\d+栋.*$")


@dataclass(frozen=True)
class Trade:
    """A kind of organisation: how it is called, how it is supplied, and what it is to the utility.

    ``lasts``: how many days its supply is agreed for, when it is not for good. ``kwh``: what it uses in a month.
    """

    name: str
    price_class: str
    source: str = "lv"
    nature: str = "ordinary"
    grade: str = "3"
    capacity: int = 50
    importance: str = ""
    tier: str = ""
    lasts: int = 0
    kwh: int = 3000
    desk: str = "办公室"


_TRADES = (
    Trade("人民医院", "non_residential", "dual", "important", "1", 2500, "grade1", "diamond", kwh=380000,
          desk="配电值班室"),
    Trade("自来水厂", "ordinary_industrial", "dual", "important", "1", 1600, "grade1", "diamond", kwh=260000,
          desk="配电值班室"),
    Trade("云数据中心", "large_industrial", "dedicated", "important", "1", 8000, "special", "diamond", kwh=2100000,
          desk="运维值班室"),
    Trade("精细化工有限公司", "large_industrial", "dual", "important", "1", 5000, "grade2", "platinum", kwh=900000,
          desk="电工值班室"),
    Trade("水泥制品有限公司", "large_industrial", "hv", capacity=3150, tier="platinum", kwh=520000, desk="电工值班室"),
    Trade("电子科技有限公司", "large_industrial", "hv", grade="2", capacity=1250, tier="platinum", kwh=310000,
          desk="设备科"),
    Trade("中心小学", "non_residential", grade="2", capacity=160, tier="silver", kwh=14000, desk="总务处"),
    Trade("商贸广场", "commercial", "hv", grade="2", capacity=1000, tier="silver", kwh=120000, desk="工程部"),
    Trade("物业服务有限公司", "commercial", capacity=315, tier="silver", kwh=32000, desk="工程部"),
    Trade("大酒店", "commercial", "hv", grade="2", capacity=630, kwh=64000, desk="前台"),
    Trade("餐饮店", "commercial", capacity=30, kwh=4200, desk="店主"),
    Trade("生鲜超市", "commercial", capacity=80, kwh=9800, desk="店长"),
    Trade("机械加工厂", "ordinary_industrial", capacity=200, kwh=26000, desk="电工"),
    Trade("排灌站", "agricultural", nature="seasonal", capacity=100, lasts=150, kwh=7000, desk="管水员"),
    Trade("安置房项目部", "commercial", nature="temporary", capacity=400, lasts=178, kwh=18000, desk="现场电工"),
)  # fmt: skip
#: every so many organisations are of these trades, the great ones seldom
_WEIGHTS = (4, 3, 1, 3, 5, 5, 7, 4, 8, 4, 12, 8, 8, 6, 6)
_HOME = Trade("", "residential", capacity=8, kwh=180)
#: what people call places besides, or called them once
ALIASES = {
    "学府名苑": "学府家属院", "东风新村": "东风厂宿舍", "纺织厂宿舍": "纺织厂家属院", "铁道新村": "铁路新村",
    "商贸城": "老批发市场", "科创公寓": "科技园宿舍", "粮站家属院": "粮站宿舍", "城关小区": "老城关",
}  # fmt: skip


@dataclass(frozen=True)
class Client:
    """A customer with their accounts. ``label``: whose the number is; ``tenant``: lives at the account of another one,
    whose place among the clients it is; ``pays``: how well they pay, 0 (never in time) to 1."""

    who: customers.Customer
    name: str
    trade: Trade
    label: str
    accounts: tuple[str, ...]
    addresses: tuple[str, ...]
    opened_on: date
    expires_on: date | None
    protected: bool
    tenant: int | None
    pays: float

    @property
    def organisation(self) -> bool:
        """Whether it is a firm, an office, a school."""
        return bool(self.trade.name)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield what the registry's import reads of each account."""
        for at, (number, address) in enumerate(zip(self.accounts, self.addresses, strict=True)):
            yield {
                "number": number,
                "name": self.name,
                "unit": self.who.county,
                "address": address,
                "phone": self.who.phone,
                "meter": f"33{int(number[-8:]) * 7919 % 10**10:010d}",
                "multiplier": Decimal(1 if self.trade.capacity < 100 else 40),
                "kind": "organisation" if self.organisation else "person",
                "price_class": self.trade.price_class if at == 0 or self.organisation else "commercial",
                "source": self.trade.source,
                "nature": self.trade.nature,
                "load_grade": self.trade.grade,
                "expires_on": self.expires_on,
                "opened_on": self.opened_on,
                "area": f"TA-{self.who.county}-{sum(map(ord, self.who.place)) % 40:02d}",
                "importance": self.trade.importance,
                "tier": self.trade.tier,
                "protected": self.protected,
            }


def known(orders: int) -> int:
    """Return how many customers are on the books of a history of so many orders: a small one needs fewer."""
    return min(KNOWN, max(240, orders // 4))


def clients(seed: int, today: date, count: int = KNOWN) -> list[Client]:
    """Return the customers on the books at the end of the history (a local day), those who call most first."""
    dice = random.Random(f"{seed}/clients")  # noqa: S311
    found: list[Client] = []
    taken: set[str] = set()
    for index, who in enumerate(customers.customers(seed)[:count]):
        trade = dice.choices(_TRADES, _WEIGHTS)[0] if index % FIRMS == 4 else _HOME
        tenant = next((at for at in range(len(found) - 1, -1, -1) if len(found[at].accounts) > 1), None)
        # somebody who rents a flat has no account, but is a party of another one's
        is_tenant = trade is _HOME and index % TENANTS == 23 and tenant is not None
        found.append(_client(index, who, trade, tenant if is_tenant else None, dice, today, taken))
    return found


def _client(
    index: int,
    who: customers.Customer,
    trade: Trade,
    tenant: int | None,
    dice: random.Random,
    today: date,
    taken: set[str],
) -> Client:
    number, addresses = f"51{index + 1:08d}", [who.address]
    if trade.name:
        addresses = [_BEHIND_ESTATE.sub("", who.address)]
    elif index % SECOND == 6 and tenant is None:
        addresses.append(_BEHIND_ESTATE.sub(f"{dice.randint(1, 24)}栋1层商铺{dice.randint(1, 30)}号", who.address))
    opened = today - timedelta(days=dice.randint(500, 7000))
    if trade.lasts:  # some of them end within weeks
        opened = today - timedelta(days=dice.randint(trade.lasts // 3, trade.lasts - 6))
    chance = dice.random()
    pays = 0.3 if chance < 0.05 else 0.75 if chance < 0.2 else 1.0
    return Client(
        who=who,
        name=_name(who, trade, taken) if trade.name else who.name,
        trade=trade,
        label=trade.desk if trade.name else "本人",
        accounts=tuple(f"{number}{at}" for at in range(len(addresses))) if tenant is None else (),
        addresses=tuple(addresses) if tenant is None else (),
        opened_on=opened,
        expires_on=opened + timedelta(days=trade.lasts) if trade.lasts else None,
        protected=trade is _HOME and index % 80 == 17,
        tenant=tenant,
        pays=pays if not trade.importance else 1.0,
    )


def _name(who: customers.Customer, trade: Trade, taken: set[str]) -> str:
    """Return what an organisation is called: after its place, and its chief's surname where that name is taken."""
    county = next(c for _city, c in utility.counties() if c.code == who.county)
    near = who.place if len(who.place) < 8 and trade.tier == "silver" else county.place
    for name in (near, county.place + who.place[-6:-2], f"{county.place}{who.name[0]}氏", who.place + who.name):
        if name + trade.name not in taken:
            break
    taken.add(name + trade.name)
    return name + trade.name
