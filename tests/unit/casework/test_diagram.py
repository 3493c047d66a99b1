"""The drawing of a flow: every state once, nothing on top of another, every change of state shown."""

from __future__ import annotations

from itertools import combinations

import pytest

from open95598.casework import registry
from open95598.casework.diagram import Words, draw, frame_of, frame_of_node, meet, text_width
from open95598.casework.flow import BACK, edges
from open95598.foundation.words import Label


@pytest.mark.parametrize("flow", registry.flows(), ids=lambda f: f.kind)
def test_no_name_is_hidden_by_a_box_or_by_another_name(flow):
    drawing = draw(flow)
    boxes = [(node.state.name, frame_of_node(node)) for node in drawing.nodes]
    names = [(words.labels[0].en, frame_of(words)) for words in drawing.words]
    for name, frame in names:
        assert frame[0] >= 0 and frame[1] >= 0 and frame[2] <= drawing.width and frame[3] <= drawing.height, name
    hidden = [(a, b) for a, one in names for b, other in boxes if meet(one, other)]
    hidden += [(a, b) for (a, one), (b, other) in combinations(names, 2) if meet(one, other)]
    assert hidden == []
    for node in drawing.nodes:  # what stands in a box fits into it
        assert text_width(node.state.label) * 13 / 11.5 <= node.width - 24


@pytest.mark.parametrize("flow", registry.flows(), ids=lambda f: f.kind)
def test_every_line_ends_at_a_box_or_at_another_line(flow):
    drawing = draw(flow)
    boxes = [frame_of_node(node) for node in drawing.nodes]
    for line in drawing.lines:
        if line.arrow:
            x, y = line.points[-1]
            on_line = any(  # the rail, where it goes on
                min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d)
                for other in drawing.lines
                if other is not line
                for (a, b), (c, d) in zip(other.points, other.points[1:], strict=False)
            )
            at_box = any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)
            assert at_box or on_line, line


def test_a_frame_is_as_wide_as_the_wider_language():
    words = Words((Label("退单", "Return the order"),), 100, 50, "end")
    left, top, right, bottom = frame_of(words)
    assert right == 100 and left == 100 - text_width(words.labels[0]) < 100 - 2 * 11.5
    assert top < 50 < bottom


@pytest.mark.parametrize("flow", registry.flows(), ids=lambda f: f.kind)
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
