"""One box finds a customer, within rights, masked."""

from __future__ import annotations

import pytest
from tests.registered import Registry
from tests.world import MONDAY

from open95598.foundation.people.rights import UnscopedRead
from open95598.registry.customers import locating, queries
from open95598.registry.customers.models import Customer, Place


def _found(registry: Registry, text: str, unit: str = "HQ", role: str = "agent") -> list[str]:
    rights = registry.world.actor(role, unit, MONDAY).rights
    assert rights is not None
    return [hit.account for hit in queries.find(rights, text)]


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("13812345678", ["4300000001"]),
        ("+86 138 1234 5678", ["4300000001"]),
        ("1381234", ["4300000001", "4300000021"]),
        ("0731-82224444", ["4300000003"]),
        ("4300000002", ["4300000002"]),
        ("M10000003", ["4300000003"]),
        ("m10000003", ["4300000003"]),
        ("李小明", ["4300000001"]),
        ("李晓明", ["4300000001"]),
        ("张伟", ["4300000003", "4300000014"]),
        ("zengguoqiang", ["4300000002"]),
        ("zgq", ["4300000002"]),
        ("第三小学", ["4300000005"]),
        ("阳光花园3栋2单元502", ["4300000002"]),
        ("阳光花圆3-2-502", ["4300000002"]),
        ("洋光花院3栋502", ["4300000002"]),
        ("光花园3栋502", ["4300000002"]),
        ("芙蓉路88号3栋2单元501", ["4300000001"]),
        ("芙容路88号", ["4300000001", "4300000002"]),
        ("桃花村5组12号", ["4300000014"]),
        ("东湖区韶山路12号", ["4300000003"]),
        ("韶山路12", ["4300000003"]),
        ("龙湖新城7栋1204", ["4300000021"]),
        ("张伟 桃花村", ["4300000014"]),
        ("阳光花园 李小明", ["4300000001"]),
        ("ls 龙湖新城", []),
        ("wf 龙湖新城", ["4300000021"]),
        ("138", []),
        ("x", []),
        ("不存在的路99号", []),
        ("%%__", []),
        ("'; DROP TABLE customers_customer; --", []),
    ],
)
def test_what_a_text_finds(registry: Registry, text: str, accounts: list[str]) -> None:
    assert sorted(_found(registry, text)) == accounts


def test_a_wrong_room_finds_the_building(registry: Registry) -> None:
    assert sorted(_found(registry, "阳光花园3栋2单元909")) == ["4300000001", "4300000002"]


def test_aliases_and_former_names_lead_to_the_place(registry: Registry) -> None:
    place = Place.objects.get(name="阳光花园")
    locating.add_alias(place, "向日葵家园")
    locating.rename(place, "滨江壹号", MONDAY.date())
    for name in ("向日葵家园", "阳光花园", "滨江壹号"):
        assert sorted(_found(registry, f"{name}3栋")) == ["4300000001", "4300000002"]


def test_only_what_rights_reach(registry: Registry) -> None:
    assert _found(registry, "张伟", "X12") == ["4300000014"]
    assert _found(registry, "13812345678", "X12") == []
    assert _found(registry, "芙蓉路88号", "X12") == []
    assert sorted(_found(registry, "张伟", "C1")) == ["4300000003", "4300000014"]
    assert _found(registry, "张伟", "HQ", "administrator") == []


def test_names_and_addresses_are_masked(registry: Registry) -> None:
    rights = registry.world.actor("agent", "X11", MONDAY).rights
    assert rights is not None
    (hit,) = queries.find(rights, "13812345678")
    assert (hit.name, hit.address, hit.how) == ("李**", "湘江市东湖区芙蓉路****", "phone")
    (school,) = queries.find(rights, "第三小学")
    assert school.name == "湘江市第三小学"


def test_an_unscoped_read_is_refused(registry: Registry) -> None:
    with pytest.raises(UnscopedRead):
        list(Customer.objects.all())


def test_queries_stay_few(registry: Registry, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    rights = registry.world.actor("agent", "X11", MONDAY).rights
    assert rights is not None
    for text in ("13812345678", "李小明", "阳光花圆3-2-502", "张伟 韶山路"):
        with django_assert_max_num_queries(14):
            queries.find(rights, text)
