"""A finding is confirmed, put right where its button leads, and reads well on a phone in both languages."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from open95598.registry.customers import contacts, services
from open95598.registry.customers.models import CustomerMerge
from open95598.registry.customers.services import NewCustomer
from open95598.service.dataquality import services as findings
from open95598.service.dataquality.models import DataFinding
from tests.registered import HOUSE, Registry, fill
from tests.world import MONDAY, World


@pytest.fixture
def registry(world: World) -> Registry:
    """Return customers one of whom was registered twice."""
    made = fill(world)
    twin = services.create(NewCustomer("李晓明", world.units["X11"].pk), HOUSE, MONDAY)
    contacts.add(twin.pk, "phone", "13812345678", HOUSE, MONDAY)
    findings.run(MONDAY)
    return made


def _picture(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody wants to look at it."""
    if folder := os.environ.get("OPEN95598_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_double_customer_is_confirmed_and_merged(registry: Registry, open_page: Callable[..., Page]) -> None:
    agent = registry.world.person("agent", "X11")
    row = DataFinding.objects.system("a test").get(rule="duplicate")
    for language in ("zh-hans", "en"):
        for name, path in (("findings", "/data-findings/"), ("finding", f"/data-findings/{row.pk}/")):
            page = open_page(agent, path, language=language, width=390)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (language, path, wide)
            _picture(page, f"{name}-{language}-390")
    page = open_page(agent, "/data-findings/?open=1")
    _picture(page, "findings-zh-1440")
    page.get_by_role("link", name="疑似重复客户").click()
    page.get_by_role("link", name="确认属实").or_(page.get_by_role("button", name="确认属实")).first.click()
    page.locator("#action-form button.btn-primary").first.click()
    expect(page.locator("#part-head")).to_contain_text("待更正")
    _picture(page, "finding-zh-1440")
    page.get_by_role("link", name="前往更正").click()
    form = page.locator("details#merge[open] form")
    expect(form.locator("[name=other]")).to_have_value(str(row.other_id))
    _picture(page, "finding-merge-zh-1440")
    form.locator("[name=reason]").fill("同一人，登记两次")
    form.get_by_role("button").click()
    expect(page.locator(".customer-side")).to_contain_text("138****5678")
    assert CustomerMerge.objects.filter(kept=row.customer_id, gone=row.other_id).exists()
