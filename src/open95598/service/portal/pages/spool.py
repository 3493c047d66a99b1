"""What customers sent while the inner zone was away: one SQLite file, each message sealed, on disk before we say so.

``put`` returns only after the message is flushed to the disk. What was passed on is erased at once; what stays is the
receipt code with the order's number, for some weeks. Several processes and threads may use one file.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from open95598.foundation.errors import Unavailable
from open95598.service.portal.pages import receipts
from open95598.service.portal.pages.gateway import Fate

#: messages that may wait; beyond, customers are asked to call
MOST = 50_000
#: how long a receipt leads to the order's number
KEPT = timedelta(days=30)
_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, receipt TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL, urgent INTEGER NOT NULL, phone TEXT NOT NULL, said_at TEXT NOT NULL,
    sealed BLOB, state TEXT NOT NULL DEFAULT 'waiting', tries INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '', settled_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS message_waiting ON message (urgent DESC, id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS message_phone ON message (phone, said_at) WHERE phone <> '';
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, text TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Message:
    """A message that waits. ``kind``: ``report``, ``addition`` or ``rating``; ``text`` its JSON."""

    id: int
    key: str
    kind: str
    said_at: datetime
    text: str


@dataclass(frozen=True)
class Figures:
    """The state of the spool; ``oldest`` the moment at which the longest waiting message was sent."""

    waiting: int
    stuck: int
    passed: int
    oldest: datetime | None


class Spool:
    """The file and what can be done with it. ``secret`` seals the messages and hides the phones."""

    def __init__(self, path: Path, secret: str) -> None:
        self.path = path
        digest = hashlib.sha256(f"portal spool {secret}".encode())
        self._seal = Fernet(urlsafe_b64encode(digest.digest()))
        self._pepper = digest.digest()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._open() as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.executescript(_TABLES)
        path.chmod(0o600)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        file = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            file.execute("PRAGMA synchronous=FULL")
            file.execute("PRAGMA secure_delete=ON")
            yield file
        finally:
            file.close()

    def phone(self, phone: str) -> str:
        """Return what is kept of a phone number: enough to count its messages, no more."""
        return hmac.new(self._pepper, phone.encode(), hashlib.sha256).hexdigest()[:24] if phone else ""

    def put(self, key: str, kind: str, text: str, said_at: datetime, *, phone: str = "", urgent: bool = False) -> str:
        """Keep a message and return its receipt code; it is on the disk when this returns. The same key: once.

        Raises ``Unavailable`` when it cannot be kept (too many wait, the disk is full or broken).
        """
        receipt = receipts.of(key)
        row = (key, receipt, kind, int(urgent), self.phone(phone), _told(said_at), self._seal.encrypt(text.encode()))
        try:
            with self._open() as file:
                full = file.execute("SELECT count(*) >= ? FROM message WHERE state <> 'passed'", (MOST,)).fetchone()[0]
                if full and not urgent:
                    raise Unavailable("the spool is full")
                file.execute(
                    "INSERT INTO message (key, receipt, kind, urgent, phone, said_at, sealed)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING", row,
                )  # fmt: skip
        except sqlite3.Error as problem:
            raise Unavailable("the spool cannot be written") from problem
        return receipt

    def waiting(self, most: int = 100) -> list[Message]:
        """Return what waits, whatever endangers people first, then in the order in which it came."""
        with self._open() as file:
            rows = file.execute(
                "SELECT id, key, kind, said_at, sealed FROM message WHERE state = 'waiting'"
                " ORDER BY urgent DESC, id LIMIT ?", (most,),
            ).fetchall()  # fmt: skip
        found = []
        for number, key, kind, at, sealed in rows:
            try:
                found.append(Message(number, key, kind, _read(at), self._seal.decrypt(sealed).decode()))
            except InvalidToken:  # sealed with another key: it must not hold up the others
                self.stuck(number, "cannot be unsealed", _read(at))
        return found

    def passed(self, message_id: int, number: str, now: datetime) -> None:
        """Note that a message has been passed on, and erase it."""
        self._settle(message_id, "passed", "", number, now, erase=True)

    def stuck(self, message_id: int, problem: str, now: datetime) -> None:
        """Note that the inner zone refuses a message for good: it is kept for the operators, and others go on."""
        self._settle(message_id, "stuck", problem[:300], "", now, erase=False)

    def _settle(self, message_id: int, state: str, problem: str, number: str, now: datetime, *, erase: bool) -> None:
        with self._open() as file:
            file.execute(
                "UPDATE message SET state = ?, problem = ?, number = ?, settled_at = ?, tries = tries + 1,"
                " sealed = CASE WHEN ? THEN NULL ELSE sealed END WHERE id = ?",
                (state, problem, number, _told(now), erase, message_id),
            )

    def again(self) -> int:
        """Let stuck messages be tried once more; return how many."""
        with self._open() as file:
            return file.execute("UPDATE message SET state = 'waiting' WHERE state = 'stuck'").rowcount

    def fate(self, receipt: str) -> Fate | None:
        """Return what became of the message with this receipt code, None for an unknown one."""
        with self._open() as file:
            row = file.execute("SELECT state, number FROM message WHERE receipt = ?", (receipt,)).fetchone()
        return Fate(*row) if row else None

    def said(self, phone: str, since: datetime) -> list[datetime]:
        """Return when a phone sent reports after ``since``, as far as they came here."""
        with self._open() as file:
            rows = file.execute(
                "SELECT said_at FROM message WHERE phone = ? AND phone <> '' AND said_at > ?",
                (self.phone(phone), _told(since)),
            ).fetchall()
        return [_read(at) for (at,) in rows]

    def figures(self) -> Figures:
        """Return the state of the spool."""
        with self._open() as file:
            counts = dict(file.execute("SELECT state, count(*) FROM message GROUP BY state").fetchall())
            oldest = file.execute("SELECT min(said_at) FROM message WHERE state = 'waiting'").fetchone()[0]
        at = _read(oldest) if oldest else None
        return Figures(counts.get("waiting", 0), counts.get("stuck", 0), counts.get("passed", 0), at)

    def problems(self) -> list[tuple[str, datetime, str]]:
        """Return receipt, moment and reason of what is stuck; nothing personal."""
        with self._open() as file:
            rows = file.execute("SELECT receipt, said_at, problem FROM message WHERE state = 'stuck' ORDER BY id")
            return [(receipt, _read(at), problem) for receipt, at, problem in rows.fetchall()]

    def tidy(self, now: datetime) -> None:
        """Forget the receipts of what was passed on long ago, and clear the file's own journal."""
        with self._open() as file:
            old = _told(now - KEPT)
            file.execute("DELETE FROM message WHERE state = 'passed' AND settled_at < ?", (old,))
            file.execute(
                "UPDATE message SET phone = '' WHERE phone <> '' AND said_at < ?", (_told(now - timedelta(1)),)
            )
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep(self, name: str, text: str) -> None:
        """Keep a text under a name (what the inner zone offers, for when it is away)."""
        with self._open() as file:
            file.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, text))

    def kept(self, name: str) -> str | None:
        """Return a kept text, None when there is none."""
        with self._open() as file:
            row = file.execute("SELECT text FROM kept WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
