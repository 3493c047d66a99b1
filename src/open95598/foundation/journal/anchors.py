"""Heads of the sealed journal, written outside the database: only they show that the tail was cut off.

A file of one JSON object a line, only ever appended to, in ``HOME/anchors`` and, when ``OPEN95598_ANCHORS`` names a
folder (another disk, a write-once share), there too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from open95598.foundation.journal import chain
from open95598.foundation.journal.models import Block

NAME = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block's number, the last entry id it covers, its digest (hex) and its time (UTC text)."""

    block: int
    last_id: int
    digest: str
    sealed_at: str


def of(block: Block) -> Anchor:
    """Return the anchor of a block."""
    return Anchor(block.id, block.last_id, bytes(block.digest).hex(), chain.instant(block.sealed_at))


def line(anchor: Anchor) -> str:
    """Return the anchor as it is written, printed and sent: one line of JSON."""
    return json.dumps(
        {"block": anchor.block, "last_id": anchor.last_id, "digest": anchor.digest, "sealed_at": anchor.sealed_at}
    )


def files() -> list[Path]:
    """Return the anchor files of this installation; they need not exist yet."""
    folders = [Path(settings.HOME) / "anchors"]
    if second := os.environ.get("OPEN95598_ANCHORS"):
        folders.append(Path(second))
    return [folder / NAME for folder in folders]


def write(block: Block) -> None:
    """Append the block's anchor to every anchor file and wait until it is on disk. ``OSError`` when that fails."""
    text = (line(of(block)) + "\n").encode()
    for path in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, text)
            os.fsync(handle)
        finally:
            os.close(handle)


def read(path: Path) -> Iterator[Anchor]:
    """Yield the anchors of a file; ``ValueError`` names the line that is not one."""
    with path.open(encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                said = json.loads(text)
                yield Anchor(int(said["block"]), int(said["last_id"]), str(said["digest"]), str(said["sealed_at"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}, line {number}: not an anchor") from error


def existing() -> list[Path]:
    """Return the anchor files of this installation that were written."""
    return [path for path in files() if path.exists()]


def last() -> Anchor | None:
    """Return the newest anchor of this installation's first anchor file, reading only the file's end."""
    path = files()[0]
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 4096))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    said = json.loads(lines[-1]) if lines else None
    return Anchor(said["block"], said["last_id"], said["digest"], said["sealed_at"]) if said else None
