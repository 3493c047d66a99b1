"""Where the index lies: ``HOME/search/<generation>/``, the one in use named by the file ``current``.

A generation says by which format and lexicon it was made; another one is made beside it and then named instead, so
that readers never see half an index. The lock is the one writer's.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from open95598.foundation.search.engine import FORMAT, Index
from open95598.foundation.search.meaning import Meaning, load

#: seconds after which a reader looks whether there is something new
FRESH = 0.5


@dataclass(frozen=True)
class Made:
    """The generation in use, by which lexicon it was made, and of which sources."""

    generation: str
    lexicon: str
    sources: tuple[str, ...] = ()
    format: int = FORMAT


def home() -> Path:
    """Return the folder of all generations."""
    directory: Path = settings.HOME
    return directory / "search"


def made() -> Made | None:
    """Return which generation is in use; None when there is none, or one of another format."""
    try:
        told = json.loads((home() / "current").read_text())
        found = Made(told["generation"], told["lexicon"], tuple(told["sources"]), told["format"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return found if found.format == FORMAT and (home() / found.generation).is_dir() else None


def put_in_use(fresh: Made) -> None:
    """Name a generation as the one in use, and throw away all others but the one before it (readers may still look)."""
    before = made()
    path = home() / f".current.{os.getpid()}"
    path.write_text(json.dumps(asdict(fresh)))
    path.replace(home() / "current")
    kept = {fresh.generation, before.generation if before else ""}
    for folder in home().iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def tell_failing(found: dict[str, int]) -> None:
    """Keep which sources the indexer cannot load, and how often in a row it tried."""
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home() / f".failing.{os.getpid()}"
    path.write_text(json.dumps(found))
    path.replace(home() / "failing")


def failing() -> dict[str, int]:
    """Return the sources that the indexer cannot load, and how often in a row it tried."""
    try:
        found: dict[str, int] = json.loads((home() / "failing").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


class Writing:
    """The right to write the index, which one process at a time has."""

    def __init__(self) -> None:
        self._lock: IO[str] | None = None

    def take(self) -> bool:
        """Take it, unless another process has it; say whether it is ours."""
        if self._lock is None:
            home().mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (home() / "writer").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                return False
            self._lock = lock
        return True

    def release(self) -> None:
        """Let others have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


class _Reader:
    """The index as this process sees it."""

    lock = threading.Lock()
    looked = float("-inf")
    seen: tuple[str, int] | None = None
    index: Index | None = None
    meaning: Meaning | None = None


def index() -> Index | None:
    """Return the index in use as last committed (seen within half a second); None when there is none yet."""
    reader = _Reader
    if time.monotonic() - reader.looked < FRESH:
        return reader.index
    with reader.lock:
        if time.monotonic() - reader.looked < FRESH:
            return reader.index
        use = made()
        if use is None:
            reader.seen = reader.index = reader.meaning = None
        else:
            folder = home() / use.generation
            state = (str(folder), (folder / "meta.json").stat().st_mtime_ns)
            if reader.index is None or reader.seen is None or reader.seen[0] != state[0]:
                reader.index = Index(folder)
                reader.meaning = load(folder) if settings.SEARCH_MEANING else None
            elif reader.seen != state:
                reader.index.reload()
            reader.seen = state
        reader.looked = time.monotonic()
        return reader.index


def meaning() -> Meaning | None:
    """Return what was learned of meaning beside the index that was given last; None where that is not wanted."""
    return _Reader.meaning


def forget() -> None:
    """Look again at once (tests, and after a rebuild in the same process)."""
    _Reader.looked = float("-inf")
