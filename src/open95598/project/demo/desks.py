"""What stands at the desks as the demonstration begins: bulletins of the shift leader, skills of the agents."""

from __future__ import annotations

from datetime import timedelta

from open95598.casework.actors import Actor
from open95598.foundation.events.services import as_past
from open95598.foundation.people import rights
from open95598.foundation.people import services as people
from open95598.foundation.people.models import Person
from open95598.foundation.units.models import Unit
from open95598.project.demo.models import Build
from open95598.service.bulletins import services as bulletins
from open95598.service.bulletins.models import Bulletin

#: hours ago, hours that it holds (None: until withdrawn), severity, title, text, words
POSTED = (
    (
        3, 9, "warning", "10千伏解放线计划检修延时送电",
        "东湖区解放路沿线10千伏解放线计划检修，送电时间由16:00推迟至20:00。请向来电客户说明，并提醒随时可能来电、注意安全。",
        "解放路，解放线，芙蓉花园",
    ),
    (
        26, None, "info", "新版发票抬头修改流程",
        "客户要求修改电子发票抬头的，登记业务咨询后转营业厅，两个工作日内重新开具，无需客户再次提交原发票。",
        "发票，抬头",
    ),
)  # fmt: skip
PROPOSED = (
    "info", "多名客户反映缴费短信链接打不开",
    "今天上午已有五名客户反映缴费短信里的链接打不开，建议统一口径：引导客户使用网上国网或营业厅缴费，并核实链接。",
    "短信，链接，缴费",
)  # fmt: skip
#: skills of the agents, one after the other
SKILLS = (("fault",), ("billing",), ("business", "billing"), ("fault", "calming"))


def tell(build: Build, centre: Unit) -> int:
    """Post the bulletins and note the skills, once; return how many bulletins there were."""
    if Bulletin.objects.system("told already").exists():
        return 0
    now = build.until
    leader, agent = (_of(role, centre) for role in ("shift_leader", "agent"))
    with as_past():
        for n, person in enumerate(Person.objects.filter(assignments__role="agent", is_active=True).order_by("pk")):
            people.change(person, skills=SKILLS[n % len(SKILLS)], actor=people.HOUSE, now=now)
        if leader is None or agent is None:
            return 0
        for ago, holds, severity, title, text, words in POSTED:
            at = now - timedelta(hours=ago)
            until = (at + timedelta(hours=holds)).isoformat() if holds else ""
            told = {"title": title, "text": text, "severity": severity, "words": words, "valid_until": until}
            bulletins.post(Actor.of(leader, rights.load(leader, now), "page"), told, centre, at)
        severity, title, text, words = PROPOSED
        told = {"title": title, "text": text, "severity": severity, "words": words}
        at = now - timedelta(minutes=25)
        bulletins.propose(Actor.of(agent, rights.load(agent, now), "page"), told, centre, at)
    return len(POSTED) + 1


def _of(role: str, unit: Unit) -> Person | None:
    rows = Person.objects.filter(assignments__role=role, assignments__unit=unit, is_active=True)
    return rows.order_by("pk").first()
