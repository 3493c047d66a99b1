"""A grid in the tables of SimBench, small and with mistakes."""

from pathlib import Path

from open95598.registry.grid import network, simbench
from open95598.registry.grid.topology import Kind

TABLES = {
    "Node": "id;type;vmR;coordID\nHV;busbar;110;c1\nMV;busbar;20;c1\nM1;node;20;c2\nM2;node;20;\nA;node;0.4;\n"
    "B;node;0.4;\n",
    "Coordinates": "id;x;y\nc1;11.4;53.6\nc2;11.5;53,7\n",
    "ExternalNet": "id;node;calc_type\nNet;HV;vavm\n",
    "Line": "id;nodeA;nodeB;type\nL1;MV;M1;x\nL2;M1;M2;x\nL3;A;B;x\nbad;M1;nowhere;x\n;M1;M2;x\n",
    "Switch": "id;nodeA;nodeB;type;cond\nS1;M2;MV;LBS;0\n",
    "Transformer": "id;nodeHV;nodeLV;type\nT0;HV;MV;x\nT1;M2;A;x\n",
    "LineType": "id;r;x;b;iMax;type\nx;0.1;0.1;1;270;cable\n",
    "TransformerType": "id;sR;vmHV;vmLV\nx;0.4;20;0.4\n",
    "Load": "id;node;profile\nH1;B;x\nH2;A;x\nH3;elsewhere;x\n",
}


def test_the_tree_of_a_simbench_grid(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    assert simbench.is_one(tmp_path)
    described = network.tree(simbench.read(tmp_path))
    prefix = f"{tmp_path.name}/"
    shape = {one.code.removeprefix(prefix): (one.kind, one.parent.removeprefix(prefix)) for one in described.devices}
    assert shape["L1"] == (Kind.FEEDER, tmp_path.name)
    assert shape["L2"] == (Kind.SECTION, "L1")
    assert shape["T1"] == (Kind.TRANSFORMER, "L2")
    assert shape["L3"] == (Kind.BOX, "T1")
    assert {one.code for one in described.devices if one.normal_open} == {f"{prefix}S1"}
    assert {one.code.removeprefix(prefix): one.device.removeprefix(prefix) for one in described.points} == {
        "H1": "L3",
        "H2": "T1",
    }
    assert {one.code.removeprefix(prefix): one.rated for one in described.devices if one.rated} == {
        "L1": 270, "L2": 270, "T1": 400
    }  # fmt: skip
    assert next(one.y for one in described.devices if one.code == f"{prefix}L1") == 53.7
    told = [str(one) for one in described.problems]
    assert len(told) == 3
    assert told[0].startswith("Line.csv:5: bad names a node")
    assert told[1] == "Line.csv:6: needs id, nodeA, nodeB"
    assert "elsewhere" in told[2]
