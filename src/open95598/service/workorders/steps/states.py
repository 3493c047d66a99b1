"""The states that all orders share (DOMAIN 2.2). Pure."""

from __future__ import annotations

from open95598.casework.flow import State
from open95598.foundation.words import Label

CREATED = State("created", Label("待派单", "Created"), clock="dispatch")
DISPATCHED = State("dispatched", Label("待接单", "Dispatched"), clock="accept")
ACCEPTED = State("accepted", Label("已接单", "Accepted"))
RETURNED = State("returned", Label("已退单", "Returned"), clock="dispatch")
DISPUTED = State("disputed", Label("退单待裁定", "Returned again, to be decided"), clock="decide")
PROCESSING = State("processing", Label("处理中", "Processing"))
REPLIED = State("replied", Label("待审核", "Replied, in review"), clock="review")
REVIEWED = State("reviewed", Label("待回访", "Reviewed, to be called back"), clock="call_back")
CALLBACK = State("callback", Label("已回访", "Called back"))
REOPENED = State("reopened", Label("已重启", "Reopened"), clock="dispatch", starts=("answer",))
ARCHIVED = State("archived", Label("已归档", "Archived"), final=True)
