"""Lists of bodies in charge at the end of tasks."""

import pytest

from policykg.extract.relations.charges import find_charge, is_label
from policykg.extract.relations.clauses import Entity, load_cues
from policykg.extract.relations.frames import parse_example
from policykg.extract.relations.scanning import mask


@pytest.mark.parametrize(
    ("marked", "leaders", "partners"),
    [
        ("建设平台。（责任部门：[科技局|Body]、[财政局|Body]）", ["科技局", "财政局"], []),
        ("责任单位:[科技局|Body]", ["科技局"], []),
        ("（[科技局|Body]、[财政局|Body]）", ["科技局", "财政局"], []),
        ("([科技局|Body]、[财政局|Body]负责)", ["科技局", "财政局"], []),
        ("牵头单位：[科技局|Body]；配合单位：[财政局|Body]", ["科技局"], ["财政局"]),
        ("（[科技局|Body]牵头，[财政局|Body]配合）", ["科技局"], ["财政局"]),
        ("支持[企业|Body]（含[高校|Body]等机构）发展。", None, None),
    ],
)
def test_find_charge(marked, leaders, partners):
    example = parse_example(marked)
    entities = [Entity(m.start, m.end, m.type, example.text[m.start : m.end]) for m in example.mentions]
    masked = mask(example.text, entities)
    charge = find_charge(masked, 0, len(masked), entities, load_cues())
    if leaders is None:
        assert charge is None
    else:
        assert charge is not None
        assert [e.name for e in charge.leaders] == leaders
        assert [e.name for e in charge.partners] == partners


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("（牵头部门：科技局）", (1, 5), True),
        ("（责任单位:科技局）", (3, 5), True),
        ("牵头部门应当公开清单。", (0, 4), False),
        ("有关单位：", (2, 4), False),
    ],
)
def test_is_label(text, span, expected):
    assert is_label(text, Entity(*span, "Body", text[slice(*span)]), load_cues()) is expected
