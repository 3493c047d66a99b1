"""Keeps webhooks from reaching into the house: only public addresses, unless a host or network is allowed by name."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


class Refused(Exception):
    """This address is not for us to call."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the URL with the address that was checked in it, so that no second look-up can differ."""

    url: str
    host: str
    host_header: str


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host; raises ``OSError`` when there are none."""
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def check(url: str, allowed: Sequence[str] = (), lookup: Resolve = resolve) -> Target:
    """Return where to connect for ``url``; raises ``Refused`` with the reason, ``OSError`` when the name is unknown.

    Every address of the name must be public, or the host or its network stand in ``allowed``; plain http is for
    allowed ones only. User names in URLs are refused.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in {"http", "https"} or not host:
        raise Refused("only http and https addresses can be called")
    if parts.username is not None or parts.password is not None:
        raise Refused("an address must not carry a user name")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    by_name = host in {name.lower() for name in allowed}
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in lookup(host, port)]
    if not addresses:
        raise Refused(f"{host} has no address")
    private = [a for a in addresses if not (_public(a) or by_name or _in_networks(a, allowed))]
    if private:
        raise Refused(f"{host} is inside ({private[0]}); add it to OPEN95598_WEBHOOK_ALLOW if that is meant")
    if parts.scheme == "http" and not (by_name or all(_in_networks(a, allowed) for a in addresses)):
        raise Refused("plain http is for allowed hosts only; use https")
    first = addresses[0]
    netloc = f"[{first}]:{port}" if first.version == 6 else f"{first}:{port}"
    return Target(urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")), host, parts.netloc)


#: addresses of the old net in the new one: a gateway of the house would reach into it (RFC 6052)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _public(address: Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address.version == 6 and address in _NAT64:
        mapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if mapped is not None:
        return _public(mapped)
    return address.is_global and not address.is_multicast


def _in_networks(address: Address, allowed: Sequence[str]) -> bool:
    for text in allowed:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue  # a host's name
        if address.version == network.version and address in network:
            return True
    return False
