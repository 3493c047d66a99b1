"""Orders know their account: given, found by the phone, or left open; never where the teller is to stay unknown."""

from __future__ import annotations

from typing import Any

import pytest
from tests.registered import HOUSE, Registry
from tests.world import MONDAY, fault

from open95598.foundation.errors import Invalid
from open95598.registry.customers import contacts
from open95598.service.workorders import accountpages, services


def _account(registry: Registry, **more: Any) -> str:
    agent = registry.world.actor("agent", "X11", MONDAY)
    order = services.register(agent, fault(**more), MONDAY)
    return order.account.number if order.account else ""


def test_the_phone_leads_to_the_only_account(registry: Registry) -> None:
    assert _account(registry) == "4300000001"
    assert _account(registry, contact_phone="+8613812345678") == "4300000001"
    contacts.add(registry.who["曾国强"].pk, "phone", "13812345678", HOUSE, MONDAY)
    assert _account(registry) == ""
    assert _account(registry, account="4300000002") == "4300000002"


def test_an_account_that_one_may_not_see_is_not_known(registry: Registry) -> None:
    with pytest.raises(Invalid) as refusal:
        _account(registry, account="4300000021")
    assert set(refusal.value.fields) == {"account"}
    with pytest.raises(Invalid):
        _account(registry, account="999999")


def test_another_systems_account_need_not_be_known(registry: Registry) -> None:
    order = services.register(HOUSE, fault(account="999999", contact_phone=""), MONDAY, source="import", source_ref="1")
    assert order.account is None


def test_who_is_to_stay_unknown_has_no_account(registry: Registry) -> None:
    told = {"contact_name": "", "contact_phone": "", "account": "4300000001", "anonymous": True}
    assert _account(registry, **told) == ""
    assert _account(registry, confidential=True, disclosed="停电") == ""
    assert _account(registry, kind="report", category="report.conduct", description="有人以电谋私") == ""


def test_the_callers_card_and_the_customers_orders_keep_to_rights(registry: Registry) -> None:
    _account(registry)
    who = registry.who["李小明"]
    agent = registry.world.actor("agent", "X11", MONDAY).rights
    assert agent is not None
    (caller,) = accountpages.callers(agent, "13812345678", MONDAY)
    assert (caller["card"].name, caller["open"]) == ("李**", 1)
    panel = accountpages.orders_panel(who, agent)
    assert panel is not None
    assert len(panel.content) == 1
    elsewhere = registry.world.actor("agent", "X12", MONDAY).rights
    assert elsewhere is not None
    assert accountpages.callers(elsewhere, "13812345678", MONDAY) == []
    other = accountpages.orders_panel(who, elsewhere)
    assert other is not None
    assert other.content == []
    _account(registry, confidential=True, disclosed="停电")
    again = accountpages.orders_panel(who, agent)
    assert again is not None
    assert len(again.content) == 1
