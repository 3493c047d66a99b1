"""Who is offered a chat first, by the skill that its topic asks for."""

from __future__ import annotations

import pytest

from open95598.service.chat.queueing import kept_back

TOPICS = {"outage": "fault", "bill": "billing", "other": ""}


@pytest.mark.parametrize(
    ("own", "others", "kept"),
    [
        ([], [], set()),  # nobody else is there: nothing is kept from anybody
        ([], [[]], set()),  # nor when nobody has the skill
        ([], [["fault"]], {"outage"}),
        (["fault"], [["fault", "billing"]], {"bill"}),
        (["fault", "billing"], [["fault"], ["billing"]], set()),
    ],
)
def test_what_is_left_to_colleagues(own: list[str], others: list[list[str]], kept: set[str]) -> None:
    assert kept_back(TOPICS, own, others) == kept
