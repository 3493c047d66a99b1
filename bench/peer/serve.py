"""Serves the peer with the same server, processes and threads as ours: ``python -m peer.serve PORT``."""

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer.settings")
    Granian(
        "peer.wsgi:application",
        interface=Interfaces.WSGI,
        websockets=False,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        workers=2,
        blocking_threads=8,
        backlog=2048,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    ).serve()
