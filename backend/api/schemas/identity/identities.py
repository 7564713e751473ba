"""Sign-in with an identity at another provider."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.identity.external_identity import ExternalIdentity
from service.identity.openid_connect import OpenIdProvider

# A path on this site. Browsers may read two leading slashes or a backslash as another host.
OwnPath = Annotated[
    str, Field(pattern=r"^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$", max_length=500, examples=["/dashboard"])
]


class ProviderResponse(BaseModel):
    """A sign-in provider."""

    name: str
    label: str

    @classmethod
    def of(cls, provider: OpenIdProvider) -> Self:
        """Build the response from `provider`."""
        return cls(name=provider.name, label=provider.label)


class LinkRequest(BaseModel):
    """Where the browser goes after linking."""

    model_config = ConfigDict(extra="forbid")

    redirect: OwnPath = "/account"


class LinkResponse(BaseModel):
    """The URL of the provider's sign-in page."""

    location: str


class IdentityResponse(BaseModel):
    """An identity at a provider, linked to the caller's account."""

    id: UUID
    provider: Annotated[str | None, Field(description="Name of the provider; null if it is no longer configured.")]
    label: str
    email: Annotated[str | None, Field(description="The address at the provider when the identity was linked.")]
    created_at: datetime

    @classmethod
    def of(cls, identity: ExternalIdentity, provider: OpenIdProvider | None) -> Self:
        """Build the response from an `identity` at `provider`."""
        return cls(
            id=identity.id,
            provider=provider.name if provider else None,
            label=provider.label if provider else identity.issuer,
            email=identity.email,
            created_at=identity.created_at,
        )
