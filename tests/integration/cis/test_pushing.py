"""Pushes: taken when signed, fresh and new; refused otherwise, counted, in the journal, without a word of money."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.integration.cis.conftest import ONE, Billing, push
from tests.world import MONDAY

from open95598.exchange.cis import links, pushing
from open95598.exchange.cis.models import Kept, Tally
from open95598.exchange.cis.reference import inventing
from open95598.foundation import clock
from open95598.foundation.journal.models import Entry
from open95598.foundation.notices import signing
from open95598.registry.customers.models import AccountFacts


@pytest.fixture
def known(billing: Billing) -> Billing:
    """Return the billing system after its first comparison."""
    billing.sync()
    return billing


def sequence() -> int:
    return AccountFacts.objects.system("a test").get(account__number=ONE).sequence


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [({"secret": "forged"}, 401, "bad-signature"), ({"at": MONDAY - timedelta(minutes=6)}, 401, "bad-signature"),
     ({"at": MONDAY + timedelta(minutes=6)}, 401, "bad-signature"), ({"epoch": "another"}, 409, "impossible"),
     ({"id": "short"}, 422, "invalid")],
)  # fmt: skip
def test_what_is_refused(known: Billing, how: dict[str, Any], status: int, code: str) -> None:
    refused = push(Client(), known, [known.happens(ONE)], **how)
    assert (refused.status_code, refused["Content-Type"]) == (status, "application/problem+json")
    assert refused.json()["type"].endswith(code)
    assert sequence() == 1
    assert push(Client(), known, [], **how).status_code == status
    assert Tally.objects.get(way="push").refused == 2
    entry = Entry.objects.get(stream="cis", kind="cis.push_refused")
    assert json.loads(entry.body)["data"] == {"reason": code, "address": "127.0.0.1"}


def test_a_push_is_taken_once(known: Billing) -> None:
    document = known.happens(ONE)
    assert push(Client(), known, [document], id="push-0001").status_code == 200
    assert push(Client(), known, [document], id="push-0001").status_code == 409
    assert sequence() == 2


def test_a_changed_body_or_no_signature_is_refused(known: Billing) -> None:
    body = json.dumps({"id": "push-0001", "epoch": known.store.epoch, "items": [known.happens(ONE)]}).encode()
    header = signing.sign("a secret of both", body, MONDAY)
    url, kind = "/api/v1/cis/changes", "application/json"
    client = Client()
    for data, headers in ((body + b" ", {signing.HEADER: header}), (body, {}), (b"", {signing.HEADER: "t=1,v1=zz"})):
        assert client.post(url, data, content_type=kind, headers=headers).status_code == 401
    assert client.get(url).status_code == 405
    assert sequence() == 1


def test_a_body_of_any_size_is_not_read(known: Billing) -> None:
    large = b" " * (pushing.LARGEST + 1)
    answer = Client().post("/api/v1/cis/changes", large, content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:open95598:problem:too-large")


def test_without_a_secret_none_is_taken(known: Billing, settings: Any) -> None:
    settings.CIS = settings.CIS | {"secret": ""}
    assert push(Client(), known, [known.happens(ONE)], secret="").status_code == 401
    assert not Tally.objects.filter(way="push").exists(), "a stranger leaves nothing behind"


def test_before_the_first_comparison_it_is_to_come_again(billing: Billing) -> None:
    answer = push(Client(), billing, [billing.happens(ONE)])
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_bad_and_unknown_documents_are_kept_to_look_at(known: Billing, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = inventing.account(known.dice, "4388888888", MONDAY) | {"version": 1}
    bad = (known.store.account(ONE) or {}) | {"version": 9, "balance": "98765.43x", "as_of": "today"}
    answer = push(Client(), known, [stranger, bad, {"version": 1}, known.happens(ONE)])
    assert answer.json() == {"applied": 1, "passed": 0, "unknown": 1, "bad": 2}
    assert sorted(Kept.objects.values_list("number", "why")) == [(ONE, "as_of, balance"), ("4388888888", "")]
    assert "98765.43" not in caplog.text + answer.content.decode()
    assert links.row().cursor == 4, "a push moves no cursor"


@pytest.mark.parametrize(
    ("role", "status", "decides"),
    [("administrator", 200, 302), ("shift_leader", 200, 302), ("read_only_auditor", 200, 403), ("agent", 403, 403),
     ("integration", 403, 403)],
)  # fmt: skip
def test_who_sees_how_it_stands(known: Billing, role: str, status: int, decides: int) -> None:
    push(Client(), known, [inventing.account(known.dice, "4388888888", MONDAY) | {"version": 1}])
    client = Client(headers={"accept-language": "en"})
    unit = "X11" if role in ("agent", "shift_leader") else "HQ"
    client.force_login(known.registry.world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
    with clock.using(clock.FixedClock(MONDAY + timedelta(minutes=1))):
        page = client.get("/exchange/cis/")
        state = client.get("/api/v1/cis/state")
        assert (page.status_code, state.status_code) == (status, status)
        if status == 200:
            assert "4388888888" in page.content.decode()
            assert state.json()["age_seconds"] == 60
        assert client.post("/exchange/cis/compare/").status_code == decides
    assert Entry.objects.filter(stream="cis", kind="cis.compare_asked").exists() is (decides == 302)
