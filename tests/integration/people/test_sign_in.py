"""Signing in: passwords, lock-out, second factor, sessions, and answers that tell nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import password_validators_help_texts
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import translation

from open95598.foundation.journal.models import Entry
from open95598.foundation.people import passwords, services
from open95598.foundation.people.actors import HOUSE
from open95598.foundation.people.adapters import MfaAdapter
from open95598.foundation.people.models import SignedIn

GOOD = "Correct-horse-95598"


def sign_in(client, username="li", password=GOOD, **more):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def code_of(person) -> str:
    secret = mfa_adapter().decrypt(Authenticator.objects.get(user=person, type="totp").data["secret"])
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def plain(response) -> str:
    """Return a page's text without what differs by itself: tokens and the typed account."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r'(name="username"[^>]*?) value="[^"]*"|value="[^"]*"( name="username")', r"\1", text)


def test_the_right_password_opens_and_goes_where_one_wanted(person, client):
    li = person("li", password=GOOD)
    before = client.session.session_key
    response = sign_in(client, " LI ", next="/people/")
    assert (response.status_code, response["Location"]) == (302, "/people/")
    row = SignedIn.objects.get(person=li)
    assert row.session_key == client.session.session_key != before
    assert Entry.objects.filter(stream=f"person/{li.pk}", kind="person.signed_in").count() == 1


def test_nobody_is_led_to_another_site(person, client):
    person("li", password=GOOD)
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"
    assert sign_in(Client(), next="//evil.example/")["Location"] == "/"


def test_unknown_closed_and_wrong_get_one_answer(person, now):
    person("li", password=GOOD)
    services.leave(person("gone", password=GOOD), actor=HOUSE, now=now + timedelta(seconds=1))
    person("tokens-only")
    answers = [
        sign_in(Client(), "li", "wrong"),
        sign_in(Client(), "gone", GOOD),
        sign_in(Client(), "tokens-only", "wrong"),
        sign_in(Client(), "nobody", "wrong"),
    ]
    assert {a.status_code for a in answers} == {401}
    assert len({plain(a) for a in answers}) == 1


@pytest.mark.parametrize("username", ["li", "nobody"])
def test_lock_out_works_tells_how_long_and_ends(person, client, settings, username):
    li = person("li", password=GOOD)
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, username, "wrong").status_code == 401
    locked = sign_in(client, username, "wrong")
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    assert " 15 " in locked.content.decode()
    assert sign_in(client, username, GOOD).status_code == 429  # even with the right one
    # another address is not locked out by it
    assert (
        client.post("/sign-in/", {"username": username, "password": "wrong"}, REMOTE_ADDR="10.0.0.9").status_code == 401
    )
    told = Entry.objects.filter(stream=f"person/{li.pk}", kind="person.locked_out").count()
    assert told == (1 if username == "li" else 0)
    AccessAttempt.objects.update(attempt_time=AccessAttempt.objects.earliest("pk").attempt_time - timedelta(minutes=16))
    assert sign_in(client, username, GOOD).status_code == (302 if username == "li" else 401)


def test_a_made_up_forwarded_address_does_not_help(person, client, settings):
    person("li", password=GOOD)
    for number in range(settings.AXES_FAILURE_LIMIT):
        last = client.post(
            "/sign-in/", {"username": "li", "password": "wrong"}, HTTP_X_FORWARDED_FOR=f"10.1.1.{number}"
        )
    assert last.status_code == 429


def test_csrf_is_asked_for(person):
    person("li", password=GOOD)
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_the_second_factor_is_asked_for_and_a_code_opens(person, client):
    li = person("li", password=GOOD)
    totp.TOTP.activate(li, totp.generate_totp_secret())
    response = sign_in(client, next="/people/")
    assert response["Location"] == "/sign-in/second-factor/"
    assert client.get("/people/").status_code == 302  # not yet in
    assert not SignedIn.objects.exists()
    assert client.post("/sign-in/second-factor/", {"code": "000000"}).status_code == 200
    response = client.post("/sign-in/second-factor/", {"code": code_of(li)})
    assert (response.status_code, response["Location"]) == (302, "/people/")
    assert SignedIn.objects.get(person=li).method == "password+code"


def test_a_recovery_code_opens_once(person):
    li = person("li", password=GOOD)
    totp.TOTP.activate(li, totp.generate_totp_secret())
    code = RecoveryCodes.activate(li).get_unused_codes()[0]
    for expected in (302, 200):
        client = Client()
        sign_in(client)
        assert client.post("/sign-in/second-factor/", {"code": code}).status_code == expected


def test_a_role_that_demands_a_second_factor_leads_to_setting_it_up(person, client, settings):
    settings.SECOND_FACTOR_ROLES = ["administrator"]
    boss = person("boss", roles=("administrator@HQ",), password=GOOD)
    sign_in(client, "boss")
    response = client.get("/people/")
    assert response["Location"] == "/profile/second-factor/on/"
    page = client.get("/profile/second-factor/on/")
    assert page.status_code == 200
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page.content.decode())[1]
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    client.post("/profile/second-factor/on/", {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))})
    assert Authenticator.objects.filter(user=boss, type="totp").exists()
    assert client.get("/people/").status_code == 200


def test_a_first_password_must_be_changed(person, client):
    person("li", roles=("unit_manager",), password=GOOD, must_change_password=True)
    sign_in(client)
    assert client.get("/people/")["Location"] == "/profile/password/"
    assert client.get("/api/v1/flows").status_code == 403
    done = {"old_password": GOOD, "new_password": "Another-good-95598", "new_password_again": "Another-good-95598"}
    assert client.post("/profile/password/", done).status_code == 302
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize("bad", ["short", "1234567890", "password123", "chen.li-chen.li", "zhang"])
def test_what_is_wrong_with_a_password_is_said_in_chinese(person, bad):
    with translation.override("zh-hans"):
        said = " ".join([*passwords.problems(bad, person).values(), *password_validators_help_texts()])
    assert said
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", said)


def test_a_wrong_code_of_the_second_factor_is_named_in_chinese():
    with translation.override("zh-hans"):
        assert "验证码" in str(MfaAdapter.error_messages["incorrect_code"])


def test_a_password_gets_too_old(person, client, clock, settings):
    settings.PASSWORD_MAX_AGE = timedelta(days=90)
    person("li", roles=("unit_manager",), password=GOOD)
    clock.advance(timedelta(days=91))
    sign_in(client)
    assert client.get("/people/")["Location"] == "/profile/password/"


def test_an_idle_session_ends_and_a_used_one_ends_at_its_limit(person, clock, settings):
    settings.SESSION_IDLE, settings.SESSION_ABSOLUTE = timedelta(minutes=60), timedelta(hours=12)
    person("li", roles=("unit_manager",), password=GOOD)
    idle, used = Client(), Client()
    sign_in(idle)
    sign_in(used)
    for _ in range(2):
        clock.advance(timedelta(minutes=40))
        assert used.get("/people/").status_code == 200
    assert idle.get("/people/").status_code == 302
    for _ in range(16):
        clock.advance(timedelta(minutes=40))
        used.get("/people/")
    assert used.get("/people/").status_code == 302
    assert not SignedIn.objects.exists()


def test_leaving_and_a_new_password_end_sessions_at_once(person, now):
    li = person("li", roles=("unit_manager",), password=GOOD)
    first, second = Client(), Client()
    sign_in(first)
    sign_in(second)
    services.change_own_password(li, GOOD, "Another-good-95598", keep_session=None, now=now)
    assert first.get("/people/").status_code == 302
    third = Client()
    sign_in(third, password="Another-good-95598")
    assert third.get("/people/").status_code == 200
    li.refresh_from_db()
    services.leave(li, actor=HOUSE, now=now + timedelta(minutes=1))
    assert third.get("/people/").status_code == 302
    assert not Session.objects.exists()
    assert not SignedIn.objects.exists()


def test_signing_out_ends_the_session(person, client):
    person("li", password=GOOD)
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert not SignedIn.objects.exists()


def test_demonstration_accounts_are_listed_only_in_demonstration_mode(person, client, settings):
    person("xiaowang", roles=("agent@CA",), password=GOOD, demo=True)
    person("real", roles=("agent@CA",), password=GOOD)
    assert "xiaowang" not in client.get("/sign-in/").content.decode()
    settings.DEMO = True
    text = client.get("/sign-in/").content.decode()
    assert "xiaowang" in text
    assert settings.DEMO_PASSWORD in text
    assert "real" not in text


def test_there_is_no_sign_up_and_no_reset_page(client, db):
    for address in ("/accounts/signup/", "/signup/", "/sign-up/", "/accounts/password/reset/"):
        assert client.get(address).status_code == 404
