"""When a customer's matter counts as solved at the first contact (DOMAIN 5: no repeat within seven days). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: a further contact within this time says that the one before had solved nothing
WINDOW = timedelta(days=7)


class Verdict(StrEnum):
    """What can be said of a contact that a customer sought. ``WAITS``: its days are not over yet."""

    SOLVED = "solved"
    FOLLOWED = "followed"
    WAITS = "waits"
    #: nobody was served, or nobody knows who it was
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Heard:
    """A contact as it counts here: with whom ("" when unknown), since when (aware), whether somebody was served."""

    id: int
    party: str
    at: datetime
    served: bool


def verdicts(contacts: Iterable[Heard], now: datetime) -> Mapping[int, Verdict]:
    """Return the verdict on each contact, by its id. The contacts are those that customers sought, in any order.

    A contact is followed by the next one of the same party within ``WINDOW``, whoever takes it and whatever it is
    about: also one that nobody served says that the customer had to come again.
    """
    found: dict[int, Verdict] = {}
    following: dict[str, datetime] = {}
    for one in sorted(contacts, key=lambda c: (c.at, c.id), reverse=True):
        later = following.get(one.party) if one.party else None
        if not one.party or not one.served:
            found[one.id] = Verdict.OUTSIDE
        elif later is not None and later - one.at <= WINDOW:
            found[one.id] = Verdict.FOLLOWED
        else:
            found[one.id] = Verdict.SOLVED if now - one.at > WINDOW else Verdict.WAITS
        if one.party:
            following[one.party] = one.at
    return found


def share(part: int, whole: int) -> str:
    """Return a share as it is shown, "" of nothing: ``87.5%``."""
    return f"{100 * part / whole:.1f}%" if whole else ""
