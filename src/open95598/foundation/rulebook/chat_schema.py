"""Section ``chat`` of a rulebook's files, and its rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from open95598.foundation.rulebook.chat_rows import ChatPhrase, ChatRules, ChatSkill, ChatTopic
from open95598.foundation.rulebook.parts import Code, Part, Row, TimeOfDay, Words

if TYPE_CHECKING:
    from open95598.foundation.rulebook.build import Built
    from open95598.foundation.rulebook.yamltext import Problem

Seconds = Annotated[int, Field(ge=5, le=86_400)]
Few = Annotated[int, Field(ge=1, le=50)]


class TopicPart(Row):
    """Part of ``chat``: what it can be about."""

    label: Words
    kind: Code
    skill: str = ""


class SkillPart(Row):
    """Part of ``chat``: something that agents can be good at."""

    label: Words


class PhrasePart(Row):
    """Part of ``chat``: words inserted by their key."""

    label: Words
    text: Words


class ChatPart(Part):
    """Section ``chat``."""

    calendar: str = ""
    opens: TimeOfDay = 8 * 60
    closes: TimeOfDay = 22 * 60
    answer: Seconds = 60
    warn: Seconds = 40
    patience: Seconds = 180
    at_once: Few = 4
    per_address: Few = 3
    agent_silent: Annotated[int, Field(ge=60, le=3600)] = 90
    customer_silent: Annotated[int, Field(ge=60, le=3600)] = 180
    usual: Seconds = 480
    skill_wait: Annotated[int, Field(ge=0, le=3600)] = 30
    skills: tuple[SkillPart, ...] = ()
    topics: tuple[TopicPart, ...] = ()
    phrases: tuple[PhrasePart, ...] = ()
    source: str = ""

    def row(self) -> ChatRules:
        """Return the rules."""
        plain = self.model_dump(exclude={"skills", "topics", "phrases"})
        return ChatRules(
            **plain,
            skills=tuple(ChatSkill(s.code, s.label, s.source) for s in self.skills),
            topics=tuple(ChatTopic(t.code, t.label, t.kind, t.source, t.skill) for t in self.topics),
            phrases=tuple(ChatPhrase(p.code, p.label, p.text, p.source) for p in self.phrases),
        )


def problems_of(built: Built, at: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield what is wrong: unknown kinds and skills, codes that are there twice, times in the wrong order."""
    rules = built.book.chat
    kinds = {kind.code for kind in built.rulebook.kinds}
    for n, topic in enumerate(rules.topics):
        if topic.kind not in kinds:
            yield at(f"unknown kind {topic.kind!r}", "chat", "topics", n)
        if topic.skill and topic.skill not in {skill.code for skill in rules.skills}:
            yield at(f"unknown skill {topic.skill!r}", "chat", "topics", n)
    for name in ("skills", "topics", "phrases"):
        codes = [part.code for part in getattr(rules, name)]
        for n, code in enumerate(codes):
            if code in codes[:n]:
                yield at(f"the code {code!r} is there twice", "chat", name, n)
    if rules.closes <= rules.opens:
        yield at("it closes before it opens", "chat", "closes")
    if rules.warn > rules.answer:
        yield at("the warning comes after the limit", "chat", "warn")
