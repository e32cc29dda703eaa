"""Looks: known for every term, told apart without colour; captions of bearable size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policykg.ontology.terms import label, load_terms
from policykg.viz.style import MODALITIES, PREDICATES, TYPES, caption, label_size, radius


def test_every_term_is_in_the_vocabulary() -> None:
    for term in (*TYPES, *PREDICATES, *MODALITIES):
        assert label(term, "zh") and label(term, "en")


def test_every_modality_of_the_vocabulary_has_a_colour() -> None:
    named = {
        name for name, term in load_terms().items() if any(kind.endswith("#Modality") for kind in term.kinds)
    }
    assert named == set(MODALITIES)


def test_types_differ_by_shape_and_by_colour() -> None:
    for of in ("shape", "light", "dark"):
        assert len({getattr(look, of) for look in TYPES.values()}) == len(TYPES)


@pytest.mark.parametrize("look", TYPES.values(), ids=TYPES)
def test_colours_stand_out_from_the_page(look: object) -> None:
    assert contrast(getattr(look, "light"), "#fbfaf7") >= 3 - 0.2  # noqa: B009
    assert contrast(getattr(look, "dark"), "#12161d") >= 4.5  # noqa: B009


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("省科委", "省科委"),
        ("云川省科学技术委员会", "云川省科学\n技术委员会"),
        ("云川省“十六五”概念产业规划", "云川省“十六五”\n概念产业规划"),
        ("甲\n乙", "甲 乙"),
        ("云川省科学技术委员会关于开展深海场景试点工作的通知", "云川省科学技术委员\n会关于开展深海场…"),
    ],
)
def test_caption(name: str, drawn: str) -> None:
    assert caption(name) == drawn


@given(st.text(min_size=1, max_size=60))
def test_caption_is_never_large(name: str) -> None:
    drawn = caption(name)
    assert drawn.count("\n") <= 1
    assert label_size(drawn)[0] <= 170


def test_radius_grows_with_degree_up_to_a_bound() -> None:
    sizes = [radius(degree) for degree in (0, 1, 5, 50, 5000)]
    assert sizes == sorted(sizes)
    assert sizes[-1] <= 30
