"""Similar orders while typing: ``python -m bench.intake --size 1000000``. Against the loaded orders, in this process.

What a seat types is made from open orders that are there: the same caller again with other words, a neighbour of the
same building, the same place in a shorter spelling, only words; and things that nobody has reported. Each is asked as
the seat's form asks it (rights of an agent of the province, no cache between questions), and the order that is meant
is looked for among the first five answers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from random import Random
from typing import Any

from bench import fill, place, results, texts
from bench.results import Row

GOAL_MS = 50.0
FIRST = 5
#: what a second caller says of the matter of the first
AGAIN = ("还没有来电，什么时候能修好？", "刚才打过电话，到现在没有人联系我。", "问题没有解决，请尽快处理。")


def same_caller(dice: Random, order: Any) -> dict[str, str]:
    """The caller of an open order calls again, in other words."""
    return {"phone": order.contact_phone, "address": "", "text": dice.choice(AGAIN)}


def neighbour(dice: Random, order: Any) -> dict[str, str]:
    """Somebody of the same building reports the same in the same manner."""
    _name, phone = texts.person(dice)
    stem = order.address.rsplit("栋", 1)[0] + "栋"
    return {"phone": phone, "address": f"{stem}{dice.randrange(101, 3300)}室", "text": order.description}


def shorter(dice: Random, order: Any) -> dict[str, str]:
    """The place without its city, and half of the words."""
    address = order.address.split("区", 1)[-1].split("县", 1)[-1]
    return {"phone": "", "address": address, "text": order.description[: len(order.description) // 2]}


def words_only(dice: Random, order: Any) -> dict[str, str]:
    """Only what happened is typed so far."""
    return {"phone": "", "address": "", "text": order.description}


def nothing(dice: Random, order: Any) -> dict[str, str]:
    """Something that nobody has reported, from a number that never called."""
    _name, phone = texts.person(dice)
    return {"phone": phone, "address": f"外省市新区未名路{dice.randrange(9000)}号", "text": "路口的广告牌被风吹歪了"}


WAYS: dict[str, Callable[[Random, Any], dict[str, str]]] = {
    "the same caller again": same_caller,
    "a neighbour in the same building": neighbour,
    "the same place, shorter": shorter,
    "words only": words_only,
    "nobody has reported it": nothing,
}


def measure(size: int, count: int) -> list[Row]:
    """Ask each way ``count`` times; return the times and how often the order was found."""
    place.use(fill.database_of(size))
    from open95598.foundation import clock
    from open95598.foundation.people import rights
    from open95598.foundation.people.models import Person
    from open95598.service.workorders import similar
    from open95598.service.workorders.models import WorkOrder

    now = clock.now()
    agent = Person.objects.filter(username__startswith="agent").order_by("pk").first()
    assert agent is not None
    held = rights.load(agent, now)
    opened = WorkOrder.objects.system("what is typed is made from open orders").filter(
        case__is_open=True, case__kind="fault", case__opened_at__gte=now - fill.YEAR / 24
    )
    ids = list(opened.values_list("pk", flat=True)[:20_000])
    rows = []
    for name, way in WAYS.items():
        dice = Random(name)
        chosen = WorkOrder.objects.system("as above").in_bulk(dice.sample(ids, min(count, len(ids))))
        orders = list(chosen.values())
        for order in orders[:5]:  # warm: statistics, rulebook, pages of the indexes
            similar.find(held, now, kind="fault", **way(dice, order))
        spent, found = [], 0
        for order in orders:
            typed = way(dice, order)
            began = time.perf_counter()
            answers = similar.find(held, now, kind="fault", **typed)
            spent.append((time.perf_counter() - began) * 1000)
            found += order.number in [one.row["number"] for one in answers[:FIRST]]
        spent.sort()
        p95 = spent[int(len(spent) * 0.95) - 1]
        note = (
            "" if way in (nothing, words_only) else f"the order is among the first {FIRST} in {found / len(orders):.0%}"
        )
        rows.append(
            Row("Similar orders while typing", name, size=size, count=len(orders), p50=spent[len(spent) // 2], p95=p95,
                p99=spent[int(len(spent) * 0.99) - 1], goal=f"p95 ≤ {GOAL_MS:.0f} ms", met=p95 <= GOAL_MS, note=note)
        )  # fmt: skip
    return rows


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, help="archived orders beside the open ones (1,000,000)")
    parser.add_argument("--count", type=int, default=400, help="questions of each way")
    parser.add_argument("--quick", action="store_true", help="ten thousand archived orders")
    given = parser.parse_args()
    size = given.size or (10_000 if given.quick else 1_000_000)
    place.start_server()
    fill.ensure(size)
    results.save("intake", measure(size, given.count), quick=given.quick, method=(__doc__ or "").strip())


if __name__ == "__main__":
    main()
