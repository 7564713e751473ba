"""A bar chart as SVG, readable on a light and on a dark page."""

from html import escape

COLOURS = {"limit": "#9aa3ad", "product": "#2f6fde", "plain": "#d08a2e"}
WIDTH = 760
LABEL = 200
BAR = 18
GAP = 16
TOP = 48


def chart(values: dict[str, dict[str, float]]) -> str:
    """Return the milliseconds by work and server as horizontal bars."""
    scale = (WIDTH - LABEL - 80) / max(value for row in values.values() for value in row.values())
    parts, y = [], TOP
    for title, row in values.items():
        middle = y + len(COLOURS) * BAR / 2 + 4
        parts.append(f'<text x="{LABEL - 12}" y="{middle}" text-anchor="end">{escape(title)}</text>')
        for name, colour in COLOURS.items():
            parts += _bar(y, row[name], row[name] * scale, colour)
            y += BAR
        y += GAP
    legend = "".join(_legend(LABEL + number * 110, name) for number, name in enumerate(COLOURS))
    return _document(y, ["<title>Processor milliseconds per request, less is better</title>", legend, *parts])


def _bar(y: float, value: float, width: float, colour: str) -> list[str]:
    return [
        f'<rect x="{LABEL}" y="{y + 1}" width="{width:.1f}" height="{BAR - 3}" fill="{colour}"/>',
        f'<text x="{LABEL + width + 6:.1f}" y="{y + BAR - 5}">{value:.2f}</text>',
    ]


def _legend(x: int, name: str) -> str:
    square = f'<rect x="{x}" y="14" width="12" height="12" fill="{COLOURS[name]}"/>'
    return f'{square}<text x="{x + 18}" y="24">{name}</text>'


def _document(height: float, parts: list[str]) -> str:
    heading = f'<text x="{WIDTH - 12}" y="24" text-anchor="end">CPU ms per request, less is better</text>'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
            ' font-family="system-ui, sans-serif" font-size="13" fill="#59636e">',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            heading,
            *parts,
            "</svg>\n",
        ]
    )
