"""Looks through an .xlsx package before any XML parser sees it: bombs, entities, encryption, formulas, merged cells.

Sizes are counted while unpacking, because the sizes that an archive declares are the attacker's.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from open95598.foundation.transfer.table import Limits, Unreadable

_CHUNK = 1 << 16
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,200}?ref=[\"']([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})[\"']")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: an XML text in UTF-16 would slip past the search for a DOCTYPE; no spreadsheet program writes one
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


@dataclass(frozen=True)
class Package:
    """What the guard saw: the members' names and, by member, the merged areas as ("A1", "B2")."""

    names: frozenset[str]
    merges: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def inspect(file: IO[bytes], limits: Limits) -> Package:
    """Unpack every member once, keeping nothing. Raises ``Unreadable`` for anything that must not be parsed."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _inspect(archive, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
    ) as error:
        raise Unreadable(_("The file is damaged: its package cannot be unpacked."), why="damaged") from error


def _inspect(  # noqa: C901 (one loop over the bytes)
    archive: zipfile.ZipFile, limits: Limits
) -> Package:
    members = archive.infolist()
    if len(members) > limits.members:
        raise Unreadable(
            _("The file is not an ordinary spreadsheet: it has too many parts."),
            why="bomb",
        )
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise Unreadable(_("The file is damaged: a part of it occurs twice."), why="damaged")
    total = 0
    merges: dict[str, list[tuple[str, str]]] = {}
    for member in members:
        if member.flag_bits & 0x1:
            raise password()
        xml = member.filename.endswith((".xml", ".rels", ".vml"))
        sheet = xml and "worksheets/" in member.filename
        size, tail = 0, b""
        with archive.open(member) as part:
            while chunk := part.read(_CHUNK):
                if size == 0 and xml and chunk.startswith(_WIDE):
                    raise _forbidden_xml()
                size += len(chunk)
                total += len(chunk)
                if total > limits.unpacked_bytes:
                    raise _bomb()
                if size > limits.ratio_floor and size > limits.ratio * max(member.compress_size, 1):
                    raise _bomb()
                if not xml:
                    continue
                window = tail + chunk
                if _DOCTYPE.search(window):
                    raise _forbidden_xml()
                tail = window[-300:]
                if sheet and b"mergeCell" in window:
                    found = merges.setdefault(member.filename, [])
                    for match in _MERGE.finditer(window):
                        pair = (match[1].decode(), match[2].decode())
                        if pair not in found[-8:]:  # the windows overlap
                            found.append(pair)
                    if len(found) > limits.merges:
                        raise Unreadable(
                            _("The sheet has too many merged cells; undo the merging."),
                            why="merges",
                        )
    return Package(names=frozenset(names), merges=merges)


def password() -> Unreadable:
    """Return the refusal of a file that is protected by a password."""
    return Unreadable(
        _("The file is protected by a password. Open it, take the password off, save it and try again."),
        why="password",
    )


def _bomb() -> Unreadable:
    return Unreadable(
        _("The file unpacks to far more than a spreadsheet should; it was not opened."),
        why="bomb",
    )


def _forbidden_xml() -> Unreadable:
    return Unreadable(
        _("The file contains XML declarations that no spreadsheet needs; it was not opened."),
        why="bomb",
    )
