"""The store keeps what is whole, allowed and harmless; and hands out what cannot run in a browser."""

from __future__ import annotations

import io
import struct
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from open95598.foundation.errors import Invalid, NotFound, TooMany
from open95598.foundation.files import kinds, store


def png(width=2, height=2):
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0"
    )


def jpeg(width=2, height=2):
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    return b"\xff\xd8" + app + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + b"\0" * 10


def office(folder="word/", extra=(), size=10):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", f"{folder}document.xml", *extra):
            archive.writestr(name, b"\0" * size)
    return out.getvalue()


SAMPLES = {
    "image/jpeg": jpeg(),
    "image/png": png(),
    "image/webp": b"RIFF\x20\0\0\0WEBPVP8X" + b"\0" * 20,
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3",
    "text/plain": "停电 3 小时\r\n".encode("gb18030") * 700,
    "audio/wav": b"RIFF\x20\0\0\0WAVEfmt ",
    "audio/mpeg": b"\xff\xfb\x90\x64",
    "audio/ogg": b"OggS\0\x02",
    "audio/mp4": b"\0\0\0\x20ftypM4A \0",
    "audio/amr": b"#!AMR\n",
    "application/x-ole-storage": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
    kinds.OFFICE["word/"].media_type: office(),
    kinds.OFFICE["xl/"].media_type: office("xl/"),
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("media_type", "content"), SAMPLES.items(), ids=list(SAMPLES))
def test_what_is_allowed_is_kept_once_and_comes_back(folder, media_type, content):
    stored = store.put(io.BytesIO(content), "事故现场.bin", "application/x-msdownload")
    again = store.put(io.BytesIO(content), "other")
    assert (stored.media_type, stored.size) == (media_type, len(content))
    assert stored.sha256 == again.sha256 == sha256(content).hexdigest()
    assert left_in(folder) == [folder / stored.sha256[:2] / stored.sha256]
    with store.open(stored.sha256) as file:
        assert file.read() == content


@pytest.mark.parametrize(
    "content",
    [
        b"", b"MZ\x90\0\x03", b"\x7fELF\x02\x01", b"\0" * 50, b"GIF89a\x01", b"PK\x03\x04 no zip at all",
        office(extra=["word/vbaProject.bin"]), office(size=60_000_000), png(60_000, 60_000), jpeg(60_000, 60_000),
        b"RIFF\x20\0\0\0WEBPVP8X" + b"\0" * 8 + b"\xff" * 6,
    ],
    ids=["empty", "exe", "elf", "zeros", "gif", "broken zip", "macros", "zip bomb", "png bomb", "jpeg bomb", "webp bomb"],  # noqa: E501
)  # fmt: skip
def test_what_is_not_allowed_is_refused_with_a_reason_and_leaves_nothing(folder, content):
    with pytest.raises(Invalid) as refused:
        store.put(io.BytesIO(content), "x.jpg", "image/jpeg")
    assert refused.value.fields["file"]
    assert left_in(folder) == []


def test_a_plain_zip_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.exe", b"MZ")
    with pytest.raises(Invalid):
        store.put(io.BytesIO(out.getvalue()), "x.docx")


def test_what_is_too_large_is_refused_before_it_is_read_to_the_end(folder):
    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size=-1):
            self.read_bytes += size
            return b"a" * size

    endless = Endless()
    with pytest.raises(TooMany, match="1 MB"):
        store.put(endless, "x.txt", limit=1024 * 1024)
    assert endless.read_bytes < 2 * 1024 * 1024
    assert left_in(folder) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("现场 照片.JPG", "现场 照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\x\\y.jpeg", "y.jpeg"),
        ("gpj\u202eexe.scr", "gpjexe.scr.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie x.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_names_are_cleaned(name, clean):
    assert kinds.clean_name(name, kinds.JPEG) == clean


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64])
def test_what_is_not_there_is_not_found(digest):
    with pytest.raises(NotFound):
        store.open(digest)


def test_a_download_cannot_run_in_the_browser():
    stored = store.put(io.BytesIO(b"<html><script>alert(1)</script>"), "现场.html")
    answer = store.response(stored.sha256, stored.name, stored.media_type)
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"<html><script>alert(1)</script>"


def test_verify_names_what_is_missing_and_what_was_changed(monkeypatch):
    one, two, three = (store.put(io.BytesIO(text), "x").sha256 for text in (b"one", b"two", b"three"))
    monkeypatch.setattr(store, "references", [lambda: [one, two], lambda: [two, three]])
    assert list(store.verify()) == []
    store.path_of(one).unlink()
    store.path_of(three).chmod(0o600)
    store.path_of(three).write_bytes(b"thre3")
    assert list(store.verify()) == [store.Fault(one, "missing"), store.Fault(three, "changed")]
