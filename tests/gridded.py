"""A registry of six customers, five of them on a small grid of two feeders."""

from __future__ import annotations

from open95598.registry.customers.models import UsagePoint
from open95598.registry.grid import loading
from open95598.registry.grid.described import Described, Device, Point
from open95598.registry.grid.topology import Kind
from tests import world as worlds
from tests.registered import HOUSE, Registry, fill
from tests.world import MONDAY

DEVICES = (
    Device("S", Kind.SUBSTATION, name="一号变电站"), Device("F1", Kind.FEEDER, "S", "湘江线"),
    Device("F2", Kind.FEEDER, "S", "东湖线"), Device("T1", Kind.TRANSFORMER, "F1", "芙蓉路1号台区"),
    Device("T2", Kind.TRANSFORMER, "F1"), Device("T3", Kind.TRANSFORMER, "F2"), Device("B1", Kind.BOX, "T1"),
    Device("B2", Kind.BOX, "T1"), Device("B3", Kind.BOX, "T2"), Device("B4", Kind.BOX, "T3"),
)  # fmt: skip
#: account → box: 曾国强 (life support) with 李小明 on T1, the school on T2, the others beside
BOXES = {"4300000001": "B1", "4300000002": "B1", "4300000003": "B2", "4300000005": "B3", "4300000014": "B4"}


def stand(world: worlds.World | None = None) -> Registry:
    """Return six customers in three counties, five of them on the grid; one point is nobody's we know."""
    made = fill(world or worlds.small())
    of = dict(UsagePoint.objects.system("t").values_list("agreement__account__number", "pk"))
    points = [*(Point(f"P{number}", box) for number, box in BOXES.items()), Point("PX", "B3")]
    known = {f"P{number}": of[number] for number in BOXES}
    loading.load(Described(list(DEVICES), points), made.world.units["X11"], "test", HOUSE, MONDAY, known)
    return made
