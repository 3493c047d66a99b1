"""Pushes are sealed as RFC 8291's own example, and say who sends them as RFC 8292 wants."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from open95598.foundation.notices import sealing

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
# RFC 8291, appendix A
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    key = ec.derive_private_key(int.from_bytes(sealing.from64(OURS)), ec.SECP256R1())
    text = b"When I grow up, I want to be a watermelon"
    assert sealing.to64(sealing.seal(text, THEIRS, AUTH, key=key, salt=sealing.from64(SALT))) == SEALED


def test_no_two_messages_are_sealed_alike_and_none_is_too_long() -> None:
    assert sealing.seal(b"x", THEIRS, AUTH) != sealing.seal(b"x", THEIRS, AUTH)
    assert len(sealing.seal(b"x" * sealing.MOST, THEIRS, AUTH)) == 4096
    with pytest.raises(ValueError, match="at most"):
        sealing.seal(b"x" * (sealing.MOST + 1), THEIRS, AUTH)


def test_keys_that_are_none_are_known() -> None:
    assert sealing.fits(THEIRS, AUTH)
    for p256dh, auth in ((THEIRS[:-2], AUTH), (THEIRS, AUTH[:-4]), ("", ""), ("B" * 87, AUTH), (THEIRS, "!" * 22)):
        assert not sealing.fits(p256dh, auth)


def test_who_sends_is_signed_for_one_service_and_half_a_day() -> None:
    key = sealing.key_of("installation")
    assert sealing.public(key) == sealing.public(sealing.key_of("installation"))
    assert sealing.public(key) != sealing.public(sealing.key_of("another"))
    said = sealing.vapid("https://push.example:8443/send/abc", key, "mailto:a@b.example", NOW)
    token, _, ours = said.removeprefix("vapid t=").partition(", k=")
    assert ours == sealing.public(key)
    head, claims, signature = token.split(".")
    assert json.loads(sealing.from64(head)) == {"typ": "JWT", "alg": "ES256"}
    told = json.loads(sealing.from64(claims))
    until = int((NOW + timedelta(hours=12)).timestamp())
    assert told == {"aud": "https://push.example:8443", "exp": until, "sub": "mailto:a@b.example"}
    raw = sealing.from64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealing.from64(ours))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, f"{head}.{claims}x".encode(), ec.ECDSA(hashes.SHA256()))
