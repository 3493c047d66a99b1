"""Photographs are made anew: nothing but the picture remains, and what is none is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from open95598.foundation.errors import Invalid
from open95598.service.portal.pages import photos, wire


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (300, 200), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P", "1", "I;16") else None).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"),
     ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_kind_becomes_a_clean_jpeg(kind: str, mode: str) -> None:
    made = photos.cleaned(io.BytesIO(picture(kind, mode)), "表 箱.png")
    assert photos.is_clean(made.content)
    assert made.name == "表 箱.jpg"
    assert len(made.content) <= wire.MAX_PHOTO


def test_what_hid_beside_the_picture_is_gone() -> None:
    told = Image.Exif()
    told[0x010E] = "<?php system($_GET[1]) ?>"
    dirty = picture("JPEG", exif=told, comment=b"<script>alert(1)</script>") + b"PK\x03\x04 a whole archive"
    assert not photos.is_clean(picture("JPEG", exif=told))
    made = photos.cleaned(io.BytesIO(dirty), "../../etc/passwd\r\n.jpg")
    for hidden in (b"php", b"script", b"PK\x03\x04"):
        assert hidden not in made.content
    assert "/" not in made.name
    assert "\r" not in made.name


def test_a_large_photograph_of_noise_becomes_small_enough() -> None:
    noise = Image.effect_noise((2600, 2000), 100).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    assert len(photos.cleaned(io.BytesIO(out.getvalue())).content) <= wire.MAX_PHOTO


def test_it_crosses_the_interface_unchanged() -> None:
    made = photos.cleaned(io.BytesIO(picture("JPEG")), "a.jpg")
    addition = wire.Addition.model_construct(text="", photos=[made], said_at=None)
    assert wire.Addition.model_validate_json(addition.model_dump_json()).photos[0].content == made.content


@settings(max_examples=60)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"]),
)
def test_whatever_is_no_picture_is_refused_by_name(content: bytes, head: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        photos.cleaned(io.BytesIO(head + content), "bad.jpg")
    assert "bad.jpg" in str(refusal.value.fields["photos"])
    assert not photos.is_clean(head + content)


def test_a_picture_that_unfolds_beyond_measure_is_refused() -> None:
    with pytest.raises(Invalid):
        photos.cleaned(io.BytesIO(picture("PNG", "1", (9000, 9000))), "bomb.png")
