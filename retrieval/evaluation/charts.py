"""Small plots as SVG, to stand inside a page whose style sheet colours them.

A series' colour is the page's CSS variable `--series-N`, so that a plot follows the page's light
or dark scheme. Every plot has a title for those who cannot see it; its numbers stand in the
page's tables.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 12, 42
_ROW = 22
_LABELS = 150
_DOT = 4.5


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its bounds, in a row of its own; `series` chooses the colour."""

    label: str
    low: float
    value: float
    high: float
    series: int


@dataclass(frozen=True, slots=True)
class Line:
    """Points from left to right; dots instead of a line where `dotted`."""

    label: str
    points: Sequence[tuple[float, float]]
    series: int
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    start: float
    end: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        share = (value - self.start) / (self.end - self.start)
        return round(self.first + share * (self.last - self.first), 1)


def interval_plot(title: str, groups: Sequence[tuple[str, Sequence[Bar]]], *, unit: str) -> Markup:
    """Rows of values with their intervals, in named groups, on one scale from zero."""
    rows = sum(len(bars) + 1 for _, bars in groups)
    height = rows * _ROW + _BOTTOM
    ticks = _ticks(max((bar.high for _, bars in groups for bar in bars), default=0.0) or 1.0)
    x = _Scale(0.0, ticks[-1], _LABELS, WIDTH - _RIGHT)
    parts = [_line((x(tick), 0), (x(tick), height - _BOTTOM), "grid") for tick in ticks]
    parts += [_text(x(tick), height - _BOTTOM + 18, f"{tick:g}", "middle") for tick in ticks]
    parts.append(_text((_LABELS + WIDTH - _RIGHT) / 2, height - 6, unit, "middle"))
    y = 0.0
    for name, bars in groups:
        y += _ROW
        parts.append(_text(0, y - 7, name, "start", "strong"))
        for bar in bars:
            y += _ROW
            middle = y - _ROW / 2
            parts.append(_text(_LABELS - 10, middle + 4, bar.label, "end"))
            parts.append(
                _line((x(max(bar.low, 0.0)), middle), (x(bar.high), middle), "bar", bar.series)
            )
            parts.append(_dot(x(bar.value), middle, bar.series, f"{bar.label}: {bar.value:.3f}"))
    return _svg(title, height, parts)


def curve_plot(
    title: str, lines: Sequence[Line], *, x_label: str, y_label: str, diagonal: bool = False
) -> Markup:
    """Lines or dots over the unit square, with a legend below."""
    side = 300
    height = side + len(lines) * _ROW
    x = _Scale(0.0, 1.0, _LEFT, WIDTH - _RIGHT)
    y = _Scale(0.0, 1.0, side - _BOTTOM, _TOP)
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(_line((x(tick), _TOP), (x(tick), side - _BOTTOM), "grid"))
        parts.append(_line((_LEFT, y(tick)), (WIDTH - _RIGHT, y(tick)), "grid"))
        parts.append(_text(x(tick), side - _BOTTOM + 18, f"{tick:g}", "middle"))
        parts.append(_text(_LEFT - 8, y(tick) + 4, f"{tick:g}", "end"))
    parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, side - 6, x_label, "middle"))
    middle = (side - _BOTTOM + _TOP) / 2
    turn = Markup('<g transform="rotate(-90 12 {})">{}</g>')
    parts.append(turn.format(middle, _text(12, middle, y_label, "middle")))
    if diagonal:
        parts.append(_line((x(0), y(0)), (x(1), y(1)), "diagonal"))
    for number, line in enumerate(lines):
        points = [(x(across), y(up)) for across, up in line.points]
        if line.dotted:
            parts += [
                _dot(*place, line.series, f"{line.label}: {across:.2f}, {up:.2f}")
                for place, (across, up) in zip(points, line.points, strict=True)
            ]
        parts.append(_path(points, line.series, "faint" if line.dotted else "line"))
        row = side + number * _ROW
        parts.append(_line((_LEFT, row + 8), (_LEFT + 22, row + 8), "bar", line.series))
        parts.append(_text(_LEFT + 32, row + 12, line.label, "start"))
    return _svg(title, height, parts)


def thinned(points: Sequence[tuple[float, float]], *, most: int = 300) -> list[tuple[float, float]]:
    """At most about `most` of the points, evenly spread, the first and the last among them."""
    step = max(1, -(-len(points) // most))
    kept = list(points[::step])
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept


def _ticks(largest: float) -> list[float]:
    """Round numbers from zero to at least `largest`, four to eight steps."""
    step = 1.0
    while largest / step > 8:
        step *= 10
    while largest / step < 0.8:
        step /= 10
    for part in (0.1, 0.2, 0.25, 0.5):
        if largest / (step * part) <= 6:
            step *= part
            break
    count = 1
    while count * step < largest - 1e-9:
        count += 1
    return [round(number * step, 10) for number in range(count + 1)]


def _svg(title: str, height: float, parts: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>'
    ).format(WIDTH, height, title, title, Markup("").join(parts))


def _text(x: float, y: float, text: str, anchor: str, style: str = "") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>').format(
        x, y, anchor, style, escape(text)
    )


def _line(
    start: tuple[float, float], end: tuple[float, float], style: str, series: int | None = None
) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"{}/>').format(
        *start, *end, style, _colour(series)
    )


def _dot(x: float, y: float, series: int, title: str) -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="{}" class="dot"{}><title>{}</title></circle>').format(
        x, y, _DOT, _colour(series), title
    )


def _path(points: Iterable[tuple[float, float]], series: int, style: str) -> Markup:
    path = " ".join(f"{x},{y}" for x, y in points)
    return Markup('<polyline points="{}" class="{}"{}/>').format(path, style, _colour(series))


def _colour(series: int | None) -> Markup:
    if series is None:
        return Markup("")
    return Markup(' style="--colour: var(--series-{})"').format(series)
