"""An item as its readers see it: the answer first, how to say it, what belongs to it, what was changed when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse

from open95598.casework import attachments
from open95598.casework import services as casework
from open95598.casework.models import Attachment
from open95598.foundation.journal import queries as journal
from open95598.foundation.people.policy import Rights
from open95598.foundation.rulebook import store
from open95598.foundation.words import Label
from open95598.service.knowledge import diffing, laws, queries, scripts, wording
from open95598.service.knowledge.flows import EDIT, REVIEW
from open95598.service.knowledge.models import KnowledgeItem, Version
from open95598.service.workorders import queries as orders
from open95598.service.workorders import storytelling
from open95598.service.workorders.casecards import CaseOwnPage

ENTRIES = 30


@dataclass(frozen=True)
class Change:
    """One part of a content that is not what it was."""

    name: Any
    pieces: tuple[diffing.Piece, ...]
    #: one piece a line, not running text
    lines: bool = False


@dataclass(frozen=True)
class OrderLink:
    """A category of orders that an item belongs to, and the seat's form filled in with it."""

    label: Label
    url: str


@dataclass
class ItemPage(CaseOwnPage):
    """An item for one reader at one moment."""

    TONES = wording.TONES
    #: editing has a page of its own
    row: KnowledgeItem
    rights: Rights = field(kw_only=True)

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("knowledge:item", args=(self.row.code,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("knowledge:action", args=(self.row.code, name))

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """What is shown: the published version, the draft while there is none."""
        return self.row.content or self.row.draft or {}

    @cached_property
    def served(self) -> bool:
        """Whether agents may answer with it now."""
        return queries.is_served(self.row, self.now)

    @property
    def category(self) -> Any:
        """Its category's name."""
        return wording.category(str(self.content.get("category") or ""))

    @property
    def audience(self) -> Any:
        """For whom it is written."""
        return wording.AUDIENCES.get(str(self.content.get("audience")), "")

    @cached_property
    def order_links(self) -> list[OrderLink]:
        """The categories of orders that belong to it, each leading to the seat's form."""
        rules = store.current(self.now)
        found = []
        for code in self.content.get("orders") or ():
            if rules.has_category(code):
                kind = rules.category(code).kind
                url = f"{reverse('workorders:register')}?kind={kind}&category={code}"
                found.append(OrderLink(wording.order_category(rules, code), url))
        return found

    @cached_property
    def law_links(self) -> list[laws.Link]:
        """The articles of law that it rests on, with their text where the law was brought in."""
        return laws.linked(self.content.get("laws") or ())

    @cached_property
    def script(self) -> scripts.Script | None:
        """The guided script that decides what it answers."""
        return scripts.for_item(self.row.code)

    @cached_property
    def see(self) -> list[tuple[str, str]]:
        """Code and title of the served items that go with it."""
        codes = list(self.content.get("see") or ())
        titles = queries.titles(codes, self.rights, self.now)
        return [(code, titles[code]) for code in codes if code in titles]

    @cached_property
    def files(self) -> list[Attachment]:
        """Its files."""
        return attachments.of_case(self.row.pk)

    @cached_property
    def may_edit(self) -> bool:
        """Whether the reader may write it."""
        return self.actor.may(EDIT, casework.facts_of(self.case))

    @cached_property
    def may_review(self) -> bool:
        """Whether the reader may publish it, or send it back."""
        return self.actor.may(REVIEW, casework.facts_of(self.case))

    @property
    def editable(self) -> bool:
        """Whether its draft can be written now."""
        return self.may_edit and self.case.state == "drafting"

    @cached_property
    def draft_changes(self) -> list[Change]:
        """What the draft changes of the published version, for those who write or review it."""
        if not (self.may_edit or self.may_review) or self.row.draft is None or self.row.version is None:
            return []
        return list(changes(self.row.content, self.row.draft))

    @cached_property
    def versions(self) -> list[tuple[Version, list[Change]]]:
        """What was published, newest first, each with what it changed of the one before."""
        rows = queries.versions_of(self.row)
        older = [*rows[1:], None]
        return [
            (row, list(changes(old.content, row.content)) if old else []) for row, old in zip(rows, older, strict=True)
        ]

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """Code, unit, owner, days."""
        row = self.row
        words = {name: wording.PARTS[name] for name in ("valid_from", "valid_until", "review_on")}
        return [(name, value) for key, name in words.items() if (value := getattr(row, key))]

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        return storytelling.entries(told, self.case, "")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the parts of a content that changed, in the order of the page."""
    for key, name in wording.PARTS.items():
        old, new = before.get(key), after.get(key)
        if key == "review_on" or (old or None) == (new or None):
            continue
        if isinstance(old or new, list):
            yield Change(name, diffing.lines(_lines(old), _lines(new)), lines=True)
        else:
            yield Change(name, diffing.texts(str(old or ""), str(new or "")))


def _lines(value: Any) -> list[str]:
    return [f"《{v['law']}》第{v['article']}条" if isinstance(v, Mapping) else str(v) for v in value or ()]


def page_of(row: KnowledgeItem, request: Any, actor: Any, form: Any = None) -> ItemPage:
    """Return the page of an item that the reader may see."""
    clocks = orders.running_clocks([row.pk]).get(row.pk, [])
    return ItemPage(row, actor, request.now, clocks, open_form=form, rights=request.rights)
