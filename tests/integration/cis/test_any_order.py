"""Whatever is lost, doubled, late or cut off: in the end the facts are those of the billing system."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integration.cis.conftest import NUMBERS, SECRET, Billing, Line
from tests.integration.cis.test_pulling import same
from tests.registered import Registry
from tests.world import MONDAY

from open95598.exchange.cis import config, pulling, pushing, services
from open95598.exchange.cis.asking import Cis
from open95598.exchange.cis.reference import inventing
from open95598.exchange.cis.reference.serving import Application
from open95598.exchange.cis.reference.store import Store
from open95598.foundation.errors import Impossible, Unavailable
from open95598.foundation.notices import signing

_SMALL = st.integers(0, 30)
ACTS = st.one_of(
    st.tuples(st.just("happens"), _SMALL),
    st.tuples(st.just("pushed"), _SMALL),  # any change of the past: late, again, or never
    st.tuples(st.sampled_from(["pull", "cut line", "mend line", "compare", "close", "cut log", "copy"]), _SMALL),
)


class Played:
    """A billing system to which things are done; remembers all that it ever could have pushed."""

    def __init__(self, billing: Billing) -> None:
        self.billing = billing
        self.now = MONDAY
        self.said: list[tuple[str, dict[str, Any]]] = []

    def do(self, act: str, which: int) -> None:
        """Carry one act out."""
        self.now += timedelta(minutes=2)
        getattr(self, act.replace(" ", "_"))(which)

    def happens(self, which: int) -> None:
        """Something happens to an account."""
        number = NUMBERS[which % len(NUMBERS)]
        if not (self.billing.store.account(number) or {}).get("closed"):
            self.said.append((self.billing.store.epoch, self.billing.happens(number, self.now)))

    def close(self, which: int) -> None:
        """An account is kept no more."""
        document = self.billing.store.account(NUMBERS[which % len(NUMBERS)]) or {}
        if which % 3 == 0 and not document.get("closed"):
            made = self.billing.store.change([inventing.close(document, self.now)])
            self.said.append((self.billing.store.epoch, made[0]))

    def pushed(self, which: int) -> None:
        """Any word of the past arrives."""
        if not self.said:
            return
        epoch, document = self.said[which % len(self.said)]
        body = orjson.dumps({"id": f"push-{self.now:%d%H%M}", "epoch": epoch, "items": [document]})
        try:
            with transaction.atomic():
                pushing.take(body, signing.sign(SECRET, body, self.now), self.now)
        except (Impossible, Unavailable):
            pass  # of another life, or before the first comparison

    def pull(self, _which: int) -> None:
        """One round of the process."""
        self.billing.puller.round(self.now)

    def cut_line(self, _which: int) -> None:
        """Nobody answers from now on."""
        self.billing.line.cut = True

    def mend_line(self, _which: int) -> None:
        """The billing system answers again."""
        self.billing.line.cut = False

    def compare(self, which: int) -> None:
        """Somebody asks for a comparison; at times while another one runs."""
        services.compare(None, self.now, trusts=which % 2 == 0)

    def cut_log(self, which: int) -> None:
        """The feed forgets its past."""
        self.billing.store.cut(keep=which % 4)

    def copy(self, which: int) -> None:
        """The billing system is set back to a copy: a new life with lower versions."""
        if which % 2:
            base = self.billing.store._base
            base.execute("UPDATE about SET value = ? WHERE name = 'epoch'", (f"life-{self.now:%d%H%M}",))
            base.execute("UPDATE account SET version = 1, document = json_set(document, '$.version', 1)")


@settings(max_examples=40)
@given(acts=st.lists(ACTS, max_size=14))
def test_any_order_ends_in_the_same_facts(acts: list[tuple[str, int]], registry: Registry, settings: Any) -> None:
    settings.CIS = {"url": "http://cis.test", "secret": SECRET, "page": 3}
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path, dice = Path(folder) / "cis.sqlite", Random(7)
        store, line = Store(path), Line(Application(path))
        store.change([inventing.account(dice, number, MONDAY) for number in NUMBERS])
        played = Played(Billing(registry, store, line, pulling.Puller(Cis(config.current(), line)), dice))
        for act, which in acts:
            played.do(act, which)
        line.cut = False
        played.billing.sync(played.now + timedelta(hours=1))
        same(played.billing)
        store.close()
        transaction.set_rollback(True)
