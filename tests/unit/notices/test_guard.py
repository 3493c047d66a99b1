"""Webhooks reach what is public, or what was allowed by name."""

from __future__ import annotations

import pytest

from open95598.foundation.notices import guard

INSIDE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.9", "172.20.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "::ffff:127.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
]  # fmt: skip


def at(*addresses: str) -> guard.Resolve:
    return lambda host, port: list(addresses)


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_is_refused_under_whatever_name(address: str) -> None:
    with pytest.raises(guard.Refused, match="inside"):
        guard.check("https://innocent.example/hook", lookup=at(address))
    with pytest.raises(guard.Refused, match="inside"):
        guard.check("https://innocent.example/hook", lookup=at("93.184.216.34", address))


def test_the_address_that_was_checked_is_the_one_that_is_called() -> None:
    target = guard.check("https://hook.example:8443/a?b=c", lookup=at("93.184.216.34"))
    assert target == guard.Target("https://93.184.216.34:8443/a?b=c", "hook.example", "hook.example:8443")
    target = guard.check("https://hook.example", lookup=at("2606:4700::1111"))
    assert target.url == "https://[2606:4700::1111]:443/"


@pytest.mark.parametrize("allowed", [("partner.lan",), ("10.0.0.0/8",), ("10.1.2.3",), ("elsewhere", "10.1.0.0/16")])
def test_what_is_allowed_may_be_inside_and_plain(allowed: tuple[str, ...]) -> None:
    assert guard.check("http://partner.lan/x", allowed, at("10.1.2.3")).url == "http://10.1.2.3:80/x"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://hook.example/", "only http"),
        ("file:///etc/passwd", "only http"),
        ("https:///x", "only http"),
        ("http://hook.example/", "plain http"),
        ("https://user:pw@hook.example/", "user name"),
    ],
)
def test_other_forms_are_refused(url: str, why: str) -> None:
    with pytest.raises(guard.Refused, match=why):
        guard.check(url, lookup=at("93.184.216.34"))


def test_numbers_in_disguise_are_looked_up_like_names() -> None:
    with pytest.raises(guard.Refused, match="inside"):
        guard.check("https://2130706433/")  # 127.0.0.1 in one number
