"""A webhook's signature."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from open95598.foundation.notices import signing

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def test_a_receiver_can_compute_it_from_the_documentation_alone() -> None:
    expected = hmac.new(b"secret", b"1772416800.{}", hashlib.sha256).hexdigest()
    assert signing.sign("secret", b"{}", NOW) == f"t=1772416800,v1={expected}"


@given(st.text(min_size=1), st.binary(max_size=200), st.integers(-300, 300))
def test_it_holds_within_the_window(secret: str, body: bytes, seconds: int) -> None:
    secret = secret.encode("utf-8", "ignore").decode() or "x"
    header = signing.sign(secret, body, NOW)
    assert signing.verify(secret, header, body, NOW + timedelta(seconds=seconds))


def test_other_bodies_secrets_times_and_forms_are_refused() -> None:
    header = signing.sign("secret", b"{}", NOW)
    assert not signing.verify("secret", header, b"{ }", NOW)
    assert not signing.verify("other", header, b"{}", NOW)
    assert not signing.verify("secret", header, b"{}", NOW + timedelta(seconds=301))
    assert not signing.verify("secret", header, b"{}", NOW - timedelta(seconds=301))
    assert not signing.verify("secret", header.replace("t=1", "t=2", 1), b"{}", NOW)
    for form in ("", "t=,v1=", header + ",v1=x", "v1=" + header):
        assert not signing.verify("secret", form, b"{}", NOW)
