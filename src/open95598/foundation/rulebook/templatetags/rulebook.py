"""What the rulebook's templates need."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.rulebook import queries
from open95598.foundation.words import Label

register = template.Library()

_FIELDS = {
    "label": pgettext_lazy("rule", "name"),
    "limit": _("limit"),
    "clock": _("clock"),
    "kinds": _("kinds"),
    "categories": _("categories"),
    "areas": _("areas"),
    "priorities": _("priorities"),
    "priority": _("priority"),
    "channels": _("channels"),
    "grades": _("grades"),
    "source": _("source"),
    "note": _("note"),
    "level": _("level"),
    "unit": _("unit"),
    "automatic": _("dispatched by itself"),
    "steps": _("steps"),
    "depth": _("levels of review"),
    "within": _("within"),
    "most": _("at most"),
    "decided_by": _("decided by"),
    "years": _("years"),
    "what": _("what"),
    "words": _("words"),
    "text": _("text"),
    "attempts": _("attempts"),
    "gap": _("gap in minutes"),
    "needs": _("which orders"),
    "windows": _("windows"),
    "percent": _("per cent"),
    "reason": _("reason"),
    "clocks": _("clocks"),
    "confidential": _("confidential"),
    "applies_to": _("applies to the unit"),
    "most_before_half": _("urges before half of the period"),
    "marks": _("marks of an order"),
    "told": _("until the customer was told"),
}


@register.simple_tag
def say(label: Label) -> str:
    """Show a label in the user's language."""
    return queries.say(label)


@register.filter
def is_default(source: str) -> bool:
    """Say whether a rule is a default that the utility should look at."""
    return queries.is_default(source)


@register.filter
def field_name(name: str) -> str:
    """Name a field of a rule in the user's language; an unnamed one stands for itself."""
    return str(_FIELDS.get(name, name))
