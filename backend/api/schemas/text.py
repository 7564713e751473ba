"""What every text from outside must be."""

import re
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator


def _without_null_character(text: str) -> str:
    if "\x00" in text:  # PostgreSQL's text cannot hold it
        raise ValueError("must not contain a null character")
    return text


Storable = AfterValidator(_without_null_character)


def _no_number(text: object) -> object:
    if isinstance(text, str) and re.fullmatch(r"\s*[-+]?[0-9.]+\s*", text):  # Pydantic would count seconds since 1970
        raise ValueError("must be a date and a time with its zone, e.g. 2026-11-21T10:00:00Z")
    return text


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number)]
