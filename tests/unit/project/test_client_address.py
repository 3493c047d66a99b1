"""Whose address a request has: only what our own proxies wrote is believed."""

from __future__ import annotations

import pytest

from open95598.project.middleware import client_address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ("", 0, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("203.0.113.9", 0, "10.0.0.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", 1, "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.0.0.7", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "203.0.113.9"),
        (" , ,", 1, "10.0.0.1"),
    ],
)
def test_client_address(forwarded: str, proxies: int, expected: str) -> None:
    assert client_address(forwarded, "10.0.0.1", proxies) == expected
