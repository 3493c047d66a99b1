"""Messages to browsers that nobody on the way can read (RFC 8291, 8188) and that say who sends them (RFC 8292). Pure.

A push service carries them: it knows neither what they say nor whose browser it is, only our public key.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: the longest text that every push service takes: 4096 bytes, less the head, the mark of the end and the seal
MOST = 4096 - 86 - 1 - 16
#: how long a token counts; a day is the most that is allowed
TOKEN_HOURS = 12
_CURVE = ec.SECP256R1()
#: the order of the curve's group (FIPS 186-4, P-256)
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def key_of(secret: str) -> ec.EllipticCurvePrivateKey:
    """Return the house's key for pushes, the same for the same ``secret``."""
    wide = hashlib.sha512(f"open95598 vapid {secret}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, _CURVE)


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public half as browsers want it: the uncompressed point, base64url."""
    return to64(_point(key))


def fits(p256dh: str, auth: str) -> bool:
    """Say whether these are the keys of a browser: a point of the curve, and 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, from64(p256dh))
        return len(from64(auth)) == 16
    except ValueError:
        return False


def seal(
    text: bytes, p256dh: str, auth: str, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """Return ``text`` (at most ``MOST`` bytes) as a browser with these keys can read it: ``aes128gcm`` in one record.

    ``key`` and ``salt`` are made anew for each message; given only to check against the standard's example.
    Raises ``ValueError`` for keys that are none, or a text that is too long.
    """
    if len(text) > MOST:
        raise ValueError(f"a push holds {MOST} bytes at most, these are {len(text)}")
    key, salt = key or ec.generate_private_key(_CURVE), salt or os.urandom(16)
    theirs = from64(p256dh)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    ours = _point(key)
    secret = _derived(shared, from64(auth), b"WebPush: info\0" + theirs + ours, 32)
    content = AESGCM(_derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)).encrypt(
        _derived(secret, salt, b"Content-Encoding: nonce\0", 12), text + b"\x02", None
    )
    return salt + (4096).to_bytes(4) + bytes([len(ours)]) + ours + content


def vapid(endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime) -> str:
    """Return the ``Authorization`` by which a push service knows us: a JWT by ES256. ``contact``: a mailto or https."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + timedelta(hours=TOKEN_HOURS)).timestamp()),
        "sub": contact,
    }  # fmt: skip
    told = ".".join(to64(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEAD, claims))
    r, s = decode_dss_signature(key.sign(told.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={told}.{to64(r.to_bytes(32) + s.to_bytes(32))}, k={public(key)}"


_HEAD = {"typ": "JWT", "alg": "ES256"}


def to64(content: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from64(text: str) -> bytes:
    """Return what ``to64`` was given. Raises ``ValueError``."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
