"""Where each node stands: igraph's force-directed layout, made to fit labels; same graph, same places."""

import math
import random
from collections.abc import Sequence

import igraph

Point = tuple[float, float]

_SEED = 20
_GAP = 10.0
_SMALL = 400
# Boxes are wider than high, so that pushing them apart makes a layout higher: begin with a wide one.
_FLAT = 1.12
_ROOM = 0.8
_INWARD = 0.65


def place(sizes: Sequence[tuple[float, float]], links: Sequence[tuple[int, int]]) -> list[Point]:
    """Place nodes so that their boxes do not overlap (as far as a bounded number of pushes can do).

    Args:
        sizes: width and height, in pixels, of the box that each node and its label take.
        links: pairs of indices into `sizes`; direction and repetition do not matter.
    Returns:
        The centre of each box, in pixels, y downwards, around (0, 0).
    """
    if not sizes:
        return []
    pairs = sorted({(min(a, b), max(a, b)) for a, b in links if a != b})
    groups = igraph.Graph(n=len(sizes), edges=pairs).connected_components()
    parts = sorted((sorted(group) for group in groups), key=lambda part: (-len(part), part[0]))
    member = {node: (part, rank) for part, nodes in enumerate(parts) for rank, node in enumerate(nodes)}
    inner: list[list[tuple[int, int]]] = [[] for _ in parts]
    for a, b in pairs:
        inner[member[a][0]].append((member[a][1], member[b][1]))
    drawn = [
        _lay_part([sizes[node] for node in nodes], links) for nodes, links in zip(parts, inner, strict=True)
    ]
    boxed = [[sizes[node] for node in nodes] for nodes in parts]
    points: list[Point] = [(0.0, 0.0)] * len(sizes)
    for nodes, shelf in zip(parts, _pack(drawn, boxed), strict=True):
        for node, point in zip(nodes, shelf, strict=True):
            points[node] = point
    return _centre(points)


def _lay_part(sizes: list[tuple[float, float]], links: list[tuple[int, int]]) -> list[Point]:
    """Lay out one connected part."""
    if len(sizes) == 1:
        return [(0.0, 0.0)]
    count = len(sizes)
    graph = igraph.Graph(n=count, edges=links)
    random_numbers = random.Random(_SEED)
    # As wide as the layout will be: from one crowded spot, igraph's grid would compare all pairs.
    half = math.sqrt(count) / 2
    start = [(random_numbers.uniform(-half, half), random_numbers.uniform(-half, half)) for _ in range(count)]
    igraph.set_random_number_generator(random_numbers)
    try:
        if count <= _SMALL:
            laid = graph.layout_kamada_kawai(seed=start, maxiter=50 * count)
            laid = graph.layout_fruchterman_reingold(seed=laid, niter=60, start_temp=0.4, grid="nogrid")
        else:
            laid = graph.layout_fruchterman_reingold(seed=start, niter=150, grid="grid")
    finally:
        igraph.set_random_number_generator(random)
    raw = [(float(x), float(y)) for x, y in laid.coords]
    return _separate(_spread(raw, sizes), sizes)


def _spread(points: list[Point], sizes: list[tuple[float, float]]) -> list[Point]:
    """Scale a layout of no particular unit until its area has room for all boxes.

    What lies far out is drawn in, so that one long tail does not make all the rest small.
    """
    points = _draw_in(points)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(max(xs) - min(xs), 1e-9), max(max(ys) - min(ys), 1e-9)
    need = sum((width + _GAP) * (height + _GAP) for width, height in sizes) * _ROOM
    side = math.sqrt(need)
    scale = side / math.sqrt(wide * high) if min(wide, high) > 1e-6 else side / max(wide, high)
    return [(x * scale * _FLAT, y * scale / _FLAT) for x, y in points]


def _draw_in(points: list[Point]) -> list[Point]:
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    drawn: list[Point] = []
    for x, y in points:
        away = math.hypot(x - middle_x, y - middle_y)
        shrink = away ** (_INWARD - 1) if away > 0 else 1.0
        drawn.append(((x - middle_x) * shrink, (y - middle_y) * shrink))
    return drawn


def _separate(points: list[Point], sizes: list[tuple[float, float]]) -> list[Point]:
    """Push overlapping boxes apart, each pair along the axis where it takes less."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    cell_x = max(width for width, _ in sizes) + _GAP
    cell_y = max(height for _, height in sizes) + _GAP
    rounds = 120 if len(points) <= _SMALL else 4
    for _ in range(rounds):
        cells: dict[tuple[int, int], list[int]] = {}
        moved = False
        for index in range(len(points)):
            key = (math.floor(xs[index] / cell_x), math.floor(ys[index] / cell_y))
            cells.setdefault(key, []).append(index)
        for index in range(len(points)):
            column, row = math.floor(xs[index] / cell_x), math.floor(ys[index] / cell_y)
            for near in ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                for other in cells.get(near, ()):
                    if other > index:
                        moved = _push(index, other, xs, ys, sizes) or moved
        if not moved:
            break
    return list(zip(xs, ys, strict=True))


def _push(a: int, b: int, xs: list[float], ys: list[float], sizes: list[tuple[float, float]]) -> bool:
    over_x = (sizes[a][0] + sizes[b][0]) / 2 + _GAP - abs(xs[a] - xs[b])
    over_y = (sizes[a][1] + sizes[b][1]) / 2 + _GAP - abs(ys[a] - ys[b])
    if over_x <= 0.5 or over_y <= 0.5:
        return False
    if over_x < over_y:
        step = over_x / 2 if xs[a] >= xs[b] else -over_x / 2
        xs[a] += step
        xs[b] -= step
    else:
        step = over_y / 2 if ys[a] >= ys[b] else -over_y / 2
        ys[a] += step
        ys[b] -= step
    return True


def _pack(drawn: list[list[Point]], boxed: list[list[tuple[float, float]]]) -> list[list[Point]]:
    """Set the parts on shelves, the largest first, as wide as the largest or as a square of all would be."""
    frames = [_frame(points, sizes) for points, sizes in zip(drawn, boxed, strict=True)]
    area = sum((right - left + 2 * _GAP) * (bottom - top + 2 * _GAP) for left, top, right, bottom in frames)
    limit = max(frames[0][2] - frames[0][0], math.sqrt(area) * 1.15)
    packed: list[list[Point]] = []
    x = y = shelf = 0.0
    for points, (left, top, right, bottom) in zip(drawn, frames, strict=True):
        wide, high = right - left, bottom - top
        if x and x + wide > limit:
            x, y, shelf = 0.0, y + shelf + 2 * _GAP, 0.0
        packed.append([(px - left + x, py - top + y) for px, py in points])
        x, shelf = x + wide + 2 * _GAP, max(shelf, high)
    return packed


def _frame(points: list[Point], sizes: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Give left, top, right and bottom of all boxes."""
    pairs = list(zip(points, sizes, strict=True))
    return (
        min(x - width / 2 for (x, _), (width, _) in pairs),
        min(y - height / 2 for (_, y), (_, height) in pairs),
        max(x + width / 2 for (x, _), (width, _) in pairs),
        max(y + height / 2 for (_, y), (_, height) in pairs),
    )


def _centre(points: list[Point]) -> list[Point]:
    x = (min(x for x, _ in points) + max(x for x, _ in points)) / 2
    y = (min(y for _, y in points) + max(y for _, y in points)) / 2
    return [(px - x, py - y) for px, py in points]
