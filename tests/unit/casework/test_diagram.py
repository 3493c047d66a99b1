"""The drawing of a flow: every state once, nothing on top of another, every change of state shown."""

from __future__ import annotations

import pytest

from open95598.casework.diagram import draw
from open95598.casework.flow import BACK, edges
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.partflows import PARTS


@pytest.mark.parametrize("flow", [*ORDERS, *PARTS], ids=lambda f: f.kind)
def test_every_flow_can_be_drawn(flow):
    drawing = draw(flow)
    assert sorted(n.state.name for n in drawing.nodes) == sorted(s.name for s in flow.states)
    boxes = [(n.x, n.y, n.x + n.width, n.y + n.height) for n in drawing.nodes]
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and right <= drawing.width and top >= 0 and bottom <= drawing.height
        for other in boxes[number + 1 :]:
            apart = right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
            assert apart, (flow.kind, number)
    said = {label for words in drawing.words for label in words.labels}
    said |= {label for node in drawing.nodes for label in node.loops}
    assert said == {action.label for source, target, action in edges(flow)} | {
        a.label for a in flow.actions if BACK in a.to
    }
    for line in drawing.lines:
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in line.points), line
    assert draw(flow) == drawing
