"""The words of the field as the rulebook's page shows them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, listed
from open95598.foundation.rulebook.search_rows import WordGroup


def tables(built: Built) -> list[Table]:
    """Words that mean the same, words of the field, words that say nothing."""
    rules = built.rulebook.search
    return [
        Table(_("Words that mean the same"), ("",), _lines(rules.synonyms)),
        Table(_("Words of the field"), ("",), _lines(rules.words)),
        Table(_("Words that say nothing"), ("",), (Line((listed(rules.stop),), ""),) if rules.stop else ()),
    ]


def _lines(groups: tuple[WordGroup, ...]) -> tuple[Line, ...]:
    return tuple(Line((listed(group.words),), group.source, group.code) for group in groups)
