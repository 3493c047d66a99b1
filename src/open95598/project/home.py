"""The installation's home: one folder with database, attachments, keys, logs and anchors."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def directory() -> Path:
    """Return the home (``OPEN95598_HOME``, default ``./var``), absolute; it is made when missing."""
    path = Path(os.environ.get("OPEN95598_HOME") or "var").expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def secret(name: str) -> str:
    """Return the secret ``name`` from ``keys/``, making it on first use (two starters agree on one)."""
    keys = directory() / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    path = keys / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        fresh = keys / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # fails when somebody else was first: then theirs counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text().strip()
