"""The one policy: who may do what, where. Pure: no Django, no clock.

A role is held at a unit and inherited below. A permission on a case holds when one of the units where the person has
that permission is in the case's ``scope`` (its unit and that unit's ancestors). Seeing is wider than acting: joint
handlers and the unit that opened the case see it through ``sight``. Recusal stands above all (H2, DOMAIN 2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """The roles that a person can hold at a unit (H4)."""

    AGENT = "agent"
    SHIFT_LEADER = "shift_leader"
    DEPUTY_LEADER = "deputy_leader"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    CREW_MEMBER = "crew_member"
    CALLBACK_CLERK = "callback_clerk"
    QUALITY_AUDITOR = "quality_auditor"
    SUPERVISOR = "supervisor"
    UNIT_MANAGER = "unit_manager"
    ADMINISTRATOR = "administrator"
    READ_ONLY_AUDITOR = "read_only_auditor"
    INTEGRATION = "integration"
    #: knows who told what is sealed; held at a province or at the headquarters only
    CONFIDENTIAL_CLERK = "confidential_clerk"


class Permission(StrEnum):
    """Everything that the policy decides. ``CASE_*`` are judged against a case's units, the others against a unit."""

    CASE_VIEW = "case.view"
    CASE_VIEW_CONFIDENTIAL = "case.view_confidential"
    #: to see who told a sealed order; never passed on by delegation
    CASE_UNSEAL = "case.unseal"
    CASE_OPEN = "case.open"
    CASE_ANSWER = "case.answer"
    CASE_DISPATCH = "case.dispatch"
    CASE_HANDLE = "case.handle"
    CASE_CREW = "case.crew"
    CASE_APPROVE = "case.approve"
    CASE_REVIEW = "case.review"
    CASE_CALL_BACK = "case.call_back"
    CASE_ARCHIVE = "case.archive"
    CASE_URGE = "case.urge"
    CASE_NOTE = "case.note"
    CASE_SUPERVISE = "case.supervise"
    CASE_RECUSE = "case.recuse"
    CASE_QUALITY_VIEW = "case.quality_view"
    #: judge closed orders on the form of inspection (质检)
    CASE_INSPECT = "case.inspect"
    #: customers and their accounts, by the unit that serves the account
    CUSTOMER_VIEW = "customer.view"
    CUSTOMER_EDIT = "customer.edit"
    #: how they are looked after: tier, named manager, importance, life support
    CUSTOMER_CARE = "customer.care"
    #: what an account owes, was billed and has paid
    ACCOUNT_MONEY = "account.money"
    #: tell for other systems where it is dark: meters, switches, a control room
    OUTAGE_REPORT = "outage.report"
    #: write and revise items of knowledge; whoever may review (CASE_REVIEW) publishes them
    KNOWLEDGE_EDIT = "knowledge.edit"
    PERSONAL_REVEAL = "personal.reveal"
    PERSONAL_ERASE = "personal.erase"
    EXPORT = "export.make"
    EXPORT_APPROVE = "export.approve"
    IMPORT = "import.make"
    OVERVIEW_VIEW = "overview.view"
    UNITS_VIEW = "units.view"
    UNITS_MANAGE = "units.manage"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    TOKEN_MANAGE = "token.manage"  # noqa: S105 (no password)
    RULEBOOK_VIEW = "rulebook.view"
    RULEBOOK_MANAGE = "rulebook.manage"
    CALENDAR_MANAGE = "calendar.manage"
    FLOWS_VIEW = "flows.view"
    JOURNAL_VIEW = "journal.view"
    OUTBOX_VIEW = "outbox.view"
    OUTBOX_DECIDE = "outbox.decide"
    DEMO_PLAY = "demo.play"
    #: the interface of an outer portal; its API asks for a token with this scope and no other
    PORTAL = "portal"


_P = Permission
_SEES = {_P.CASE_VIEW, _P.FLOWS_VIEW, _P.RULEBOOK_VIEW, _P.UNITS_VIEW}
_WORKS = _SEES | {_P.CASE_NOTE, _P.CASE_URGE, _P.OVERVIEW_VIEW}
_KNOWS = {_P.CUSTOMER_VIEW, _P.CUSTOMER_EDIT, _P.ACCOUNT_MONEY}
_SEAT = _WORKS | _KNOWS | {_P.CASE_OPEN, _P.CASE_ANSWER, _P.PERSONAL_REVEAL, _P.EXPORT, _P.IMPORT}
_LEADS = _SEAT | {
    _P.CASE_VIEW_CONFIDENTIAL, _P.CASE_DISPATCH, _P.CASE_CALL_BACK, _P.CASE_ARCHIVE, _P.CASE_APPROVE,
    _P.CASE_REVIEW, _P.CASE_SUPERVISE, _P.CASE_RECUSE, _P.PEOPLE_VIEW, _P.OUTBOX_VIEW, _P.OUTBOX_DECIDE,
    _P.EXPORT_APPROVE, _P.CASE_QUALITY_VIEW, _P.KNOWLEDGE_EDIT, _P.CUSTOMER_CARE, _P.OUTAGE_REPORT,
}  # fmt: skip
_OVERSEES = {
    _P.CASE_SUPERVISE, _P.CASE_REVIEW, _P.CASE_APPROVE, _P.CASE_RECUSE, _P.CASE_VIEW_CONFIDENTIAL,
    _P.EXPORT, _P.EXPORT_APPROVE, _P.JOURNAL_VIEW, _P.PEOPLE_VIEW, _P.CASE_QUALITY_VIEW, _P.CUSTOMER_VIEW,
    _P.ACCOUNT_MONEY,
}  # fmt: skip
_MANAGES = {
    _P.CASE_VIEW_CONFIDENTIAL, _P.CASE_DISPATCH, _P.CASE_HANDLE, _P.CASE_APPROVE, _P.CASE_REVIEW,
    _P.CASE_SUPERVISE, _P.CASE_RECUSE, _P.PEOPLE_VIEW, _P.EXPORT, _P.EXPORT_APPROVE, _P.PERSONAL_REVEAL,
    _P.CASE_QUALITY_VIEW, _P.CUSTOMER_CARE, _P.OUTAGE_REPORT, *_KNOWS,
}  # fmt: skip
_RUNS = {
    _P.FLOWS_VIEW, _P.RULEBOOK_VIEW, _P.RULEBOOK_MANAGE, _P.UNITS_VIEW, _P.UNITS_MANAGE, _P.PEOPLE_VIEW,
    _P.PEOPLE_MANAGE, _P.TOKEN_MANAGE, _P.CALENDAR_MANAGE, _P.JOURNAL_VIEW, _P.OUTBOX_VIEW, _P.OUTBOX_DECIDE,
    _P.DEMO_PLAY, _P.PERSONAL_ERASE, _P.IMPORT,  # of units and people; orders ask for case.open as well
}  # fmt: skip

#: role → permissions. The only table of rights in the house.
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(_SEAT),
    Role.SHIFT_LEADER: frozenset(_LEADS),
    Role.DEPUTY_LEADER: frozenset(_LEADS - {_P.CASE_SUPERVISE, _P.EXPORT_APPROVE}),
    Role.DISPATCHER: frozenset(
        _SEAT | {_P.CASE_DISPATCH, _P.CASE_VIEW_CONFIDENTIAL, _P.CASE_ARCHIVE, _P.OUTAGE_REPORT}
    ),
    Role.HANDLER: frozenset(_WORKS | {_P.CUSTOMER_VIEW, _P.CASE_HANDLE, _P.PERSONAL_REVEAL, _P.EXPORT}),
    Role.CREW_MEMBER: frozenset(_SEES | {_P.CASE_CREW, _P.CASE_NOTE, _P.PERSONAL_REVEAL}),
    Role.CALLBACK_CLERK: frozenset(
        _WORKS
        | {_P.CASE_CALL_BACK, _P.CASE_ARCHIVE, _P.CASE_VIEW_CONFIDENTIAL, _P.PERSONAL_REVEAL, _P.EXPORT}
        | {_P.CUSTOMER_VIEW}
    ),
    Role.QUALITY_AUDITOR: frozenset(
        _WORKS
        | {
            _P.CASE_REVIEW,
            _P.CASE_VIEW_CONFIDENTIAL,
            _P.CASE_RECUSE,
            _P.JOURNAL_VIEW,
            _P.EXPORT,
            _P.CASE_QUALITY_VIEW,
            _P.CASE_INSPECT,
            _P.KNOWLEDGE_EDIT,
        }
    ),
    Role.SUPERVISOR: frozenset(_WORKS | _OVERSEES),
    Role.UNIT_MANAGER: frozenset(_WORKS | _MANAGES),
    Role.ADMINISTRATOR: frozenset(_RUNS),
    Role.READ_ONLY_AUDITOR: frozenset(
        (_SEES | {_P.CASE_VIEW_CONFIDENTIAL, _P.JOURNAL_VIEW, _P.OUTBOX_VIEW, _P.PEOPLE_VIEW})
        | {_P.OVERVIEW_VIEW, _P.CASE_QUALITY_VIEW, _P.CUSTOMER_VIEW}
    ),
    Role.INTEGRATION: frozenset(
        {_P.CASE_OPEN, _P.CASE_VIEW, _P.CASE_NOTE, _P.CASE_URGE, _P.FLOWS_VIEW, _P.UNITS_VIEW, _P.IMPORT, _P.PORTAL}
        | {_P.OUTAGE_REPORT}
        | _KNOWS
    ),
    Role.CONFIDENTIAL_CLERK: frozenset(
        _WORKS
        | {_P.CASE_VIEW_CONFIDENTIAL, _P.CASE_UNSEAL, _P.CASE_OPEN, _P.CASE_ANSWER, _P.CASE_DISPATCH, _P.CASE_RECUSE}
        | {_P.CASE_CALL_BACK, _P.CASE_ARCHIVE}
    ),
}


#: what an absent person's delegate does not get
NOT_DELEGATED = frozenset({Permission.CASE_UNSEAL})
#: roles that are held at these levels of the tree only
ONLY_AT: Mapping[Role, tuple[str, ...]] = {Role.CONFIDENTIAL_CLERK: ("headquarters", "province")}


@dataclass(frozen=True)
class Grant:
    """A role held at a unit."""

    role: Role
    unit_id: int


@dataclass(frozen=True)
class Rights:
    """What one person may do at one moment: permission → units where it was granted (inherited below).

    ``home_units`` are the units the person belongs to, by account and by roles, with everything above them: recusing a
    county recuses the people of its teams, and not those of the city above it.
    ``scopes`` limit an API token further (None: no limit).
    ``deputises`` maps the id of an absent person to that person's own rights (delegation, DOMAIN 2.2).
    """

    person_id: int
    where: Mapping[Permission, frozenset[int]] = field(default_factory=dict)
    home_units: frozenset[int] = frozenset()
    scopes: frozenset[Permission] | None = None
    deputises: Mapping[int, Rights] = field(default_factory=dict)

    def units(self, permission: Permission) -> frozenset[int]:
        """Return the units at which ``permission`` was granted; empty when nowhere."""
        if self.scopes is not None and permission not in self.scopes:
            return frozenset()
        return self.where.get(permission, frozenset())

    def anywhere(self, permission: Permission) -> bool:
        """Say whether the permission is held at any unit at all (for menus)."""
        return bool(self.units(permission))

    def at(self, permission: Permission, lineage: Iterable[int]) -> bool:
        """Say whether the permission holds at a unit, given the unit's id and its ancestors' ids."""
        return not self.units(permission).isdisjoint(lineage)


@dataclass(frozen=True)
class CaseFacts:
    """What the policy must know of a case."""

    scope: frozenset[int]
    sight: frozenset[int]
    confidential: bool = False
    owner_id: int | None = None
    recused_people: frozenset[int] = frozenset()
    recused_units: frozenset[int] = frozenset()


def rights_of(
    person_id: int,
    grants: Iterable[Grant],
    *,
    home_units: Iterable[int] = (),
    scopes: Iterable[Permission] | None = None,
    deputises: Mapping[int, Rights] | None = None,
) -> Rights:
    """Fold the grants of a person into rights."""
    where: dict[Permission, set[int]] = {}
    for grant in grants:
        for permission in GRANTS[grant.role]:
            where.setdefault(permission, set()).add(grant.unit_id)
    return Rights(
        person_id=person_id,
        where={p: frozenset(units) for p, units in where.items()},
        home_units=frozenset(home_units),
        scopes=None if scopes is None else frozenset(scopes),
        deputises=deputises or {},
    )


def is_recused(rights: Rights, case: CaseFacts) -> bool:
    """Say whether the person, or a unit they belong to, is recused from the case."""
    return rights.person_id in case.recused_people or not case.recused_units.isdisjoint(rights.home_units)


def allows(rights: Rights, permission: Permission, case: CaseFacts) -> bool:
    """Say whether ``rights`` allow ``permission`` on ``case``. ``people.rights`` says the same in SQL.

    Viewing is judged on ``sight``, acting on ``scope``; a confidential case (a whistle-blow report) needs the right to
    confidential ones as well, unless one owns it; an absent owner's delegate acts with the owner's rights on the
    owner's cases; recusal (of the person, or of the absent owner) stands above all.
    """
    if is_recused(rights, case):
        return False
    if _allows_itself(rights, permission, case):
        return True
    absent = rights.deputises.get(case.owner_id) if case.owner_id is not None else None
    return (
        absent is not None
        and permission not in NOT_DELEGATED
        and not is_recused(absent, case)
        and _token_allows(rights, permission)
        and _allows_itself(absent, permission, case)
    )


def _token_allows(rights: Rights, permission: Permission) -> bool:
    return rights.scopes is None or permission in rights.scopes


def _allows_itself(rights: Rights, permission: Permission, case: CaseFacts) -> bool:
    units = case.sight if permission == Permission.CASE_VIEW else case.scope
    if not rights.at(permission, units):
        return False
    return (
        not case.confidential
        or case.owner_id == rights.person_id
        or rights.at(Permission.CASE_VIEW_CONFIDENTIAL, case.sight)
    )
