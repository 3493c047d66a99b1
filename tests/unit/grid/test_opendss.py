"""OpenDSS scripts as people write them, and the tree that their network makes; nothing in them is a crash."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from open95598.registry.grid import network, opendss, reading
from open95598.registry.grid.described import Described
from open95598.registry.grid.topology import Kind

MASTER = """
! a small feeder
Clear
/* nothing
   of this counts */
New object=circuit.Small basekv=10 Bus1=Src pu=1
new Transformer.Main phases=3 windings=2 buses=[Src, LSB.1.2.3] kvs=(110, 10) sub=y
Redirect LINES.dss
Redirect ../outside.dss
Redirect missing.dss
Compile master.dss
Buscoords coords.csv
Open Line.Tie term=1
Frobnicate everything
Edit Line.Nowhere length=3
Solve
"""
LINES = """
New Line.Head bus1=LSB.1.2.3 bus2 = b1 length=0.1
New Line.Sw1 Bus1=b1 Bus2=b2 switch=yes
~ r1=1e-3 // a comment
More length=0.001
New Line.L2 bus1=b1.1 bus2=b3.1 phases=1
new line.L3 like=L2 bus1=b3.1 bus2=b4.1
New Line.Tie bus1=b2 bus2=b4
New Line.Ring bus1=b4 bus2=b2
New Line.Off bus1=b1 bus2=b9 enabled=no
New Line.Half bus1=b1
New Line.Alone bus1=z1 bus2=z2
New Transformer.TA phases=1 wdg=1 bus=b2.1 kv=5.77 kVA=50 wdg=2 bus=TA_LV.1 kv=0.22
New Transformer.RegA buses=[b3.1 b5.1] kvs=[5.7 5.7]
New Transformer.RegB like=RegA buses=[b3.2 b5.2]
New Line.Service bus1=TA_LV.1 bus2=home.1
New Load.C1 bus1=home.1 kW=3
New Load.C2 bus1=TA_LV.1 kW=3
New Load.C3 bus1=b4.1
New Load.Lost bus1=nobody
New Load.C1 bus1=b1
"""


ANY = [*MASTER.splitlines(), *LINES.splitlines(), "~ like=", "New", "New x", "Edit =", "[", "a.b.c=d"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "grid"
    here.mkdir()
    (tmp_path / "outside.dss").write_text("New Line.Secret bus1=b1 bus2=secret")
    (here / "master.dss").write_text(MASTER)
    (here / "Lines.DSS").write_text(LINES)
    (here / "coords.csv").write_text("b1, 112.9, 28.2\nhome 113.0 28.3\nb2\n")
    return here


def tree(folder: Path) -> Described:
    name, described = reading.read(folder)
    assert name == "master.dss"
    return described


def test_a_folder_without_a_circuit_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "lines.dss").write_text(LINES)
    with pytest.raises(ValueError, match="no script here makes a circuit"):
        reading.read(tmp_path)


def test_the_tree_of_a_small_feeder(folder: Path) -> None:
    there = {one.code: one for one in tree(folder).devices}
    assert there["Small"].kind is Kind.SUBSTATION
    shape = {code.removeprefix("Small/"): (one.kind, one.parent.removeprefix("Small/")) for code, one in there.items()}
    assert shape["line.Head"] == (Kind.FEEDER, "Small")
    assert shape["line.Sw1"] == (Kind.SECTION, "line.Head")
    assert shape["transformer.TA"] == (Kind.TRANSFORMER, "line.Sw1")
    assert shape["line.Service"] == (Kind.BOX, "transformer.TA")
    assert shape["transformer.RegA"] == (Kind.SECTION, "line.L2")
    assert shape["line.Alone"] == (Kind.SECTION, "")
    assert not {"line.Off", "line.Half", "line.Secret", "transformer.Main", "transformer.RegB"} & set(shape)
    assert (there["Small/line.Head"].x, there["Small/line.Head"].y) == (112.9, 28.2)
    assert there["Small/line.Tie"].normal_open
    assert sum(one.normal_open for one in there.values()) == 2


def test_ratings_are_those_of_lines_their_codes_and_transformers(tmp_path: Path) -> None:
    script = tmp_path / "m.dss"
    script.write_text(
        "New circuit.C bus1=src\nNew linecode.LC normamps=210\nNew Line.A bus1=src bus2=a linecode=lc\n"
        "New Line.B bus1=a bus2=b linecode=LC normamps=150\nNew Line.C bus1=b bus2=c\n"
        "New Transformer.T1 phases=1 wdg=1 bus=b.1 kv=5.7 kVA=50 wdg=2 bus=lv.1 kv=0.22 kVA=25\n"
        "New Transformer.T2 phases=1 wdg=1 bus=b.2 kv=5.7 kVA=50 wdg=2 bus=lv.2 kv=0.22 kVA=75\n"
        "New Transformer.R buses=[c d] kvs=[5.7 5.7] kvas=[500 500]\nNew Line.S bus1=lv bus2=h normamps=80\n"
    )
    rated = {one.code: one.rated for one in reading.read(script)[1].devices}
    assert rated == {"C": None, "C/line.A": 210, "C/line.B": 150, "C/line.C": None, "C/transformer.T1": 75,
                     "C/transformer.R": None, "C/line.S": None}  # fmt: skip


def test_loads_are_customers_of_what_feeds_their_bus(folder: Path) -> None:
    described = tree(folder)
    hangs = {one.code.removeprefix("Small/"): one.device.removeprefix("Small/") for one in described.points}
    assert hangs.pop("C3") in ("line.L3", "line.Ring")
    assert hangs == {"C1": "line.Head", "C2": "transformer.TA"}
    topology, findings = described.topology()
    assert topology.points(0) == 3
    assert [finding.code for finding in findings] == ["island"]


def test_what_is_not_understood_is_named_with_file_and_line(folder: Path) -> None:
    told = [str(problem) for problem in tree(folder).problems]
    for words in (
        "outside.dss lies outside the folder", "there is no file missing.dss",
        "master.dss:11: master.dss includes itself",
        "the command Frobnicate is not understood", "no line.nowhere to change",
        "Line.Half does not name two buses",
        "coords.csv:3: no bus with two numbers", "C1 is made twice", "Small/Lost stands at the bus nobody",
    ):  # fmt: skip
        assert any(words in one for one in told), words
    assert any("closes a ring" in one for one in told)
    assert len(told) == 10


def test_a_folder_without_a_circuit_has_no_master(tmp_path: Path) -> None:
    (tmp_path / "lines.dss").write_text("New Line.A bus1=a bus2=b")
    assert opendss.master_of(tmp_path) is None


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(st.sampled_from(ANY), max_size=30), noise=st.text(max_size=40))
def test_no_text_is_a_crash(tmp_path_factory: pytest.TempPathFactory, lines: list[str], noise: str) -> None:
    path = tmp_path_factory.mktemp("dss") / "any.dss"
    path.write_text("\n".join([*lines, noise]), encoding="utf-8", errors="replace")
    described = network.tree(network.of_script(opendss.read(path), "any"))
    topology, _ = described.topology()
    assert topology.upto[-1] == len(described.points)
