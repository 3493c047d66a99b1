"""Signing in to the online hall: who gets in, and what nobody can find out on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.integration.hall.conftest import ACCOUNT, NAME, PHONE, browser, codes_sent
from tests.registered import HOUSE, Registry

from open95598.foundation.journal.models import Entry
from open95598.foundation.notices.models import Message
from open95598.registry.customers import accounts, contacts
from open95598.registry.customers.models import AccountParty, ContactPoint
from open95598.service.hall import signing
from open95598.service.hall.models import Challenge, Visit

pytestmark = pytest.mark.django_db
STRANGERS = (
    (ACCOUNT, "13912345678"),  # an account, not its phone
    ("4399999999", PHONE),  # a phone, no such account
    ("4399999999", "13912345678"),  # neither
    ("4300000003", "13812345678"),  # an account that has no mobile phone
)


def test_account_and_phone_lead_home(home: Callable[..., Client]) -> None:
    page = home().get("/hall/account/").content.decode()
    assert ACCOUNT in page
    assert "芙蓉路88号" in page
    assert "M10000001" in page
    assert "138****5678" in page
    assert PHONE not in page


@pytest.mark.usefixtures("steady")
def test_every_answer_is_the_same_whoever_asks(registry: Registry, clock: Any) -> None:
    """Status, words, cookies' shape and the number of queries tell no account from none, no phone from another."""
    seen = set()
    warm = browser()  # what a process remembers from its first page on
    warm.get(_ask(warm, "4388888888")["Location"])
    warm.post("/hall/code/", {"code": "000000"})
    for number, phone in ((ACCOUNT, PHONE), *STRANGERS):
        client = browser()
        with CaptureQueriesContext(connection) as asked:
            first = client.post("/hall/", {"number": number, "phone": phone})
        with CaptureQueriesContext(connection) as shown:
            second = client.get(first["Location"])
        with CaptureQueriesContext(connection) as tried:
            third = client.post("/hall/code/", {"code": "000000"})
        cookie = client.cookies["hall_challenge"]
        seen.add((
            first.status_code, first["Location"], len(asked), len(cookie.value), second.status_code,
            _plain(second), len(shown), third.status_code, _plain(third), len(tried),
        ))  # fmt: skip
        assert phone not in second.content.decode()
    assert len(seen) == 1
    assert not Message.objects.exists()  # nothing is looked up while somebody waits for the answer
    codes_sent(PHONE, clock.now())
    assert set(Message.objects.values_list("to", flat=True)) == {PHONE}


def _plain(page: Any) -> str:
    """Return a page's text without its CSRF token."""
    return "".join(part.split('"', 1)[-1] for part in page.content.decode().split('csrfmiddlewaretoken" value="'))


def test_the_limits_answer_with_the_same_words(registry: Registry, clock: Any) -> None:
    answers = {(r.status_code, r["Location"]) for r in (_ask(browser()) for _n in range(6))}
    assert answers == {(302, "/hall/code/")}
    assert len(codes_sent(PHONE, clock.now())) == 3
    clock.advance(timedelta(minutes=11))
    _ask(browser())
    assert len(codes_sent(PHONE, clock.now())) == 4


def _ask(client: Client, number: str = ACCOUNT, phone: str = PHONE) -> Any:
    return client.post("/hall/", {"number": number, "phone": phone})


def test_whoever_knows_the_account_alone_locks_nobody_out(registry: Registry, clock: Any) -> None:
    for _n in range(20):
        _ask(browser(), phone="13912345678")
    assert codes_sent("13912345678", clock.now()) == []
    _ask(browser())
    assert len(codes_sent(PHONE, clock.now())) == 1


def test_an_address_asks_thirty_times_an_hour(registry: Registry) -> None:
    client = browser()
    answers = [_ask(client).status_code for _n in range(31)]
    assert answers == [302] * 30 + [429]


def test_a_code_counts_five_tries_ten_minutes_once(registry: Registry, clock: Any) -> None:
    client, other = browser(), browser()
    _ask(client)
    code = codes_sent(PHONE, clock.now())[-1]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _n in range(5):
        assert client.post("/hall/code/", {"code": wrong}).status_code == 422
    assert client.post("/hall/code/", {"code": code}).status_code == 422  # void by now
    _ask(other)
    code = codes_sent(PHONE, clock.now())[-1]
    clock.advance(timedelta(minutes=10))
    assert other.post("/hall/code/", {"code": code}).status_code == 422
    _ask(other)
    code = codes_sent(PHONE, clock.now())[-1]
    challenge = other.cookies["hall_challenge"].value
    assert other.post("/hall/code/", {"code": code}).status_code == 302
    again = browser()
    again.cookies["hall_challenge"] = challenge
    assert again.post("/hall/code/", {"code": code}).status_code == 422
    assert Visit.objects.count() == 1


def test_codes_and_tokens_are_kept_as_digests_only(home: Callable[..., Client], clock: Any) -> None:
    client = home()
    row = Challenge.objects.get()
    code = codes_sent(PHONE, clock.now())[-1]
    assert len(row.code) == 64
    assert code not in row.code
    token = client.cookies["hall_visit"]
    assert Visit.objects.get().token != token.value
    assert token["httponly"]
    assert token["path"] == "/hall/"
    assert token["samesite"] == "Lax"
    assert Entry.objects.filter(kind="customer.signed_in").count() == 1
    clock.advance(timedelta(days=1, minutes=1))
    signing.tidy(clock.now())
    assert not Challenge.objects.exists()
    assert not Visit.objects.exists()
    assert not Message.objects.exclude(state="waiting").exclude(body="").exists()


def test_a_visit_planted_before_is_never_taken_over(registry: Registry, home: Callable[..., Client]) -> None:
    """Session fixation: the token is made anew, and the one that was there counts for nobody."""
    attacker = home("4300000002", "13900001111")
    planted = attacker.cookies["hall_visit"].value
    victim = browser()
    victim.cookies["hall_visit"] = planted
    home(client=victim)
    assert victim.cookies["hall_visit"].value != planted
    assert attacker.get("/hall/account/").status_code == 302  # what the attacker held is over
    made_up = browser()
    made_up.cookies["hall_visit"] = "A" * 43
    home(client=made_up)
    assert made_up.cookies["hall_visit"].value != "A" * 43


def test_a_visit_is_bound_to_its_browser_and_short(home: Callable[..., Client], clock: Any) -> None:
    client = home()
    elsewhere = browser(**{"user-agent": "another"})
    elsewhere.cookies["hall_visit"] = client.cookies["hall_visit"].value
    assert elsewhere.get("/hall/account/")["Location"] == "/hall/?ended=1"
    clock.advance(timedelta(minutes=19))
    assert client.get("/hall/account/").status_code == 200
    clock.advance(timedelta(minutes=20))
    assert client.get("/hall/account/").status_code == 302
    client = home()
    for _n in range(8):
        clock.advance(timedelta(minutes=15))
        answer = client.get("/hall/account/")
    assert answer.status_code == 302  # two hours, however busy


def test_signing_out_ends_it_here_and_there(home: Callable[..., Client]) -> None:
    client = home()
    token = client.cookies["hall_visit"].value
    client.post("/hall/leave/")
    client.cookies["hall_visit"] = token
    assert client.get("/hall/account/").status_code == 302


def test_one_person_with_several_accounts_chooses(registry: Registry, home: Callable[..., Client], clock: Any) -> None:
    who = registry.who[NAME]
    second = accounts.NewAccount("4300000077", registry.world.units["X12"].pk, who.pk, "湘江市西山县青山镇1号")
    accounts.open_account(second, HOUSE, clock.now())
    client = home()
    page = client.get("/hall/accounts/").content.decode()
    assert "4300000077" in page
    assert client.post("/hall/accounts/", {"account": "4300000077"}).status_code == 302
    assert "青山镇1号" in client.get("/hall/account/").content.decode()
    for foreign in ("4300000002", "4399999999", "' OR 1=1", ""):
        assert client.post("/hall/accounts/", {"account": foreign}).status_code == 404
    assert "青山镇1号" in client.get("/hall/account/").content.decode()


def test_who_moved_out_sees_nothing(registry: Registry, home: Callable[..., Client], clock: Any) -> None:
    tenant = registry.who["曾国强"]
    party = accounts.add_party(ACCOUNT, tenant.pk, "tenant", HOUSE, clock.now())
    client = home(ACCOUNT, "13900001111")
    assert "M10000001" in client.get("/hall/account/").content.decode()
    accounts.end_party(party.pk, HOUSE, clock.now())
    AccountParty.objects.system("test").filter(pk=party.pk).update(valid_from="2026-02-01", valid_to="2026-03-01")
    page = client.get("/hall/account/").content.decode()
    assert ACCOUNT not in page  # another account of theirs is left
    assert "M10000001" not in page
    _ask(browser(), ACCOUNT, "13900001111")
    before = len(codes_sent("13900001111", clock.now()))
    _ask(browser(), ACCOUNT, "13900001111")
    assert len(codes_sent("13900001111", clock.now())) == before


def test_a_phone_that_is_not_theirs_any_more_ends_the_visit(home: Callable[..., Client], clock: Any) -> None:
    client = home()
    point = ContactPoint.objects.system("test").get(value=PHONE)
    contacts.end(point.pk, HOUSE, clock.now())
    assert client.get("/hall/account/").status_code == 302
