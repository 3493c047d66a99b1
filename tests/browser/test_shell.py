"""The shell in a real browser: keys, palette, menus, themes, the phone's drawer, and a policy that nothing offends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.ui.models import SeatState
from open95598.foundation.units.models import Unit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def person(transactional_db):
    unit = Unit.objects.create(code="HQ", name="总部", level="headquarters")
    Unit.objects.filter(pk=unit.pk).update(lineage=[unit.pk])
    person = Person.objects.create(username="wang", name="王芳", unit=unit, theme="light", language="zh-hans")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    RoleAssignment.objects.create(person=person, role="administrator", unit=unit, valid_from=start)
    return person


@pytest.fixture
def page(open_page, person):
    return open_page(person, "/search/")


def test_one_escape_closes_the_palette_with_words_in_it(page: Page):
    page.keyboard.press("Control+k")
    page.keyboard.type("登记")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_palette_leads_to_a_page_by_keys_alone(page: Page):
    page.keyboard.press("Control+k")
    page.keyboard.type("people")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/")


def test_the_slash_leads_to_the_search_field(page: Page):
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_my_state_changes_in_place(page: Page, person: Person):
    page.locator("#seat-state summary").click()
    page.locator("#seat-state button[value=break]").click()
    expect(page.locator("#seat-state .seat-now")).to_contain_text("小休")
    assert SeatState.objects.get(person=person).state == "break"


def test_appearance_and_language_are_kept(page: Page):
    page.locator("details.person summary").click()
    page.locator("button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("details.person summary").click()
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_menu_is_a_drawer_on_a_narrow_screen(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#nav")).not_to_be_visible()
    page.locator("[data-drawer]").click()
    expect(page.locator("#nav")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
