"""Files in passing: uploads for their imports and error reports, exports until they are fetched.

They hold personal data and must go again, so they do not lie in the content store, which keeps what it has.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import IO

from django.conf import settings

_KEY = re.compile(r"[0-9a-f]{64}")


def path(kind: str, key: str) -> Path:
    """Return where a file lies (``kind``: imports or exports). Raises ``ValueError`` for a key that is none."""
    if not _KEY.fullmatch(key) or kind not in ("imports", "exports"):
        raise ValueError("not a key of the vault")
    return Path(settings.HOME) / "transfer" / kind / key


def put(kind: str, stream: IO[bytes], *, secret: bool = False) -> str:
    """Store a stream, readable by the installation's user only; return its key.

    The key is the SHA-256, or with ``secret`` a random one.
    """
    folder = Path(settings.HOME) / "transfer" / kind
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    fresh = folder / f".{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        key = secrets.token_hex(32) if secret else digest.hexdigest()
        fresh.replace(path(kind, key))
    finally:
        fresh.unlink(missing_ok=True)
    return key


def stored(kind: str) -> list[tuple[str, float]]:
    """Return (key, POSIX time of storing) of every file of a kind."""
    folder = Path(settings.HOME) / "transfer" / kind
    found = [entry for entry in folder.iterdir() if _KEY.fullmatch(entry.name)] if folder.is_dir() else []
    return [(entry.name, entry.stat().st_mtime) for entry in found]


def remove(kind: str, key: str) -> None:
    """Take a file away; one that is gone already is fine."""
    path(kind, key).unlink(missing_ok=True)
