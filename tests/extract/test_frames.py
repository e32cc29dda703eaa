"""Frames: the package's own files, each of their examples, and what a faulty file is told."""

from pathlib import Path

import pytest

from policykg.extract.records import PREDICATES
from policykg.extract.relations.frames import ALLOWED, FrameError, load_frames, parse_example, parse_frames
from policykg.extract.relations.relations import Relations, read_example, run_example

FRAMES = load_frames()
COMPONENT = Relations(FRAMES)

GOOD = """
[[frame]]
name = "adopt"
relation = "manages"
subject = ["Body", "Document"]
object = ["Program"]
order = ["trigger", "object"]
trigger = ["认领"]
source = "a user's own rule"
[[frame.example]]
text = "[江城市科技局|Body:subject]认领[示范基地|Program:object]。"
[[frame.counter]]
text = "[江城市科技局|Body]走访[示范基地|Program]。"
"""


@pytest.mark.parametrize(
    ("frame", "example"),
    [pytest.param(f, e, id=f"{f.name}-{n}") for f in FRAMES for n, e in enumerate(f.examples)],
)
def test_frames_example_yields_its_relation(frame, example):
    assert run_example(COMPONENT, frame, example) == ""


@pytest.mark.parametrize(
    ("frame", "counter"),
    [pytest.param(f, c, id=f"{f.name}-{n}") for f in FRAMES for n, c in enumerate(f.counters)],
)
def test_frames_counter_example_yields_nothing(frame, counter):
    assert frame.name not in {relation.rule for relation in read_example(COMPONENT, counter)}


def test_frames_and_statements_cover_every_predicate():
    by_statement = {"cites", "hasTarget"}  # these need no verb; test_relations has them
    assert {frame.relation for frame in FRAMES} | by_statement == set(PREDICATES)
    assert set(ALLOWED) == set(PREDICATES)


def test_parse_example_reads_offsets_and_roles():
    example = parse_example("由[科技部|Body:subject]设立[基金|Mechanism:object]。")
    assert example.text == "由科技部设立基金。"
    assert [(example.text[m.start : m.end], m.type, m.role) for m in example.mentions] == [
        ("科技部", "Body", "subject"),
        ("基金", "Mechanism", "object"),
    ]


def test_parse_frames_reports_all_faults_at_once():
    text = GOOD.replace('"manages"', '"owns"') + GOOD.replace("trigger = ", "triggers = ").replace(
        '"adopt"', '"b"'
    )
    with pytest.raises(FrameError) as caught:
        parse_frames(text, "mine.toml")
    message = str(caught.value)
    assert "mine.toml: frame adopt: relation 'owns' does not exist; one of issues" in message
    assert "mine.toml: frame b: unknown key 'triggers'; known:" in message
    assert "mine.toml: frame b: key 'trigger' is missing" in message


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        (
            'trigger = ["认领"]',
            'trigger = ["认领"]\ntold_by = ["评估"]',
            "told_by word '评估' is not in tail",
        ),
        (
            'object = ["Program"]',
            'object = ["Mechanism", "Target"]',
            "manages takes no Target as object; allowed: Body",
        ),
        ('object = ["Program"]', 'object = ["Agency"]', "object type 'Agency' does not exist; one of Body"),
        ('"trigger", "object"]', '"object"]', 'order must hold "trigger" once'),
        ('"trigger", "object"]', '"lead", "trigger", "object"]', "go together; give both or neither"),
        ('"trigger", "object"]', '"trigger", "object", "lead"]\nlead = ["对"]', "use tail for what follows"),
        ('trigger = ["认领"]', 'trigger = "认领"', "trigger must be a list of non-empty strings"),
        ('trigger = ["认领"]', 'trigger = ["认领"]\nmax_gap = 900', "max_gap must lie between 0 and 60"),
        ('trigger = ["认领"]', 'trigger = ["认领"]\nmax_gap = "9"', "max_gap must be int"),
        ('trigger = ["认领"]', 'trigger = ["认领"]\nmodality = "maybe"', "modality 'maybe' does not exist"),
        ('trigger = ["认领"]', 'trigger = ["认领"]\nconfidence = 7', "confidence must lie above 0"),
        ("|Program:object]", "|Program:thing]", "role 'thing' does not exist; subject or object"),
        ("|Program:object]", "|Plan:object]", "type 'Plan' does not exist"),
        ("[示范基地|Program:object]", "[示范基地", "a bracket is left open"),
        ("[[frame.counter]]", "[[frame.example]]", "no [[frame.counter]]; add at least one"),
        ("[[frame]]", "[[frames]]", "unknown key 'frames'"),
        ("[[frame]]", "[frame", "not valid TOML"),
    ],
)
def test_parse_frames_names_the_remedy(old, new, remedy):
    with pytest.raises(FrameError) as caught:
        parse_frames(GOOD.replace(old, new, 1), "mine.toml")
    assert remedy in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_parse_frames_refuses_a_name_used_before():
    known = parse_frames(GOOD, "first.toml")
    with pytest.raises(FrameError, match="'adopt' is used twice"):
        parse_frames(GOOD, "second.toml", known)


def test_load_frames_adds_a_users_file(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert [f.name for f in load_frames([path])][len(FRAMES) :] == ["adopt"]


def test_load_frames_names_a_missing_file(tmp_path: Path):
    with pytest.raises(FrameError, match="cannot be read"):
        load_frames([tmp_path / "absent.toml"])


def test_parse_frames_checks_the_types_that_must_be_whole():
    text = """[[frame]]
name = "adopt"
relation = "establishes"
subject = ["Body"]
object = ["Program"]
order = ["trigger", "object"]
trigger = ["认养"]
whole = ["Body"]
source = "invented"
[[frame.example]]
text = "认养[茶园|Program:object]。"
[[frame.counter]]
text = "看望[茶园|Program]。"
"""
    with pytest.raises(FrameError, match=r"own\.toml: frame adopt: whole type 'Body' is no type of object"):
        parse_frames(text, "own.toml")
