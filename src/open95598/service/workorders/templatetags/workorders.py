"""Words of orders for templates: ``{% load workorders %}``."""

from __future__ import annotations

from typing import Any

from django import template

from open95598.foundation.people.policy import Permission
from open95598.service.workorders import wording

register = template.Library()


@register.simple_tag
def clock_name(code: str) -> Any:
    """Return a clock's name."""
    return wording.clock(code)


@register.simple_tag
def kind_name(code: str) -> Any:
    """Return a kind's name (a label)."""
    return wording.kind(code)


@register.simple_tag
def state_name(kind: str, state: str) -> Any:
    """Return a state's name (a label)."""
    return wording.state(kind, state)


@register.filter
def holds(rights: Any, permission: str) -> bool:
    """Say whether a permission is held anywhere: ``{% if request.rights|holds:"case.open" %}``."""
    return bool(rights.anywhere(Permission(permission)))
