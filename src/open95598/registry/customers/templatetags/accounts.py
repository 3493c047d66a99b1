"""``{% load accounts %}``: what is known of an account, with its age, on any page."""

from __future__ import annotations

from typing import Any

from django import template

from open95598.registry.customers.facts import Facts

register = template.Library()


@register.inclusion_tag("customers/_facts.html", takes_context=True)
def account_facts(context: Any, facts: Facts | None) -> dict[str, Any]:
    """Draw money, supply, bill and reading of an account and how old they are (needs ``customers/customers.css``)."""
    return {"facts": facts, "request": context.get("request")}


@register.inclusion_tag("customers/_facts_line.html", takes_context=True)
def account_facts_line(context: Any, facts: Facts | None) -> dict[str, Any]:
    """Draw the same in two lines, for a card beside something else."""
    return {"facts": facts, "request": context.get("request")}
