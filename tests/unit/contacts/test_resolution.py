"""When a matter counts as solved at the first contact (DOMAIN 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from open95598.service.contacts.resolution import WINDOW, Heard, Verdict, share, verdicts

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def heard(pk: int, days: float, party: str = "c1", *, served: bool = True) -> Heard:
    return Heard(pk, party, START + timedelta(days=days), served)


def test_whoever_comes_again_within_seven_days_was_not_helped_the_first_time() -> None:
    now = START + timedelta(days=40)
    told = [heard(1, 0), heard(2, 7), heard(3, 15), heard(4, 15, "p138"), heard(5, 0, "")]
    assert verdicts(told, now) == {
        1: Verdict.FOLLOWED, 2: Verdict.SOLVED, 3: Verdict.SOLVED, 4: Verdict.SOLVED, 5: Verdict.OUTSIDE,
    }  # fmt: skip


def test_what_is_not_over_yet_waits_and_a_call_that_was_given_up_follows_all_the_same() -> None:
    told = [heard(1, 0), heard(2, 3, served=False), heard(3, 30)]
    assert verdicts(told, START + timedelta(days=33)) == {
        1: Verdict.FOLLOWED, 2: Verdict.OUTSIDE, 3: Verdict.WAITS,
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", "c1", "p2"]), st.booleans()), max_size=12))
def test_a_verdict_is_what_the_pairs_say(rows: list[tuple[int, str, bool]]) -> None:
    told = [heard(pk, days, party, served=served) for pk, (days, party, served) in enumerate(rows)]
    now = START + timedelta(days=31)
    for one in told:
        verdict = verdicts(reversed(told), now)[one.id]
        later = [
            o for o in told if o.party == one.party and (o.at, o.id) > (one.at, one.id) and o.at - one.at <= WINDOW
        ]
        if not one.party or not one.served:
            assert verdict is Verdict.OUTSIDE
        elif later:
            assert verdict is Verdict.FOLLOWED
        else:
            assert verdict is (Verdict.SOLVED if now - one.at > WINDOW else Verdict.WAITS)


def test_a_share_of_nothing_is_nothing() -> None:
    assert (share(0, 0), share(7, 8), share(0, 3)) == ("", "87.5%", "0.0%")
