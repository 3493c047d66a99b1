"""``policy.allows`` and the queryset that says the same in SQL agree, on random trees, grants and cases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from open95598.casework.models import Case
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Grant, Permission, Rights, Role, allows, rights_of
from open95598.foundation.people.reveal import facts_of
from open95598.foundation.people.rights import UnscopedRead
from open95598.foundation.units.models import Unit

UNITS = 7
PEOPLE = (1, 2, 3)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def case_table(db) -> None:
    """Make sure that the table of cases is there."""
    if Case._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Case)


@st.composite
def worlds(draw: Any) -> tuple[list[tuple[int, ...]], Rights, list[dict[str, Any]], Permission]:
    """Draw a tree (lineages), somebody's rights with delegations and scopes, cases, and what is asked."""
    lineages: list[tuple[int, ...]] = [(1,)]
    for unit in range(2, UNITS + 1):
        above = draw(st.integers(1, unit - 1))
        lineages.append((*lineages[above - 1], unit))
    unit = st.integers(1, UNITS)
    grants = st.lists(st.builds(Grant, st.sampled_from(list(Role)), unit), max_size=2)
    homes = st.sets(unit, max_size=2)
    asked = draw(st.sampled_from([p for p in Permission if p.startswith(("case.", "personal."))]))
    absent = {
        pid: rights_of(pid, draw(grants), home_units=draw(homes)) for pid in draw(st.sets(st.sampled_from((2, 3))))
    }
    scopes = draw(st.none() | st.just([asked]) | st.lists(st.sampled_from(list(Permission)), max_size=3))
    me = rights_of(1, draw(grants), home_units=draw(homes), scopes=scopes, deputises=absent)
    cases = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "unit": unit,
                    "guest": st.none() | unit,
                    "confidential": st.booleans(),
                    "owner": st.none() | st.sampled_from(PEOPLE),
                    "recused_people": st.lists(st.sampled_from(PEOPLE), max_size=1),
                    "recused_units": st.lists(unit, max_size=1),
                }
            ),
            min_size=1,
            max_size=5,
        )
    )
    return lineages, me, cases, asked


@pytest.fixture
def stage(case_table) -> None:
    """Set up units and people with small ids, as the worlds name them."""
    for pk in range(1, UNITS + 1):
        Unit.objects.create(pk=pk, code=f"U{pk}", name=f"U{pk}", level="team", lineage=[pk])
    for pk in PEOPLE:
        Person.objects.create(pk=pk, username=f"p{pk}", name=f"p{pk}", unit_id=1)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds())
def test_the_policy_and_its_sql_agree(stage, world):
    lineages, rights, cases, asked = world
    Case.objects.system("test").delete()
    rows = []
    for number, drawn in enumerate(cases, 1):
        scope = list(lineages[drawn["unit"] - 1])
        guest = lineages[drawn["guest"] - 1] if drawn["guest"] else ()
        rows.append(
            Case(
                pk=number,
                kind="fault",
                state="created",
                flow_version=1,
                rulebook_version="x",
                unit_id=drawn["unit"],
                opened_by_unit_id=drawn["unit"],
                owner_id=drawn["owner"],
                scope=scope,
                sight=sorted({*scope, *guest}),
                confidential=drawn["confidential"],
                recused_people=drawn["recused_people"],
                recused_units=drawn["recused_units"],
                opened_at=NOW,
                state_since=NOW,
            )
        )
    Case.objects.system("test").bulk_create(rows)
    in_sql = set(Case.objects.all().restrict(rights, asked).values_list("pk", flat=True))
    in_words = {row.pk for row in rows if allows(rights, asked, facts_of(row))}
    assert in_sql == in_words


def test_a_scoped_model_cannot_be_read_without_saying_for_whom(case_table):
    nobody = rights_of(1, [])
    rows = Case.objects.all()
    for read in (
        lambda: list(rows),
        rows.count,
        rows.exists,
        rows.first,
        lambda: rows.get(pk=1),
        lambda: list(rows.values("pk")),
        lambda: list(rows.iterator()),
        lambda: rows.update(state="x"),
        rows.delete,
        rows.aggregate,
        lambda: list(rows.restrict(nobody).union(rows)),
        lambda: rows.in_bulk([1]),
    ):
        with pytest.raises(UnscopedRead):
            read()
    assert list(rows.restrict(nobody)) == []
    assert list(rows.system("test").filter(pk=1)) == []
