"""Writes the reference pages in `docs/reference/` from the code.

What a page says stands in the code: the descriptions of settings and commands, the messages of errors, the docstrings
of events, tasks and routes, the comments above permissions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import SecretStr

import introspection as product
from api.dependencies import require_recent_authentication
from api.documentation import COMMON
from api.exceptions import APIException
from core.settings import Settings
from domain.permissions import Permission
from domain.tasks import broker

FOLDER = product.ROOT / "docs" / "reference"
# More routes of an error or readers of a setting are counted, not listed.
MOST = 4
KINDS = {bool: "true or false", int: "integer", float: "number", str: "text", Path: "path", SecretStr: "text"}
# The symbols of pydantic's constraints.
LIMITS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def main(*arguments: str) -> int:
    """Write the pages, or compare them, and return the exit status."""
    pages = {f"{page.__name__.removesuffix('_page')}.md": render(page) for page in PAGES}
    outdated = [name for name, text in pages.items() if text != written(name)]
    if arguments == ("--check",):
        print("".join(f"docs/reference/{name} is out of date.\n" for name in outdated), end="")
        return int(bool(outdated))
    FOLDER.mkdir(exist_ok=True)
    for name in outdated:
        (FOLDER / name).write_text(pages[name], encoding="utf-8")
    return 0


def written(name: str) -> str | None:
    """Return a page as it is now."""
    return (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).exists() else None


def render(page: Callable[[], Iterator[str]]) -> str:
    """Return a page, which says that it is generated."""
    return "<!-- Written by scripts/docs/generate.py. `make format` writes it again. -->\n\n" + "\n".join(page()) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table, and an empty one."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', '&#124;').replace(chr(10), ' ') for cell in row)} |"
    yield ""


def first_sentence(text: str | None) -> str:
    """Return the first sentence of a docstring."""
    return re.split(r"(?<=[.?!])\s+(?=[A-Z])", product.first_line(text))[0]


def code(names: Iterable[str]) -> str:
    """Return names as code, and how many more there are."""
    listed = [f"`{name}`" for name in names]
    more = f" and {len(listed) - MOST} more" if len(listed) > MOST else ""
    return ", ".join(listed[:MOST]) + more


# Settings


def settings_page() -> Iterator[str]:
    """Yield the page of the settings."""
    yield "# Settings\n"
    yield "Environment variables. In development they may stand in `.env`, which `.env.example` shows. A **secret** may be in a file, which"
    yield "the variable with `_FILE` at its end names. Below each is its type, its default, and which modules read it from `Settings`.\n"
    for name, field in Settings.model_fields.items():
        said = [kind(field), f"default {default(name, field.default)}"]
        if name in product.secret_settings():
            said.append(f"**secret**, or `{name.upper()}_FILE`")
        yield f"## {name.upper()}\n"
        yield f"{escaped(field.description or '')}\n"
        yield f"{' · '.join([*said, f'read by {code(product.readers(name))}'])}\n"


def kind(field: Any) -> str:  # noqa: ANN401 — a field of pydantic
    """Return the type of a setting, with its limits."""
    options = [option for option in get_args(field.annotation) or (field.annotation,) if option is not type(None)]
    if get_origin(field.annotation) is tuple:
        return "JSON list"
    if isinstance(options[0], type) and issubclass(options[0], Enum):
        return " or ".join(f"`{member.value}`" for member in options[0])
    limits = [
        f"{sign} {getattr(limit, name)}"
        for limit in field.metadata
        for name, sign in LIMITS.items()
        if hasattr(limit, name)
    ]
    return " ".join([KINDS.get(options[0], "text"), ", ".join(limits)]).strip()


def default(name: str, value: object) -> str:
    """Return a default as it is written in `.env`."""
    if isinstance(value, Path):
        value = value.relative_to(product.ROOT)
    if isinstance(value, SecretStr) or value in (None, "", ()):
        return "published, for development" if name == "jwt_secret_key" else "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def escaped(text: str) -> str:
    """Return a description in which addresses and JSON are code."""
    return re.sub(r"(\[\{.*\}\]|(?<!`)\b[a-z0-9]+://\S*?(?=[,;.)]*(?:\s|$))|\S*<\w+>\S*)", r"`\1`", text)


# Commands


def commands_page() -> Iterator[str]:
    """Yield the page of the commands."""
    yield "# Commands\n"
    yield "## make\n"
    yield "In the root of the repository. `make help` prints this list.\n"
    targets = re.findall(
        r"^([a-z0-9-]+):.*## (.+)$", (product.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    yield from table(("command", "does"), ((f"`make {target}`", escaped(does)) for target, does in targets))
    yield "## main.py\n"
    yield "`python backend/main.py COMMAND`, in the virtual environment. Every command explains itself with `--help`.\n"
    for name, command in product.all_commands():
        yield f"### {name}\n"
        yield f"{product.first_line(command.help)}\n"
        options = [parameter for parameter in command.params if parameter.name != "help"]
        if options:
            yield from table(("argument", "default", "means"), map(option, options))


def option(parameter: Any) -> tuple[str, str, str]:  # noqa: ANN401 — a parameter of Click
    """Return a row about an argument or an option."""
    is_option = parameter.opts[0].startswith("-")
    name = (
        ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        if is_option
        else f"`{parameter.name.upper()}`"
    )
    value = parameter.default
    is_said = not parameter.required and value not in (None, False, ()) and isinstance(value, str | int | float)
    return (
        name,
        f"`{value}`" if is_said else "required" if parameter.required else "",
        getattr(parameter, "help", None) or "",
    )


# Errors


def errors_page() -> Iterator[str]:
    """Yield the page of the errors."""
    yield "# Errors\n"
    yield "Every error that a client can see. `backend/api/exceptions.py` is this page in code. `code` and `internal_code` never change;"
    yield "the message is for people, and is translated. Numbers that end in 70 to 99 are yours.\n"
    met = product.routes_by_error()
    common = {kind.code for kind in COMMON}
    for status in sorted({error.status_code for error in APIException.all}):
        yield f"## {status}\n"
        kinds = [error for error in APIException.all if error.status_code == status]
        rows = (
            (
                error.internal_code,
                f"`{error.code}`",
                error.detail,
                "all" if error.code in common else code(met.get(error.code, ())),
            )
            for error in sorted(kinds, key=lambda error: error.internal_code)
        )
        yield from table(("number", "code", "message", "routes"), rows)


# Permissions


def permissions_page() -> Iterator[str]:
    """Yield the page of the permissions."""
    yield "# Permissions\n"
    yield "A role is a set of permissions (`backend/domain/permissions.py`). Without a permission, users manage what is theirs.\n"
    yield from table(
        ("permission", "allows", "roles", "routes that require it"),
        (
            (
                f"`{each.value}`",
                product.remark_above(each),
                code(product.roles_with(each)),
                code(product.requiring(each)),
            )
            for each in Permission
        ),
    )
    yield "Services and repositories use the same permissions to decide whose rows an actor sees:\n"
    yield from table(
        ("permission", "lifts the owner's filter of"),
        ((f"`{each.value}`", code(names)) for each in Permission if (names := product.repositories_with(each))),
    )


# Events and jobs


def events_page() -> Iterator[str]:
    """Yield the page of the events."""
    yield "# Events\n"
    yield "An event says what happened. `work.outbox.publish(event)` writes one job for each handler in the transaction of the change."
    yield "Handlers run independently: each fails and retries alone.\n"
    for event, publishers, handlers in product.events():
        yield f"## {event.__name__}\n"
        yield f"{first_sentence(event.__doc__)}\n"
        names = code(spec.name for spec in handlers)
        yield f"`{product.file_of(event)}` · published by {code(publishers)} · handled by {names}\n"


def jobs_page() -> Iterator[str]:
    """Yield the page of the tasks."""
    yield "# Jobs\n"
    yield "Every task of `backend/domain/tasks.py`. A failed job is retried with growing pauses, and is dead after the last attempt."
    yield "A run that takes longer than its time limit is cancelled and counts as failed. Schedules are in cron's format, in UTC.\n"
    for task in sorted(broker.all(), key=lambda task: task.spec.name):
        yield f"## {task.spec.name}\n"
        yield f"{first_sentence(task.handler.__doc__)}\n"
        yield f"{' · '.join(facts(task.spec))}\n"
    yield "## What is deleted at night\n"
    steps = product.clean_up_steps()
    yield from table(("step", "does"), ((f"`{step.__name__}`", first_sentence(step.__doc__)) for step in steps))


def facts(spec: Any) -> Iterator[str]:  # noqa: ANN401 — what is declared about a task
    """Yield what is declared about a task."""
    yield f"takes `{spec.payload_type.__name__}`"
    yield f"queue `{spec.queue}`"
    yield f"priority {spec.priority}"
    yield f"{spec.max_attempts} attempts"
    yield f"{duration(spec.timeout)} at most"
    if spec.name in broker.schedules:
        yield f"at `{broker.schedules[spec.name].expression}`"


def duration(time: timedelta) -> str:
    """Return a time limit in words."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    return f"{minutes} min" if not seconds else f"{seconds} s" if not minutes else f"{minutes} min {seconds} s"


# Routes


def routes_page() -> Iterator[str]:
    """Yield the page of the routes."""
    document = product.api().openapi()
    yield "# Routes\n"
    yield "The whole API; `/api/docs` of a running product shows bodies and answers. **Who** says who may call a route: a permission, a"
    yield "signed-in user, or the public. *Session* means that an API token is refused, *recent authentication* that the user must have proved"
    yield "their identity in the last ten minutes.\n"
    yield f"Any request may get {', '.join(f'`{kind.code}`' for kind in sorted(COMMON, key=lambda kind: kind.internal_code))}."
    yield "They are not repeated below. [Errors](errors.md) has numbers and messages.\n"
    for tag in document["tags"]:
        rows = [
            (
                f"`{method}`",
                f"`{path}`",
                first_sentence(operation.get("description")),
                caller(method, path, operation),
                ", ".join(f"`{error}`" for error in product.named_errors(operation)),
            )
            for method, path, operation in product.operations()
            if tag["name"] in operation["tags"]
        ]
        if rows:
            yield f"## {tag['name']}\n"
            yield f"{tag.get('description', '')}\n"
            yield from table(("method", "path", "does", "who", "errors"), rows)


def caller(method: str, path: str, operation: Any) -> str:  # noqa: ANN401 — an operation of the OpenAPI document
    """Return who may call a route."""
    security = operation.get("security", [])
    needed = [f"`{permission.value}`" for permission in product.required_permissions(method, path)]
    if not security:
        return "public"
    who = ", ".join(needed) or ("public, or signed in" if {} in security else "signed in")
    session = "" if any("ApiToken" in scheme for scheme in security) else "; session"
    recent = "; recent authentication" if require_recent_authentication in product.calls(method, path) else ""
    return f"{who}{session}{recent}"


def metrics_page() -> Iterator[str]:
    """Yield the page of the metrics."""
    yield "# Metrics\n"
    yield "What each program shows. [Monitoring](../guides/monitoring.md) says how to scrape them and what to watch."
    yield "A counter's series ends in `_total`; a histogram has `_bucket`, `_sum` and `_count`."
    yield "On Linux every program also shows its CPU time, memory, files and garbage collection, under the usual names `process_…`"
    yield "and `python_…`.\n"
    for program, metrics in product.metrics().items():
        yield f"## {program}\n"
        rows = ((f"`{name}`", kind, code(labels), meaning) for name, kind, labels, meaning in metrics)
        yield from table(("metric", "type", "labels", "says"), rows)


PAGES = (
    settings_page,
    commands_page,
    errors_page,
    permissions_page,
    events_page,
    jobs_page,
    routes_page,
    metrics_page,
)
