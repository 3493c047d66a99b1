"""What other rooms do when a published version changes open cases.

``hook(version, amendments, now)`` applies them to the open cases concerned. It is called again until every hook has
succeeded once, so it must be idempotent; it runs in a transaction of its own with the mark "applied".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from open95598.foundation.rulebook.model import Amendment

AmendmentHook = Callable[[str, tuple[Amendment, ...], datetime], None]

amendment: list[AmendmentHook] = []


def on_amendment(hook: AmendmentHook) -> AmendmentHook:
    """Register ``hook`` (once, however often the module is imported); usable as a decorator."""
    if hook not in amendment:
        amendment.append(hook)
    return hook
