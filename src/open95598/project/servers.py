"""The two granian servers: ``web`` (WSGI: pages and API) and ``events`` (ASGI: the event stream)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from open95598.project import home, keeper, logs


def socket(name: str) -> Path:
    """Return the Unix socket that ``name`` serves on behind the front: beside the database's, in a private folder."""
    base = Path(os.environ.get("OPEN95598_SOCKETS") or "/tmp")  # noqa: S108  (the folder below is private)
    folder = base / f"open95598-{keeper.Layout(home.directory()).digest}-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise keeper.CannotStart(f"{folder} is not a private folder of ours: remove it, or set OPEN95598_SOCKETS.")
    return folder / name


def outer_proxies() -> int:
    """Return how many trusted proxies stand before the front (``OPEN95598_PROXIES``)."""
    return int(os.environ.get("OPEN95598_PROXIES", "0"))


def _serve(target: str, interface: str, name: str, bind: str | None, **more: Any) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.log import logger as granians

    where: dict[str, Any]
    if bind:
        host, _, port = bind.rpartition(":")
        where = {"address": host or "127.0.0.1", "port": int(port)}
    else:
        path = socket(name)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()  # of an earlier life
        where = {"uds": path}
    # more threads than cores are meant: they wait for the database
    granians.addFilter(lambda record: "Python threads" not in record.getMessage())
    Granian(
        target,
        interface=Interfaces(interface),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
        log_dictconfig=logs.django_settings(),
        **where,
        **more,
    ).serve()


def web(bind: str | None) -> None:
    """Serve pages and API on ``bind`` (``host:port``), or behind the front when it is ``None``.

    ``OPEN95598_WORKERS`` processes (2) of ``OPEN95598_THREADS`` threads (8) each.
    """
    _serve(
        "open95598.project.wsgi:application",
        "wsgi",
        "web",
        bind,
        workers=int(os.environ.get("OPEN95598_WORKERS", "2")),
        blocking_threads=int(os.environ.get("OPEN95598_THREADS", "8")),
        backlog=2048,
    )


def portal(bind: str) -> None:
    """Serve the customer's pages alone on ``bind`` (``host:port``); processes and threads as for ``web``."""
    _serve(
        "open95598.project.outer.wsgi:application",
        "wsgi",
        "portal",
        bind,
        workers=int(os.environ.get("OPEN95598_WORKERS", "2")),
        blocking_threads=int(os.environ.get("OPEN95598_THREADS", "8")),
        backlog=2048,
    )


def events(bind: str | None) -> None:
    """Serve the event stream on ``bind`` (``host:port``), or behind the front when it is ``None``."""
    _serve("open95598.project.asgi:application", "asgi", "events", bind, workers=1, backlog=8192, backpressure=8192)
