"""No process outlives its parent, also when the parent was killed with -9.

On Linux the kernel tells the child (``PR_SET_PDEATHSIG``). Everywhere the supervisor also holds the writing end of a
pipe, the *lifeline*; its children see the end of it when the supervisor is gone, and then have as long as it would have
given them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LIFELINE = "OPEN95598_LIFELINE"
PATIENCE = "OPEN95598_PATIENCE"
_PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> Callable[[], None]:
    """Return a ``preexec_fn``: the kernel sends ``number`` to the child when the thread that made it ends (Linux)."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def arm() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
            if os.getppid() != parent:  # it ended before we armed
                os.kill(os.getpid(), number)

    return arm


def end_with_parent_now(number: int = signal.SIGKILL) -> None:
    """Arm this process itself (the web server's workers, which another library forks)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def hold_lifeline() -> None:
    """Watch the supervisor's pipe, where there is one, and end this process with SIGTERM when it closes.

    One that has not ended after the patience the supervisor would have had with it (``OPEN95598_PATIENCE``, seconds) is
    killed: it may wait for a database that ended too.
    """
    end = os.environ.get(LIFELINE)
    if not end:
        return

    def watch() -> None:
        with contextlib.suppress(OSError):
            os.read(int(end), 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(float(os.environ.get(PATIENCE, "20")))
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
