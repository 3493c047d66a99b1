"""What appeals say of a customer is taken out of them when the order's personal data is erased (DOMAIN 2.6).

The words themselves stay on the appeal: they are about the work and the charge, and the ledger is judged by them.
"""

from __future__ import annotations

from collections.abc import Collection

from open95598.control.assessment.models import Appeal
from open95598.service.workorders import redaction
from open95598.service.workorders.redaction import Identity

_WORDS = ("grounds", "decision", "grounds_again", "decision_again")


def appeals_about(case_ids: Collection[int]) -> list[int]:
    """Return the cases of the appeals against charges for these orders: they hang below their entries."""
    rows = Appeal.objects.system("erasure").filter(entry__case_id__in=list(case_ids))
    return list(rows.values_list("pk", flat=True))


def count(case_ids: Collection[int], who: Identity) -> int:
    """Return how many appeals about charges for these orders tell who their customer is."""
    return len(_telling(case_ids, who))


def erase(case_ids: Collection[int], who: Identity) -> None:
    """Take numbers and what tells who the customer is out of the appeals about charges for these orders."""
    for appeal, changed in _telling(case_ids, who):
        for name, value in changed.items():
            setattr(appeal, name, value)
        appeal.save(update_fields=list(changed))


def _telling(case_ids: Collection[int], who: Identity) -> list[tuple[Appeal, dict[str, str]]]:
    """Return the appeals that tell it, each with what its words become."""
    rows = Appeal.objects.system("erasure").filter(entry__case_id__in=list(case_ids)).order_by("pk")
    proposed = ((row, {name: redaction.proposed(getattr(row, name), who) for name in _WORDS}) for row in rows)
    told = ((row, {n: text for n, text in words.items() if text != getattr(row, n)}) for row, words in proposed)
    return [(row, changed) for row, changed in told if changed]
