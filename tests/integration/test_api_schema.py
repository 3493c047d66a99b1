"""The API against its own OpenAPI document: whatever is sent, it answers as it says, and nobody gets further than their
token."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)
from tests import interfaces
from tests import world as worlds

from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, missing_required_header, unsupported_method,
    use_after_free, ignored_auth,
]  # fmt: skip
#: the wide net: strangers are told 401, and who may not 403, before anything else: bad data is not refused as such
STRANGERS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: the live application's own description of itself
DOCUMENT = "/api/v1/openapi.json"
#: the operations are dealt out to so many tests, for several workers
PARTS = 4


@pytest.fixture
def world(clock: Any) -> worlds.World:
    """A utility with one order of each of two kinds, the second one confidential."""
    made = worlds.small()
    agent = made.actor(Role.AGENT, "P1", clock.now())
    services.register(agent, worlds.fault(), clock.now())
    services.register(agent, worlds.fault(kind="report", category="report.conduct"), clock.now())
    return made


one_connection = pytest.fixture(autouse=True)(interfaces.one_connection)


@pytest.fixture
def almighty(world: worlds.World, clock: Any) -> str:
    person = world.person(Role.ADMINISTRATOR, "HQ")
    for role in Role:
        RoleAssignment.objects.get_or_create(
            person=person, role=role, unit=world.units["HQ"], defaults={"valid_from": worlds.LONG_AGO}
        )
    return make_token(person, "test", [], clock.now())


@pytest.fixture
def poor(world: worlds.World, clock: Any) -> str:
    """A token that may see orders of one county, and nothing else."""
    return make_token(world.person(Role.HANDLER, "X21"), "test", ["case.view"], clock.now())


def _real_number(case: Any) -> None:
    """Half of the requests about an order are about one that is there."""
    told = case.path_parameters or {}
    good = case.meta.generation.mode == GenerationMode.POSITIVE
    if good and "number" in told and len(str(told["number"])) % 2:
        told["number"] = WorkOrder.objects.system("test").values_list("number", flat=True)[0]


def _send(case: schemathesis.Case, token: str, checks: list[Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}" if token else ""}
    return case.call_and_validate(headers=headers, checks=checks)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_sent_is_answered_as_described_and_a_token_gets_no_further_than_its_rights(
    part: int, almighty: str, poor: str, subtests: pytest.Subtests
) -> None:
    def check(case: schemathesis.Case) -> None:
        _real_number(case)
        before = _rows()
        assert _send(case, "", STRANGERS).status_code in (401, 405)
        looked = _send(case, poor, STRANGERS)
        assert looked.status_code != 201
        assert "13812345678" not in looked.text
        assert _rows() == before, "a token that may only look, or none, has written something"
        _send(case, almighty, CHECKS)

    # one case for all three: to make it up takes longer than to send it
    for operation in interfaces.operations(DOCUMENT, part, PARTS):
        with subtests.test(operation.label):
            interfaces.attempt(operation, check, 6)


def _rows() -> tuple[int, ...]:
    from open95598.foundation.events.models import Event
    from open95598.foundation.journal.models import Entry

    return WorkOrder.objects.system("test").count(), Entry.objects.count(), Event.objects.count()
