"""Personal API tokens."""

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.text import NotText, OneLine
from core.translation import mark
from domain.errors import InvalidField
from domain.identity.api_token import (
    READ_SCOPE,
    TOKEN_LONGEST_DAYS,
    TOKEN_NAME_MAX_LENGTH,
    WRITE_SCOPE,
    ApiToken,
    TokenScope,
)
from service.identity import api_token_format


def _may_do_something(scopes: list[TokenScope]) -> list[TokenScope]:
    if not {READ_SCOPE, WRITE_SCOPE} & set(scopes):
        raise InvalidField(mark('Must contain "{read}" or "{write}".'), read=READ_SCOPE, write=WRITE_SCOPE)
    return sorted(set(scopes))


class ApiTokenRequest(BaseModel):
    """A new token."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=TOKEN_NAME_MAX_LENGTH),
        OneLine,
        Field(examples=["Nightly import"]),
    ]
    scopes: Annotated[
        list[TokenScope],
        Field(
            max_length=len(TokenScope),
            json_schema_extra={"contains": {"enum": [READ_SCOPE, WRITE_SCOPE]}},
            description="`read` allows GET, `write` also everything else; the others grant a permission that you hold.",
        ),
        AfterValidator(_may_do_something),
    ]
    expires_in_days: Annotated[int, Field(ge=1, le=TOKEN_LONGEST_DAYS), NotText]

    @property
    def lifetime(self) -> timedelta:
        """How long the token is valid."""
        return timedelta(days=self.expires_in_days)


class ApiTokenResponse(BaseModel):
    """An API token, without its secret."""

    id: UUID
    name: str
    hint: Annotated[
        str,
        Field(
            description="Prefix and last characters, to recognise it by.", examples=[f"{api_token_format.PREFIX}…x7Qf"]
        ),
    ]
    scopes: list[TokenScope]
    created_at: datetime
    expires_at: datetime
    last_used_at: Annotated[datetime | None, Field(description="Accurate to a few minutes; null if never used.")]

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        """Build the response from `token`."""
        return cls(
            id=token.id,
            name=token.name,
            hint=f"{api_token_format.PREFIX}…{token.hint}",
            scopes=[scope for scope in TokenScope if scope in token.scopes],
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
        )


class CreatedApiTokenResponse(BaseModel):
    """A new API token, with its secret."""

    token: Annotated[str, Field(description="Send it as `Authorization: Bearer …`. It cannot be shown again.")]
    details: ApiTokenResponse

    @classmethod
    def of(cls, token: ApiToken, text: str) -> Self:
        """Build the response from `token` and its secret."""
        return cls(token=text, details=ApiTokenResponse.of(token))
