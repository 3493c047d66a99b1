"""A small utility: headquarters, two provinces, cities, counties, teams; and people made on demand."""

from __future__ import annotations

import pytest

from open95598.foundation.people import services
from open95598.foundation.people.models import Person
from open95598.foundation.units import services as units
from open95598.foundation.units.changes import HOUSE
from open95598.foundation.units.models import Unit

#: code → (level, code of the unit above)
TREE = {
    "HQ": ("headquarters", None),
    "PA": ("province", "HQ"),
    "PB": ("province", "HQ"),
    "CA": ("city", "PA"),
    "CB": ("city", "PB"),
    "NA": ("county", "CA"),
    "NB": ("county", "CB"),
    "TA": ("team", "NA"),
    "TB": ("team", "NB"),
}


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Hash passwords quickly: these tests make many."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def tree(db, now) -> dict[str, Unit]:
    """Give the units by their codes."""
    made: dict[str, Unit] = {}
    for code, (level, above) in TREE.items():
        made[code] = units.create(
            code=code, name=f"{code}供电公司", level=level, parent=made[above] if above else None, now=now, by=HOUSE
        )
    return made


@pytest.fixture
def person(tree, now):
    """Give a function that makes a person: ``person("li", unit="NA", roles=["handler@NA"], password=…)``."""

    def make(username: str, *, unit: str = "NA", roles: tuple[str, ...] = (), **more) -> Person:
        more.setdefault("name", username)
        more.setdefault("must_change_password", False)
        made = services.hire(username=username, unit=tree[unit], actor=services.HOUSE, now=now, **more)
        for text in roles:
            role, _, code = text.partition("@")
            services.assign_role(made, role, tree[code or unit], actor=services.HOUSE, now=now)
        return made

    return make
