import re, os
import pytest
from playwright.sync_api import sync_playwright
from tests import world as worlds
from tests.integration.portal.conftest import fault, codes_sent
from open95598.foundation.people.policy import Role
from open95598.foundation import clock as hc
from open95598.service.portal.pages import limits
from open95598.service.workorders.models import WorkOrder

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
OUT = "/tmp/wt/portal-shots"


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
def test_look(live_server):
    now = hc.now()
    w = worlds.small()
    w.person(Role.DISPATCHER, "P1")
    from open95598.foundation.units.models import Unit

    for c, n in {"HQ": "湖光电力公司", "P1": "星沙省电力公司", "X11": "东湖供电中心", "C1": "湘江供电公司"}.items():
        Unit.objects.filter(code=c).update(name=n)
    url = live_server.url
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for lang in ("zh-CN", "en"):
            for width in (320, 390, 1440):
                ctx = b.new_context(viewport={"width": width, "height": 800}, locale=lang)
                p = ctx.new_page()
                p.set_default_timeout(60000)
                bad = []
                p.on("console", lambda m: bad.append(m.text))
                p.on("pageerror", lambda e: bad.append(str(e)))

                def shot(name):
                    over = p.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if over > 0:
                        print("OVERFLOW", lang, width, name, over)
                    p.screenshot(path=f"{OUT}/{name}_{lang[:2]}_{width}.png", full_page=True)

                p.goto(url + "/portal/")
                shot("home")
                for path in (
                    "danger/",
                    "new/fault/",
                    "new/report/",
                    "new/suggestion/",
                    "follow/",
                    "receipt/",
                    "privacy/",
                ):
                    p.goto(url + "/portal/" + path)
                    shot(path.strip("/").replace("/", "_"))
                p.goto(url + "/portal/new/fault/")
                p.locator("input[name=danger][value=wire]").check()
                shot("fault_danger")
                p.locator("input[name=danger][value='']").check()
                p.locator("button[type=submit].button").click()
                shot("fault_errors")
                phone = "138%08d" % (width * 7 + (lang == "en"))
                p.goto(url + "/portal/new/fault/")
                p.locator("input[name=danger][value='']").check()
                p.locator("input[name=topic][value=area]").check()
                p.locator("textarea[name=description]").fill("整栋楼都没电，楼道灯也不亮，从晚上七点开始")
                p.locator("select[name=area]").select_option("湘江市东湖区")
                p.locator("input[name=place]").fill("芙蓉路88号3栋2单元501")
                p.locator("input[name=contact_phone]").fill(phone)
                p.locator("main button[type=submit]").click()
                p.wait_for_url("**/done/")
                shot("done")
                o = WorkOrder.objects.system("x").order_by("-pk")[0]
                p.goto(url + "/portal/follow/")
                p.locator("input[name=number]").fill(o.number.lower())
                p.locator("input[name=phone]").fill(phone)
                p.locator("main button[type=submit]").click()
                p.wait_for_url("**/code/")
                shot("code")
                code = codes_sent(hc.now())[-1]
                p.locator("input[name=code]").fill(code)
                p.locator("main button[type=submit]").click()
                p.wait_for_url("**/order/")
                shot("order")
                p.locator("#add summary").click()
                p.locator("#urge summary").click()
                p.locator("#withdraw summary").click()
                shot("order_open")
                p.locator("#add textarea").fill("隔壁楼也停了")
                p.locator("#add button[type=submit]").click()
                p.wait_for_url("**said=added")
                shot("order_added")
                p.goto(url + "/portal/danger/")
                p.locator("input[name=place]").fill("芙蓉路口")
                p.locator("main button[type=submit]").click()
                p.wait_for_url("**/done/")
                shot("done_danger")
                print(lang, width, bad[:3])
                ctx.close()
        b.close()
