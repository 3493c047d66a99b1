"""Where learned models lie: in the installation's home, each file named by its hash, one of them in use.

``current.json`` names the file in use with its SHA-256; it is written last and replaced in one step, so a reader sees
the old or the new one. Readers look at it at most every few seconds and keep what they have when a file is unusable.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from open95598.service.intake.model import Model

_LOOK_SECONDS = 5.0
#: files that are kept beside the one in use
_KEPT = 3
_LARGEST = 200_000_000
log = structlog.get_logger()


@dataclass(frozen=True)
class InUse:
    """The model in use: the first characters of its hash, and what is known of it."""

    version: str
    about: Mapping[str, Any]


class Shelf:
    """The models of one installation, as one process sees them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._seen: tuple[int, int] = (0, 0)
        self._model: Model | None = None
        self._version = ""

    def put(self, model: Model) -> InUse:
        """Store a model and let it be the one in use."""
        from open95598.service.intake.model import pack

        content = pack(model)
        digest = hashlib.sha256(content).hexdigest()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"categories-{digest[:16]}.npz"
        self._write(name, content)
        entry = {"file": name, "sha256": digest, "about": dict(model.about)}
        self._write("current.json", json.dumps(entry, ensure_ascii=False, indent=1).encode())
        self._tidy(name)
        self._looked = float("-inf")
        return InUse(digest[:12], model.about)

    def _write(self, name: str, content: bytes) -> None:
        fresh = self.folder / f".{name}.{secrets.token_hex(4)}"
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / name)

    def _tidy(self, used: str) -> None:
        files = sorted(self.folder.glob("categories-*.npz"), key=lambda f: f.stat().st_mtime, reverse=True)
        for file in [f for f in files if f.name != used][_KEPT:]:
            file.unlink(missing_ok=True)

    def get(self) -> tuple[Model, str] | None:
        """Return the model in use and its version; None while there is none."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            with self._lock:
                if time.monotonic() - self._looked > _LOOK_SECONDS:
                    self._look()
                    self._looked = time.monotonic()
        return (self._model, self._version) if self._model else None

    def _look(self) -> None:
        from open95598.service.intake.model import Unusable, unpack

        pointer = self.folder / "current.json"
        try:
            status = pointer.stat()
            seen = (status.st_mtime_ns, status.st_ino)
            if seen == self._seen:
                return
            entry = json.loads(pointer.read_bytes())
            file = self.folder / Path(str(entry["file"])).name
            if file.stat().st_size > _LARGEST:
                raise Unusable("the file is too large")
            digest = str(entry["sha256"])
            self._model, self._version = unpack(file.read_bytes(), digest), digest[:12]
            self._seen = seen
        except FileNotFoundError:
            return
        except (Unusable, ValueError, KeyError, TypeError, OSError) as error:
            log.warning("intake.model_unusable", error=str(error))  # what was in use before stays in use
