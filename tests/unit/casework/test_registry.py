"""Flows that rooms on higher floors add their acts to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from open95598.casework import registry
from open95598.casework.flow import Action, Flow
from open95598.foundation.people.policy import Permission
from open95598.foundation.words import Label


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the house's flows as they were."""
    kept = {name: getattr(registry, name).copy() for name in ("_flows", "_typed", "_appending", "_owning")}
    kept["_flows"] = {kind: versions.copy() for kind, versions in registry._flows.items()}
    yield
    for name, value in kept.items():
        setattr(registry, name, value)


def _watch(flow: Flow) -> tuple[Action, ...]:
    return (
        Action(
            "watch", Label("关注", "Watch"), Permission.CASE_SUPERVISE, flow.open_states, effect="watch", appends=True
        ),
    )


def test_an_added_act_is_in_every_version_and_the_others_stay_as_they_were() -> None:
    before = registry.flow("fault").actions
    registry.extend(["fault"], _watch, {"watch": lambda *_: None})
    assert [a.name for a in registry.flow("fault").actions] == [*(a.name for a in before), "watch"]
    assert all(registry.flow("fault", version).action("watch") for version in registry.versions("fault"))
    assert registry.flow("complaint").action("watch") is None
    assert registry.appends("watch")
    assert "watch" in registry.typed("fault").effects
    assert "watch" not in registry.typed("complaint").effects


def test_what_does_not_hold_together_is_refused() -> None:
    with pytest.raises(ValueError, match="no effect named 'watch'"):
        registry.extend(["fault"], _watch, {})
    with pytest.raises(ValueError, match="already"):
        registry.extend(["fault"], _watch, {"urge": lambda *_: None})
