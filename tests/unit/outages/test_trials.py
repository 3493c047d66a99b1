"""Storms whose truth is known, and what is made of them."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from tests.unit.outages.test_engine import GRID, RULES
from typer.testing import CliRunner

from open95598.registry.grid.topology import Kind
from open95598.service.outages import commands
from open95598.service.outages.inference.feeders import Feeders
from open95598.service.outages.inference.reports import Change, Incident, Report, Taken, What
from open95598.service.outages.trials import grids, measuring, scoring, storms


def test_a_storm_is_the_same_for_a_seed_and_its_reports_are_mostly_of_the_dark() -> None:
    grid = grids.made(6000, 3)
    weather = storms.fitting(grid)
    one, two, other = (storms.blow(grid, weather, seed) for seed in (1, 1, 2))
    assert one.reports == two.reports
    assert one.failures != other.failures
    assert [report.at for report in one.reports] == sorted(report.at for report in one.reports)
    dark = sum(
        any(grid.below(f.device, r.position) and f.start <= r.at < f.end for f in one.failures) for r in one.reports
    )
    assert dark > 0.8 * len(one.reports)


def test_the_made_grid_has_all_its_customers_and_levels() -> None:
    grid = grids.made(20_000, 1)
    assert int(grid.upto[-1]) == 20_000
    assert set(grid.kinds.tolist()) == {int(k) for k in Kind} - {int(Kind.METER)}


def test_storms_are_measured_over_a_grid_of_a_file(tmp_path: Path) -> None:
    lines = ["New Circuit.Long Bus1=0", *(f"New Line.L{n} Bus1={n - 1} Bus2={n}" for n in range(1, 9))]
    lines += [f"New Load.C{n} Bus1={1 + n % 8}" for n in range(64)]
    (tmp_path / "long.dss").write_text("\n".join(lines))
    app = typer.Typer()
    app.command()(commands.measure)
    done = CliRunner().invoke(app, ["--grid", str(tmp_path / "long.dss"), "--storms", "3", "--seed", "2", "--json"])
    assert done.exit_code == 0, done.output
    own, counted = json.loads(done.output)
    assert own["name"] == "open95598"
    assert own["failures"] == counted["failures"] > 0
    (tmp_path / "empty.dss").write_text(lines[0])
    assert CliRunner().invoke(app, ["--grid", str(tmp_path / "empty.dss")]).exit_code == 1


class _Oracle:
    """Says at the first report what the test told it, whatever is reported."""

    def __init__(self, changes: list[Change]) -> None:
        self.incidents: dict[int, Incident] = {c.incident: Incident(c.incident, c.device, 0, 0) for c in changes}
        self.changes = changes

    def report(self, report: Report) -> Taken:
        said, self.changes = self.changes, []
        return Taken(None, None, tuple(said))

    def power_back(self, position: int, now: float) -> list[Change]:
        self.incidents = {}
        return []


def test_the_score_knows_right_from_a_step_too_high() -> None:
    right, above = GRID.position(123), GRID.position(12)
    failure = storms.Failure(right, 0.0, 60.0, 0.0)
    storm = storms.Storm([failure], [Report(1, 5.0, GRID.position(1231))], [2])
    feeders = Feeders(GRID, RULES)
    hit = scoring.score(_Oracle([Change(What.OPENED, 1, right, 5.0)]), storm, feeders)
    assert (hit.found, hit.heard, hit.right, hit.named, hit.minutes) == (1, 1, 1, 1, [5.0])
    miss = scoring.score(_Oracle([Change(What.OPENED, 1, above, 5.0)]), storm, feeders)
    assert (miss.found, miss.right, miss.named, miss.off) == (0, 0, 1, [1])


def test_on_the_same_storms_the_engine_finds_more_than_counting() -> None:
    own, counted = measuring.measure(grids.made(6000, 1), RULES, 6, 4)
    assert own.heard == counted.heard > 0
    assert own.recall.value is not None and counted.recall.value is not None
    assert own.recall.value > counted.recall.value
