"""The reading side of web push, written from the standards: a browser's keys, what it reads, who it is told by."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.receiving import Got


def plain(text: str) -> bytes:
    """Return what base64url without padding says."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def written(content: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _mac(key: bytes, text: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(text)
    return made.finalize()


@dataclass
class Reader:
    """A browser: its private key, and the secret that it shares with whoever may write to it."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    @property
    def point(self) -> bytes:
        """Its public key."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> tuple[str, str]:
        """What it tells whoever may write to it: ``p256dh`` and ``auth``."""
        return written(self.point), written(self.auth)

    def read(self, body: bytes) -> Any:
        """Return what a message says (RFC 8188, 8291, step by step); raises where it is not for this browser."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert length == 65 and 18 < len(sealed) <= size and len(body) <= 4096
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        keyed = _mac(_mac(self.auth, shared), b"WebPush: info\0" + self.point + theirs + b"\x01")
        first = _mac(salt, keyed)
        content = _mac(first, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = _mac(first, b"Content-Encoding: nonce\0\x01")[:12]
        told = AESGCM(content).decrypt(nonce, sealed, None)
        assert told.rstrip(b"\0").endswith(b"\x02"), "the last record"
        return json.loads(told.rstrip(b"\0")[:-1])


def sender(got: Got, audience: str, key: str, now: float) -> str:
    """Check who a push says it comes from (RFC 8292) as a push service does; return the contact."""
    scheme, _, rest = got.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert parts["k"] == key, "not the key that the browser was told"
    head, claims, signature = parts["t"].split(".")
    assert json.loads(plain(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = plain(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(key))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    told = json.loads(plain(claims))
    assert told["aud"] == audience
    assert now < told["exp"] <= now + 24 * 3600
    return str(told["sub"])
