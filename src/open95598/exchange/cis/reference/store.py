"""The reference billing system's memory: an SQLite file with every account's newest document and the log of changes.

A change is written whole before anybody hears of it, so that the system may be killed at any moment. Positions of the
log have no holes; old entries can be cut off.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS account (number TEXT PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS change (position INTEGER PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
Document = dict[str, Any]


class CutOff(LookupError):
    """The log no longer holds what was asked for."""


class Store:
    """One billing system's memory. Several processes and threads may use one file, each with a ``Store`` of its own."""

    def __init__(self, path: Path | str) -> None:
        self._base = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._base.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_TABLES}")
        self._base.execute("INSERT OR IGNORE INTO about VALUES ('epoch', ?)", (uuid.uuid4().hex,))

    @property
    def epoch(self) -> str:
        """The name of this system's life."""
        return str(self._base.execute("SELECT value FROM about WHERE name = 'epoch'").fetchone()[0])

    @property
    def head(self) -> int:
        """The newest position of the log; 0 before the first change."""
        cut = self._base.execute("SELECT value FROM about WHERE name = 'cut'").fetchone()
        newest = self._base.execute("SELECT max(position) FROM change").fetchone()[0]
        return int(newest or (cut[0] if cut else 0))

    def change(self, documents: Iterable[Document]) -> list[Document]:
        """Write documents (without version) as the newest of their accounts; return them with version and position."""
        written = []
        with self._writing():
            position = self.head
            for given in documents:
                query = "SELECT version FROM account WHERE number = ?"
                row = self._base.execute(query, (given["account"],)).fetchone()
                position += 1
                document = given | {"version": (row[0] if row else 0) + 1}
                text = json.dumps(document, ensure_ascii=False)
                self._base.execute(
                    "INSERT OR REPLACE INTO account VALUES (?, ?, ?)",
                    (document["account"], document["version"], text),
                )
                self._base.execute("INSERT INTO change VALUES (?, ?)", (position, text))
                written.append(document | {"position": position})
        return written

    def account(self, number: str) -> Document | None:
        """Return an account's newest document."""
        row = self._base.execute("SELECT document FROM account WHERE number = ?", (number,)).fetchone()
        return json.loads(row[0]) if row else None

    def numbers(self) -> list[str]:
        """Return the numbers of all accounts."""
        return [number for (number,) in self._base.execute("SELECT number FROM account ORDER BY number")]

    def changes(self, after: int, limit: int) -> Document:
        """Return a page of the feed. Raises ``CutOff``."""
        self._base.execute("BEGIN")  # one view of the log for all that follows
        try:
            head = self.head
            oldest = self._base.execute("SELECT min(position) FROM change").fetchone()[0]
            if after < head and after + 1 < (oldest or head + 1):
                raise CutOff
            query = "SELECT position, document FROM change WHERE position > ? ORDER BY position LIMIT ?"
            items = [json.loads(text) | {"position": at} for at, text in self._base.execute(query, (after, limit))]
            return {"epoch": self.epoch, "head": head, "items": items}
        finally:
            self._base.execute("COMMIT")

    def snapshot(self, after: str, limit: int) -> Document:
        """Return a page of all accounts, closed ones left out, by number."""
        self._base.execute("BEGIN")
        try:
            query = "SELECT number, document FROM account WHERE number > ? ORDER BY number LIMIT ?"
            rows = self._base.execute(query, (after, limit)).fetchall()
            documents = [json.loads(text) for _number, text in rows]
            more = len(rows) == limit
            return {
                "epoch": self.epoch,
                "position": self.head,
                "next": rows[-1][0] if more else None,
                "items": [document for document in documents if not document.get("closed")],
            }
        finally:
            self._base.execute("COMMIT")

    def cut(self, keep: int) -> None:
        """Cut off all but the newest ``keep`` entries of the log."""
        with self._writing():
            head = self.head
            self._base.execute("INSERT OR REPLACE INTO about VALUES ('cut', ?)", (str(head),))
            self._base.execute("DELETE FROM change WHERE position <= ?", (head - keep,))

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")
