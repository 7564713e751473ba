"""Signing in with an account at another provider."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.identity.external_identity import ExternalIdentity
from service.identity.openid_connect import OpenIdProvider

# A path of our own pages: what browsers could take for another host begins with two slashes or has a backslash in it.
OwnPath = Annotated[
    str, Field(pattern=r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$", max_length=500, examples=["/dashboard"])
]


class ProviderResponse(BaseModel):
    """A provider to sign in with."""

    name: str
    label: str

    @classmethod
    def of(cls, provider: OpenIdProvider) -> Self:
        """Return the answer for `provider`."""
        return cls(name=provider.name, label=provider.label)


class LinkRequest(BaseModel):
    """Where to go once the identity is linked, or is not."""

    model_config = ConfigDict(extra="forbid")

    redirect: OwnPath = "/account"


class LinkResponse(BaseModel):
    """Where the browser has to go to sign in at the provider."""

    location: str


class IdentityResponse(BaseModel):
    """An identity at a provider that the caller can sign in with."""

    id: UUID
    provider: Annotated[str | None, Field(description="Its name; null when it is not offered any more.")]
    label: str
    email: Annotated[str | None, Field(description="As the provider knew it when the identity was linked.")]
    created_at: datetime

    @classmethod
    def of(cls, identity: ExternalIdentity, provider: OpenIdProvider | None) -> Self:
        """Return the answer for an `identity` at `provider`."""
        return cls(
            id=identity.id,
            provider=provider.name if provider else None,
            label=provider.label if provider else identity.issuer,
            email=identity.email,
            created_at=identity.created_at,
        )
