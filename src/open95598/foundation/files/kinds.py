"""What a file is, told from its content, whatever its name or its sender says. Pure."""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

HEAD_BYTES = 4096
MAX_PIXELS = 100_000_000
#: an office file is a ZIP; what it may unfold to
MAX_UNFOLDED = 300 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 10_000
MAX_NAME = 120


def _(msgid: str) -> str:
    """Mark a text for translation; ``store`` translates it."""
    return msgid


@dataclass(frozen=True, slots=True)
class Kind:
    """An allowed kind of file: its media type and the endings a name may have (the first is the usual one)."""

    media_type: str
    endings: tuple[str, ...]


class Dangerous(ValueError):
    """The content is of an allowed kind and must be refused all the same.

    The argument is a msgid that says why, ``values`` are what it names.
    """

    def __init__(self, reason: str, **values: int) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


JPEG = Kind("image/jpeg", ("jpg", "jpeg"))
PNG = Kind("image/png", ("png",))
WEBP = Kind("image/webp", ("webp",))
PDF = Kind("application/pdf", ("pdf",))
TEXT = Kind("text/plain", ("txt", "csv", "log", "md", "json", "xml"))
WAV = Kind("audio/wav", ("wav",))
MP3 = Kind("audio/mpeg", ("mp3",))
OGG = Kind("audio/ogg", ("ogg", "oga", "opus"))
M4A = Kind("audio/mp4", ("m4a",))
AMR = Kind("audio/amr", ("amr",))
OLE = Kind("application/x-ole-storage", ("doc", "xls", "ppt", "wps", "et"))
_OOXML = "application/vnd.openxmlformats-officedocument."
OFFICE = {
    "word/": Kind(_OOXML + "wordprocessingml.document", ("docx",)),
    "xl/": Kind(_OOXML + "spreadsheetml.sheet", ("xlsx",)),
    "ppt/": Kind(_OOXML + "presentationml.presentation", ("pptx",)),
}
_MACROS = ("vbaproject.bin",)


def sniff(file: IO[bytes]) -> Kind | None:
    """Return the kind of the content, or None when it is not an allowed one. The position in ``file`` is not kept.

    Raises ``Dangerous`` for a picture of too many points, an office file that unfolds beyond measure or holds macros.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(b"\xff\xd8\xff"):
        return _picture(JPEG, _jpeg_size(file))
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR" and len(head) >= 24:
        return _picture(PNG, struct.unpack(">II", head[16:24]))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _picture(WEBP, _webp_size(head))
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    for at, mark, kind in (
        (0, b"%PDF-", PDF), (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE), (0, b"OggS", OGG), (0, b"#!AMR", AMR),
        (0, b"ID3", MP3), (4, b"ftypM4A", M4A), (8, b"WAVE", WAV),
    ):  # fmt: skip
        if head[at : at + len(mark)] == mark:
            return kind
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return MP3
    return TEXT if _is_text(head) else None


def clean_name(name: str, kind: Kind) -> str:
    """Return a name that is safe to show and to save: no folders, no invisible characters, an ending that fits."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    base = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    base = re.sub(r"\s+", " ", base).strip(" .") or "file"
    path = PurePosixPath(base)
    ending = path.suffix[1:].lower()
    if ending in kind.endings:
        return f"{path.stem[: MAX_NAME - len(ending) - 1]}.{ending}"
    return f"{base[: MAX_NAME - len(kind.endings[0]) - 1]}.{kind.endings[0]}"


def _picture(kind: Kind, size: tuple[int, int] | None) -> Kind:
    if size is not None and size[0] * size[1] > MAX_PIXELS:
        raise Dangerous(_("the picture has %(width)d × %(height)d points"), width=size[0], height=size[1])
    return kind


def _jpeg_size(file: IO[bytes]) -> tuple[int, int] | None:
    """Return width and height from the frame header, walking over the segments before it."""
    file.seek(2)
    for _ in range(1000):
        mark = file.read(4)
        if len(mark) < 4 or mark[0] != 0xFF:
            return None
        code, length = mark[1], int.from_bytes(mark[2:4], "big")
        if 0xC0 <= code <= 0xCF and code not in {0xC4, 0xC8, 0xCC}:
            frame = file.read(5)
            return (int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big"))
        file.seek(max(length - 2, 0), 1)
    return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None  # the other forms hold at most 16383 × 16383 compressed in one frame, which their size limits


def _office(file: IO[bytes]) -> Kind | None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    names = [member.filename for member in members]
    if "[Content_Types].xml" not in names:
        return None
    unfolded = sum(member.file_size for member in members)
    folded = sum(member.compress_size for member in members) or 1
    if len(members) > MAX_MEMBERS or unfolded > MAX_UNFOLDED or (unfolded > 10**7 and unfolded / folded > MAX_RATIO):
        raise Dangerous(_("it unfolds beyond measure"))
    if any(name.lower().endswith(_MACROS) for name in names):
        raise Dangerous(_("it holds macros"))
    return next((kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names)), None)


def _is_text(head: bytes) -> bool:
    if not head or re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end within a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
