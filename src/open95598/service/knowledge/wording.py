"""The room's codes in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.rulebook.model import Rulebook
from open95598.foundation.words import Label
from open95598.service.knowledge import shelf
from open95598.service.workorders import wording as orders

#: states → tone of their badge
TONES = {"drafting": "accent", "review": "warning", "published": "done", "due": "warning", "expired": "danger"}
AUDIENCES = {"internal": _("For staff only"), "public": _("Customers may read it")}
#: the parts of a content in the order of its page
PARTS = {
    "title": _("Title"),
    "answer": pgettext_lazy("knowledge", "Answer"),
    "say": _("Say it so"),
    "never": _("Never say"),
    "do": _("What the agent does"),
    "questions": _("How customers ask"),
    "keywords": _("Keywords"),
    "category": pgettext_lazy("knowledge", "Category"),
    "audience": _("For whom"),
    "orders": _("Categories of orders"),
    "laws": _("Articles of law"),
    "see": _("Items that go with it"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "review_on": _("Look at it again on"),
    "source": pgettext_lazy("knowledge", "Source"),
}


def category(code: str) -> Any:
    """Return a category's name; the code itself for an unknown one."""
    return shelf.categories().get(code, Label(code or "—", code or "—"))


def order_category(rules: Rulebook, code: str) -> Label:
    """Return the path of a category of orders with its kind before it; the code when the rules have none."""
    if not rules.has_category(code):
        return Label(code, code)
    kind, path = orders.kind(rules.category(code).kind), orders.category_path(rules, code)
    return Label(f"{kind.zh} › {path.zh}", f"{kind.en} › {path.en}")
