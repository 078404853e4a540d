"""A room drawn from above: its size by the number of people it holds, its chairs one dot each.

The drawing is ours for every room, so that a room without a photo has a face too. All rooms are drawn at one scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from venue.models import Layout, Space

Point = tuple[float, float]
Box = tuple[int, int, int, int]

WIDTH, HEIGHT = 320, 180
#: The largest room that is drawn fills the paper; a larger one is drawn as large as this.
MOST_PEOPLE = 110
SMALLEST_AREA = 3_600
LARGEST_AREA = 288 * 148
MARGIN = 13
PERSON = 11.5

#: Which layout is drawn when nobody asked for one.
PREFERRED = (Layout.THEATRE, Layout.DINNER, Layout.U_SHAPE, Layout.STANDING)


@dataclass(frozen=True)
class Plan:
    """Ready values for templates/components/room_plan.html: the walls, and paths of dots and tables."""

    x: int
    y: int
    width: int
    height: int
    chairs: str
    tables: str
    round_tables: str
    is_divided: bool

    @property
    def door(self) -> int:
        """Where the door begins in the wall below."""
        return self.x + self.width * 7 // 10

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


def plan_of(space: Space, layout: str = "", *, is_divided: bool = False) -> Plan:
    """Draw a space as it stands in a layout; without one, as it stands most of the time."""
    rows = {row.layout: row.capacity for row in space.layouts.all()}
    chosen = layout if layout in rows else next((one for one in PREFERRED if one in rows), "")
    most = min(max(rows.values(), default=8), MOST_PEOPLE)
    area = SMALLEST_AREA + (LARGEST_AREA - SMALLEST_AREA) * most / MOST_PEOPLE
    width = round(min(math.sqrt(area * 1.75), WIDTH - 32))
    height = round(min(area / width, HEIGHT - 32))
    x, y = (WIDTH - width) // 2, (HEIGHT - height) // 2
    inner = (x + MARGIN, y + MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)
    people = min(rows.get(chosen, 0), MOST_PEOPLE)
    chairs: list[Point] = []
    tables, round_tables = "", ""
    if chosen == Layout.THEATRE:
        chairs = _grid(people, inner, top=10)
        tables = f"M{inner[0] + inner[2] * 0.3:.0f} {inner[1]:.0f}h{inner[2] * 0.4:.0f}"
    elif chosen == Layout.DINNER:
        centres = _grid(math.ceil(people / 6), inner, top=0)
        round_tables = _dots(centres)
        chairs = [seat for number, at in enumerate(centres) for seat in _around(at, people, number)]
    elif chosen == Layout.U_SHAPE:
        tables, chairs = _u_shape(people, inner)
    else:
        chairs = _grid(people, inner, top=0, restless=True)
    return Plan(x, y, width, height, _dots(chairs), tables, round_tables, is_divided)


def _grid(count: int, inner: Box, *, top: float, restless: bool = False) -> list[Point]:
    """Points spread over the floor in rows; restless ones stand a little out of line."""
    if count <= 0:
        return []
    x, y, width, height = inner[0], inner[1] + top, inner[2], max(inner[3] - top, 8)
    about = max(1, min(count, round(math.sqrt(count * width / height))))
    columns = min(
        range(max(1, about - 2), about + 3),
        key=lambda many: (-count) % many / many + abs(many - about) / 3,
    )
    rows = math.ceil(count / columns)
    points = []
    for number in range(count):
        row, column = divmod(number, columns)
        in_row = min(columns, count - row * columns)
        step = width / columns
        across = x + width / 2 + (column - (in_row - 1) / 2) * step
        down = y + (row + 0.5) * height / rows
        if restless:
            across += math.sin(number * 12.9) * step * 0.22
            down += math.cos(number * 7.3) * height / rows * 0.2
        points.append((across, down))
    return points


def _around(table: Point, people: int, number: int) -> list[Point]:
    """Up to six seats around a round table."""
    seats = min(6, people - number * 6)
    turns = [math.tau * seat / max(seats, 1) - math.pi / 2 for seat in range(seats)]
    return [(table[0] + 14.5 * math.cos(turn), table[1] + 14.5 * math.sin(turn)) for turn in turns]


def _u_shape(people: int, inner: Box) -> tuple[str, list[Point]]:
    """Tables in a U with the seats outside it, an equal distance apart."""
    x, y, width, height = inner
    bottom = y + height - 12
    across = min(width - 24, max(24, people * PERSON))
    left, right = x + width / 2 - across / 2, x + width / 2 + across / 2
    path = f"M{left:.0f} {y:.0f}V{bottom:.0f}H{right:.0f}V{y:.0f}"
    sides = [bottom - y, right - left, bottom - y]
    total = sum(sides)
    seats: list[Point] = []
    for number in range(people):
        along = (number + 0.5) * total / people
        if along < sides[0]:
            seats.append((left - 11, y + along))
        elif along < sides[0] + sides[1]:
            seats.append((left + along - sides[0], bottom + 11))
        else:
            seats.append((right + 11, bottom - (along - sides[0] - sides[1])))
    return path, seats


def _dots(points: list[Point]) -> str:
    """A path that draws one round dot for each point (stroke-linecap="round")."""
    return "".join(f"M{x:.0f} {y:.0f}h0" for x, y in points)
