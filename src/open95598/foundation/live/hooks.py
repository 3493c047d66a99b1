"""What the room above tells this one: who may see which case. Set once, when Django starts.

hooks.visible = lambda rights, ids: set(Case.objects.restrict(rights).filter(pk__in=ids).values_list("pk", flat=True))
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from open95598.foundation.people.policy import Rights


def nobody(rights: Rights, case_ids: Collection[int]) -> set[int]:
    """See nothing: what holds until a room knows better."""
    return set()


def nothing(_token: str) -> str:
    """Let no guest hear of anything: what holds until a room knows better."""
    return ""


#: name of the cookie by which somebody who has not signed in may hear of one thing; "" while no room has any
guest_cookie = ""
#: what the holder of such a cookie may hear of (``payload["topics"]`` of events), "" for one that counts not
guest: Callable[[str], str] = nothing

#: the ids among ``case_ids`` that ``rights`` may see; called in a thread, once a batch and person
visible: Callable[[Rights, Collection[int]], set[int]] = nobody
