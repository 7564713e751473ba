"""Finds the values of settings: in variables, in `.env`, and in the files that `NAME_FILE` names."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

# Orchestrators hand out secrets as files; NAME_FILE says where the one for NAME is.
FILE_SUFFIX = "_file"
# How alike an unknown name and a known one must be for the one to be meant by the other: 0 to 1.
LIKENESS = 0.6


def find_values(
    names: Collection[str], secrets: Collection[str], *, environment: Mapping[str, str], env_file: Path | None
) -> tuple[dict[str, str], list[str]]:
    """Return the values that are set, by name in small letters, and what is wrong with the rest.

    An empty value is as good as none.

    Args:
        names: the settings that there are.
        secrets: those which may be in a file.
        environment: variables; they win over the file.
        env_file: a file of variables of our own, in which every name must be a setting.
    """
    own, complaints = _read_env_file(env_file)
    known = {*names, *(f"{name}{FILE_SUFFIX}" for name in secrets)}
    complaints += _unknown_names(own, known)
    given = {name.lower(): value for source in (own, environment) for name, value in source.items() if value}
    for name in secrets:
        if file := given.get(f"{name}{FILE_SUFFIX}"):
            complaints += _take_from_file(name, Path(file), given)
    return {name: value for name, value in given.items() if name in names}, complaints


def _read_env_file(file: Path | None) -> tuple[dict[str, str], list[str]]:
    if file is None or not file.exists():
        return {}, []
    try:
        return {name: value or "" for name, value in dotenv_values(file, encoding="utf-8").items()}, []
    except (OSError, ValueError) as error:
        return {}, [f"{file} cannot be read ({_reason(error)})"]


def _unknown_names(own: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    for name in own:
        if name.lower() not in known:
            nearest = get_close_matches(name.lower(), known, n=1, cutoff=LIKENESS)
            hint = f"; did you mean {nearest[0].upper()}?" if nearest else ""
            yield f".env has {name}, which is no setting{hint}"


def _take_from_file(name: str, file: Path, given: dict[str, str]) -> Iterator[str]:
    variable = f"{name}{FILE_SUFFIX}".upper()
    if name in given:
        yield f"{name.upper()} and {variable} are both set; keep one of them"
        return
    try:
        content = file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, ValueError) as error:
        yield f"{variable}: {file} cannot be read ({_reason(error)})"
        return
    if not content:
        yield f"{variable}: {file} is empty"
    given[name] = content


def _reason(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or "it is not UTF-8"
