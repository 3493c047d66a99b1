"""A registry of a few customers in the small utility, made through the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from open95598.casework.actors import Actor
from open95598.registry.customers import accounts, contacts, services
from open95598.registry.customers.accounts import Agreement, NewAccount
from open95598.registry.customers.models import Customer
from open95598.registry.customers.services import NewCustomer
from tests.world import MONDAY, World

HOUSE = Actor.house("test")


@dataclass
class Registry:
    """The utility and its customers by a short name."""

    world: World
    who: dict[str, Customer]

    def make(self, name: str, unit: str, number: str, address: str, *, phone: str = "", meter: str = "",
             agreement: Agreement | None = None, **more: object) -> Customer:  # fmt: skip
        """Register a customer with an account, a phone and a meter."""
        unit_id = self.world.units[unit].pk
        made = services.create(NewCustomer(name, unit_id, **more), HOUSE, MONDAY)  # type: ignore[arg-type]
        if phone:
            contacts.add(made.pk, "phone", phone, HOUSE, MONDAY)
        given = NewAccount(
            number, unit_id, made.pk, address, agreement or Agreement(), meter=meter, multiplier=Decimal(1),
            opened_on=date(2020, 5, 1),
        )  # fmt: skip
        accounts.open_account(given, HOUSE, MONDAY)
        self.who[name] = Customer.objects.system("a test").get(pk=made.pk)
        return self.who[name]


def fill(world: World) -> Registry:
    """Make six customers in three counties of a utility."""
    made = Registry(world, {})
    made.make("李小明", "X11", "4300000001", "湘江市东湖区芙蓉路88号阳光花园3栋2单元501室", phone="13812345678",
              meter="M10000001")  # fmt: skip
    made.make("曾国强", "X11", "4300000002", "湘江市东湖区芙蓉路88号阳光花园3栋2单元502室", phone="13900001111",
              meter="M10000002", protected=True)  # fmt: skip
    made.make("张伟", "X11", "4300000003", "湘江市东湖区韶山路12号", phone="0731-82224444", meter="M10000003")
    made.make("张伟", "X12", "4300000014", "湘江市西山县青山镇桃花村5组12号", phone="13700002222")
    made.make("湘江市第三小学", "X11", "4300000005", "湘江市东湖区芙蓉路6号", phone="13612340000",
              kind="organisation", importance="grade2", tier="diamond")  # fmt: skip
    made.make("王芳", "X21", "4300000021", "岳麓市北城区人民路9号龙湖新城7栋1单元1204室", phone="13812349999")
    return made
