"""Keyset paging against the real database: whatever the rows, no row is lost or doubled, in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from open95598.foundation.errors import Invalid
from open95598.foundation.people.models import Person
from open95598.foundation.ui import keyset
from open95598.foundation.ui.models import SavedView
from open95598.foundation.units.models import Unit

ORDERS = [
    ("created_at", "id"),
    ("-created_at", "-id"),
    ("shared_with_id?", "-id"),
    ("-shared_with_id?", "created_at", "id"),
]
START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def owner(db):
    units = [Unit.objects.create(code=f"U{i}", name=f"U{i}", level="team") for i in range(3)]
    return Person.objects.create(username="li", name="Li", unit=units[0]), units


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 2)), max_size=13),
    size=st.integers(1, 5),
    keys=st.sampled_from(ORDERS),
    reach=st.none() | st.integers(0, 4),
    only=st.none() | st.just("shared"),
)
def test_walking_forth_and_back_meets_every_row_once(owner, rows, size, keys, reach, only):
    person, units = owner
    SavedView.objects.all().delete()
    SavedView.objects.bulk_create(
        SavedView(
            person=person, list_name="x", title=str(n), created_at=START + timedelta(hours=hours),
            shared_with=None if unit is None else units[unit],
        )
        for n, (hours, unit) in enumerate(rows)
    )  # fmt: skip
    plain = [f"{'-' if k.startswith('-') else ''}{k.strip('-?')}" for k in keys]
    shown = SavedView.objects.filter(title__in=["1", "4", "9", "12"]) if only else SavedView.objects.all()
    walk = None if reach is None else keyset.Walk(SavedView.objects.all(), keys, reach)
    gather = Q(person=person) if only else Q()
    expected = [row.pk for row in shown.order_by(*plain)]
    forth, cursor, pages = [], "", []
    while True:
        page = keyset.page(shown, "o", keys, size=size, cursor=cursor, walk=walk, gather=gather)
        forth += [row.pk for row in page.rows]
        pages.append(page)
        cursor = page.next
        if not cursor:
            break
    assert forth == expected
    if walk is not None:
        number, more = keyset.count(shown, walk, keys, most=6, page=size, gather=gather)
        assert number <= 6
        assert len(expected) >= number if more else len(expected) == number
    back, page = [row.pk for row in pages[-1].rows], pages[-1]
    while page.previous:
        page = keyset.page(shown, "o", keys, size=size, cursor=page.previous, walk=walk, gather=gather)
        back = [row.pk for row in page.rows] + back
    assert back == expected


@pytest.mark.parametrize(
    "cursor", ["x", "bm90IGpzb24", "WyJvIiwwLFsxXV0", "WyJvIiwwLFt7InQiOiJ4In0sMV1d", "W10", "bnVsbA"]
)
@pytest.mark.django_db
def test_a_forged_cursor_is_refused(cursor):
    with pytest.raises(Invalid):
        keyset.page(SavedView.objects.all(), "o", ("created_at", "id"), size=5, cursor=cursor)


@pytest.mark.django_db
def test_a_cursor_with_values_of_the_wrong_kind_is_refused():
    cursor = keyset.encode("o", ["yesterday", "many"], backwards=False)
    with pytest.raises(Invalid):
        keyset.page(SavedView.objects.all(), "o", ("created_at", "id"), size=5, cursor=cursor)
