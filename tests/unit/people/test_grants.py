"""The table of rights, role by role. A change of rights shows in review as a change of ``grants.txt``."""

from __future__ import annotations

from pathlib import Path

from open95598.foundation.people.policy import GRANTS, Permission, Role

GOLDEN = Path(__file__).with_name("grants.txt")


def drawn() -> str:
    """Return the table as text: one role a block, its permissions one a line."""
    blocks = [f"{role}\n" + "".join(f"  {p}\n" for p in sorted(GRANTS[role])) for role in Role]
    return "\n".join(blocks)


def test_the_table_of_rights_is_what_was_agreed():
    assert drawn() == GOLDEN.read_text(), f"rights changed; when that is meant, write this into {GOLDEN}:\n{drawn()}"


def test_every_role_is_in_the_table_and_every_permission_is_held_by_some_role():
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Permission)


def test_administrators_run_the_house_but_see_no_customer():
    theirs = {p for p in GRANTS[Role.ADMINISTRATOR] if p.startswith(("case.", "personal.", "export."))}
    assert theirs == {Permission.PERSONAL_ERASE}, "erasing shows nothing of the customer"


def test_readers_change_nothing():
    changing = {p for p in Permission if not p.endswith(("view", "view_confidential"))}
    assert not GRANTS[Role.READ_ONLY_AUDITOR] & changing
