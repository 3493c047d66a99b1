"""Whatever is sent to the customer's pages and to the interface between the zones is answered, and never by a fault.

The interface is tried against its own description; the forms with texts that no customer would type.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests import interfaces
from tests import world as worlds
from tests.integration.portal.conftest import PHONE, codes_sent, fault, the_order

from open95598.service.portal import accounts, visits
from open95598.service.portal.pages import limits, wire
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection, missing_required_header, unsupported_method, ignored_auth,
]  # fmt: skip
DOCUMENT = "/api/portal/v1/openapi.json"
KINDS = ("fault", "consultation", "complaint", "report", "opinion", "suggestion", "praise")


one_connection = pytest.fixture(interfaces.one_connection)


@pytest.fixture
def headers(customer: Client, clock: Any, world: worlds.World) -> dict[str, str]:
    """What an outer zone sends with everything: its token, and the token of a visit to an order that is there."""
    customer.post("/portal/new/fault/", fault())
    asked = visits.ask(wire.AskCode(number=the_order().number, phone=PHONE), clock.now())
    code = codes_sent(clock.now())[-1]
    opened = visits.open_visit(wire.GiveCode(challenge=asked.challenge, code=code), clock.now())
    token = accounts.token(accounts.make("outer", world.units["C1"], clock.now()), "test", clock.now())
    return {"Authorization": f"Bearer {token}", "X-Visit": opened.token}


def test_the_interface_answers_as_it_says(
    headers: dict[str, str], one_connection: None, subtests: pytest.Subtests
) -> None:
    def check(case: schemathesis.Case) -> None:
        visit = (case.headers or {}).get("X-Visit")
        if visit is not None and len(visit) % 2 == 0 and 16 <= len(visit) <= 200:  # half of the visits are real
            case.headers["X-Visit"] = headers["X-Visit"]
        case.call_and_validate(headers={"Authorization": headers["Authorization"]}, checks=CHECKS)

    for operation in interfaces.operations(DOCUMENT):
        with subtests.test(operation.label):
            interfaces.attempt(operation, check, 8)


def test_a_stranger_gets_nowhere(world: worlds.World, one_connection: None, subtests: pytest.Subtests) -> None:
    def check(case: schemathesis.Case) -> None:
        checks = [not_a_server_error, status_code_conformance]
        answer = case.call_and_validate(headers={"Authorization": ""}, checks=checks)
        assert answer.status_code in (401, 405), answer.text
        assert not WorkOrder.objects.system("test").exists()

    for operation in interfaces.operations(DOCUMENT):
        with subtests.test(operation.label):
            interfaces.attempt(operation, check, 3)


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", " ", "\x00", "\u202e", "{{7*7}}", "' OR 1=1 --", "<script>x</script>", "９５５９８", "-1", "x" * 7000]
    ),
)
FIELDS = (
    "token", "danger", "topic", "description", "area", "place", "contact_name", "contact_phone", "anonymous",
    "confidential", "by_sms", "q-dark", "q-since", "q-nothing", "photos",
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(kind=st.sampled_from(KINDS), changed=st.dictionaries(st.sampled_from(FIELDS), HOSTILE, max_size=6))
def test_a_form_is_registered_whole_or_shown_again(customer: Client, clock: Any, kind: str, changed: Any) -> None:
    limits.COUNTER.forget()
    clock.advance(timedelta(minutes=11))  # the limits of a phone are another test's
    orders = WorkOrder.objects.system("test")
    before = orders.count()
    answer = customer.post(f"/portal/new/{kind}/", fault(token="", topic="other") | changed)
    assert answer.status_code in (302, 422), answer.content.decode()[:2000]
    assert orders.count() - before == (answer.status_code == 302)
    if answer.status_code == 422:
        assert b'role="alert"' in answer.content, "it says what is wrong"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    said=st.dictionaries(st.sampled_from(("what", "danger", "area", "place", "contact_phone", "description")), HOSTILE)
)
def test_danger_to_life_is_taken_whatever_is_typed(customer: Client, said: dict[str, str]) -> None:
    orders = WorkOrder.objects.system("test")
    before = orders.count()
    answer = customer.post("/portal/danger/", said)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert orders.count() == before + 1
        assert orders.order_by("-pk")[0].priority == "safety"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    number=HOSTILE, phone=HOSTILE, code=HOSTILE, receipt=HOSTILE, token=st.text("abcXYZ_-09", min_size=1, max_size=80)
)
def test_nobody_gets_in_by_guessing(
    customer: Client, number: str, phone: str, code: str, receipt: str, token: str
) -> None:
    limits.COUNTER.forget()
    answers = (
        customer.post("/portal/follow/", {"number": number, "phone": phone}),
        customer.post("/portal/follow/code/", {"code": code}),
        customer.post("/portal/receipt/", {"receipt": receipt}),
        customer.get(f"/r/{token}"),
        customer.post(f"/r/{token}", {"solved": code, "choice": number, "text": phone}),
    )
    for answer in answers:
        assert answer.status_code in (200, 302, 404, 422), answer.content.decode()[:2000]
    assert customer.get("/portal/order/").status_code == 302, "nobody has proved anything"
