"""The supervisor: order, restart, clean end, and no orphan after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# children that write their number and then behave as told
CHILD = """
import os, pathlib, signal, sys, time
from open95598.project.orphans import hold_lifeline
hold_lifeline()
name, place = sys.argv[1], pathlib.Path(sys.argv[2])
def end(*_):
    with (place / "ended").open("a") as f: f.write(name + " ")
    if name != "stubborn":
        sys.exit(0)
signal.signal(signal.SIGTERM, end)
with (place / "started").open("a") as f: f.write(name + " ")
(place / name).write_text(str(os.getpid()))
print("says", name, flush=True)
while True: time.sleep(0.05)
"""
HOUSE = """
import asyncio, pathlib, sys
from open95598.project import orphans, supervisor
from open95598.project.supervisor import Supervisor, Task
place, prctl = pathlib.Path(sys.argv[1]), sys.argv[2] == "prctl"
if not prctl:
    supervisor.die_with_parent = lambda number: None
child = (place / "child.py").as_posix()
task = lambda name, **more: Task(name, [sys.executable, child, name, str(place)], **more)
async def there(name):
    return (place / name).exists()
once = Task("once", [sys.executable, "-c", f"open({str(place / 'once')!r}, 'w')"], once=True)
bad = [Task("bad", [sys.executable, "-c", "raise SystemExit(3)"], once=True)] if "bad" in sys.argv else []
stubborn = [task("stubborn", ready=lambda: there("stubborn"), patience=0.5)] if "stubborn" in sys.argv else []
waits = f"while ! test -e {place}/apart; do sleep 0.05; done"
beside = [
    Task("waits", ["sh", "-c", waits], once=True),
    task("apart", ready=lambda: there("apart"), after=()),
] if "beside" in sys.argv else []
first = task("one", ready=lambda: there("one"))
tasks = [*stubborn, *beside, first, once, *bad, task("two", ready=lambda: there("two"))]
say = lambda line: print(line, flush=True)
sys.exit(asyncio.run(Supervisor(tasks, place, say).run(lambda: say("READY"))))
"""


class House:
    def __init__(self, place: Path, *words: str) -> None:
        self.place = place
        (place / "child.py").write_text(CHILD)
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", HOUSE, str(place), *(words or ("prctl",))],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def until(self, word: str) -> None:
        for line in self.process.stdout:
            if word in line:
                return
        pytest.fail(f"never said {word}")

    def pid(self, name: str) -> int:
        return int((self.place / name).read_text())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_starts_in_order_and_ends_in_reverse(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.until("READY")
    assert (tmp_path / "once").exists()
    house.process.terminate()
    assert house.process.wait(90) == 0
    assert (tmp_path / "started").read_text() == "one two "
    assert (tmp_path / "ended").read_text() == "two one "
    assert (tmp_path / "logs" / "one.log").read_text() == "says one\n"


def test_what_need_not_wait_starts_beside_what_others_wait_for(tmp_path: Path) -> None:
    house = House(tmp_path, "prctl", "beside")
    house.until("READY")
    assert (tmp_path / "started").read_text() == "apart one two "
    house.process.terminate()
    assert house.process.wait(90) == 0
    assert (tmp_path / "ended").read_text() == "two one apart "


def test_what_dies_starts_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.until("READY")
    first, other = house.pid("two"), house.pid("one")
    os.kill(first, signal.SIGKILL)
    eventually(lambda: house.pid("two") != first)
    assert house.pid("one") == other
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(90) == 0


@pytest.mark.parametrize("how", ["prctl", "pipe"])
def test_no_orphan_after_kill_9(tmp_path: Path, how: str) -> None:
    house = House(tmp_path, how)
    house.until("READY")
    children = [house.pid("one"), house.pid("two")]
    house.process.kill()
    house.process.wait()
    eventually(lambda: not any(alive(child) for child in children))


@pytest.mark.parametrize("kill", [True, False])
def test_one_that_does_not_end_when_told_to_is_killed(tmp_path: Path, kill: bool) -> None:
    house = House(tmp_path, "prctl", "stubborn")
    house.until("READY")
    stubborn = house.pid("stubborn")
    if kill:  # then nobody is left to do it but itself
        house.process.kill()
    else:
        house.process.terminate()
    house.process.wait()
    eventually(lambda: not alive(stubborn))
    assert "stubborn" in (tmp_path / "ended").read_text()


def test_a_failed_step_ends_the_start(tmp_path: Path) -> None:
    house = House(tmp_path, "prctl", "bad")
    house.until("bad failed with status 3")
    assert house.process.wait(90) == 1
    assert not (tmp_path / "two").exists()
    assert (tmp_path / "ended").read_text() == "one "
