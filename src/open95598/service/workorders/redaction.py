"""What of a text would tell who an informant is, and the text without it. Pure.

Numbers are recognised as such, whosesoever they are; a name and an address only when they are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # a mobile
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"  # a landline
    r"|(?<!\d)\d{17}[\dXx](?!\d)"  # an identity card
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
)
_BLANKS = re.compile(r"\s+")
STRUCK, SOMEBODY, PLACE = "［号码略］", "某客户", "（地址略）"
NAME, NUMBER, ADDRESS = "name", "number", "address"
_ADDRESSED = ("先生", "女士", "小姐", "师傅", "同志", "老师")


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as far as it was said."""

    name: str = ""
    phone: str = ""
    address: str = ""


def without_numbers(text: str) -> str:
    """Return a text in which every telephone number, identity number and e-mail address is struck out."""
    return _NUMBER.sub(STRUCK, text)


def remains(text: str, who: Identity) -> tuple[str, ...]:
    """Return what in a text still tells who somebody is: ``name``, ``number``, ``address``."""
    plain = _plain(text)
    digits = re.sub(r"\D", "", who.phone)
    found = []
    if any(name in plain for name in _names(who.name)):
        found.append(NAME)
    if _NUMBER.search(text) or (len(digits) >= 7 and digits[-7:] in re.sub(r"[\s()+-]", "", text)):
        found.append(NUMBER)
    if len(_plain(who.address)) >= 4 and _plain(who.address) in plain:
        found.append(ADDRESS)
    return tuple(found)


def proposed(text: str, who: Identity) -> str:
    """Return a text without what ``remains`` finds, for somebody to look over."""
    found = without_numbers(text)
    for known, instead in ((who.address.strip(), PLACE), *((name, SOMEBODY) for name in _names(who.name))):
        if len(known) >= 2:
            found = found.replace(known, instead)
    digits = re.sub(r"\D", "", who.phone)
    for length in (len(digits), 8, 7):  # a landline is often told without its area
        if len(digits) >= length >= 7:
            found = found.replace(digits[-length:], STRUCK)
    return found


def _names(name: str) -> tuple[str, ...]:
    """Return how somebody is called: by their name, and by their surname with a form of address."""
    plain = _plain(name)
    if len(plain) < 2:
        return ()
    surname = plain[:2] if len(plain) == 4 else plain[:1]
    chinese = "\u4e00" <= plain[0] <= "\u9fff"
    return (plain, *(surname + title for title in _ADDRESSED if chinese and not plain.endswith(title)))


def _plain(text: str) -> str:
    return _BLANKS.sub("", text)
