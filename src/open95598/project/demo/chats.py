"""Chats of the last weeks: what customers asked in writing and what they were told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from open95598.casework.actors import Actor
from open95598.foundation.people.models import Person
from open95598.project.demo.models import Build
from open95598.service.chat import recording
from open95598.service.chat.models import Chat
from open95598.service.chat.recording import Wrote
from open95598.service.contacts.kinds import Channel, Outcome
from open95598.service.contacts.recording import Led

#: so many, over so many days
CHATS, DAYS = 24, 20
#: topic, what was said in turns (the customer begins)
TALKS = (
    (
        "bill",
        "您好，这个月电费比上月多了一倍，是不是算错了？",
        "您好，很高兴为您服务，请问您的户号是多少？",
        "0123456789，一直住这里。",
        "感谢您的耐心等待。本月用电量为 612 千瓦时，已进入第二档，账单里可以看到每档的电量。",
        "明白了，谢谢。",
    ),
    (
        "outage",
        "小区停电了，什么时候来电？",
        "您好，请您告诉我详细的用电地址。",
        "东湖区解放路芙蓉花园3栋。",
        "已查询到该线路正在抢修，抢修人员已到现场，恢复后第一时间送电。",
        "好的，等消息。",
    ),
    (
        "business",
        "想装充电桩，要准备什么材料？",
        "您好，请准备身份证、车位产权或使用证明、物业同意安装的证明。",
        "多久能装好？",
        "受理后，我们会与您约定现场勘查时间，具备条件的按约定时间装表接电。",
        "谢谢。",
    ),
    (
        "order",
        "我昨天报的故障处理了吗？",
        "您好，请提供一下工单编号或当时的联系电话。",
        "就是登录的这个手机号。",
        "已为您查询，该工单已处理完毕，今天会有回访电话，请注意接听。",
        "好。",
    ),
    (
        "other",
        "电表上的红灯一直闪，要紧吗？",
        "您好，脉冲灯闪烁表示正在计量用电，属于正常现象。",
        "原来如此，谢谢！",
    ),
)


def tell(build: Build) -> int:
    """Write down the chats of the last weeks, once; return how many there were."""
    agents = list(
        Person.objects.filter(assignments__role="agent", is_active=True).select_related("unit").distinct()[:8]
    )
    if not agents or Chat.objects.system("told already").exists():
        return 0
    return len(recording.record(list(_wrote(build, agents)), Actor.house("demonstration"), build.until))


def _wrote(build: Build, agents: list[Person]) -> Iterator[Wrote]:
    dice = random.Random(build.seed + 4)  # noqa: S311 (a demonstration)
    for n in range(CHATS):
        topic, *said = TALKS[n % len(TALKS)]
        began = build.until - timedelta(days=1 + n * (DAYS - 1) / CHATS, minutes=dice.randint(0, 300))
        began = began.replace(hour=dice.randint(1, 12))  # by day in China, in UTC
        answered = began + timedelta(seconds=dice.randint(8, 80))
        at, lines = answered, []
        for turn, words in enumerate(said):
            at += timedelta(seconds=dice.randint(15, 60))
            lines.append((at, "agent" if turn % 2 else "customer", words))
        yield Wrote(
            _led(dice, agents[n % len(agents)], began, answered, at), lines, topic, dice.choice((None, 4, 5, 5))
        )


def _led(dice: random.Random, agent: Person, began: datetime, answered: datetime, last: datetime) -> Led:
    ended = last + timedelta(seconds=dice.randint(10, 40))
    return Led(
        agent=agent, channel=Channel.CHAT, phone="", name="", began_at=began, answered_at=answered, ended_at=ended,
        done_at=ended + timedelta(seconds=dice.randint(0, 40)), outcome=Outcome.ANSWERED, kind="consultation",
    )  # fmt: skip
