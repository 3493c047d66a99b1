"""Backup and restore of an installation: one archive with database, attachments, keys and journal anchors.

The archive is a tar file. Its first member, ``manifest.json``, names every other with its SHA-256. What is copied when
makes the copy consistent while the house runs: anchors first (an anchor must never speak of more than the database
holds), then the database in one snapshot, then the attachments (each is written before the row that names it, and
never changed). The keys of the embedded server stay behind: they belong to that server, not to the data.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from open95598.foundation import clock
from open95598.foundation.errors import Impossible, Invalid
from open95598.project import home, keeper, postgres
from open95598.project.demo import marker

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
#: folders of the home that travel, in the order in which they are copied (attachments after the database)
BEFORE, AFTER = ("anchors", "keys"), ("files",)
#: files of the home that travel where they are: they make an installation a demonstration
MARKS = (marker.NAME, marker.CLOCK)
#: what is made of the data and does not travel: the search index; and what was last found of a journal
MADE, VERIFIED = ("search",), Path("run") / "journal-verified.json"
_SERVER_KEYS = {"database", "database-admin"}


def backup(target: Path) -> Path:
    """Write an archive to ``target`` (a file, or a folder in which it is named by date) and return its path.

    The file appears under its name only when it is complete, readable by its owner only. Raises ``Impossible`` when
    the database cannot be dumped.
    """
    now = clock.now()
    if target.is_dir():
        target /= f"open95598-{now:%Y%m%dT%H%M%SZ}.tar"
    directory = home.directory()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.resolve().parent) as work:
        parts = Path(work)
        digests: dict[str, str] = {}
        members: list[tuple[str, Path]] = []
        for name in BEFORE:  # small, and they change: copied now
            copied = parts / name
            if (directory / name).is_dir():
                shutil.copytree(directory / name, copied, ignore=_ignore)
            members += _below(copied, name)
        for name in MARKS:
            if (directory / name).is_file():
                members.append((name, Path(shutil.copy2(directory / name, parts / name))))
        dump = parts / DUMP
        postgres.tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        members.append((DUMP, dump))
        for name in AFTER:
            members += _below(directory / name, name)
        for name, path in members:
            with path.open("rb") as stream:
                digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        manifest = {"format": FORMAT, "version": version("open95598"), "at": now.isoformat(), "sha256": digests}
        fresh = parts / "archive"
        fresh.touch(mode=0o600)
        with tarfile.open(fresh, "w") as archive:
            text = json.dumps(manifest, indent=1).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mtime = len(text), int(now.timestamp())
            archive.addfile(head, BytesIO(text))
            for name, path in members:
                archive.add(path, name, recursive=False)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.replace(target)
    return target


def restore(source: Path, *, replace: bool = False) -> None:
    """Bring the archive ``source`` into this installation.

    Everything is unpacked, checked against the manifest and loaded beside what is there; only then the two change
    places, so that a bad archive changes nothing. Raises ``Invalid`` for an archive that is not whole and
    ``Impossible`` when the installation runs, or holds data and ``replace`` is not given.
    """
    directory = home.directory()
    layout = keeper.Layout(directory)
    layout.prepare()
    with alone(directory), tempfile.TemporaryDirectory(prefix=".restore-", dir=directory) as work:
        unpacked = Path(work)
        _unpack(source, unpacked)
        postgres.ensure_running()
        if not replace and (_has_tables() or any((directory / "files").glob("*/*"))):
            raise Impossible("this installation holds data: restore into an empty one, or give --replace")
        name = postgres.django_settings(directory)["NAME"]
        fresh = f"{name}_restoring"
        postgres.drop_database(fresh)
        _administer("CREATE DATABASE {}", fresh)
        postgres.tool(
            "pg_restore",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--jobs=2",
            str(unpacked / DUMP),
            name=fresh,
        )
        postgres.drop_database(name)
        _administer("ALTER DATABASE {} RENAME TO {}", fresh, name)
        for folder in (*BEFORE, *AFTER):
            _change_places(unpacked / folder, directory / folder)
        for gone in MADE:  # of the data that are gone; made anew from what came
            shutil.rmtree(directory / gone, ignore_errors=True)
        (directory / VERIFIED).unlink(missing_ok=True)
        for mark in MARKS:  # what came is a demonstration or is none, whatever stood here before
            if (unpacked / mark).is_file():
                (unpacked / mark).replace(directory / mark)
            else:
                (directory / mark).unlink(missing_ok=True)


def _ignore(folder: str, names: list[str]) -> set[str]:
    return {n for n in names if n.startswith(".") or (Path(folder).name == "keys" and n in _SERVER_KEYS)}


def _below(folder: Path, name: str) -> list[tuple[str, Path]]:
    """Return (name in the archive, path) of the files below ``folder``, without what is still being written."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return [(f"{name}/{p.relative_to(folder).as_posix()}", p) for p in paths]


def _unpack(source: Path, target: Path) -> None:
    """Unpack and check: only plain files that the manifest names, each with its digest, and none missing."""
    try:
        with tarfile.open(source) as archive:
            first = archive.next()
            stream = archive.extractfile(first) if first and first.name == MANIFEST else None
            if stream is None:
                raise Invalid("this is not an archive of `open95598 db backup`")
            manifest = json.load(stream)
            if manifest.get("format") != FORMAT:
                raise Invalid(f"this archive has format {manifest.get('format')}; this version reads {FORMAT}")
            wanted: dict[str, str] = manifest["sha256"]
            seen = set()
            for member in archive:
                if member.name == MANIFEST:
                    continue
                if member.name not in wanted or not member.isfile():
                    raise Invalid(f"the archive holds {member.name}, which its manifest does not name")
                archive.extract(member, target, filter="data")
                with (target / member.name).open("rb") as written:
                    if hashlib.file_digest(written, "sha256").hexdigest() != wanted[member.name]:
                        raise Invalid(f"{member.name} in the archive is not what was backed up")
                seen.add(member.name)
    except (tarfile.TarError, json.JSONDecodeError, EOFError) as problem:
        reason = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise Invalid(f"the archive cannot be read: {reason}") from problem
    if missing := sorted(set(wanted) - seen):
        raise Invalid(f"the archive is cut short: {missing[0]} is missing")


def _change_places(fresh: Path, place: Path) -> None:
    """Put ``fresh`` where ``place`` was; this server's own keys stay."""
    fresh.mkdir(exist_ok=True)
    if place.name == "keys":
        fresh.chmod(0o700)
        for key in _SERVER_KEYS:
            if (place / key).exists():
                shutil.copy2(place / key, fresh / key)
    old = fresh.with_name(f"{fresh.name}.old")
    if place.exists():
        place.rename(old)
    fresh.rename(place)


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold the house in ``directory`` back for the duration; raises ``Impossible`` while `open95598 up` runs there."""
    layout = keeper.Layout(directory)
    layout.prepare()
    try:
        held = keeper.hold(layout.run / "house", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Impossible("`open95598 up` runs on this installation: end it first") from None
    with held:
        yield


def _has_tables() -> bool:
    with postgres.connect() as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        return bool(row and row[0])


def _administer(statement: str, *names: str) -> None:
    """Run a statement about databases, from beside them."""
    identifiers = [sql.Identifier(name) for name in names]
    with postgres.connect(dbname="postgres", autocommit=True) as connection:
        try:
            connection.execute(sql.SQL(statement).format(*identifiers))
        except psycopg.errors.InsufficientPrivilege as problem:
            raise Impossible(f"the database account may not do this (it needs CREATEDB): {problem}") from problem
