"""The shell's pages, through the whole stack of middleware."""

from __future__ import annotations

import pytest
from django.urls import reverse

from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.ui import search
from open95598.foundation.ui.models import SeatState
from open95598.foundation.units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


@pytest.fixture
def person(now):
    unit = Unit.objects.create(code="HQ", name="总部", level="headquarters")
    unit.lineage = [unit.pk]
    unit.save()
    person = Person.objects.create(username="wang", name="王芳", unit=unit)
    RoleAssignment.objects.create(person=person, role="agent", unit=unit, valid_from=now)
    return person


@pytest.fixture
def browser(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_start_page_shows_the_persons_name_in_the_chosen_language(browser, person):
    page = browser.get(reverse("web:search"))
    assert page.status_code == 200
    assert "王芳" in page.content.decode()
    assert 'lang="zh-Hans"' in page.content.decode()
    browser.post(reverse("web:preferences"), {"language": "en", "next": "/search/"})
    assert 'lang="en"' in browser.get(reverse("web:search")).content.decode()
    person.refresh_from_db()
    assert person.language == "en"


def test_preferences_do_not_lead_out_of_the_house(browser):
    assert browser.post(reverse("web:preferences"), {"next": "https://elsewhere.example/"}).url == "/"


def test_nothing_in_a_page_is_inline(browser):
    text = browser.get(reverse("web:search")).content.decode()
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<style" not in text


def test_the_state_is_kept_with_its_time(browser, person, now):
    answer = browser.post(reverse("web:seat_state"), {"state": "break"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    state = SeatState.objects.get(person=person)
    assert (state.state, state.since) == ("break", now)


def test_an_unknown_state_is_refused_with_a_document_for_htmx(browser):
    answer = browser.post(reverse("web:seat_state"), {"state": "dancing"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == ["state"]


def test_a_refusal_in_a_view_is_a_page_for_a_browser(browser):
    answer = browser.post(reverse("web:seat_state"), {"state": "dancing"}, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "text/html" in answer["Content-Type"]


def test_a_missing_page_says_so_to_people_and_to_programs(browser, client):
    assert 'class="problem"' in browser.get("/no-such-page/").content.decode()
    answer = browser.get("/no-such-page/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_search_asks_what_rooms_registered_and_goes_straight_to_a_single_hit(browser, monkeypatch):
    monkeypatch.setattr(search, "_sources", {})
    hits = [search.Hit("A-1", "/a/1/", "facts"), search.Hit("A-2", "/a/2/")]
    search.register("things", "Things", lambda request, query, limit: [h for h in hits if query in h.title])
    assert "A-2" in browser.post(reverse("web:search"), {"q": "A-"}).content.decode()
    assert browser.post(reverse("web:search"), {"q": "A-1"}).url == "/a/1/"
    assert "A-2" in browser.post(reverse("web:suggest"), {"q": "A-"}).content.decode()


def test_a_page_of_the_shell_costs_few_queries(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        browser.get(reverse("web:search"))


def test_strangers_are_sent_to_sign_in(client):
    assert client.get("/").status_code == 302
