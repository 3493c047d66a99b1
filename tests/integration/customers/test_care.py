"""How a customer is looked after (tier, manager, importance, life support) is changed by those only who may decide."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.registered import HOUSE, Registry
from tests.world import MONDAY

from open95598.foundation import clock
from open95598.foundation.errors import Forbidden
from open95598.foundation.people import services as people
from open95598.foundation.transfer import importers, imports
from open95598.registry.customers import accounts, forms, merging, services
from open95598.registry.customers.models import Customer
from open95598.registry.customers.services import CARE, NewCustomer
from open95598.registry.standing.models import TierPeriod

LATER = MONDAY + timedelta(days=3)
SCHOOL = "湘江市第三小学"
DECIDES = {"shift_leader": True, "deputy_leader": True, "unit_manager": True,
           "agent": False, "dispatcher": False, "integration": False}  # fmt: skip


def values(registry: Registry) -> dict[str, Any]:
    return {"tier": "platinum", "importance": "grade1", "protected": True,
            "manager_id": registry.world.person("handler", "X11").pk}  # fmt: skip


def fresh(pk: int) -> Customer:
    found: Customer = Customer.objects.system("a test").get(pk=pk)
    return found


@pytest.mark.parametrize(("role", "decides"), DECIDES.items())
def test_role_by_field_in_the_service(registry: Registry, role: str, decides: bool) -> None:
    actor, unit = registry.world.actor(role, "X11", LATER), registry.world.units["X11"].pk
    given = values(registry)
    assert set(given) == CARE
    for field, value in given.items():
        who = registry.who["李小明"]
        acts: list[Callable[[], Any]] = [
            lambda pk=who.pk, field=field, value=value: services.change(pk, {field: value}, actor, LATER),
            lambda field=field, value=value: services.create(
                NewCustomer("钱多多", unit, **{field: value}), actor, LATER
            ),
        ]
        for act in acts:
            if decides:
                act()
            else:
                with pytest.raises(Forbidden) as refused:
                    act()
                assert set(refused.value.fields) == {field}
    assert services.change(registry.who["李小明"].pk, {"name": "李晓明"}, actor, LATER).name == "李晓明"
    shown = fresh(registry.who[SCHOOL].pk)
    unchanged = {name: getattr(shown, name) for name in CARE}
    assert services.change(shown.pk, unchanged, actor, LATER).version == shown.version, "what stays as it was is no act"


def test_the_right_is_asked_at_the_customer_s_own_unit(registry: Registry) -> None:
    """Whoever leads a county where the customer has one account more neither decides about them nor takes them over."""
    school, there = registry.who[SCHOOL], registry.world.units["X12"]
    accounts.open_account(
        accounts.NewAccount("4300000077", there.pk, school.pk, "湘江市西山县人民路1号"), HOUSE, MONDAY
    )
    leader = registry.world.actor("shift_leader", "X12", LATER)
    assert services.change(school.pk, {"name": "第三小学"}, leader, LATER).name == "第三小学"
    for asked in ({"tier": "silver"}, {"unit_id": there.pk}, {"unit_id": there.pk, "tier": "silver"}):
        with pytest.raises(Forbidden):
            services.change(school.pk, asked, leader, LATER)
    assert leader.rights is not None
    form = forms.CustomerForm(leader.rights, customer=fresh(school.pk))
    assert set(form.fields) == {"kind", "name"}


def test_a_merger_gives_nobody_a_tier_behind_the_back_of_those_who_decide(registry: Registry) -> None:
    school = registry.who[SCHOOL].pk
    plain = Customer.objects.system("a test").get(name="张伟", unit=registry.world.units["X11"]).pk
    agent, leader = (registry.world.actor(role, "X11", LATER) for role in ("agent", "shift_leader"))
    with pytest.raises(Forbidden):
        merging.merge(plain, school, "one and the same", agent, LATER)
    assert fresh(school).closed_at is None
    done = merging.merge(plain, school, "one and the same", leader, LATER)
    assert (fresh(plain).tier, fresh(plain).importance) == ("diamond", "grade2")
    services.change(plain, {"importance": "grade1"}, leader, LATER + timedelta(hours=1))
    merging.unmerge(done.pk, "two after all", leader, LATER + timedelta(hours=2))
    assert (fresh(plain).tier, fresh(plain).importance) == ("", "grade1"), "what was decided since then stays"
    told = TierPeriod.objects.system("a test").filter(customer=plain).order_by("pk").values_list("tier", flat=True)
    assert list(told) == ["diamond", ""], "a merger's change of tier is dated like any other"


@pytest.mark.parametrize(("role", "decides"), [("agent", False), ("shift_leader", True)])
def test_an_import_asks_for_each_row(registry: Registry, role: str, decides: bool) -> None:
    rows = [
        ["4300000001", "李小明", "X11", "湘江市东湖区芙蓉路88号阳光花园3栋2单元501室", "铂金", "", ""],
        ["4300000005", SCHOOL, "X11", "湘江市东湖区芙蓉路6号", "钻石", "", ""],  # as it stands: no change
        ["4300000003", "张伟", "X11", "湘江市东湖区韶山路13号", "", "", ""],  # another address
        ["5200000001", "新户甲", "X11", "湘江市东湖区芙蓉路9号", "", "", "是"],
        ["5200000002", "新户乙", "X11", "湘江市东湖区芙蓉路9号", "", "", ""],
    ]
    text = io.StringIO()
    csv.writer(text).writerows([["户号", "户名", "供电单位", "用电地址", "服务等级", "重要等级", "生命支持"], *rows])
    person = registry.world.person(role, "C1")
    stream = io.BytesIO(text.getvalue().encode())
    draft = imports.upload(importers.get("accounts"), stream, "accounts.csv", person=person, now=MONDAY)
    run = imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=False, now=MONDAY)
    run = imports.run(run.pk, lambda: MONDAY)
    told = set(run.problems.values_list("row", "column"))
    assert told == (set() if decides else {(2, "服务等级"), (5, "生命支持")})
    assert (run.created, run.changed, run.rejected) == ((2, 2, 0) if decides else (1, 1, 2))
    assert fresh(registry.who["李小明"].pk).tier == ("platinum" if decides else "")


@pytest.mark.parametrize(("role", "decides"), [("agent", False), ("unit_manager", True)])
def test_page_and_api(registry: Registry, client: Client, role: str, decides: bool) -> None:
    person, school = registry.world.person(role, "X11"), registry.who[SCHOOL]
    client.force_login(person)
    with clock.using(clock.FixedClock(LATER)):
        page = client.get(f"/customers/{school.pk}/").content.decode()
        for name in ("tier", "importance", "manager", "protected"):
            assert (f'name="{name}"' in page) == decides
        new = client.get("/customers/new/").content.decode()
        assert ('name="tier"' in new) == decides
        base = {"version": school.version, "kind": "organisation", "name": "三小", "unit": school.unit_id}
        posted = client.post(f"/customers/{school.pk}/change/", {**base, "tier": "silver", "importance": "grade2"})
        assert posted.status_code == 302
        assert (fresh(school.pk).name, fresh(school.pk).tier) == ("三小", "silver" if decides else "diamond")
        token = people.make_token(person, "test", (), LATER)
        api = Client(headers={"authorization": f"Bearer {token}"})
        for field, value in (("tier", "platinum"), ("importance", "grade1"), ("protected", True)):
            url, body = f"/api/v1/customers/{school.pk}", json.dumps({field: value})
            answer = api.patch(url, body, content_type="application/json")
            assert answer.status_code == (200 if decides else 403)
            if not decides:
                assert answer["Content-Type"].startswith("application/problem+json")
                assert field in json.dumps(answer.json())
