"""Draws the diagrams in `docs/images/` from the code, with Graphviz (`@viz-js/viz`, which needs no browser).

Layers come from the contracts of import-linter, the middleware from the application, the tables from the models, the
states of a job from its enumeration. Colours are CSS classes, so that a diagram is readable in light and in dark.
"""

import json
import re
import subprocess
import textwrap
import tomllib
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any

import introspection as product
from domain.jobs.job import JobState
from repository.jobs.job_repository import JobRepository
from service.jobs.outbox import Outbox
from service.unit_of_work import UnitOfWork
from worker.job_runner import JobRunner
from worker.stream_broker import IdStreamBroker

FOLDER = product.ROOT / "docs" / "images"
NPM = ("sh", str(product.ROOT / "scripts" / "bootstrap.sh"), "npm", "exec", "--silent", "--")
DRAW = """
import { instance } from '@viz-js/viz'
import { text } from 'node:stream/consumers'
const viz = await instance()
const dots = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(dots.map((dot) => viz.renderString(dot, { format: 'svg' }))))
"""
# Space is reserved for letters of these sizes, and they are drawn a size smaller: fonts differ in their widths.
SIZES = {"16.50": "14", "14.00": "12"}
GRAPH = """digraph {
graph [fontname="Arial", fontsize=14, bgcolor="white", pad=0.2, nodesep=0.3, ranksep=0.45, style="rounded"]
node [fontname="Arial", fontsize=16.5, shape=box, style="rounded,filled", margin="0.15,0.12"]
edge [fontname="Arial", fontsize=14, arrowsize=0.7]
"""
# The colour of remarks.
SOFT = "#010101"
STYLE = """
  svg { --page: #fff; --box: #f6f8fa; --line: #c5ced6; --text: #1f2328; --soft: #59636e; --arrow: #7b8794; --yours: #e1f1ef; --strong: #0f6b63 }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --box: #171d26; --line: #3d4652; --text: #e6edf3; --soft: #a1abb6; --arrow: #8b96a3; --yours: #10302d; --strong: #5eccbe }
  }
  text { fill: var(--text); font-family: Arial, 'Liberation Sans', Helvetica, sans-serif }
  .soft { fill: var(--soft) }
  .page { fill: var(--page) }
  .cluster path { fill: none; stroke: var(--line); stroke-dasharray: 4 3 }
  .cluster text, .edge text { fill: var(--soft) }
  .node path, .node polygon, .node ellipse { fill: var(--box); stroke: var(--line) }
  .yours path, .yours polygon { fill: var(--yours); stroke: var(--strong) }
  .edge path { fill: none; stroke: var(--arrow) }
  .edge polygon { fill: var(--arrow); stroke: var(--arrow) }
"""


def main(*arguments: str) -> int:
    """Draw the diagrams, or compare them, and return the exit status."""
    described = [
        (page.__name__.replace("_", "-") + ".svg", page.__doc__ or "", "\n".join([GRAPH, *page(), "}"]))
        for page in DIAGRAMS
    ]
    drawn = draw([dot for _, _, dot in described])
    pictures = {name: finished(svg, title) for (name, title, _), svg in zip(described, drawn, strict=True)}
    outdated = [
        name
        for name, svg in pictures.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != svg
    ]
    if arguments == ("--check",):
        print("".join(f"docs/images/{name} is out of date.\n" for name in outdated), end="")
        return int(bool(outdated))
    for name in outdated:
        (FOLDER / name).write_text(pictures[name], encoding="utf-8")
    return 0


def draw(dots: list[str]) -> list[str]:
    """Return the SVG of each graph."""
    command = [*NPM, "node", "--input-type=module", "--eval", DRAW]
    done = subprocess.run(
        command, cwd=product.ROOT / "frontend", input=json.dumps(dots), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    drawn: list[str] = json.loads(done.stdout.splitlines()[-1])
    return drawn


def finished(svg: str, title: str) -> str:
    """Return an SVG with a text alternative, and with classes in place of colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n|<title>[^<]*</title>\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="([\d.]+)pt"', "", svg)
    svg = svg.replace('<polygon fill="white"', '<polygon class="page"', 1).replace(f' fill="{SOFT}"', ' class="soft"')
    svg = re.sub(r' (?:fill|stroke|font-family|xml:space|xmlns:xlink|id)="[^"]*"', "", svg)
    svg = re.sub(r'font-size="([\d.]+)"', lambda found: f'font-size="{SIZES[found[1]]}"', svg)
    svg = re.sub(r'<g class="node.*?</g>', lambda group: centred(group[0]), svg, flags=re.DOTALL)
    size = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', svg)
    shown = f' width="{float(size[1]):.0f}" height="{float(size[2]):.0f}" role="img"' if size else ""
    text = escape(" ".join(title.split()))
    return (
        re.sub(
            r"<svg([^>]*)>",
            lambda tag: f"<svg{tag[1]}{shown}>\n<title>{text}</title>\n<style>{STYLE}</style>",
            svg,
            count=1,
        ).strip()
        + "\n"
    )


def centred(group: str) -> str:
    """Return a node with its lines in the middle."""
    shape = re.search(r' d="([^"]*)"', group)
    places = [float(place) for place in re.findall(r"(-?[\d.]+),", shape[1])] if shape else []
    middle = (min(places) + max(places)) / 2
    return re.sub(r'text-anchor="\w+" x="[^"]*"', f'text-anchor="middle" x="{middle:.1f}"', group)


def node(name: str, heading: str, *remarks: str, kind: str = "") -> str:
    """Return a node: a heading, and lines below it."""
    lines = "".join(f'<BR/><FONT POINT-SIZE="14" COLOR="{SOFT}">{escape(remark)}</FONT>' for remark in remarks)
    return f'"{name}" [label=<<B>{escape(heading)}</B>{lines}>, class="{kind}"]'


def edge(start: str, end: str, label: str = "", **attributes: str) -> str:
    """Return an arrow."""
    more = "".join(f', {name}="{value}"' for name, value in attributes.items())
    return f'"{start}" -> "{end}" [label="{label}"{more}]'


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a remark."""
    yield from textwrap.wrap(text.replace("`", ""), width)


# The diagrams


def layers() -> Iterator[str]:
    """The five layers. Arrows are the imports that the contracts allow, and all of them point down."""
    order = ranks()
    for rank in order:
        yield f"{{ rank=same; {'; '.join(json.dumps(layer) for layer in rank)} }}"
        for layer in rank:
            does = product.first_words(layer)
            areas = [f"Areas: {', '.join(found)}"] if (found := product.areas(layer)) else []
            yield node(layer, layer, *wrapped(does, 46), *areas, kind="" if layer in {"cli", "embedded"} else "yours")
    names = [layer for rank in order for layer in rank]
    yield from (edge(above, below) for above in names for below in names if may_import(above, below))


def ranks() -> list[list[str]]:
    """Return the layers from the top down, as the contract orders them."""
    [order] = [contract["layers"] for contract in contracts() if contract["type"] == "layers"]
    return [rank.split(" | ") for rank in order if rank not in {"cli", "embedded"}]  # they only start the others


@cache
def contracts() -> list[dict[str, Any]]:
    """Return the contracts of import-linter."""
    settings = tomllib.loads((product.BACKEND / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def may_import(above: str, below: str) -> bool:
    """Whether the contracts allow one layer to import another."""
    order = {layer: number for number, rank in enumerate(ranks()) for layer in rank}
    forbidden = any(
        above in contract.get("source_modules", ()) and below in contract.get("forbidden_modules", ())
        for contract in contracts()
    )
    reserved = any(
        below in contract.get("protected_modules", ()) and above not in contract.get("allowed_importers", ())
        for contract in contracts()
    )
    return order[above] < order[below] and not forbidden and not reserved


def middleware() -> Iterator[str]:
    """The middleware of a request, from the outside in, and back. Dashed: only with its setting."""
    chain = product.middleware()
    yield node("client", "client")
    for number, (kind, setting) in enumerate(chain):
        remark = [f"with {setting}"] if setting else []
        yield node(str(number), kind.__name__, *wrapped(product.first_line(kind.__doc__), 70), *remark)
    yield node(
        "route",
        "route",
        "dependencies open the unit of work; the route makes one call; the commit",
        "comes before the answer",
        kind="yours",
    )
    steps = ["client", *map(str, range(len(chain))), "route"]
    yield from (
        edge(start, end, dir="both", style="dashed" if end.isdigit() and chain[int(end)][1] else "solid")
        for start, end in pairwise(steps)
    )


def tables() -> Iterator[str]:
    """The tables and their foreign keys. With a row go those that refer to it; dashed, where they stay."""
    yield "rankdir=RL; ranksep=1.1"
    for area, found in product.tables().items():
        if area:
            yield f'subgraph "cluster_{area}" {{ label="{area}"; '
        yield from (node(table.name, table.name, kind="" if area else "yours") for table in found)
        if area:
            yield "}"
    for found in product.tables().values():
        for table in found:
            keys = sorted(table.foreign_keys, key=lambda key: key.parent.name)
            yield from (
                edge(
                    table.name,
                    key.column.table.name,
                    key.parent.name,
                    style="solid" if key.ondelete == "CASCADE" else "dashed",
                )
                for key in keys
            )


def job() -> Iterator[str]:
    """One job, from the request that writes it to the commit of its effects."""
    yield "ranksep=0.5; nodesep=0.6"
    yield 'subgraph "cluster_request" { label="a request, or another job"'
    yield node("publish", product.names_of(Outbox.publish, Outbox.enqueue), "collects the job")
    yield node(
        "commit",
        product.names_of(UnitOfWork.__aexit__),
        "commits the data, and the job",
        "as a row: pending",
        kind="yours",
    )
    yield "}"
    yield node("postgresql", "PostgreSQL", "the row is the truth")
    yield node("redis", "Redis or Valkey", "only ids")
    yield 'subgraph "cluster_worker" { label="a worker"; labeljust=r'
    yield node("listen", product.names_of(IdStreamBroker.listen), "reads as many ids", "as there are free places")
    yield node("run", product.names_of(JobRunner.run), "claims the row, and runs the task", "in a unit of work")
    yield node(
        "settle",
        product.names_of(UnitOfWork.__aexit__),
        "commits the effects",
        'and "done", if the claim',
        "is still the latest one",
        kind="yours",
    )
    yield node("sweep", product.names_of(JobRunner.sweep), "sends ids again that", "nothing claimed in time")
    yield "}"
    yield from (edge("publish", "commit"), edge("commit", "postgresql", "1. commit"), edge("commit", "redis", "2. id"))
    yield from (edge("redis", "listen", "3. id"), edge("listen", "run"), edge("run", "settle"))
    yield edge("postgresql", "run", "4. claim", dir="back")
    yield edge("postgresql", "settle", "5. commit", dir="back")
    yield edge("redis", "sweep", "id", dir="back", style="dashed")
    yield edge("postgresql", "sweep", style="dashed")


def job_states() -> Iterator[str]:
    """The states of a job."""
    yield "rankdir=LR; nodesep=0.6; ranksep=1.3"
    yield from (node(state.value, state.value, kind="yours" if state.value == "done" else "") for state in JobState)
    yield from (edge(start.value, end.value, label) for start, end, label, _ in TRANSITIONS)


def processes() -> Iterator[str]:
    """The processes, and the servers that they use."""
    yield "rankdir=LR; ranksep=0.9"
    yield node("browser", "browser or program")
    yield from (node(name, name, *wrapped(does, 34), kind="yours") for name, does in product.programs())
    yield node("postgresql", "PostgreSQL", "the truth: data, sessions, jobs")
    yield node("redis", "Redis or Valkey", "ids of jobs, live events,", "cache, counters")
    yield from (edge(start, end) for start, end in CONNECTIONS)


STATES = JobState
# The methods of the repository that make each change; one that is gone stops the drawing.
REPOSITORY = JobRepository
TRANSITIONS = [
    (STATES.PENDING, STATES.SENT, "sent by the sweep", REPOSITORY.take_unclaimed),
    (STATES.PENDING, STATES.RUNNING, "claimed", REPOSITORY.claim),
    (STATES.SENT, STATES.RUNNING, "claimed", REPOSITORY.claim),
    (STATES.SENT, STATES.SENT, "lease ends", REPOSITORY.take_unclaimed),
    (STATES.RUNNING, STATES.SENT, "lease ends", REPOSITORY.take_unclaimed),
    (STATES.RUNNING, STATES.PENDING, "failed, later again", REPOSITORY.retry),
    (STATES.RUNNING, STATES.DONE, "committed with its effects", REPOSITORY.complete_all),
    (STATES.RUNNING, STATES.DEAD, "last attempt, PermanentError", REPOSITORY.bury),
    (STATES.PENDING, STATES.DEAD, "cancelled", REPOSITORY.cancel),
    (STATES.DEAD, STATES.PENDING, "retried by an operator", REPOSITORY.retry_dead),
]
CONNECTIONS = [
    ("browser", "serve"),
    ("serve", "postgresql"),
    ("serve", "redis"),
    ("worker", "postgresql"),
    ("worker", "redis"),
    ("scheduler", "postgresql"),
]
DIAGRAMS = (layers, middleware, tables, job, job_states, processes)
