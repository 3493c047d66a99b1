"""An entry's data as a reader sees it: codes by their names, moments in the utility's zone."""

from __future__ import annotations

from django.utils import translation

from open95598.foundation.journal import wording

MOVED = {"action": "accept", "from": "dispatched", "to": "accepted", "via": "api", "version": 3}


def test_codes_of_flows_and_ways_are_called_by_their_names() -> None:
    with translation.override("zh-hans"):
        said = wording.said(MOVED)
    assert "接单" in said and "待接单" in said and "已接单" in said and "接口" in said
    assert "accept" not in said and "dispatched" not in said and "api" not in said
    with translation.override("en"):
        assert "Accept" in wording.said(MOVED)


def test_what_is_no_code_stands_as_it_is() -> None:
    with translation.override("en"):
        assert wording.said({"from": 12, "to": "nowhere"}) == "From: 12, To: nowhere"


def test_moments_stand_in_the_zone_of_the_utility_wherever_they_are() -> None:
    with translation.override("zh-hans"):
        said = wording.said({"clocks": [{"clock": "accept", "due": "2026-11-23T07:37:17.600869+00:00"}]})
    assert "2026-11-23 15:37:17" in said and "T07:37" not in said
    assert "接单" in said
