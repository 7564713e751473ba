"""Finds the values of settings: in environment variables, in `.env`, and in the files that `NAME_FILE` names."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values

# Orchestrators provide secrets as files; NAME_FILE is the path of the file with NAME.
FILE_SUFFIX = "_file"
# How similar an unknown name must be to a setting to be reported as a typo of it: 0 to 1.
LIKENESS = 0.6


def find_values(
    names: Collection[str], secrets: Collection[str], *, environment: Mapping[str, str], env_file: Path | None
) -> tuple[dict[str, str], list[str]]:
    """Return the values that are set, by lower-case name, and the problems with the rest.

    An empty value counts as unset.

    Args:
        names: all settings.
        secrets: those that may be in a file of their own.
        environment: environment variables; they override `env_file`.
        env_file: a file of variables; every name in it must be a setting.
    """
    own, problems = _read_env_file(env_file)
    known = {*names, *(f"{name}{FILE_SUFFIX}" for name in secrets)}
    problems += _unknown_names(own, known)
    given = {name.lower(): value for source in (own, environment) for name, value in source.items() if value}
    problems += _files_of_no_secrets(environment, set(names) - set(secrets))
    for name in secrets:
        if file := given.get(f"{name}{FILE_SUFFIX}"):
            problems += _take_from_file(name, Path(file), given)
    return {name: value for name, value in given.items() if name in names}, problems


def split_url(url: str) -> SplitResult:
    """Return the parts of a URL, which may contain a password.

    Raises:
        ValueError: it is malformed. The message does not contain it, as those of the standard library do.
    """
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError(
            "must be a URL; in a password, write / ? # @ [ ] and all that is not ASCII with %, such as %40 for @"
        ) from None


def port_of(url: SplitResult) -> int | None:
    """Return the port of a URL, if it has one.

    Raises:
        ValueError: it is no port. The message does not contain it: it may be a part of a password.
    """
    try:
        return url.port
    except ValueError:
        raise ValueError("must have a number from 1 to 65535 as its port") from None


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
            yield f".env has {name}, which is not a setting{hint}"


def _files_of_no_secrets(environment: Mapping[str, str], names: Collection[str]) -> Iterator[str]:
    for variable, file in environment.items():
        name = variable.lower().removesuffix(FILE_SUFFIX)
        if file and name in names and name != variable.lower():
            yield f"{variable} is set, but only secrets are read from files; set {name.upper()}"


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
