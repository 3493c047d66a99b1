"""Files of the house, each kept once under its SHA-256: ``HOME/files/ab/abcd…``.

A file is there whole or not at all (written aside, flushed, renamed), and never changes. Who refers to it keeps name
and type beside the digest. ``put`` trusts nothing: kind by content, an allow-list, limits.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from open95598.foundation.errors import Invalid, NotFound, TooMany
from open95598.foundation.files import kinds

MAX_BYTES = 25 * 1024 * 1024
_CHUNK = 256 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")

#: rooms that refer to files add a function that yields the digests they need (for ``verify``)
references: list[Callable[[], Iterable[str]]] = []


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is in the store; ``size`` in bytes, ``name`` cleaned for showing."""

    sha256: str
    size: int
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not as it should be: ``missing`` or ``changed``."""

    sha256: str
    what: str


def put(stream: BinaryIO, name: str, media_type: str = "", *, limit: int = MAX_BYTES) -> Stored:
    """Keep what ``stream`` gives (at most ``limit`` bytes) and return where it is. The same content is kept once.

    ``media_type`` is what the sender claims; the content decides. Raises ``TooMany`` when it is too large and
    ``Invalid`` (field ``file``) when it is empty, of a kind that is not accepted, or dangerous. Nothing stays behind.
    """
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as fresh:
        try:
            digest, size = sha256(), 0
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    text = _("The file is larger than %(limit)d MB.") % {"limit": limit // (1024 * 1024)}
                    raise TooMany(text, fields={"file": text})
                digest.update(chunk)
                fresh.write(chunk)
            kind = _accepted(fresh, size)
            fresh.flush()
            os.fsync(fresh.fileno())
            target = path_of(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            Path(fresh.name).chmod(0o400)
            Path(fresh.name).replace(target)
            _flush_folder(target.parent)
        finally:
            Path(fresh.name).unlink(missing_ok=True)
    return Stored(digest.hexdigest(), size, kind.media_type, kinds.clean_name(name, kind))


def _accepted(file: IO[bytes], size: int) -> kinds.Kind:
    if size == 0:
        text = _("The file is empty.")
        raise Invalid(text, fields={"file": text})
    try:
        kind = kinds.sniff(file)
    except kinds.Dangerous as reason:
        text = _("The file is not accepted for safety: %(reason)s.") % {"reason": _(reason.reason) % reason.values}
        raise Invalid(text, fields={"file": text}) from reason
    if kind is None:
        text = _("Files of this kind are not accepted. Accepted: JPEG, PNG, WebP, PDF, Office, text, audio.")
        raise Invalid(text, fields={"file": text})
    return kind


def path_of(digest: str) -> Path:
    """Return where the file with this SHA-256 (64 hex digits) lies or would lie; ``NotFound`` for anything else."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound(_("There is no such file."))
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def open(digest: str) -> BinaryIO:  # noqa: A001 - files.store.open reads well
    """Open a kept file for reading; ``NotFound`` when it is not there."""
    try:
        return path_of(digest).open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("There is no such file.")) from error


def response(digest: str, name: str, media_type: str) -> FileResponse:
    """Return a download of a kept file that no browser will run or show in place. The caller has checked the right."""
    answer = FileResponse(open(digest), as_attachment=True, filename=name, content_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def remove(digest: str) -> bool:
    """Take a file away for good, unless a room still refers to it; return whether it is gone."""
    if any(digest == needed for refer in references for needed in refer()):
        return False
    path_of(digest).unlink(missing_ok=True)
    return True


def verify() -> Iterator[Fault]:
    """Read every file that somebody refers to and yield those that are missing or whose content is not its digest."""
    seen: set[str] = set()
    for refer in references:
        for digest in refer():
            if digest in seen:
                continue
            seen.add(digest)
            try:
                with open(digest) as file:
                    right = file_digest(file, "sha256").hexdigest() == digest  # type: ignore[arg-type]
            except NotFound:
                yield Fault(digest, "missing")
            else:
                if not right:
                    yield Fault(digest, "changed")


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
