"""The API as a client sees it: fixed names, replays, conflicts, and a case driven from nothing but the flows."""

from __future__ import annotations

import json
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests import world as worlds

from open95598.foundation import clock as house_clock
from open95598.foundation.people.models import RoleAssignment
from open95598.foundation.people.policy import Role
from open95598.foundation.people.services import make_token

pytestmark = pytest.mark.django_db


class Api:
    """A client with a bearer token."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path: str, **params):
        return self.client.get(f"/api/v1{path}", params)

    def post(self, path: str, body=None, **headers):
        return self.client.post(
            f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=headers
        )


@pytest.fixture
def world():
    return worlds.small()


@pytest.fixture
def almighty(world, clock):
    """An account that holds every role at the top, as the demonstration's does."""
    return _almighty(world, clock)


def _almighty(world, clock, name=""):
    person = world.person(Role.ADMINISTRATOR, "HQ", name=name)
    for role in Role:
        RoleAssignment.objects.get_or_create(
            person=person, role=role, unit=world.units["HQ"], defaults={"valid_from": worlds.LONG_AGO}
        )
    return Api(make_token(person, "test", [], clock.now()))


def test_creation_replays_and_refuses_another_body(almighty) -> None:
    first = almighty.post("/work-orders", worlds.fault(), **{"idempotency-key": "k1"})
    assert first.status_code == 201, first.content
    again = almighty.post("/work-orders", worlds.fault(), **{"idempotency-key": "k1"})
    assert (again.status_code, again.content) == (201, first.content)
    other = almighty.post("/work-orders", worlds.fault(description="另一件事"), **{"idempotency-key": "k1"})
    assert other.status_code == 422 and other["content-type"] == "application/problem+json"
    assert almighty.post("/work-orders", worlds.fault()).json()["number"] != first.json()["number"]


def test_a_stale_version_is_412_and_a_wrong_action_409(almighty) -> None:
    made = almighty.post("/work-orders", worlds.fault()).json()
    path = f"/work-orders/{made['number']}/actions"
    assert almighty.post(f"{path}/accept", {}, **{"if-match": f'"{made["version"] - 1}"'}).status_code == 412
    wrong = almighty.post(f"{path}/restore")
    assert wrong.status_code == 409 and "accept" in wrong.json()["possible_actions"]
    assert almighty.post(f"{path}/accept", {}, **{"if-match": f'"{made["version"]}"'}).status_code == 200
    assert almighty.get("/work-orders/no-such-order").status_code == 404
    assert almighty.post("/work-orders", {"kind": "fault"}).status_code == 422


def test_a_stale_version_is_412_also_for_what_only_appends(almighty) -> None:
    made = almighty.post("/work-orders", worlds.fault()).json()
    path = f"/work-orders/{made['number']}"
    stale, current = f'"{made["version"] - 1}"', f'"{made["version"]}"'
    for action, body in (("note", {"text": "已联系客户"}), ("urge", {"reason": "no_contact"})):
        before = len(almighty.get(f"{path}/timeline").json()["items"])
        refused = almighty.post(f"{path}/actions/{action}", body, **{"if-match": stale})
        assert refused.status_code == 412, refused.content
        assert refused.json()["current_version"] == made["version"]
        assert len(almighty.get(f"{path}/timeline").json()["items"]) == before
        assert almighty.post(f"{path}/actions/{action}", body, **{"if-match": current}).status_code == 200
        assert len(almighty.get(f"{path}/timeline").json()["items"]) == before + 1
    assert almighty.post(f"{path}/actions/note", {"text": "再次联系"}, **{"if-match": "*"}).status_code == 200
    assert almighty.post(f"{path}/actions/note", {"text": "又联系了"}).status_code == 200


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "此地址只支持"), ("en", "This address takes")])
def test_a_method_that_is_not_offered_is_a_problem_document(almighty, language, words) -> None:
    for method, path, allowed in (
        ("delete", "/work-orders", {"GET", "POST"}),
        ("get", "/work-orders/X-1/actions/accept", {"POST"}),
    ):
        refused = getattr(almighty.client, method)(f"/api/v1{path}", headers={"accept-language": language})
        assert (refused.status_code, refused["content-type"]) == (405, "application/problem+json")
        assert {m.strip() for m in refused["allow"].split(",")} == allowed
        told = refused.json()
        assert told["type"].endswith(":not-offered") and told["detail"].startswith(words), told


@pytest.mark.parametrize(
    ("body", "zh", "en"),
    [("{", "请求内容不是 JSON。", "The body is not JSON."), ("[]", "JSON 对象", "The body must be a JSON object.")],
)
def test_a_body_that_is_no_json_object_is_refused_in_the_readers_language(almighty, body, zh, en) -> None:
    made = almighty.post("/work-orders", worlds.fault()).json()
    for path in ("/work-orders", f"/work-orders/{made['number']}/actions/accept"):
        for language, words in (("zh-hans", zh), ("en", en)):
            refused = almighty.client.post(
                f"/api/v1{path}", body, content_type="application/json", headers={"accept-language": language}
            )
            told = refused.json()
            assert (refused.status_code, refused["content-type"]) == (400, "application/problem+json"), told
            assert told["type"] == "urn:open95598:problem:refused" and words in told["detail"], told


def test_what_does_not_fit_the_schema_is_told_in_chinese(almighty) -> None:
    wrong = worlds.fault(description="长" * 9000, anonymous="vielleicht", channel=7)
    del wrong["kind"]
    told = almighty.post("/work-orders", wrong, **{"accept-language": "zh-hans"}).json()["errors"]
    assert told["kind"] == ["请填写此项。"] and "8000" in told["description"][0]
    words = "".join(reason for reasons in told.values() for reason in reasons)
    assert {"kind", "description", "anonymous", "channel"} <= set(told)
    assert "Input" not in words and "String" not in words and "Field" not in words, words
    listed = almighty.client.get("/api/v1/work-orders?limit=0&status=x", headers={"accept-language": "zh-hans"}).json()
    assert "1" in listed["errors"]["limit"][0] and "overdue" in listed["errors"]["status"][0]
    assert "Input" not in str(listed["errors"])


@pytest.mark.parametrize(
    ("asked", "field"),
    [("work-orders?bogus=x", "bogus"), ("work-orders?kind=nope", "kind"), ("work-orders?status=nope", "status"),
     ("work-orders?kind=praise&state=merged", "state"), ("work-orders?state=nope", "state"),
     ("work-orders?category=nope", "category"), ("work-orders?unit=nope", "unit"),
     ("work-orders/similar?kind=nope", "kind"), ("supervisions?state=nope", "state"), ("supervisions?kind=x", "kind"),
     ("judgements?unit=nope", "unit"), ("assessment/entries?period=2026-13", "period"),
     ("assessment/appeals?bogus=", "bogus"), ("flows?x=", "x"), ("inspections?state=x", "state"),
     ("shift-handovers?page=2", "page"), ("tracking/standing?x=1", "x"), ("indicators/promises?month=nope", "month"),
     ("indicators/peers?level=nope", "level"), ("reports/process?unit=nope", "unit"),
     ("satisfaction?months=2026-01", "months"), ("units?code=X11", "code")],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_by_its_name(almighty, asked, field) -> None:
    path, _, query = asked.partition("?")
    answer = almighty.client.get(f"/api/v1/{path}?{query}")
    assert answer.status_code == 422, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == {field}


def test_every_list_takes_what_its_description_names(almighty) -> None:
    document = almighty.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        named = [p["name"] for p in methods.get("get", {}).get("parameters", ()) if p["in"] == "query"]
        if "{" in path or not named:
            continue
        answer = almighty.client.get(f"{path}?{'&'.join(f'{name}=' for name in named)}")
        unknown = answer.json().get("errors", {}) if answer.status_code == 422 else {}
        assert not [n for n, reasons in unknown.items() if "没有这个参数" in str(reasons)], (path, unknown)


def test_flows_tell_what_is_needed_only_sometimes(almighty) -> None:
    told = almighty.get("/flows").json()
    creation = {i["name"]: i for i in told["creation"]}
    for name in ("contact_name", "contact_phone"):
        assert not creation[name]["required"] and creation[name]["required_if"] == {"anonymous": [False]}
        assert creation[name]["help"] == {"zh": "非匿名工单必填。", "en": "Required unless the order is anonymous."}
        without = {k: v for k, v in worlds.fault().items() if k != name}
        assert name in almighty.post("/work-orders", without).json()["errors"]
    place = creation["address"]
    assert "故障报修" in place["help"]["zh"] and "fault" in place["help"]["en"]
    assert "help" not in creation["priority"]
    complaint = next(f for f in told["flows"] if f["kind"] == "complaint")
    actions = {a["name"]: {i["name"]: i for i in a["inputs"]} for a in complaint["actions"]}
    for name in ("cause", "rectification", "effect"):
        assert actions["substantiate"][name]["required_if"] == {"substantiated": ["yes", "partly"]}
    assert actions["substantiate"]["explanation"]["required_if"] == {"substantiated": ["no"]}
    assert "required_if" not in actions["substantiate"]["benchmark"]
    assert "required_if" not in actions["change_finding"]["cause"]  # empty leaves what is there
    approve = next(a for a in complaint["actions"] if a["name"] == "approve")
    assert "somebody else" in approve["help"]["en"] and "不同人员" in approve["help"]["zh"]


def test_contact_data_is_masked(almighty) -> None:
    made = almighty.post("/work-orders", worlds.fault())
    assert "13812345678" not in made.content.decode()
    number = made.json()["number"]
    for path in (f"/work-orders/{number}", f"/work-orders/{number}/timeline", "/work-orders"):
        assert "13812345678" not in almighty.get(path).content.decode()


def _default(field):
    if "choices" in field:
        return field["choices"][0]["code"]
    return {"datetime": "2026-03-03T09:00", "boolean": True, "phone": "13800000000"}.get(field["type"], "文字")


@pytest.mark.parametrize(
    "kind",
    ["fault", "complaint", "report", "opinion", "suggestion", "consultation", "service_request", "praise"],
)
def test_every_kind_is_driven_to_its_end_from_the_flows_alone(almighty, world, clock, kind) -> None:
    flows = {f["kind"]: f for f in almighty.get("/flows").json()["flows"]}
    flow = flows[kind]
    category = flow["categories"][0]
    text = {"disclosed": "请核查。"} if kind == "report" else {}
    made = almighty.post("/work-orders", worlds.fault(kind=kind, category=category["code"], **text)).json()
    path, state = f"/work-orders/{made['number']}", made["state"]
    final = {s["name"] for s in flow["states"] if s["final"]}
    others = [_almighty(world, clock, name) for name in ("first", "second")]  # nobody reviews what is their own
    while state not in final:
        clock.advance(timedelta(minutes=7))
        name = _next_step(flow, state, final)
        action = next(a for a in flow["actions"] if a["name"] == name)
        body = {i["name"]: _default(i) for i in action["inputs"] if i["required"]}
        if name == "reply" and kind == "complaint":
            found = {"substantiated": "no", "finding": "文字", "explanation": "文字"}
            assert almighty.post(f"{path}/actions/substantiate", found).status_code == 200
        doer = others.pop(0) if name == "approve" and kind in ("complaint", "report") else almighty
        answered = doer.post(f"{path}/actions/{name}", body)
        assert answered.status_code == 200, answered.content.decode()
        assert answered.json()["state"] in action["to"]
        state = answered.json()["state"]
    assert almighty.get(path).json()["open"] is False
    assert len(almighty.get(f"{path}/timeline").json()["items"]) >= 2


def _next_step(flow, state, final) -> str:
    """Return the first action of the shortest declared way to an end."""
    queue, seen = deque([(state, "")]), {state}
    while queue:
        here, first = queue.popleft()
        if here in final:
            return first
        for action in flow["actions"]:
            if here in action["from"] and not action["name"].startswith("archive" if here == "reviewed" else "-"):
                for target in action["to"]:
                    if target not in seen:
                        seen.add(target)
                        queue.append((target, first or action["name"]))
    raise AssertionError(f"no way out of {state}")


def test_lists_page_without_loss(almighty, clock) -> None:
    numbers = [almighty.post("/work-orders", worlds.fault()).json()["number"] for _ in range(7)]
    found, cursor = [], ""
    while True:
        page = almighty.get("/work-orders", limit=3, cursor=cursor, status="open").json()
        found += [o["number"] for o in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(found) == sorted(numbers)
    assert almighty.get("/work-orders", q="芙蓉路").json()["items"]
    assert len(almighty.get("/work-orders", q="13812345678").json()["items"]) == 7
    assert not almighty.get("/work-orders", q="火星").json()["items"]
    assert almighty.get("/work-orders", cursor="rubbish").status_code == 422


def test_without_a_token_nothing(world) -> None:
    house_clock.install(house_clock.FixedClock(datetime(2026, 3, 2, 2, tzinfo=UTC)))
    try:
        assert Client().get("/api/v1/work-orders").status_code == 401
    finally:
        house_clock.install(house_clock.SystemClock())


def test_files_and_personal_data_through_the_api(almighty, settings, tmp_path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path / "files"
    number = almighty.post("/work-orders", worlds.fault()).json()["number"]
    text = SimpleUploadedFile("记录.txt", "现场情况正常。".encode(), "text/plain")
    kept = almighty.client.post(f"/api/v1/work-orders/{number}/attachments", {"file": text})
    assert kept.status_code == 201
    listed = almighty.get(f"/work-orders/{number}/attachments").json()["items"]
    assert [(f["name"], f["media_type"], f["size"]) for f in listed] == [("记录.txt", "text/plain", 21)]
    assert almighty.post(f"/work-orders/{number}/reveal", {"why": ""}).status_code == 422
    shown = almighty.post(f"/work-orders/{number}/reveal", {"why": "核对", "fields": ["contact_phone"]})
    assert shown.json() == {"personal": {"contact_phone": "13812345678"}}
    assert almighty.post(f"/work-orders/{number}/reveal", {"why": "核对", "fields": ["search"]}).status_code == 422
