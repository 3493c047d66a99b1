"""The supervisor: starts the house's processes in order, restarts what dies, ends all of them cleanly.

Each process is an ordinary command (``open95598 web`` …), so that systemd or a container can run it instead. What a
process writes is kept in ``HOME/logs/NAME.log``; what of it matters to a person is told at the terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import logging.handlers
import os
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from open95598.project import orphans
from open95598.project.orphans import die_with_parent
from open95598.project.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

#: seconds a process gets between SIGTERM and SIGKILL
PATIENCE = 20.0
#: a process that lived so long (seconds) starts again without a growing pause
STEADY = 60.0


@dataclass(frozen=True)
class Task:
    """One command. It counts as up when it has run to its end (``once``), else when it is ``ready``."""

    name: str
    command: Sequence[str]
    once: bool = False
    #: names of the tasks that must be up before it starts; by default all that stand before it
    after: Sequence[str] | None = None
    ready: Callable[[], Awaitable[bool]] | None = None
    #: speaks to the terminal itself (progress bars) instead of into its log
    speaks: bool = False
    #: seconds between SIGTERM and SIGKILL
    patience: float = PATIENCE
    environment: dict[str, str] = field(default_factory=dict)


class Failed(RuntimeError):
    """A task that runs once ended badly; its name and status."""


class Supervisor:
    """Runs ``tasks`` until SIGTERM or SIGINT. ``say`` takes one line for the person at the terminal."""

    def __init__(self, tasks: Sequence[Task], home: Path, say: Callable[[str], None]) -> None:
        self._tasks = tasks
        self._home = home
        self._say = say
        self._terminal = Terminal(say, everything=os.environ.get("OPEN95598_TERMINAL") == "all")
        self._ending = asyncio.Event()
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._watchers: list[asyncio.Task[None]] = []
        # held open by us alone: our end, however it comes, closes it
        self._lifeline, self._lifeline_writer = os.pipe()

    async def run(self, started: Callable[[], None] | None = None) -> int:
        """Start everything in order, call ``started``, wait for a signal, end everything. Returns the exit status."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        (self._home / "logs").mkdir(exist_ok=True)
        status = 0
        try:
            await self._bring_all_up()
            if not self._ending.is_set() and started:
                started()
            await self._ending.wait()
            self._say("ending …")
        except* Failed as problems:
            for problem in problems.exceptions:
                self._say(str(problem))
            status = 1
        finally:
            self._ending.set()
            await self._end_all()
            os.close(self._lifeline_writer)
            os.close(self._lifeline)
        return status

    async def _bring_all_up(self) -> None:
        up = {task.name: asyncio.Event() for task in self._tasks}

        async def in_turn(task: Task, after: Sequence[str]) -> None:
            for name in after:
                await up[name].wait()
            if not self._ending.is_set():
                await self._bring_up(task)
            up[task.name].set()  # also when all is to end: nobody shall wait for it

        async with asyncio.TaskGroup() as group:
            for place, task in enumerate(self._tasks):
                before = [earlier.name for earlier in self._tasks[:place]]
                group.create_task(in_turn(task, before if task.after is None else task.after))

    async def _bring_up(self, task: Task) -> None:
        if task.once:
            child = await self._start(task)
            ended = asyncio.create_task(child.wait())
            asked = asyncio.create_task(self._ending.wait())
            await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            if not ended.done():
                child.terminate()
            if await ended and not self._ending.is_set():
                raise Failed(f"{task.name} failed with status {child.returncode}; see {self._log_path(task)}")
            self._children.pop(task.name, None)
            return
        self._watchers.append(asyncio.create_task(self._watch(task), name=task.name))
        said = time.monotonic()
        while task.ready and not self._ending.is_set() and not await task.ready():
            if time.monotonic() - said > 15:
                said = time.monotonic()
                self._say(f"still waiting for {task.name} (see {self._log_path(task)})")
            await asyncio.sleep(0.1)

    async def _watch(self, task: Task) -> None:
        """Keep a process running: whatever its exit status, it starts again, after a pause that grows to 30 s."""
        failures = 0
        while not self._ending.is_set():
            started = time.monotonic()
            child = await self._start(task)
            status = await child.wait()
            if self._ending.is_set():
                return
            failures = 0 if time.monotonic() - started > STEADY else failures + 1
            pause = min(0.25 * 2**failures, 30.0)
            self._say(
                f"{task.name} ended with status {status}; it starts again in {pause:.1f} s (see {self._log_path(task)})"
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)

    async def _start(self, task: Task) -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            *task.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=None if task.speaks else asyncio.subprocess.PIPE,
            stderr=None if task.speaks else asyncio.subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[self._lifeline],
            preexec_fn=die_with_parent(signal.SIGTERM),
            env=os.environ
            | {
                orphans.LIFELINE: str(self._lifeline),
                orphans.PATIENCE: str(task.patience),
                "OPEN95598_PROCESS": task.name,
            }
            | task.environment,
        )
        self._children[task.name] = child
        if task.speaks:
            return child
        keeping = asyncio.create_task(self._keep_log(task, child))
        keeping.add_done_callback(lambda _: None)
        self._watchers.append(keeping)
        self._watchers = [w for w in self._watchers if not w.done()]
        return child

    def _log_path(self, task: Task) -> Path:
        return self._home / "logs" / f"{task.name}.log"

    async def _keep_log(self, task: Task, child: asyncio.subprocess.Process) -> None:
        keeper = logging.handlers.RotatingFileHandler(
            self._log_path(task), maxBytes=10_000_000, backupCount=5, encoding="utf-8", delay=True
        )
        rest = b""
        assert child.stdout is not None
        try:
            while chunk := await child.stdout.read(65536):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._keep_line(keeper, task.name, line.decode(errors="replace"))
            if rest:
                self._keep_line(keeper, task.name, rest.decode(errors="replace"))
        finally:
            keeper.close()

    def _keep_line(self, keeper: logging.Handler, name: str, line: str) -> None:
        keeper.emit(logging.LogRecord(name, logging.INFO, "", 0, "%s", (line,), None))
        if not self._ending.is_set():  # how processes take their end stands in the file
            self._terminal.hear(name, line, time.monotonic())

    async def _end_all(self) -> None:
        """End the processes in reverse order of their start, so that nothing loses what it stands on."""
        for task in reversed(self._tasks):
            child = self._children.get(task.name)
            if child is None or child.returncode is not None:
                continue
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
            try:
                await asyncio.wait_for(child.wait(), task.patience)
            except TimeoutError:
                self._say(f"{task.name} did not end within {task.patience:.0f} s and was killed")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)  # its own session: its workers go with it
                await child.wait()
        if self._watchers:
            await asyncio.wait(self._watchers, timeout=5)
