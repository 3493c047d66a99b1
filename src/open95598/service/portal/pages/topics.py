"""What customers choose from when they say what it is about: their words, not the rulebook's. Pure.

A topic leads to a category of the rulebook; one that a rulebook does not know is not offered (``offered``). The
dispatcher may change the category later; the topic's words stay at the head of the description.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from open95598.service.portal.pages.wire import KindOffer, Offer, Option, Words


@dataclass(frozen=True)
class Topic:
    """Something that customers say, and the category it belongs to."""

    code: str
    label: Words
    category: str
    #: the words leave open what it is: what the triage finds out says more
    vague: bool = False


def _t(code: str, zh: str, en: str, category: str, *, vague: bool = False) -> Topic:
    return Topic(code, Words(zh=zh, en=en), category, vague)


KINDS: dict[str, Words] = {
    "fault": Words(zh="故障报修", en="Report a power fault"),
    "consultation": Words(zh="用电咨询", en="Ask a question"),
    "complaint": Words(zh="投诉", en="Complain"),
    "opinion": Words(zh="意见", en="Give an opinion"),
    "suggestion": Words(zh="建议", en="Make a suggestion"),
    "praise": Words(zh="表扬", en="Praise"),
    "report": Words(zh="举报", en="Report misconduct"),
}

TOPICS: dict[str, tuple[Topic, ...]] = {
    "fault": (
        _t("home", "只有我家没电", "Only my home is without power", "fault.lv.no_power", vague=True),
        _t("area", "整栋楼或一片都没电", "The whole building or street is", "fault.lv.no_power", vague=True),
        _t("paid", "已交费或购电，仍没电", "I have paid and still have none", "fault.metering.prepaid"),
        _t("voltage", "电压不稳、灯暗、频繁跳闸", "Voltage unsteady, dim lights, trips", "fault.quality"),
        _t("meter", "电表或表箱有问题", "Something is wrong with the meter", "fault.metering"),
        _t("line", "电杆、电线、变压器等设备损坏", "Damaged pole, line or transformer", "fault.lv.line"),
        _t("other", "其他，或说不清", "Something else, or not sure", "fault.lv", vague=True),
    ),
    "consultation": (
        _t("outage", "停电信息", "Power cuts", "consultation.outage"),
        _t("bill", "电费、电价、余额", "Bill, price, balance", "consultation.bill"),
        _t("payment", "交费方式", "Ways to pay", "consultation.payment"),
        _t("business", "业务办理（新装、过户、增容等）", "Connection, change of name, more capacity",
           "consultation.business"),
        _t("prepaid", "购电卡、远程费控", "Prepayment", "consultation.prepaid"),
        _t("pv_ev", "光伏、充电桩", "Solar panels, charging", "consultation.pv_ev"),
        _t("contact", "营业网点", "Business halls", "consultation.contact"),
        _t("other", "其他", "Something else", "consultation.other"),
    ),
    "complaint": (
        _t("service", "服务态度、服务规范", "Conduct of staff", "complaint.service"),
        _t("outage", "停电没有通知、频繁停电、抢修慢", "Unannounced or frequent cuts, slow repair", "complaint.outage"),
        _t("reading", "抄表、电费、催费、停复电", "Reading, bill, urging, reconnection", "complaint.business.reading"),
        _t("business", "办理业务超时或推诿", "Delay or shirking in a procedure", "complaint.business"),
        _t("metering", "电表计量、验表、换表", "Metering, meter check or replacement", "complaint.business.metering"),
        _t("fees", "乱收费", "Fees", "complaint.business.fees"),
        _t("quality", "电压长期不正常、电器损坏", "Voltage long wrong, damaged appliances", "complaint.quality"),
        _t("construction", "电网施工、电杆占地、现场未恢复", "Grid works, poles on land, site not restored",
           "complaint.construction"),
    ),
    "report": (
        _t("power_abuse", "员工以电谋私、吃拿卡要", "Staff abusing their position", "report.conduct.power_abuse"),
        _t("collusion", "内外勾结", "Collusion", "report.collusion"),
        _t("designation", "指定设计、施工或设备供应单位", "Designating designers, builders or suppliers",
           "report.designation"),
        _t("theft", "有人窃电", "Theft of electricity", "report.theft"),
        _t("breach", "有人违约用电", "Breach of contract", "report.breach"),
        _t("damage", "破坏、偷盗电力设施", "Damage to or theft of power facilities", "report.damage"),
        _t("other", "其他违规行为", "Other misconduct", "report.conduct"),
    ),
    "opinion": (
        _t("service", "服务", "Service", "opinion.service"),
        _t("business", "业务办理", "Procedures", "opinion.business"),
        _t("outage", "停送电", "Power cuts", "opinion.outage"),
        _t("quality", "供电质量", "Quality of supply", "opinion.quality"),
        _t("construction", "电网建设", "Grid works", "opinion.construction"),
        _t("price", "电价政策", "Prices", "opinion.price"),
        _t("other", "其他", "Something else", "opinion.other"),
    ),
    "suggestion": (
        _t("service", "服务", "Service", "suggestion.service"),
        _t("channel", "服务渠道（热线、网站、营业厅）", "Ways to reach us", "suggestion.channel"),
        _t("business", "业务办理", "Procedures", "suggestion.business"),
        _t("grid", "电网建设", "Grid works", "suggestion.grid"),
        _t("outage", "停送电", "Power cuts", "suggestion.outage"),
        _t("other", "其他", "Something else", "suggestion.other"),
    ),
    "praise": (
        _t("crew", "抢修人员", "A repair crew", "praise.crew"),
        _t("staff", "工作人员", "A member of staff", "praise.staff"),
        _t("unit", "供电单位", "A unit", "praise.unit"),
        _t("service", "服务举措", "A service", "praise.service"),
    ),
}  # fmt: skip

#: what "no, nobody is in danger" answers in the triage of faults
NO_DANGER = ("danger", "none")
#: danger to life: what it is, in the customer's words, and the category it is registered under
DANGERS: tuple[Topic, ...] = (
    _t("shock", "有人触电", "Somebody has had an electric shock", "fault.lv.line"),
    _t("wire", "电线断落、电杆倒了", "A wire or pole has come down", "fault.hv.line"),
    _t("fire", "着火、冒烟、爆响", "Fire, smoke, a bang", "fault.hv.equipment"),
    _t("live", "设备漏电、泡水、井盖或门敞开", "Equipment live, under water or standing open", "fault.lv.box"),
    _t("other", "其他危及人身安全的情况", "Something else that endangers people", "fault.lv"),
)


def offered(kind: str, knows: Callable[[str], bool]) -> list[Topic]:
    """Return the topics of a kind whose category the rulebook knows."""
    return [topic for topic in TOPICS.get(kind, ()) if knows(topic.category)]


def find(kind: str, code: str) -> Topic | None:
    """Return a topic of a kind, None for an unknown code."""
    return next((topic for topic in TOPICS.get(kind, ()) if topic.code == code), None)


def danger(code: str) -> Topic | None:
    """Return what endangers people, None for an unknown code."""
    return next((topic for topic in DANGERS if topic.code == code), None)


def plain_offer(hotline: str) -> Offer:
    """Return what can be offered before the inner zone was ever asked: everything, with no promise."""
    kinds = [
        KindOffer.model_validate(
            {"kind": kind, "label": label, "topics": [Option(code=t.code, label=t.label) for t in TOPICS[kind]]}
        )
        for kind, label in KINDS.items()
    ]
    return Offer(utility=Words(zh="供电服务", en="Electricity service"), hotline=hotline, kinds=kinds)
