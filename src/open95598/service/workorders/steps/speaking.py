"""The customer is spoken to, and is told the answer: what counts as that, and what it ends (DOMAIN 2.3). Pure.

A call that nobody answers is no contact, and an answer that lies in review is not yet the customer's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from open95598.casework.flow import Computed, Input, InputType, Moment
from open95598.foundation.words import Label
from open95598.service.workorders.steps.inputs import NOW

#: clocks that wait for a word with the customer (contact within 24 h), and for the news that word brings (B11)
CONTACT, PROGRESS = "contact", "progress"
#: outcomes of a contact and of a call-back with which nobody was spoken to
NOBODY = frozenset({"no_answer", "wrong_number", "unreached"})
#: beside the answer for review: the customer knows it already
TOLD = Input(
    "told",
    Label("已电话或当面答复客户", "The customer was told, by phone or in person"),
    InputType.BOOLEAN,
    required=False,
    help=Label(
        "未勾选的，以回访接通客户为联系和答复客户的时间。",
        "Otherwise the customer counts as contacted and answered when the call-back reaches them.",
    ),
)
Says = Callable[[Moment], bool]


def spoken(m: Moment) -> bool:
    """Say whether somebody was reached by this contact or call."""
    return m.data.get("outcome") not in NOBODY


def told(m: Moment) -> bool:
    """Say whether the customer was told the answer before it went to review."""
    return bool(m.data.get("told"))


def ends(clocks: tuple[str, ...], when: Says, waiting: tuple[str, ...] = (CONTACT, PROGRESS)) -> Mapping[str, Says]:
    """Return which of a flow's ``clocks`` end, of those ``waiting``, where the customer is told if ``when`` says so."""
    return {clock: when for clock in waiting if clock in clocks}


def contacted(when: Says) -> dict[str, Any]:
    """Return what to set where the customer is spoken to if ``when`` says so: the first time counts."""
    return {"contacted_at": _first("contacted_at", when)}


def answered(when: Says) -> dict[str, Any]:
    """Return what to set where the customer is told the answer if ``when`` says so: the first time counts."""
    return {"answered_at": _first("answered_at", when)}


def always(_m: Moment) -> bool:
    """Say that whoever does this speaks to the customer."""
    return True


def _first(field: str, when: Says) -> Computed:
    def value(m: Moment) -> Any:
        before = getattr(m.typed, field)
        return NOW if before is None and when(m) else before

    return Computed(value)


def still_answered(m: Moment) -> Any:
    """Return when the customer counts as answered after the answer was rejected: what they were told first does not
    stand any more. A reopened order keeps its first answer."""
    return m.typed.answered_at if m.typed.reopenings else None
