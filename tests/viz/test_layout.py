"""Places: no boxes over one another, parts apart, the same each time."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.viz.layout import Point, place

Sizes = list[tuple[float, float]]


def overlaps(points: list[Point], sizes: Sizes) -> int:
    return sum(
        abs(points[a][0] - points[b][0]) < (sizes[a][0] + sizes[b][0]) / 2 - 1
        and abs(points[a][1] - points[b][1]) < (sizes[a][1] + sizes[b][1]) / 2 - 1
        for a, b in combinations(range(len(points)), 2)
    )


def hubs(count: int, links: int) -> tuple[Sizes, list[tuple[int, int]]]:
    chance = random.Random(1)
    sizes = [(float(chance.randint(30, 130)), float(chance.randint(40, 80))) for _ in range(count)]
    return sizes, [(int(count * chance.random() ** 3), chance.randrange(count)) for _ in range(links)]


@pytest.mark.parametrize(("count", "links"), [(2, 1), (30, 60), (60, 250), (150, 300)])
def test_no_box_lies_on_another(count: int, links: int) -> None:
    sizes, pairs = hubs(count, links)
    assert overlaps(place(sizes, pairs), sizes) == 0


def test_opening_view_is_dense_enough_to_read() -> None:
    sizes, pairs = hubs(60, 250)
    points = place(sizes, pairs)
    wide = max(x for x, _ in points) - min(x for x, _ in points)
    high = max(y for _, y in points) - min(y for _, y in points)
    assert sum(width * height for width, height in sizes) / (wide * high) > 0.25
    assert 0.5 < wide / high < 2


def test_same_places_each_time_whatever_the_order_of_links() -> None:
    sizes, pairs = hubs(500, 900)
    assert place(sizes, pairs) == place(sizes, [(b, a) for a, b in reversed(pairs)])


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 12).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(
                st.tuples(st.integers(0, max(n - 1, 0)), st.integers(0, max(n - 1, 0))),
                max_size=20 if n else 0,
            ),
        )
    )
)
def test_any_small_graph_has_places(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = drawn
    sizes = [(80.0, 50.0)] * count
    points = place(sizes, pairs)
    assert len(points) == count
    assert overlaps(points, sizes) == 0
