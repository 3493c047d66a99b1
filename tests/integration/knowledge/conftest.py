"""The small world with items of knowledge in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from tests import world as worlds

from open95598.casework import services as casework
from open95598.casework.models import Case
from open95598.foundation.people import rights
from open95598.foundation.search import shelf as found_on
from open95598.foundation.search.indexer import Indexer
from open95598.service.knowledge import queries, services
from open95598.service.knowledge.models import KnowledgeItem
from open95598.service.workorders import directory

DRAFT = {
    "title": "卡表退费",
    "category": "prepaid",
    "answer": "整片拆迁的一般可以退。",
    "say": "请问是整片拆迁吗？\n请您到营业网点核实。",
    "keywords": "退费，电卡",
    "orders": "consultation.prepaid",
    "laws": "《电力供应与使用条例》第二十七条".replace("二十七", "27"),
}


class House:
    """Hands and a clock: ``do(item, "submit", "deputy_leader", "P1")``."""

    def __init__(self, world: worlds.World, clock: Any) -> None:
        self.world, self.clock = world, clock

    def actor(self, role: str, unit: str, name: str = "") -> Any:
        return self.world.actor(role, unit, self.clock.now(), name=name)

    def rights(self, role: str, unit: str) -> Any:
        return rights.load(self.world.person(role, unit), self.clock.now())

    def draft(self, **more: Any) -> KnowledgeItem:
        unit = self.world.units["P1"]
        return services.draft(DRAFT | more, unit.pk, self.actor("deputy_leader", "P1"), self.clock.now())

    def do(self, row: KnowledgeItem, action: str, role: str, unit: str = "P1", **data: Any) -> KnowledgeItem:
        casework.perform(row.pk, action, self.actor(role, unit), self.clock.now(), data=data)
        return self.again(row)

    def published(self, **more: Any) -> KnowledgeItem:
        row = self.draft(**more)
        self.do(row, "submit", "deputy_leader")
        return self.do(row, "approve", "shift_leader")

    def again(self, row: KnowledgeItem) -> KnowledgeItem:
        rows = KnowledgeItem.objects.system("test").select_related("case__unit", "version")
        return rows.get(pk=row.pk)

    def state(self, row: KnowledgeItem) -> str:
        return Case.objects.system("test").get(pk=row.pk).state

    def served(self, role: str = "agent", unit: str = "P1") -> set[str]:
        return set(queries.served(self.rights(role, unit), self.clock.now()).values_list("code", flat=True))

    def client(self, role: str, unit: str = "P1") -> Client:
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(self.world.person(role, unit))
        return client


@pytest.fixture
def house(clock: Any) -> House:
    made = House(worlds.small(), clock)
    directory.forget()
    return made


@pytest.fixture
def index(settings: Any, tmp_path_factory: pytest.TempPathFactory, clock: Any) -> Iterator[Callable[[], None]]:
    """Give what brings the index up to the database, in a folder of its own."""
    settings.HOME = tmp_path_factory.mktemp("search")
    found_on.forget()
    indexer = Indexer()

    def bring() -> None:
        while indexer.round(clock.now()):
            pass
        found_on.forget()

    yield bring
    indexer.close()
    found_on.forget()
