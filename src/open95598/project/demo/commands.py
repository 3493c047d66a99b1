"""``open95598 demo build|play|pause|status|reset``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

#: what the stages of the building are called at the terminal
STAGES = {"units": "units 单位", "people": "people 人员", "history": "a year of orders 一年工单"}


def register(app: typer.Typer) -> None:
    """Add the room's commands."""
    demo = typer.Typer(no_args_is_help=True, help="The demonstration: a made-up utility that lives.")
    app.add_typer(demo, name="demo")

    @demo.command()
    def build() -> None:
        """Build the demonstration utility, or what is missing of it."""
        from time import monotonic, process_time

        from open95598.project.demo.build import ensure

        began, used = monotonic(), process_time()
        with Bars() as bars:
            made = ensure(bars.show)
        took = f"in {monotonic() - began:.0f} s, of which {process_time() - used:.0f} s processor time"
        typer.echo(f"the demonstration is built, {took}" if made else "the demonstration is there", err=True)

    @demo.command()
    def play(
        speed: Annotated[float, typer.Option(help="how fast time runs")] = 60.0,
        minutes: Annotated[float | None, typer.Option(help="stop after so many minutes of the wall clock")] = None,
    ) -> None:
        """Let the simulator play; where no `open95598 up --demo` runs, in this terminal until Ctrl+C."""
        from open95598.foundation import clock, process
        from open95598.project.demo import playing, simulator

        playing.start(None, clock.now(), speed=speed, minutes=minutes)
        if any(name == "simulator" and fresh for name, _age, fresh in process.heartbeats()):
            typer.echo(f"the simulator plays at {speed:g}×; `open95598 demo pause` ends it")
            return
        typer.echo(f"playing at {speed:g}×; Ctrl+C ends it")
        stop = process.Stop().on_signals()
        process.loop("simulator", lambda now: simulator.round_or_end(now, stop), every=simulator.EVERY, stop=stop)
        if simulator.play_row().running:
            playing.stop(None, clock.now())

    @demo.command()
    def pause() -> None:
        """Let the simulator rest; `play` goes on where it was."""
        from open95598.foundation import clock
        from open95598.project.demo import playing

        playing.stop(None, clock.now())
        typer.echo("the simulator rests")

    @demo.command()
    def status() -> None:
        """Say whether it is built, whether it plays, what the house's time is, what was done last."""
        from open95598.foundation import clock
        from open95598.project.demo import telling

        for line in telling.lines(clock.now()):
            typer.echo(line)

    @demo.command()
    def reset(yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
        """Throw everything away that this demonstration holds and build it anew."""
        from django.conf import settings

        from open95598.project import backups
        from open95598.project.demo import resetting

        with backups.alone(settings.HOME):
            pass  # told before the question rather than after it
        if not yes:
            typer.confirm("Throw away all data of this demonstration and build it anew?", abort=True)
        with Bars() as bars:
            resetting.reset(bars.show)
        typer.echo("the demonstration is as new")


class Bars:
    """Progress bars at a terminal, else a line now and then."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}", justify="right"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=self._console, disable=not self._console.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, tuple[TaskID, int]] = {}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, stage: str, done: int, of: int) -> None:
        """Show how far a stage is."""
        if stage not in self._tasks:
            self._tasks[stage] = (self._progress.add_task(STAGES.get(stage, stage), total=of), -1)
        task, told = self._tasks[stage]
        self._progress.update(task, completed=done, total=of)
        tenth = done * 10 // max(of, 1)
        if not self._console.is_terminal and tenth > told:
            self._console.print(f"demonstration: {stage} {done}/{of}")
        self._tasks[stage] = (task, max(told, tenth))
