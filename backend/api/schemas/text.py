"""What every text from outside must be."""

from pydantic import AfterValidator


def _without_null_character(text: str) -> str:
    if "\x00" in text:  # PostgreSQL's text cannot hold it
        raise ValueError("must not contain a null character")
    return text


Storable = AfterValidator(_without_null_character)
